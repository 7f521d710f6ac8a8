/**
 * The weighted arithmetic minus the geometric mean of squares, `sum_l a_l m_l^2 - prod_l m_l^(2 a_l)`, at least 0.
 *
 * With `t_l` the logarithm of `m_l^2` over the geometric mean `G`, `sum_l a_l t_l = 0`, so the difference is
 * `G sum_l a_l (e^t_l - 1 - t_l)`, a sum of terms that are each at least 0.
 *
 * @param roots the `m_l`, none negative.
 * @param shares the `a_l`, which sum to one.
 */
export function meanGap(roots: Float64Array, shares: Float64Array): number {
  // The relative difference of neighbours is exact, the difference of their logarithms is not.
  const first = roots[0];
  const logRatio = (root: number): number => 2 * Math.log1p((root - first) / first);
  let drift = 0;
  for (let l = 1; l < roots.length; l++) drift += shares[l] * logRatio(roots[l]);

  let spread = 0;
  let sum = 0;
  let arithmetic = 0;
  let logMean = 0;
  for (let l = 0; l < roots.length; l++) {
    const t = logRatio(roots[l]) - drift;
    if (!(Math.abs(t) <= spread)) spread = Math.abs(t);
    sum += shares[l] * expRemainder(t);
    arithmetic += shares[l] * roots[l] ** 2;
    logMean += 2 * shares[l] * Math.log(roots[l]);
  }
  // Far from balance, where roots may be zero, nothing cancels.
  return spread < 1 ? first ** 2 * Math.exp(drift) * sum : arithmetic - Math.exp(logMean);
}

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
