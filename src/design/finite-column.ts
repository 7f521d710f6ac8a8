import { mustBeFinite } from "../errors";

/**
 * Copies a column into `out`, value by value: numbers as they are, `true` and `false` as 1 and 0, a bigint that a
 * 64-bit float holds exactly.
 *
 * @param what the column's name in the error message.
 * @throws InputError naming the first row, counted from 0, that holds anything else or no finite number.
 */
export function copyFiniteColumn(
  where: string,
  what: string,
  column: ArrayLike<unknown>,
  out: Float64Array,
): void {
  for (let i = 0; i < out.length; i++) {
    const value = column[i];
    if (typeof value === "number" && Number.isFinite(value)) out[i] = value;
    else if (typeof value === "boolean") out[i] = value ? 1 : 0;
    else if (typeof value === "bigint" && BigInt(Number(value)) === value) out[i] = Number(value);
    else throw mustBeFinite(where, `${what}, row ${i}`, value);
  }
}
