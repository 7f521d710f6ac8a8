/**
 * `P(Z > x)` of a standard normal `Z`, to a relative error of about `(10 + x^2) 2^-52`.
 *
 * Below 2 it is 1/2 minus the density times the series of Marsaglia; beyond, where that would cancel, the density times
 * Laplace's continued fraction `1/(x + 1/(x + 2/(x + ...)))`.
 *
 * @param x any number; NaN gives NaN.
 * @see Marsaglia, Evaluating the normal distribution (2004); Abramowitz and Stegun 26.2.11 and 26.2.14
 */
export function normalTail(x: number): number {
  if (x < 0) return 1 - normalTail(-x);
  if (x === Infinity) return 0;
  const density = Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x < 2) {
    let term = x;
    let sum = 0;
    for (let k = 3; sum + term !== sum; k += 2) {
      sum += term;
      term *= (x * x) / k;
    }
    return 0.5 - density * sum;
  }
  // At 2, where it converges most slowly, 100 levels agree with any more of them to the last digit.
  let fraction = x;
  for (let k = 100; k >= 1; k--) fraction = x + k / fraction;
  return density / fraction;
}
