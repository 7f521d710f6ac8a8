import { mustBeFinite } from "../errors";

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
