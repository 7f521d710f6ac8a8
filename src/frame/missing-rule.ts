import { InputError, mustBe, placeOf } from "../errors";
import type { ColumnEncoder, FrameColumn } from "./column-encoder";
import { isMissing } from "./missing-value";

/** What happens to rows with a missing value: an error, out they go, or the column's mean is read there. */
export type MissingRule = "error" | "drop" | "mean";

export const missingRules: readonly MissingRule[] = ["error", "drop", "mean"];

/** A missing value where there may be none. */
export function valueNeeded(where: string, name: string, row: number, value: unknown): InputError {
  const remedy =
    where === "fromFrame"
      ? 'drop such rows, or impute them: missing: "drop" or "mean"'
      : 'leave such rows out, or learn the encoder by fromFrame with missing: "mean", which imputes them';
  return mustBe(where, placeOf(name, row), "a value", value === "" ? "" : value, remedy);
}

/**
 * The mean of each feature over the rows that have a value: of a level, its share of them.
 *
 * @throws InputError when no row has a value.
 */
export function meansOf(where: string, encoder: ColumnEncoder, column: FrameColumn): number[] {
  const rows = column.rows.filter((i) => !isMissing(column.values[i]));
  if (rows.length === 0) {
    throw new InputError(
      `${where}: column ${JSON.stringify(column.name)} must have a value to take the mean of, got none; leave it out by exclude or features`,
    );
  }
  const means = encoder.featureNames.map(() => 0);
  encoder.encode(where, { ...column, rows }, (_, feature, value) => {
    means[feature] += value / rows.length;
  });
  return means;
}

/** The rows that have a value in each of the columns, ascending. */
export function completeRows(columns: readonly ArrayLike<unknown>[], nRows: number): Int32Array {
  const all = Int32Array.from({ length: nRows }, (_, i) => i);
  return all.filter((i) => columns.every((values) => !isMissing(values[i])));
}
