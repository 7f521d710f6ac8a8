/**
 * `e^t - 1 - t`, at least 0, to full relative precision.
 *
 * Differences of means are sums of such terms: with `t_l = log(x_l / G)`, `G` the geometric mean with weights `a_l` that
 * sum to one, `sum a_l x_l - G = G sum a_l (e^t_l - 1 - t_l)` because `sum a_l t_l = 0`.
 */
export function expRemainder(t: number): number {
  if (Math.abs(t) >= 0.25) return Math.expm1(t) - t;
  let series = 1;
  for (let n = 14; n > 2; n--) series = 1 + (t / n) * series;
  return ((t * t) / 2) * series;
}
