/** Tails of the normal distribution, to relative accuracy. */

/** From here on a tail is computed by the continued fraction. */
const LARGE = 2;

/**
 * `P(Z > x)` of a standard normal `Z`, to a relative error of about `(10 + x^2) 2^-52`.
 *
 * Below 2 it is 1/2 minus the density times the series of Marsaglia; beyond, where that would cancel, the density over
 * {@link laplaceFraction}.
 *
 * @param x any number; NaN gives NaN.
 * @see Marsaglia, Evaluating the normal distribution (2004); Abramowitz and Stegun 26.2.11 and 26.2.14
 */
export function normalTail(x: number): number {
  if (x < 0) return 1 - normalTail(-x);
  if (x === Infinity) return 0;
  const density = normalDensity(x);
  if (!(x < LARGE)) return density / laplaceFraction(x, 1);
  let term = x;
  let sum = 0;
  for (let k = 3; sum + term !== sum; k += 2) {
    sum += term;
    term *= (x * x) / k;
  }
  return 0.5 - density * sum;
}

/** The density of a standard normal variable. */
function normalDensity(x: number): number {
  return Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * Laplace's continued fraction `x + first/(x + (first + 1)/(x + ...))` for `x >= 2`; with 1 it is the density over the tail.
 *
 * At 2, where it converges most slowly, 100 levels agree with any more of them to the last digit.
 */
function laplaceFraction(x: number, first: number): number {
  let fraction = x;
  for (let k = first + 99; k >= first; k--) fraction = x + k / fraction;
  return fraction;
}

/** `-log P(Z < t)`, convex in `t`. */
export function negativeLogNormal(t: number): number {
  if (t > -LARGE) return t > 0 ? -Math.log1p(-normalTail(t)) : -Math.log(normalTail(-t));
  return (t * t) / 2 + Math.log(2 * Math.PI) / 2 + Math.log(laplaceFraction(-t, 1));
}

/** The density at `t` over `P(Z < t)`, the inverse Mills ratio: minus the derivative of {@link negativeLogNormal}. */
export function inverseMills(t: number): number {
  return t > -LARGE ? normalDensity(t) / normalTail(-t) : laplaceFraction(-t, 1);
}

/** The second derivative of {@link negativeLogNormal}, `m (t + m)` with `m` the {@link inverseMills} ratio, without cancellation. */
export function negativeLogNormalCurvature(t: number): number {
  const ratio = inverseMills(t);
  return t > -LARGE ? ratio * (t + ratio) : ratio / laplaceFraction(-t, 2);
}
