/** The smallest `b` whose logarithm is taken: smaller numbers may be subnormal, and lack digits. */
const tiny = 1e-300;

/** 1/3, 1/5, 1/7, ... */
const reciprocals = Float64Array.from({ length: 17 }, (_, k) => 1 / (2 * k + 3));

/**
 * One term of a relative entropy, `a log(a / b) - a + b`, which is at least 0 and is 0 exactly at `a = b`.
 *
 * Its terms cancel near `a = b`. There, for `a / 2 < b < 2 a`, `r = (b - a) / (b + a)` is below 1/3 and
 * `log(b / a) = 2 (r + r^3/3 + r^5/5 + ...)`, so that it is `r (b - a) - 2 a (r^3/3 + r^5/5 + ...)`, to full relative accuracy.
 *
 * @param a at least 0 and finite.
 * @param b at least 0; may underflow to 0 or overflow.
 * @param logB `log b`, asked for only where `b` underflows.
 */
export function relativeEntropy(a: number, b: number, logB: number): number {
  if (a === 0 || b === Number.POSITIVE_INFINITY) return b;
  const r = (b - a) / (b + a);
  const square = r * r;
  if (!(square < 1 / 9)) return a * (Math.log(a) - (b > tiny ? Math.log(b) : logB)) + (b - a);
  // The next term is below the rounding of the first.
  if (square < 1e-6) return r * (b - a - 2 * a * square * (1 / 3 + square * (1 / 5 + square / 7)));
  const terms = square < 1e-4 ? 5 : square < 1e-2 ? 9 : reciprocals.length;
  let series = 0;
  for (let k = terms - 1; k >= 0; k--) series = series * square + reciprocals[k];
  return r * (b - a - 2 * a * square * series);
}
