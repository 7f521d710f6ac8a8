import { mustBe } from "../errors";

/** Columns by name, all of one length: what data frames are made of. */
export type FrameColumns = Record<string, unknown[]>;

/** A class such as `DataFrame` of danfojs, or a function such as `table` of Arquero, that makes a frame of columns. */
export type FrameMaker<Frame> = (new (columns: FrameColumns) => Frame) | ((columns: FrameColumns) => Frame);

/** A path or a cross-validation. */
interface Recorded {
  /** One record a row of the frame. */
  toRecords(): readonly object[];
}

/** A fit of one response. */
interface Fitted {
  /** One a feature. */
  readonly featureNames: readonly string[];
  /** One a feature. */
  readonly coef: Float64Array;
  /** 0 when none was fitted. */
  readonly intercept: number;
}

/** A fit of several responses or classes. */
interface FittedResponses {
  /** One a response. */
  readonly responseNames: readonly string[];
  /** One a feature. */
  readonly featureNames: readonly string[];
  /** `coefs[r][j]` of response `r` and feature `j`. */
  readonly coefs: readonly Float64Array[];
  /** One a response. */
  readonly intercepts: Float64Array;
}

/** A table. */
interface Tabular {
  /** One name a column. */
  readonly columns: readonly string[];
  /** One list of cells a row. */
  readonly rows: readonly (readonly unknown[])[];
}

/** The values that {@link toFrame} converts: a fit, a path, a cross-validation or a table. */
export type FrameValue = Recorded | Fitted | FittedResponses | Tabular;

/**
 * Results as a data frame: of a fit its intercept and coefficients, of a path one row a lambda and feature, of a
 * cross-validation the scores at each lambda, of a table its rows.
 *
 * @returns columns by name.
 * @throws InputError for any other value.
 * @example
 * ```ts
 * toFrame(fit).feature; // ["(intercept)", "x0", "x1"]
 * ```
 */
export function toFrame(value: FrameValue): FrameColumns;
/**
 * Results as a frame of a library.
 *
 * @param DataFrameClass makes it of columns by name: a class such as danfojs's `DataFrame`, or a function such as Arquero's
 * `table`.
 * @throws InputError as without it.
 * @example
 * ```ts
 * import { DataFrame } from "danfojs-node";
 * toFrame(path, DataFrame).shape[1]; // 3: lambda, feature and coefficient
 * ```
 */
export function toFrame<Frame>(value: FrameValue, DataFrameClass: FrameMaker<Frame>): Frame;
export function toFrame<Frame>(value: FrameValue, DataFrameClass?: FrameMaker<Frame>): Frame | FrameColumns {
  const columns = columnsOf(value);
  if (DataFrameClass === undefined) return columns;
  if (typeof DataFrameClass !== "function")
    throw mustBe(
      "toFrame",
      "DataFrameClass",
      "a class or a function that makes a frame of columns",
      DataFrameClass,
    );
  // `new` of a plain function gives what it returns; an arrow function has no prototype and takes no `new`.
  return "prototype" in DataFrameClass
    ? new (DataFrameClass as new (columns: FrameColumns) => Frame)(columns)
    : (DataFrameClass as (columns: FrameColumns) => Frame)(columns);
}

function columnsOf(value: FrameValue): FrameColumns {
  if (typeof value === "object" && value !== null) {
    if ("toRecords" in value) return columnsOfRecords(value.toRecords());
    if ("coefs" in value) return columnsOfResponses(value);
    if ("coef" in value) return columnsOfFit(value);
    if ("columns" in value && "rows" in value) return columnsOfTable(value);
  }
  throw mustBe("toFrame", "value", "a fit, a path, a cross-validation or a table", value);
}

function columnsOfTable({ columns, rows }: Tabular): FrameColumns {
  return Object.fromEntries(columns.map((name, j) => [name, rows.map((row) => row[j])]));
}

function columnsOfFit({ featureNames, coef, intercept }: Fitted): FrameColumns {
  return { feature: ["(intercept)", ...featureNames], coefficient: [intercept, ...coef] };
}

function columnsOfResponses({
  responseNames,
  featureNames,
  coefs,
  intercepts,
}: FittedResponses): FrameColumns {
  const features = ["(intercept)", ...featureNames];
  return {
    response: responseNames.flatMap((name) => features.map(() => name)),
    feature: responseNames.flatMap(() => features),
    coefficient: coefs.flatMap((coef, r) => [intercepts[r], ...coef]),
  };
}

function columnsOfRecords(records: readonly object[]): FrameColumns {
  const names = Object.keys(records[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, records.map((record) => (record as Record<string, unknown>)[name])]),
  );
}
