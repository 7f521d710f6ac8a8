/**
 * Meinshausen and Bühlmann's bound on the expected number of false selections, `q^2 / ((2 pi - 1) p)`.
 *
 * @param q features that a half-sample selects, at most or on average.
 * @param p features that could be selected.
 * @param threshold `pi`, above 1/2 and at most 1.
 * @see Meinshausen and Bühlmann, Stability selection (2010), theorem 1; Shah and Samworth (2013), theorem 1
 */
export function worstCaseBound(q: number, p: number, threshold: number): number {
  return (q * q) / ((2 * threshold - 1) * p);
}

/**
 * The bound of Shah and Samworth where the share of half-samples that select a feature has a unimodal distribution:
 * `C q^2 / p` with `C = 1 / (2 (2 pi - 1 - 1/(2B)))` for `pi <= 3/4`, and `4 (1 - pi + 1/(2B)) / (1 + 1/B)` above.
 *
 * It holds for `q / p <= 1/sqrt(3)` and thresholds of at least `1/2 + 1/B` and above `1/2 + min((q/p)^2, 1/(2B) +
 * 3/4 (q/p)^2)`; elsewhere NaN.
 *
 * @param nPairs `B`, the number of pairs of complementary half-samples.
 * @see Shah and Samworth, Variable selection with error control: another look at stability selection (2013), theorem 2
 */
export function unimodalBound(q: number, p: number, threshold: number, nPairs: number): number {
  const share = q / p;
  const lowest = 0.5 + Math.min(share ** 2, 1 / (2 * nPairs) + 0.75 * share ** 2);
  const isCovered = share <= 1 / Math.sqrt(3) && threshold > lowest && threshold >= 0.5 + 1 / nPairs;
  if (!isCovered) return Number.NaN;
  const constant =
    threshold <= 0.75
      ? 1 / (2 * (2 * threshold - 1 - 1 / (2 * nPairs)))
      : (4 * (1 - threshold + 1 / (2 * nPairs))) / (1 + 1 / nPairs);
  return constant * q * share;
}
