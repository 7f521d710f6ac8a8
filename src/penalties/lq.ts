import { formatNumber } from "../display/formatting";
import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { serializable } from "../recipe";
import type { SeparablePenalty } from "./penalty";
import { type WeightOptions, weightReader } from "./penalty-weights";
import { separablePenalty } from "./separable-penalty";

/** Options of {@link lq}: the power of a coefficient, and weights. */
export interface LqOptions extends WeightOptions {
  /** The exponent, `0 < q < 1`: a smaller one shrinks large coefficients less, and is closer to counting those that are not zero. */
  readonly q: number;
}

/**
 * The bridge penalty `lambda * sum_j w_j |beta_j|^q` with `0 < q < 1`; for `q = 1` use `l1`.
 *
 * It is not convex, its slope at zero is infinite: zero is a stationary point whatever the gradient, and
 * `violation` says nothing there.
 *
 * @param options `q`: the exponent, `0 < q < 1`; `weights`: positive, default 1.
 * @throws InputError when `q` or a weight is outside its domain.
 * @example
 * ```ts
 * lq({ q: 0.5 }).value(Float64Array.of(4, 0), 1); // 2
 * ```
 */
export function lq(options: LqOptions): SeparablePenalty {
  checkKeys("lq", options, ["q", "weights"], "write { q: 0.5 } for the exponent 0.5");
  const { q } = options;
  if (!(q > 0 && q < 1)) throw mustBe("lq", "q", "a number strictly between 0 and 1", q);
  const weight = weightReader("lq", options);
  const slope = (j: number, b: number, lambda: number): number =>
    lambda * weight(j) * q * lowered(Math.abs(b), q) * Math.sign(b);
  const smallestMagnitude = (j: number, curvature: number, lambda: number): number =>
    smallestRoot((lambda * weight(j) * q * (1 - q)) / curvature, q);
  const penalty = separablePenalty({
    name: `lq(${formatNumber(q)})`,
    convex: false,
    scalesWithLambda: true,
    zeroIsAlwaysLocalMinimum: true,
    becomesFlat: false,
    exponent: q,
    hasConvexSlope: true,
    quadraticOnOrthants: false,
    // The smallest number takes the place of zero, so that an infinite coefficient has an infinite penalty.
    coordinateValue: (j, b, lambda) =>
      b === 0 ? 0 : lambda * weight(j) * Math.abs(b) * Math.max(lowered(Math.abs(b), q), Number.MIN_VALUE),
    coordinateProx: (j, z, step, lambda) => bridgeProx(z, step * lambda * weight(j), q),
    coordinateSlope: slope,
    coordinateCurvature: (j, b, lambda) => ((q - 1) * slope(j, b, lambda)) / b,
    violationAtZero: (_j, gradient, lambda) => (lambda > 0 ? 0 : Math.abs(gradient)),

    proxThreshold: (j, step, lambda) => bridgeThreshold(step * lambda * weight(j), q),

    smallestMagnitude,

    concaveRange: (j, lambda, convexity) => [0, smallestMagnitude(j, convexity, lambda)],

    // The second-order condition curvature >= lambda w q (1 - q) |b|^(q-2) holds at every local minimum. Without
    // curvature there is none but at zero, and the objective falls towards it where the slope outweighs the gradient.
    roundsToZero: (j, b, gradient, curvature, lambda) =>
      curvature > 0
        ? Math.abs(b) < smallestMagnitude(j, curvature, lambda)
        : Math.abs(gradient) < Math.abs(slope(j, b, lambda)),

    lambdaMax(gradient, curvature) {
      let largest = 0;
      for (let j = 0; j < gradient.length; j++) {
        if (gradient[j] === 0) continue;
        const base = Math.abs(gradient[j]) ** (2 - q) / (2 - q);
        const factor = ((2 * (1 - q)) / (curvature[j] * (2 - q))) ** (1 - q);
        largest = Math.max(largest, (base * factor) / weight(j));
      }
      return largest;
    },
  });
  return serializable("lq", [options], penalty);
}

/**
 * The global minimiser of `1/2 (b - z)^2 + tau |b|^q`, zero when both are equally good.
 *
 * It is zero up to {@link bridgeThreshold}; above it the larger root of `b - z + tau q b^(q-1)`, which is convex in `b`, so
 * Newton's method from `|z|` falls to it. For `q = 1 - 1/m`, `m = 2, 3`, it is a root in `t = b^(1/m)` of the polynomial
 * `t^(m+1) - z t + tau q`, of which the same is true.
 */
export function bridgeProx(z: number, tau: number, q: number): number {
  if (tau === 0) return z;
  const magnitude = Math.abs(z);
  if (isFarBelow(magnitude, tau, q) || magnitude <= bridgeThreshold(tau, q)) return 0;
  if (q === 1 / 2) return Math.sign(z) * polynomialRoot(magnitude, tau * q, Math.sqrt(magnitude), 2);
  if (q === 2 / 3) return Math.sign(z) * polynomialRoot(magnitude, tau * q, Math.cbrt(magnitude), 3);
  let b = magnitude;
  for (let iteration = 0; iteration < 100; iteration++) {
    const power = tau * q * b ** (q - 1);
    const next = b - (b - magnitude + power) / (1 + ((q - 1) * power) / b);
    if (!(next < b)) break;
    b = next;
  }
  return Math.sign(z) * b;
}

/** Whether a point is so far below the threshold that powers without a root tell it, as most points are; none that are next to nothing. */
function isFarBelow(magnitude: number, tau: number, q: number): boolean {
  if (!(tau > 1e-100)) return false;
  if (q === 1 / 2) return magnitude * magnitude * magnitude < 0.999 * 1.5 ** 3 * tau * tau;
  return q === 2 / 3 && (magnitude * magnitude) ** 2 < 0.999 * (128 / 27) * tau * tau * tau;
}

/** `t^m` for the largest root of `t^(m+1) - z t + c`, by Newton's method from above. */
function polynomialRoot(z: number, c: number, above: number, m: 2 | 3): number {
  let t = above;
  let b = z;
  for (let iteration = 0; iteration < 100; iteration++) {
    const next = t - (t * (b - z) + c) / ((m + 1) * b - z);
    if (!(next < t)) break;
    t = next;
    b = m === 2 ? t * t : t * t * t;
  }
  return b;
}

/** The largest `|z|` that {@link bridgeProx} takes to zero: `b (2 - q) / (2 (1 - q))` with `b = (2 tau (1 - q))^(1/(2 - q))`. */
function bridgeThreshold(tau: number, q: number): number {
  const smallest = smallestRoot(2 * tau * (1 - q), q);
  return (smallest * (2 - q)) / (2 * (1 - q));
}

/** `x^(1/(2-q))`, by roots where there are some. */
function smallestRoot(x: number, q: number): number {
  if (q === 1 / 2) return Math.cbrt(x) ** 2;
  if (q === 2 / 3) {
    const root = Math.sqrt(x);
    return root * Math.sqrt(root);
  }
  return x ** (1 / (2 - q));
}

/** `b^(q-1)`, by a root where there is one: it takes a tenth of the time. */
function lowered(b: number, q: number): number {
  if (q === 1 / 2) return 1 / Math.sqrt(b);
  if (q === 2 / 3) return 1 / Math.cbrt(b);
  return b ** (q - 1);
}
