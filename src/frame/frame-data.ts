import type { DateFormats } from "../data/files/date-format";
import type { CscMatrix, DesignInput, RowMajorMatrix } from "../design/design-input";
import { finiteValue } from "../design/finite-values";
import type { ColumnSource } from "../design/sources/source";
import { counted } from "../display/formatting";
import { Table, TableResult } from "../display/table";
import { mustBe, placeOf } from "../errors";
import { checkLabels, textsOf } from "./check-texts";
import { type FrameColumn, isMissing, type MissingRule } from "./column-encoder";
import type { FrameEncoder } from "./frame-encoder";

/** The fields of a {@link FrameData}. */
export interface FrameDataFields<Y extends FrameResponse = FrameResponse> {
  readonly X: RowMajorMatrix | CscMatrix;
  readonly y: Y;
  readonly rows: Int32Array;
  /** Number of rows of the frame. */
  readonly nRows: number;
  /** Number of imputed values of each column of the encoder. */
  readonly nFilled: readonly number[];
  readonly encoder: FrameEncoder;
  /** Default: true. */
  readonly fitIntercept?: boolean;
  readonly source: ColumnSource;
  /** Learns from some rows of the frame what the encoder learnt from all, but for levels. */
  learn(where: string, rows: Int32Array): FrameEncoder;
  readonly missing: MissingRule;
  /** Reads the response of some rows of a new frame. */
  response(frame: DesignInput, rows?: Int32Array): Y;
  readonly responseParts: ResponseParts;
}

/** The column or columns that the response is read from. */
export interface ResponseParts {
  /** The columns of frames. */
  readonly columns: readonly string[];
  /** What a formula makes of them, with its strata, as texts; undefined for the columns as they are. */
  readonly expression?:
    | { readonly text: string; readonly strata: readonly string[]; readonly dates: DateFormats }
    | undefined;
}

/** A data frame as models take it; `Y` is the type of the response. */
export class FrameData<Y extends FrameResponse = FrameResponse> extends TableResult {
  /** The features of the rows that were read. */
  readonly X: RowMajorMatrix | CscMatrix;
  /** The response in these rows: numbers, or the labels of classes; of several responses a table. */
  readonly y: Y;
  /** One label a feature, as group penalties take them: the indicators of one column are one group. */
  readonly groups: number[];
  /** The same groups with the name of the column or term for a label, as `groupPlot` shows it. */
  readonly groupNames: string[];
  /** One a column of `X`. */
  readonly featureNames: readonly string[];
  /** The rows of the frame that were read, counted from 0. */
  readonly rows: Int32Array;
  /** The rows that were left out for a missing value. */
  readonly droppedRows: Int32Array;
  /** For each of `encoder.columns` the number of missing values that means replace. */
  readonly nFilled: readonly number[];
  /** The encoder of the features, which `JSON.stringify` preserves. */
  readonly encoder: FrameEncoder;
  /** The features of a new frame: `encoder.encode`, by itself. */
  readonly encode: (frame: DesignInput) => RowMajorMatrix | CscMatrix;
  /** Whether the model has an intercept, as estimators take it: true unless a formula says `- 1`. */
  readonly fitIntercept: boolean;
  /**
   * The features of all rows with imputed values, knots and polynomials as some rows of `X` alone have them, given as indices: the option of
   * `crossValidate` by which each fold is prepared by the rows that it is fitted on. Undefined where only levels are learnt, which are kept.
   */
  readonly preprocess:
    | ((fitted: ArrayLike<number>, where?: string) => RowMajorMatrix | CscMatrix)
    | undefined;
  /** The treatment of missing values. */
  readonly missing: MissingRule;
  /** The response of a new frame, for `score` or `evaluate`; of some of its rows where they are given. */
  readonly response: (frame: DesignInput, rows?: Int32Array) => Y;
  /** What the response is read from, as JSON preserves it. */
  readonly responseParts: ResponseParts;

  constructor(fields: FrameDataFields<Y>) {
    super();
    const { X, y, rows, nRows, nFilled, encoder, source, fitIntercept = true } = fields;
    this.X = X;
    this.y = y;
    this.groups = encoder.groups;
    this.groupNames = encoder.groupNames;
    this.featureNames = encoder.featureNames;
    this.rows = rows;
    const isRead = new Uint8Array(nRows);
    for (const i of rows) isRead[i] = 1;
    this.droppedRows = Int32Array.from({ length: nRows }, (_, i) => i).filter((i) => isRead[i] === 0);
    this.nFilled = nFilled;
    this.encoder = encoder;
    this.encode = (frame) => encoder.encode(frame);
    this.fitIntercept = fitIntercept;
    this.missing = fields.missing;
    this.response = (frame, some) => fields.response(frame, some);
    this.responseParts = fields.responseParts;
    if (encoder.learnsNumbers)
      this.preprocess = (fitted, where = "preprocess") => {
        const own = Int32Array.from(fitted, (k) => rows[k]);
        return fields.learn(where, own).encodeRows(where, source, rows);
      };
  }

  /** A table of how each column is read and, where values are imputed, how many. */
  summary(): Table {
    const dropped = this.droppedRows.length;
    const table = this.encoder.summary();
    const filled = this.nFilled.some((count) => count > 0) ? ["missing, filled"] : [];
    const columns = [...table.columns, ...filled];
    return new Table({
      ...table,
      columns,
      nColumns: columns.length,
      rows: table.rows.map((row, c) => [...row, ...filled.map(() => this.nFilled[c])]),
      title: `${counted(this.rows.length, "row")}${dropped > 0 ? `, ${dropped} dropped for missing values` : ""}; ${table.title}`,
    });
  }
}

/** A response of one column: numbers, or the labels of classes. */
export type ColumnResponse = Float64Array | string[] | boolean[];

/** The label of a stratum. */
export type StratumLabel = string | number | boolean;

/** Times until an event with their strata, one column each, as `cox()` takes them. */
export type StratifiedTimes = {
  readonly time: Float64Array;
  readonly event: Float64Array;
  readonly strata: readonly StratumLabel[];
} & ({ readonly start: Float64Array } | object);

/** Numbers, or the labels of classes; of several columns a table. */
export type FrameResponse = ColumnResponse | RowMajorMatrix | StratifiedTimes;

/** Reads the response. @throws InputError naming the first row whose value is missing or of another kind. */
export function responseOf(where: string, columns: readonly FrameColumn[]): FrameResponse {
  if (columns.length === 1) return oneResponse(where, columns[0]);
  const names = columns.map(({ name }) => name);
  if (["time", "event", "strata"].every((name) => names.includes(name)))
    return stratifiedTimes(where, columns);
  const nSamples = columns[0].rows.length;
  const nFeatures = columns.length;
  const data = new Float64Array(nSamples * nFeatures);
  columns.forEach(({ name, values, rows }, r) => {
    rows.forEach((i, k) => {
      data[k * nFeatures + r] = numberOf(where, name, i, values[i]);
    });
  });
  return { data, nSamples, nFeatures, featureNames: names };
}

function stratifiedTimes(where: string, columns: readonly FrameColumn[]): StratifiedTimes {
  const entries = columns.map(({ name, values, rows }) => [
    name,
    name === "strata"
      ? Array.from(rows, (i) => stratumOf(where, name, i, values[i]))
      : Float64Array.from(rows, (i) => numberOf(where, name, i, values[i])),
  ]);
  return Object.fromEntries(entries) as StratifiedTimes;
}

/** @throws InputError when the label of a stratum is missing. */
export function stratumOf(where: string, name: string, row: number, value: unknown): StratumLabel {
  if (!isMissing(value)) return value as StratumLabel;
  throw mustBe(
    where,
    placeOf(name, row),
    "the label of a stratum",
    value,
    'missing: "drop" leaves its row out',
  );
}

function oneResponse(where: string, { name, values, rows }: FrameColumn): ColumnResponse {
  const kind = typeof values[rows[0]];
  if (kind !== "string" && kind !== "boolean")
    return Float64Array.from(rows, (i) => numberOf(where, name, i, values[i]));
  const labels = Array.from(rows, (i) => {
    const value = values[i];
    if (isMissing(value)) throw responseNeeded(where, name, i, value);
    const rule = `${kind === "string" ? "a text" : "true or false"} like row ${rows[0]}`;
    if (typeof value !== kind) throw mustBe(where, placeOf(name, i), rule, value);
    return value;
  }) as string[] | boolean[];
  if (kind === "string") checkLabels(where, textsOf({ name, values, rows }));
  return labels;
}

function numberOf(where: string, name: string, row: number, value: unknown): number {
  if (isMissing(value)) throw responseNeeded(where, name, row, value);
  if (typeof value === "string")
    throw mustBe(where, placeOf(name, row), "a number, as others of the column are", value);
  return finiteValue(where, `column ${JSON.stringify(name)}`, row, value);
}

/** Returns the error for a missing value of the response. @param file the one that the row is in; undefined for a frame. */
export function responseNeeded(
  where: string,
  name: string,
  row: number,
  value: unknown,
  file?: string,
): Error {
  const remedy =
    'a response is never imputed: missing: "drop" leaves its row out, or filter such rows out first';
  return mustBe(where, placeOf(name, row, file), "a value of the response", value, remedy);
}
