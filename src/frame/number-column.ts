import { finiteValue } from "../design/finite-values";
import { faultOf, isDate, standsForMissing } from "../errors";
import { ColumnError, convertDates, excludeColumn, listAsCategorical } from "./check-texts";
import type { ColumnEncoder, FrameColumn } from "./column-encoder";
import {
  isMissing,
  type MissingRule,
  meansOf,
  medianOf,
  missingName,
  putAll,
  valueNeeded,
} from "./column-encoder";

/**
 * Encodes a column of numbers, bigints or truth values as one feature of the same name.
 *
 * @param marksMissing whether a second feature marks missing values.
 */
export function numberColumn(
  name: string,
  means: readonly number[] | undefined,
  marksMissing: boolean,
): ColumnEncoder {
  return {
    name,
    featureNames: marksMissing ? [name, missingName(name)] : [name],
    levels: undefined,
    marksMissing,
    means,
    encode(where, column, put) {
      column.rows.forEach((i, k) => {
        const value = column.values[i];
        if (isMissing(value)) {
          if (!means) throw valueNeeded(where, name, i, value);
          putAll(k, means, put);
          return;
        }
        const number = numberOf(where, name, i, value);
        if (number !== 0) put(k, 0, number);
      });
    },
  };
}

/** @throws InputError naming the first row whose value is no finite number. */
export function learnNumberColumn(where: string, column: FrameColumn, missing: MissingRule): ColumnEncoder {
  const { name } = column;
  const marksMissing = missing === "level" && column.rows.some((i) => isMissing(column.values[i]));
  const own = numberColumn(name, undefined, false);
  if (missing === "median") return numberColumn(name, medianOf(where, own, column), false);
  if (missing !== "mean" && !marksMissing) return own;
  const means = meansOf(where, own, column);
  return numberColumn(name, marksMissing ? [...means, 1] : means, marksMissing);
}

function numberOf(where: string, name: string, row: number, value: unknown): number {
  if (typeof value === "string") throw numberNeeded(where, name, row, value);
  if (isDate(value))
    throw new ColumnError(where, name, row, faultOf("a finite number", value), [convertDates, excludeColumn]);
  return finiteValue(where, `column ${JSON.stringify(name)}`, row, value);
}

function numberNeeded(where: string, name: string, row: number, text: string): ColumnError {
  const remedies = standsForMissing(text)
    ? [
        {
          words:
            'write null where it stands for a missing value, and say missing: "drop", "mean", "median" or "level"',
        },
      ]
    : [{ words: "write all as numbers" }, listAsCategorical];
  return new ColumnError(where, name, row, faultOf("a number, as others of the column are", text), remedies);
}
