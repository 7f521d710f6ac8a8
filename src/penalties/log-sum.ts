import { formatNumber } from "../display/formatting";
import { checkKeys, checkPositive } from "../options";
import { serializable } from "../recipe";
import type { SeparablePenalty } from "./penalty";
import { type WeightOptions, weightReader } from "./penalty-weights";
import { separablePenalty } from "./separable-penalty";

/** The largest difference of two values, relative to their terms, that may be rounding: then zero is taken. */
const EQUAL = 64 * Number.EPSILON;

/** Options of {@link logSum}. */
export interface LogSumOptions extends WeightOptions {
  /** The magnitude below which the penalty is nearly linear, positive, in the unit of the coefficients. */
  readonly epsilon: number;
}

/**
 * The log-sum penalty `lambda * sum_j w_j log(1 + |beta_j| / epsilon)`.
 *
 * It is not convex. Its slope is `lambda w_j / epsilon` at zero and falls like `1 / |beta_j|`, so that large coefficients are
 * hardly shrunk. It nears `l1` with the penalty `lambda / epsilon` as `epsilon` grows, and counts coefficients as it falls to 0.
 * Reweighted l1 minimisation replaces it by its tangents. Where estimators standardize, `epsilon` is in the unit of the
 * standardized coefficients.
 *
 * @param options `epsilon`: positive; `weights`: positive, default 1.
 * @returns a separable penalty.
 * @throws InputError when `epsilon` or a weight is outside its domain.
 * @see Candès, Wakin and Boyd, Enhancing sparsity by reweighted l1 minimization (2008); Prater-Bennette, Shen and Tripp, The
 * proximity operator of the log-sum penalty (2022)
 * @example
 * ```ts
 * logSum({ epsilon: 0.5 }).value(Float64Array.of(0, 3.5), 1); // 2.0794415416798357: log 8
 * ```
 */
export function logSum(options: LogSumOptions): SeparablePenalty {
  checkKeys("logSum", options, ["epsilon", "weights"], "write { epsilon: 0.1 } for a bend at 0.1");
  const { epsilon } = options;
  checkPositive("logSum", "epsilon", epsilon);
  const weight = weightReader("logSum", options);
  const penalty = separablePenalty({
    name: `logSum(${formatNumber(epsilon)})`,
    convex: false,
    scalesWithLambda: true,
    zeroIsAlwaysLocalMinimum: false,
    becomesFlat: false,
    hasConvexSlope: true,
    quadraticOnOrthants: false,
    coordinateValue: (j, b, lambda) => lambda * weight(j) * Math.log1p(Math.abs(b) / epsilon),
    coordinateProx(j, z, step, lambda) {
      const b = magnitudeProx(Math.abs(z), step * lambda * weight(j), epsilon);
      return z < 0 && b > 0 ? -b : b;
    },
    coordinateSlope: (j, b, lambda) => (Math.sign(b) * lambda * weight(j)) / (epsilon + Math.abs(b)),
    coordinateCurvature: (j, b, lambda) => (-lambda * weight(j)) / (epsilon + Math.abs(b)) ** 2,
    violationAtZero: (j, gradient, lambda) =>
      Math.max(Math.abs(gradient) - (lambda * weight(j)) / epsilon, 0),
    ...(options.weights === undefined && { zeroGradientBound: (lambda: number) => lambda / epsilon }),

    // A local minimum away from zero has curvature >= lambda w / (epsilon + |b|)^2.
    smallestMagnitude: (j, curvature, lambda) =>
      Math.max(Math.sqrt((lambda * weight(j)) / curvature) - epsilon, 0),

    // On the way from |b| to zero the slope of the objective is at least that of the penalty at t, less |gradient| and
    // curvature (|b| - t). This is convex in t, and least where epsilon + t is the root of lambda w / curvature.
    roundsToZero(j, b, gradient, curvature, lambda) {
      const [level, magnitude] = [lambda * weight(j), Math.abs(b)];
      const turn = curvature > 0 ? Math.sqrt(level / curvature) - epsilon : magnitude;
      const t = Math.max(0, Math.min(turn, magnitude));
      return level / (epsilon + t) > Math.abs(gradient) + curvature * (magnitude - t);
    },

    lambdaMax(gradient, curvature) {
      let largest = 0;
      for (let j = 0; j < gradient.length; j++) {
        if (gradient[j] === 0) continue;
        largest = Math.max(largest, largestRatio(Math.abs(gradient[j]), curvature[j], epsilon) / weight(j));
      }
      return largest;
    },
  });
  return serializable("logSum", [options], penalty);
}

/**
 * The global minimiser over `b >= 0` of `(b - z)^2 / 2 + tau log(1 + b / epsilon)` for `z >= 0`, zero when both are equally good.
 *
 * Stationary points are the roots of `b^2 - (z - epsilon) b + tau - z epsilon`, of which the larger one is a minimum. Where
 * `tau <= epsilon^2` the objective is convex and the minimiser is continuous in `z`; else it jumps from zero to the larger root
 * where the two values are equal.
 */
function magnitudeProx(z: number, tau: number, epsilon: number): number {
  if (tau === 0) return z;
  const root = 2 * Math.sqrt(tau);
  const discriminant = (z + epsilon - root) * (z + epsilon + root);
  if (!(discriminant >= 0)) return 0;
  const half = Math.sqrt(discriminant);
  // The sum of two terms of one sign, so that nothing cancels.
  const b = z >= epsilon ? (z - epsilon + half) / 2 : (2 * (z * epsilon - tau)) / (epsilon - z + half);
  if (!(b > 0)) return 0;
  if (z * epsilon >= tau) return b;
  return b * (b / 2 - z) + tau * Math.log1p(b / epsilon) < -EQUAL * b * z ? b : 0;
}

/**
 * The supremum over `b > 0` of `(g b - h b^2 / 2) / log(1 + b / epsilon)`: what a coefficient gains of the datafit, at most, over what
 * it costs.
 *
 * With `u = b / epsilon` and `a = h epsilon / g` the ratio falls from `g epsilon` at zero where `a >= 1`. Otherwise it rises up to
 * the root of `(1 - a u) (1 + u) log(1 + u) - u + a u^2 / 2`, which is concave beyond its maximum `(1 - a) / (2 a)`, so that
 * Newton's method falls to the root from `1 / a`.
 */
function largestRatio(g: number, h: number, epsilon: number): number {
  const a = (h * epsilon) / g;
  if (a >= 1) return g * epsilon;
  if (a === 0) return Number.POSITIVE_INFINITY;
  let u = 1 / a;
  for (let iteration = 0; iteration < 100; iteration++) {
    const log = Math.log1p(u);
    const value = (1 - a * u) * (1 + u) * log - u + (a * u * u) / 2;
    const next = u - value / (log * (1 - a - 2 * a * u));
    if (!(next < u && next > 0)) break;
    u = next;
  }
  return (g * epsilon * u * (1 - (a * u) / 2)) / Math.log1p(u);
}
