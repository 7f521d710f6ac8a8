/**
 * The smallest `t` among the `|W_j| > 0` with `(plus + #{W_j <= -t}) / max(1, #{W_j >= t}) <= fdr`; Infinity where there
 * is none.
 *
 * @param plus 1 for knockoff+, which bounds the false discovery rate itself; 0 bounds a modified one.
 * @see Barber and Candès, Controlling the false discovery rate via knockoffs (2015), definitions 2 and 3
 */
export function knockoffThreshold(statistics: Float64Array, fdr: number, plus: 0 | 1): number {
  const magnitudes = statistics.map(Math.abs).sort();
  for (const t of magnitudes) {
    if (t === 0) continue;
    const against = statistics.filter((w) => w <= -t).length;
    const inFavour = statistics.filter((w) => w >= t).length;
    if ((plus + against) / Math.max(1, inFavour) <= fdr) return t;
  }
  return Number.POSITIVE_INFINITY;
}
