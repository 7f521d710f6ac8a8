/** How frames are read for a model, and its record as JSON: the encoder of the features, the columns of the response and the rule for missing values. */
import type { CscMatrix, DesignInput, RowMajorMatrix } from "../design/design-input";
import type { JsonRecord } from "../json-record";
import { type MissingRule, missingRules } from "./column-encoder";
import { parseExpression } from "./formula";
import { formulaResponse } from "./formula-response";
import { type FrameResponse, type ResponseParts, responseOf } from "./frame-data";
import { type EncoderJson, encoderFromJSON, type FrameEncoder } from "./frame-encoder";
import { readFreshResponse } from "./from-formula";
import { freshColumns, keptRows, rowsUpTo, tableOf } from "./from-frame";

/** How frames are read for a model. */
export interface FrameReader {
  readonly encoder: FrameEncoder;
  readonly responseParts: ResponseParts;
  /** The treatment of missing values. */
  readonly missing: MissingRule;
  /** Reads the response of a frame, in some of its rows. Default: in all. */
  readonly response: (frame: DesignInput, rows?: Int32Array) => FrameResponse;
}

/** The features and the response of a frame, without the rows that the rule for missing values leaves out. */
export interface FrameRows {
  /** The features. */
  readonly X: RowMajorMatrix | CscMatrix;
  /** The response: numbers, or the labels of classes; of several responses a table. */
  readonly y: FrameResponse;
  /** The rows that were left out for a missing value. */
  readonly droppedRows: Int32Array;
}

/** Reads a frame with the response. @throws InputError as `encode` of the encoder and `response`, and where no row is left. */
export function readFrame(
  { encoder, responseParts, missing, response }: FrameReader,
  frame: DesignInput,
): FrameRows {
  const { source, names, valuesOf } = tableOf("FrameEncoder.encode", frame);
  const { nRows } = source;
  const all = rowsUpTo(nRows);
  const used = [...encoder.columns.map(({ name }) => name), ...responseParts.columns];
  const values = new Map(used.filter((name) => names.includes(name)).map((name) => [name, valuesOf(name)]));
  const rows = missing === "drop" ? keptRows("pipeline.read", values, nRows) : all;
  const kept = new Set(rows);
  return {
    X: encoder.encodeRows("FrameEncoder.encode", source, rows),
    y: response(frame, rows),
    droppedRows: all.filter((i) => !kept.has(i)),
  };
}

/** What is needed to read more frames, as plain JSON. */
export interface FrameReaderJson {
  /** The treatment of missing values. */
  readonly missing: MissingRule;
  /** How the features are encoded. */
  readonly encoder: EncoderJson;
  /** The columns of the response, and what a formula makes of them. */
  readonly response: {
    readonly columns: readonly string[];
    /** null for the columns as they are. */
    readonly expression: Required<ResponseParts>["expression"] | null;
  };
}

/** Returns how frames are read as plain JSON. */
export function readerToJson({ encoder, responseParts, missing }: FrameReader): FrameReaderJson {
  const { columns, expression = null } = responseParts;
  return { missing, encoder: encoder.toJSON(), response: { columns: [...columns], expression } };
}

/** Reads what {@link readerToJson} wrote. @throws InputError naming the field that is not as it was written. */
export function readerFromJson(where: string, record: JsonRecord): FrameReader {
  const missing = record.choice("missing", missingRules);
  record.record("encoder");
  const encoder = encoderFromJSON(record.get("encoder") as object);
  const response = record.record("response");
  const columns = response.strings("columns");
  if (columns.length === 0) throw response.mustBe("columns", "an array of at least one text");
  if (response.get("expression") === null)
    return {
      encoder,
      missing,
      responseParts: { columns },
      response: (frame, rows) => responseOf("response", freshColumns("response", frame, columns, rows)),
    };
  const expression = response.record("expression");
  const [text, strata] = [expression.text("text"), expression.strings("strata")];
  const formats = expression.record("dates");
  const dates = Object.fromEntries(
    columns.filter((name) => formats.get(name) !== undefined).map((name) => [name, formats.text(name)]),
  );
  const parsed = formulaResponse(
    where,
    parseExpression(where, text),
    strata.map((each) => ({ name: undefined, value: parseExpression(where, each) })),
    { names: columns, formatOf: (name) => dates[name] },
  );
  return {
    encoder,
    missing,
    responseParts: { columns, expression: { text, strata, dates } },
    response: (frame, rows) => readFreshResponse(parsed, frame, rows),
  };
}
