/**
 * Weighted mean of a column, and its weighted standard deviation with divisor n, exactly 0 where rows of positive weight
 * agree. Rows of weight 0 play no part.
 *
 * @param weights at least 0, of mean one.
 */
export function weightedMoments(
  column: Float64Array,
  weights: Float64Array,
): { readonly mean: number; readonly deviation: number } {
  const n = column.length;
  const origin = column[weights.findIndex((weight) => weight > 0)];
  // Taken about one of the entries, so that a constant column gives exactly that constant.
  let shift = 0;
  for (let i = 0; i < n; i++) if (weights[i] > 0) shift += (weights[i] * (column[i] - origin)) / n;
  const mean = origin + shift;
  let largest = 0; // squares of the ratios neither overflow nor vanish
  for (let i = 0; i < n; i++) if (weights[i] > 0) largest = Math.max(largest, Math.abs(column[i] - mean));
  let sum = 0;
  for (let i = 0; i < n; i++) if (weights[i] > 0) sum += weights[i] * ((column[i] - mean) / largest) ** 2;
  return { mean, deviation: largest === 0 ? 0 : largest * Math.sqrt(sum / n) };
}
