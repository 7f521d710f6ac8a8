import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { serializable } from "../recipe";
import { l1, softThreshold } from "./l1";
import type { SeparablePenalty } from "./penalty";
import { squareScaleReader, type WeightOptions, weightReader } from "./penalty-weights";
import { separablePenalty } from "./separable-penalty";

/** Options of `elasticNet`. */
export interface ElasticNetOptions extends WeightOptions {
  /** Share of the lasso, in [0, 1]; glmnet's `alpha`. 1 is `l1`, 0 a ridge alone. Default: 0.5. */
  readonly l1Ratio?: number;
  /** Squares are divided by this, one positive finite number a coordinate or one for all, such as the standard deviation of a response. Default: 1. */
  readonly scales?: number | ArrayLike<number>;
}

/** The share of the lasso that a path of less begins as if it had, as in glmnet, since a ridge alone leaves no coefficient at 0. */
const leastShare = 1e-3;

/**
 * The elastic net `lambda * sum_j w_j (l1Ratio |beta_j| + (1 - l1Ratio)/2 beta_j^2 / c_j)`.
 *
 * Its conjugate is finite everywhere, so any dual point serves for a duality gap and there is no dual norm. With the scale `c_j` 1 the
 * two parts have different units, so that their balance depends on the unit of the response; with the standard deviation of the response,
 * as glmnet's gaussian family and `SmoothElasticNet` have it, `lambda` has one unit for every `l1Ratio`.
 *
 * @param options `l1Ratio` in [0, 1], default 0.5; `weights`: positive, default 1, on both parts; `scales`: positive, default 1.
 * @throws InputError when `l1Ratio`, a weight or a scale is outside its domain.
 * @see Zou and Hastie, Regularization and variable selection via the elastic net (2005)
 * @example
 * ```ts
 * elasticNet({ l1Ratio: 0.5 }).value(Float64Array.of(1, -2), 1); // 2.75
 * ```
 */
export function elasticNet(options: ElasticNetOptions = {}): SeparablePenalty {
  checkKeys("elasticNet", options, ["l1Ratio", "weights", "scales"]);
  const { l1Ratio = 0.5, weights } = options;
  if (!(l1Ratio >= 0 && l1Ratio <= 1)) throw mustBe("elasticNet", "l1Ratio", "a number in [0, 1]", l1Ratio);
  const weight = weightReader("elasticNet", options);
  const scale = squareScaleReader("elasticNet", options.scales);
  if (l1Ratio === 1) return l1({ weights });
  const level = (j: number, lambda: number): number => lambda * weight(j) * l1Ratio;
  const ridge = (j: number, lambda: number): number => (lambda * weight(j) * (1 - l1Ratio)) / scale(j);
  const penalty = separablePenalty({
    name: `elasticNet(${l1Ratio})`,
    convex: true,
    scalesWithLambda: true,
    zeroIsAlwaysLocalMinimum: false,
    becomesFlat: false,
    hasConvexSlope: true,
    quadraticOnOrthants: true,
    coordinateValue: (j, b, lambda) =>
      Math.abs(b) * (level(j, lambda) + (ridge(j, lambda) / 2) * Math.abs(b)),
    coordinateProx: (j, z, step, lambda) =>
      softThreshold(z, step * level(j, lambda)) / (1 + step * ridge(j, lambda)),
    coordinateSlope: (j, b, lambda) => level(j, lambda) * Math.sign(b) + ridge(j, lambda) * b,
    coordinateCurvature: (j, _b, lambda) => ridge(j, lambda),
    violationAtZero: (j, gradient, lambda) => Math.max(Math.abs(gradient) - level(j, lambda), 0),
    ...(weights === undefined && { zeroGradientBound: (lambda: number) => level(0, lambda) }),

    // The bound of the lasso holds, since the ridge part only adds to what moving b to 0 gains.
    roundsToZero(j, b, gradient, curvature, lambda) {
      const slack = level(j, lambda) - Math.abs(gradient);
      return slack > 0 && Math.abs(b) * curvature <= slack;
    },

    // With u = v + s, v the part of u inside [-level, level] and s = soft(u, level), the difference is
    // (level |b| - v b) + (ridge b - s)^2 / (2 ridge).
    fenchelYoung(beta, dual, lambda) {
      let sum = 0;
      for (let j = 0; j < beta.length; j++) {
        const [b, a, r] = [beta[j], level(j, lambda), ridge(j, lambda)];
        const inside = Math.max(-a, Math.min(a, dual[j]));
        if (b !== 0) sum += a * Math.abs(b) - inside * b;
        sum += (r * b - softThreshold(dual[j], a)) ** 2 / (2 * r);
      }
      return sum;
    },

    lambdaMax(gradient) {
      let largest = 0;
      for (let j = 0; j < gradient.length; j++) {
        largest = Math.max(largest, Math.abs(gradient[j]) / (weight(j) * Math.max(l1Ratio, leastShare)));
      }
      return largest;
    },
  });
  // A ridge alone is smooth everywhere.
  return serializable("elasticNet", [options], l1Ratio > 0 ? penalty : { ...penalty, elementwise: false });
}
