/** How frames are read for a model, and its record as JSON: the encoder of the features and the columns of the response. */
import type { DesignInput } from "../design/design-input";
import type { JsonRecord } from "../json-record";
import { parseExpression } from "./formula";
import { formulaResponse } from "./formula-response";
import { type FrameResponse, type ResponseParts, responseOf } from "./frame-data";
import { type EncoderJson, encoderFromJSON, type FrameEncoder } from "./frame-encoder";
import { readFreshResponse } from "./from-formula";
import { freshColumns } from "./from-frame";

/** How frames are read for a model. */
export interface FrameReading {
  readonly encoder: FrameEncoder;
  readonly responseParts: ResponseParts;
  /** Reads the response of a frame. */
  readonly response: (frame: DesignInput) => FrameResponse;
}

/** What is needed to read more frames, as plain JSON. */
export interface ReadingJson {
  /** How the features are encoded. */
  readonly encoder: EncoderJson;
  /** The columns of the response, and what a formula makes of them. */
  readonly response: {
    readonly columns: readonly string[];
    /** null for the columns as they are. */
    readonly expression: Required<ResponseParts>["expression"] | null;
  };
}

/** Returns the reading as plain JSON. */
export function readingToJson({ encoder, responseParts }: FrameReading): ReadingJson {
  const { columns, expression = null } = responseParts;
  return { encoder: encoder.toJSON(), response: { columns: [...columns], expression } };
}

/** Reads what {@link readingToJson} wrote. @throws InputError naming the field that is not as it was written. */
export function readingFromJson(where: string, record: JsonRecord): FrameReading {
  record.record("encoder");
  const encoder = encoderFromJSON(record.get("encoder") as object);
  const response = record.record("response");
  const columns = response.strings("columns");
  if (columns.length === 0) throw response.mustBe("columns", "an array of at least one text");
  if (response.get("expression") === null)
    return {
      encoder,
      responseParts: { columns },
      response: (frame) => responseOf("response", freshColumns("response", frame, columns)),
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
    responseParts: { columns, expression: { text, strata, dates } },
    response: (frame) => readFreshResponse(parsed, frame),
  };
}
