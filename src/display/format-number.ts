/**
 * A number as text with `digits` significant digits and no trailing zeros: `0.1235`, `12346`, `1.235e-7`.
 *
 * Digits before the point are never dropped below a million, integers are never rounded, and `-0` is `0`.
 *
 * @param digits - Significant digits, 1 to 17.
 */
export function formatNumber(value: number | bigint, digits: number = 4): string {
  if (typeof value === "bigint") return `${value}`;
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return String(value + 0);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(digits - 1).replace(/\.?0*e\+?/, "e");
  const whole = Math.floor(Math.log10(size)) + 1;
  return String(Number(value.toPrecision(Math.max(digits, whole))));
}
