import { formatNumber } from "../display/formatting";
import { checkKeys, checkPositive } from "../options";
import { serializable } from "../recipe";
import { concavePenalty } from "./concave-penalty";
import type { SeparablePenalty } from "./penalty";
import type { WeightOptions } from "./penalty-weights";

/** Options of {@link laplace}: how fast the penalty reaches its bound, and weights. */
export interface LaplaceOptions extends WeightOptions {
  /** The magnitude within which the penalty rises to 63 % of its bound, positive, in the unit of the coefficients. */
  readonly theta: number;
}

/**
 * The Laplace penalty `lambda * sum_j w_j (1 - exp(-|beta_j| / theta))`, also called exponential penalty.
 *
 * It is not convex. Its slope is `lambda w_j / theta` at zero and falls exponentially, so that coefficients of several `theta` are not
 * shrunk. It counts coefficients as `theta` falls to 0. Where estimators standardize, `theta` is in the unit of the standardized
 * coefficients.
 *
 * @param options `theta`: positive; `weights`: positive, default 1.
 * @returns a separable penalty.
 * @throws InputError when `theta` or a weight is outside its domain.
 * @see Bradley and Mangasarian, Feature selection via concave minimization and support vector machines (1998)
 * @example
 * ```ts
 * laplace({ theta: 0.5 }).value(Float64Array.of(0, 1), 1); // 0.8646647167633873: 1 - exp(-2)
 * ```
 */
export function laplace(options: LaplaceOptions): SeparablePenalty {
  checkKeys("laplace", options, ["theta", "weights"], "write { theta: 0.1 } for the size 0.1");
  const { theta, weights } = options;
  checkPositive("laplace", "theta", theta);
  const penalty = concavePenalty(
    {
      name: `laplace(${formatNumber(theta)})`,
      value: (b, level) => -level * Math.expm1(-b / theta),
      slope: (b, level) => level * (Math.exp(-b / theta) / theta),
      curvature: (b, level) => -level * (Math.exp(-b / theta) / theta ** 2),
      becomesFlat: true,
    },
    { weights },
    "laplace",
  );
  return serializable("laplace", [options], penalty);
}
