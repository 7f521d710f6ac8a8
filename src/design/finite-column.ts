import { type InputError, isDate, mustBe, standsForMissing } from "../errors";
import { inWords, numberSpelling } from "./number-spelling";

/**
 * Copies a column into `out`, value by value as {@link finiteValue} reads it.
 *
 * @param what the column's name in the error message.
 * @throws InputError naming the first row, counted from 0, whose value is refused.
 */
export function copyFiniteColumn(
  where: string,
  what: string,
  column: ArrayLike<unknown>,
  out: Float64Array,
): void {
  for (let i = 0; i < out.length; i++) out[i] = finiteValue(where, what, i, column[i]);
}

/**
 * The value of a row as a number: numbers as they are, `true` and `false` as 1 and 0, a bigint that a 64-bit float holds
 * exactly.
 *
 * @throws InputError if it is anything else or not finite.
 */
export function finiteValue(where: string, what: string, row: number, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "bigint" && BigInt(Number(value)) === value) return Number(value);
  throw mustBeFinite(where, `${what}, row ${row}`, value);
}

/** A value of a table or a response that is no finite number, with the remedy that fits what it is. */
function mustBeFinite(where: string, what: string, value: unknown): InputError {
  return mustBe(where, what, "a finite number", value, remedyFor(what, value));
}

function remedyFor(what: string, value: unknown): string | undefined {
  if (value === undefined || value === null || Number.isNaN(value)) {
    return "drop or impute missing values first";
  }
  if (standsForMissing(value)) return "write null where it stands for a missing value";
  const spelling = numberSpelling(value);
  if (spelling) return inWords(spelling);
  if (typeof value === "string" && what.startsWith("column "))
    return Number.isFinite(Number(value))
      ? "convert texts of digits to numbers first"
      : "fromFrame of smooth-edges/frame makes numbers of texts";
  if (typeof value === "string") return "encode text as numbers first";
  if (isDate(value)) return "convert dates to numbers first";
  if (typeof value === "bigint") return "a 64-bit float cannot hold it exactly";
  return undefined;
}
