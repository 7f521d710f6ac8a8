/**
 * One term of a relative entropy, `a log(a / b) - a + b`, which is at least 0 and is 0 exactly at `a = b`.
 *
 * Its terms cancel near `a = b`, so that there it is `a (d - log(1 + d))` with `d = (b - a) / a`, by a series of terms
 * of one sign.
 *
 * @param a at least 0 and finite.
 * @param b at least 0; may underflow to 0 or overflow.
 * @param logB `log b`, finite where `b` is not.
 */
export function relativeEntropy(a: number, b: number, logB: number): number {
  if (a === 0 || b === Number.POSITIVE_INFINITY) return b;
  const d = (b - a) / a;
  return d > -0.5 && d < 1 ? a * excessOverLog(d) : a * (Math.log(a) - logB) + (b - a);
}

/** 1/3, 1/5, 1/7, ... */
const reciprocals = Float64Array.from({ length: 17 }, (_, k) => 1 / (2 * k + 3));

/**
 * `d - log(1 + d)` for `-1/2 < d < 1`, to full relative accuracy.
 *
 * With `r = d / (2 + d)`, `log(1 + d) = 2 (r + r^3/3 + r^5/5 + ...)` and `d - 2 r = d r`; `|r| < 1/3`.
 */
function excessOverLog(d: number): number {
  const r = d / (2 + d);
  const square = r * r;
  // Of the next term nothing is left beside the first.
  const terms = square < 1e-4 ? 5 : square < 1e-2 ? 9 : reciprocals.length;
  let series = 0;
  for (let k = terms - 1; k >= 0; k--) series = series * square + reciprocals[k];
  return r * (d - 2 * square * series);
}
