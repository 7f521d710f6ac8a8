import { formatNumber } from "../display/formatting";
import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { serializable } from "../recipe";
import type { SeparablePenalty } from "./penalty";
import { type WeightOptions, weightReader } from "./penalty-weights";
import { separablePenalty } from "./separable-penalty";

/** Options of {@link l0}: the ridge, and weights. */
export interface L0Options extends WeightOptions {
  /** The ridge, finite and at least 0; `lambda` does not multiply it, but with `lambda` 0 there is no penalty at all. Default: 0. */
  readonly lambda2?: number;
}

/**
 * The number of coefficients that are not zero, and a ridge: `sum_j lambda w_j [beta_j != 0] + lambda2 / 2 sum_j beta_j^2`.
 *
 * The terms jump at zero, which is a local minimum whatever the gradient. Weights multiply the count, not the ridge. With `lambda` 0 there is no
 * penalty, nor a ridge.
 *
 * @param options `lambda2`: at least 0, default 0; `weights`: positive, default 1.
 * @throws InputError when `lambda2` or a weight is outside its domain.
 * @see Hazimeh, Mazumder and Saab, Sparse regression at scale: branch-and-bound rooted in first-order optimization (2022)
 * @example
 * ```ts
 * l0({ lambda2: 1 }).value(Float64Array.of(2, 0), 3); // 5
 * ```
 */
export function l0(options: L0Options = {}): SeparablePenalty {
  checkKeys("l0", options, ["lambda2", "weights"]);
  const { lambda2 = 0 } = options;
  if (!(typeof lambda2 === "number" && lambda2 >= 0 && lambda2 < Infinity))
    throw mustBe("l0", "lambda2", "a finite number >= 0", lambda2);
  const weight = weightReader("l0", options);
  const ridge = (lambda: number): number => (lambda > 0 ? lambda2 : 0);
  const jumpAtZero = (j: number, lambda: number): number => lambda * weight(j);
  const threshold = (j: number, step: number, lambda: number): number =>
    Math.sqrt(2 * step * jumpAtZero(j, lambda) * (1 + step * ridge(lambda)));
  const penalty = separablePenalty({
    name: lambda2 === 0 ? "l0" : `l0(${formatNumber(lambda2)})`,
    convex: false,
    scalesWithLambda: lambda2 === 0,
    zeroIsAlwaysLocalMinimum: true,
    becomesFlat: lambda2 === 0,
    hasConvexSlope: true,
    quadraticOnOrthants: true,
    jumpAtZero,
    coordinateValue: (j, b, lambda) => (b === 0 ? 0 : jumpAtZero(j, lambda) + (ridge(lambda) / 2) * b * b),
    coordinateProx: (j, z, step, lambda) =>
      Math.abs(z) > threshold(j, step, lambda) ? z / (1 + step * ridge(lambda)) : 0,
    coordinateSlope: (_j, b, lambda) => ridge(lambda) * b,
    coordinateCurvature: (_j, _b, lambda) => ridge(lambda),
    violationAtZero: (_j, gradient, lambda) => (lambda > 0 ? 0 : Math.abs(gradient)),
    proxThreshold: threshold,

    // There is nothing between zero and the next number: the term jumps, and is convex from there on.
    concaveRange: () => [0, Number.MIN_VALUE],

    // Every value but zero may be a local minimum; it is kept where the best one is better than zero.
    roundsToZero(j, b, gradient, curvature, lambda) {
      const bend = curvature + ridge(lambda);
      const pull = curvature * b - gradient;
      return bend > 0 ? (pull * pull) / (2 * bend) <= jumpAtZero(j, lambda) : gradient === 0 && lambda > 0;
    },

    // Zero is as good as the best other value where (g^2 / 2) / (h + lambda2) is lambda w.
    lambdaMax(gradient, curvature) {
      let largest = 0;
      for (let j = 0; j < gradient.length; j++) {
        if (gradient[j] === 0) continue;
        const gain = gradient[j] ** 2 / (2 * (curvature[j] + lambda2));
        largest = Math.max(largest, gain / weight(j));
      }
      return largest;
    },
  });
  return serializable("l0", [options], penalty);
}
