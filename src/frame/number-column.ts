import { type DateReader, dateAt, dateReader } from "../data/files/date-format";
import { finiteValue } from "../design/finite-values";
import { faultOf, isDate, placeOf, standsForMissing } from "../errors";
import { ColumnError, excludeColumn, listAsCategorical, nameDateFormat } from "./check-texts";
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
 * Encodes a column of numbers, bigints or truth values, or of dates, as one feature of the same name.
 *
 * @param marksMissing whether a second feature marks missing values.
 * @param dateFormat the format of the texts of dates, which are read as days since 1970-01-01, as values of `Date` are then.
 */
export function numberColumn(
  name: string,
  means: readonly number[] | undefined,
  marksMissing: boolean,
  dateFormat?: string,
): ColumnEncoder {
  const readDate = dateFormat === undefined ? undefined : dateReader("dates", name, dateFormat);
  return {
    name,
    featureNames: marksMissing ? [name, missingName(name)] : [name],
    levels: undefined,
    dateFormat,
    marksMissing,
    means,
    encode(where, column, put) {
      column.rows.forEach((i, k) => {
        const value = column.values[i];
        if (isMissing(value)) {
          if (!means) throw valueNeeded(where, column, i);
          putAll(k, means, put);
          return;
        }
        const number = readDate
          ? daysAt(where, name, i, value, { dateFormat: dateFormat!, readDate })
          : numberOf(where, name, i, value);
        if (number !== 0) put(k, 0, number);
      });
    },
  };
}

/** @throws InputError naming the first row whose value is no finite number. */
export function learnNumberColumn(
  where: string,
  column: FrameColumn,
  missing: MissingRule,
  dateFormat?: string,
): ColumnEncoder {
  const { name } = column;
  const marksMissing = missing === "level" && column.rows.some((i) => isMissing(column.values[i]));
  const own = numberColumn(name, undefined, false, dateFormat);
  if (missing === "median") return numberColumn(name, medianOf(where, own, column), false, dateFormat);
  if (missing !== "mean" && !marksMissing) return own;
  const means = meansOf(where, own, column);
  return numberColumn(name, marksMissing ? [...means, 1] : means, marksMissing, dateFormat);
}

interface DateReading {
  readonly dateFormat: string;
  readonly readDate: DateReader;
}

function daysAt(
  where: string,
  name: string,
  row: number,
  value: unknown,
  { dateFormat, readDate }: DateReading,
): number {
  const what = `column ${JSON.stringify(name)}`;
  // A date of a frame is one at midnight of UTC, as `new Date("2024-08-31")` is.
  if (isDate(value)) return finiteValue(where, what, row, value.getTime() / 86_400_000);
  if (typeof value === "string") return dateAt(where, placeOf(name, row), dateFormat, readDate, value);
  throw new ColumnError(
    where,
    name,
    row,
    faultOf(`a date of the format ${JSON.stringify(dateFormat)}`, value),
    [{ words: "take it out of dates where it is a number already" }],
  );
}

function numberOf(where: string, name: string, row: number, value: unknown): number {
  if (typeof value === "string") throw numberNeeded(where, name, row, value);
  if (isDate(value))
    throw new ColumnError(where, name, row, faultOf("a finite number", value), [
      nameDateFormat(["YYYY-MM-DD"]),
      excludeColumn,
    ]);
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
