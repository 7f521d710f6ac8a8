/** The smallest shape at which four terms of Stirling's series are exact up to rounding. */
const LARGE_SHAPE = 16;

/**
 * `log Gamma(k) + k - k log k`, the logarithm of the integral over `y` of `exp(-k (y / mean - 1 - log(y / mean))) / y`, whatever the mean.
 *
 * By Stirling's series it is `log(2 pi / k) / 2 + 1 / (12 k) - ...`; smaller shapes are moved up by `Gamma(k + 1) = k Gamma(k)`.
 */
export function gammaNormalizer(shape: number): number {
  let [k, product] = [shape, 0];
  for (; k < LARGE_SHAPE; k++) product += Math.log(k);
  const square = 1 / (k * k);
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / k;
  // Where the shape was not moved the second bracket is exactly 0, whatever its terms.
  return (
    Math.log((2 * Math.PI) / k) / 2 +
    series +
    (k * Math.log(k) - shape * Math.log(shape) - (k - shape) - product)
  );
}
