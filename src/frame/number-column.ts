import { finiteValue } from "../design/finite-values";
import { faultOf, isDate, standsForMissing } from "../errors";
import { ColumnError, convertDates, excludeColumn, listAsCategorical } from "./check-texts";
import type { ColumnEncoder, FrameColumn } from "./column-encoder";
import { isMissing, type MissingRule, meansOf, medianOf, valueNeeded } from "./column-encoder";

/** Encodes a column of numbers, bigints or truth values as one feature of the same name. */
export function numberColumn(name: string, means: readonly number[] | undefined): ColumnEncoder {
  return {
    name,
    featureNames: [name],
    levels: undefined,
    means,
    encode(where, column, put) {
      column.rows.forEach((i, k) => {
        const value = column.values[i];
        if (isMissing(value) && !means) throw valueNeeded(where, name, i, value);
        const number = isMissing(value) ? means![0] : numberOf(where, name, i, value);
        if (number !== 0) put(k, 0, number);
      });
    },
  };
}

/** @throws InputError naming the first row whose value is no finite number. */
export function learnNumberColumn(where: string, column: FrameColumn, missing: MissingRule): ColumnEncoder {
  const own = numberColumn(column.name, missing === "mean" || missing === "median" ? [0] : undefined);
  if (own.means === undefined) return own;
  return numberColumn(column.name, (missing === "mean" ? meansOf : medianOf)(where, own, column));
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
            'write null where it stands for a missing value, and say missing: "drop", "mean" or "median"',
        },
      ]
    : [{ words: "write all as numbers" }, listAsCategorical];
  return new ColumnError(where, name, row, faultOf("a number, as others of the column are", text), remedies);
}
