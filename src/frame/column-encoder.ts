/** The interface of the columns that a frame is encoded by, and the rules for missing values. */

import { InputError, mustBe, placeOf } from "../errors";

/** Writes an entry that is not zero: the row of the new table, the index among the column's features, and the value. */
export type PutEntry = (row: number, feature: number, value: number) => void;

/** The values of one column of a frame, in the rows that are read. */
export interface FrameColumn {
  readonly name: string;
  readonly values: ArrayLike<unknown>;
  /** The rows of the frame that are read, ascending. */
  readonly rows: Int32Array;
}

/** Encodes a column of a frame as features, as learnt from the training data. */
export interface ColumnEncoder {
  /** Name of the column. */
  readonly name: string;
  readonly featureNames: readonly string[];
  /** The levels of texts, ascending; undefined for numbers. */
  readonly levels: readonly Level[] | undefined;
  /** The format of dates, which are read as days since 1970-01-01; undefined for others. */
  readonly dateFormat?: string | undefined;
  /** Whether the last feature is 1 where the value is missing, and 0 elsewhere. */
  readonly marksMissing: boolean;
  /** The values that replace a missing one, one for each feature; undefined where missing values are an error. */
  readonly means: readonly number[] | undefined;

  /**
   * Writes the entries of the features that are not zero; row `k` of the new table is `rows[k]` of the frame.
   *
   * @throws InputError naming column and row of the first value that is none of the training data's kind.
   */
  encode(where: string, column: FrameColumn, put: PutEntry): void;
}

/** A value of a column of categories. */
export type Level = string | number | boolean;

/** Returns whether a value is missing, as frame libraries write it; an empty text is missing in a CSV file. */
export function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === "" || Number.isNaN(value);
}

/** The rule for missing values: an error, dropping the row, the mean or median of the column, or a feature that marks them. */
export type MissingRule = "error" | "drop" | "mean" | "median" | "level";

export const missingRules: readonly MissingRule[] = ["error", "drop", "mean", "median", "level"];

/** Returns the name of the feature that marks the missing values of a column. */
export function missingName(name: string): string {
  return `${name}=(missing)`;
}

/** Writes one value for each feature of a column. */
export function putAll(row: number, values: readonly number[], put: PutEntry): void {
  values.forEach((value, feature) => {
    if (value !== 0) put(row, feature, value);
  });
}

/** The remedy for a missing value, where one is learnt. */
export const imputeOrDrop = 'drop such rows, or impute them: missing: "drop", "mean", "median" or "level"';

/** The remedy for a column without values. */
export const leaveEmptyOut = "no row has one, so leave the column out by exclude or features";

/** Returns the error for a missing value. */
export function valueNeeded(where: string, { name, values, rows }: FrameColumn, row: number): InputError {
  const remedy = where.startsWith("from")
    ? rows.every((i) => isMissing(values[i]))
      ? leaveEmptyOut
      : imputeOrDrop
    : 'leave such rows out, or learn the encoder with missing: "mean", "median" or "level", which reads them';
  return mustBe(where, placeOf(name, row), "a value", values[row], remedy);
}

/**
 * Returns the mean of each feature over the rows that have a value; for a level, its share of these rows.
 *
 * @throws InputError when no row has a value.
 */
export function meansOf(where: string, encoder: ColumnEncoder, column: FrameColumn): number[] {
  const present = presentRows(where, column, "mean");
  const means = encoder.featureNames.map(() => 0);
  encoder.encode(where, present, (_, feature, value) => {
    means[feature] += value / present.rows.length;
  });
  return means;
}

/**
 * Returns the median of the only feature of a column over the rows that have a value.
 *
 * @throws InputError when no row has a value.
 */
export function medianOf(where: string, encoder: ColumnEncoder, column: FrameColumn): number[] {
  const present = presentRows(where, column, "median");
  const values = new Float64Array(present.rows.length);
  encoder.encode(where, present, (row, _, value) => {
    values[row] = value;
  });
  return [middleOf(values.sort())];
}

/** Returns the median of ascending numbers: of an even number of them the mean of the two in the middle. */
export function middleOf(ascending: Float64Array): number {
  const n = ascending.length;
  const [low, high] = [ascending[(n - 1) >> 1], ascending[n >> 1]];
  return low + (high - low) / 2;
}

function presentRows(where: string, column: FrameColumn, what: string): FrameColumn {
  const rows = column.rows.filter((i) => !isMissing(column.values[i]));
  if (rows.length > 0) return { ...column, rows };
  throw noValue(
    where,
    column.name,
    what,
    where.startsWith("from") ? undefined : "take folds whose other rows have one, or leave the column out",
  );
}

/** Returns the error for a column without a value. */
export function noValue(
  where: string,
  name: string,
  what: string,
  remedy = "leave it out by exclude or features",
): InputError {
  return new InputError(
    `${where}: column ${JSON.stringify(name)} must have a value to take the ${what} of, got none; ${remedy}`,
  );
}

/** Returns the rows that have a value in each of the columns, ascending. */
export function completeRows(columns: readonly ArrayLike<unknown>[], nRows: number): Int32Array {
  const all = Int32Array.from({ length: nRows }, (_, i) => i);
  return all.filter((i) => columns.every((values) => !isMissing(values[i])));
}
