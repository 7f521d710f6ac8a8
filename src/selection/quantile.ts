/**
 * The quantile of a sample, linear between order statistics: R's type 7, numpy's default.
 *
 * @param ascending at least one number.
 * @param share between 0 and 1.
 */
export function quantile(ascending: Float64Array, share: number): number {
  const place = share * (ascending.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, ascending.length - 1);
  return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
}
