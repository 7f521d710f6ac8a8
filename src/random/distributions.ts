/** Tails and quantiles of the normal distribution, also a truncated one, and of Student's. */

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

/** A normal variable of deviation 1 that is known to lie between two numbers, either of which may be infinite, and to be `value`. */
export interface TruncatedNormal {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * `P(Z > value)` of a truncated normal `Z`, whose mean before the truncation is `mean`; a `value` outside the limits counts as the nearer one.
 *
 * The masses above and below are in units of the density at the point between the limits that is nearest to the mean, and distances are taken
 * from there, so that nothing underflows or cancels however far the mean is.
 */
export function truncatedNormalTail({ value, low, high }: TruncatedNormal, mean: number): number {
  const at = Math.min(Math.max(value, low), high);
  let [above, below]: number[] = [];
  if (mean < low)
    [above, below] = [massOf(low - mean, at - low, high - low), massOf(low - mean, 0, at - low)];
  else if (mean > high) {
    [above, below] = [massOf(mean - high, 0, high - at), massOf(mean - high, high - at, high - low)];
  } else [above, below] = [massAround(at - mean, high - mean), massAround(low - mean, at - mean)];
  return above / (above + below);
}

/**
 * The mean at which {@link truncatedNormalTail} is `tail`, by bisection to rounding: it grows with the mean. Infinite where the value is one
 * of the limits, since then no mean makes the tail other than 0 or 1.
 */
export function truncatedNormalMean(variable: TruncatedNormal, tail: number): number {
  const { value, low, high } = variable;
  if (value <= low) return Number.NEGATIVE_INFINITY;
  if (value >= high) return Number.POSITIVE_INFINITY;
  const isBelow = (distance: number): boolean => truncatedNormalTail(variable, value + distance) < tail;
  let [near, far] = [0, isBelow(0) ? 1 : -1];
  const isShort = isBelow(near);
  while (isBelow(far) === isShort) [near, far] = [far, 2 * far];
  for (;;) {
    const middle = (near + far) / 2;
    if (middle === near || middle === far) return value + middle;
    if (isBelow(middle) === isShort) near = middle;
    else far = middle;
  }
}

/** The integral of `exp(-x^2 / 2)` between two numbers in ascending order. */
function massAround(from: number, to: number): number {
  if (from >= 0) return massOf(0, from, to);
  return to <= 0 ? massOf(0, -to, -from) : massOf(0, 0, to) + massOf(0, 0, -from);
}

/** Nodes above 0 and weights of Gauss's quadrature with eight points on [-1, 1]: Abramowitz and Stegun, table 25.4. */
const gauss = [
  [0.1834346424956498, 0.362683783378362],
  [0.525532409916329, 0.31370664587788727],
  [0.7966664774136267, 0.22238103445337448],
  [0.9602898564975363, 0.10122853629037626],
] as const;

/** The integral of `exp(-t (2 start + t) / 2)`, a normal density from `start >= 0` on over the one there, for `t` between two numbers. */
function massOf(start: number, from: number, to: number): number {
  const ratio = (t: number): number => Math.exp((-t * (2 * start + t)) / 2);
  // A difference of tails would cancel where the density varies little.
  if ((to - from) * (start + to) < 1) {
    const [middle, half] = [(from + to) / 2, (to - from) / 2];
    return gauss.reduce(
      (sum, [node, weight]) =>
        sum + half * weight * (ratio(middle - half * node) + ratio(middle + half * node)),
      0,
    );
  }
  const tail = (t: number): number => (t === Infinity ? 0 : ratio(t) / inverseMills(-start - t));
  return tail(from) - tail(to);
}

/**
 * `P(T > x)` of Student's distribution with `df` degrees of freedom, by the continued fraction of the incomplete beta function; of the
 * normal distribution at an infinite `df`.
 *
 * @see Abramowitz and Stegun 26.7.1 and 26.5.8
 */
export function studentTail(x: number, df: number): number {
  if (df === Number.POSITIVE_INFINITY) return normalTail(x);
  if (x < 0) return 1 - studentTail(-x, df);
  return incompleteBeta(df / (df + x * x), (x * x) / (df + x * x), df / 2, 1 / 2) / 2;
}

/** The `x` above which Student's variable is with probability `tail`, between 0 and 1/2, by bisection to rounding. */
export function studentQuantile(tail: number, df: number): number {
  let [low, high] = [0, 1];
  while (studentTail(high, df) > tail) [low, high] = [high, 2 * high];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (studentTail(middle, df) > tail) low = middle;
    else high = middle;
  }
}

/** The regularized incomplete beta function `I_x(a, b)`, given `x` and `1 - x`. */
function incompleteBeta(x: number, rest: number, a: number, b: number): number {
  if (x === 0 || rest === 0) return rest === 0 ? 1 : 0;
  // The fraction converges quickly below the mean; above it the other tail does.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(rest, x, b, a);
  const front =
    Math.exp(a * Math.log(x) + b * Math.log(rest) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
  // Lentz's algorithm, which no denominator stops.
  let [c, d] = [1, 1 / (1 - ((a + b) * x) / (a + 1))];
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let factor = 1;
    for (const term of [even, odd]) {
      d = 1 / (1 + term * d);
      c = 1 + term / c;
      fraction *= c * d;
      factor = c * d;
    }
    if (Math.abs(factor - 1) <= Number.EPSILON) break;
  }
  return front * fraction;
}

/** `log Gamma(x)` for positive `x`, by Stirling's series, small `x` moved up by `Gamma(x + 1) = x Gamma(x)`. */
export function logGamma(x: number): number {
  let [k, product] = [x, 0];
  for (; k < 16; k++) product += Math.log(k);
  const square = 1 / (k * k);
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / k;
  return (k - 0.5) * Math.log(k) - k + Math.log(2 * Math.PI) / 2 + series - product;
}
