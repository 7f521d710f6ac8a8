import { formatNumber } from "../display/formatting";
import { checkKeys, checkPositive } from "../options";
import { serializable } from "../recipe";
import { concavePenalty } from "./concave-penalty";
import type { SeparablePenalty } from "./penalty";
import type { WeightOptions } from "./penalty-weights";

/** Options of {@link selo}: how fast the penalty reaches its bound, and weights. */
export interface SeloOptions extends WeightOptions {
  /**
   * The magnitude at which the penalty is 58 % of its bound, positive, in the unit of the coefficients: those far above it are hardly
   * shrunk. Default: 0.01.
   */
  readonly tau?: number;
}

/**
 * The seamless l0 penalty (SELO) `lambda / log 2 * sum_j w_j log(1 + |beta_j| / (|beta_j| + tau))`.
 *
 * It is not convex, and close to `lambda` times the number of coefficients for a small `tau`. Its slope is `lambda w_j / (tau log 2)` at
 * zero. Where estimators standardize, `tau` is in the unit of the standardized coefficients.
 *
 * @param options `tau`: positive, default 0.01, the authors' choice; `weights`: positive, default 1.
 * @returns a separable penalty.
 * @throws InputError when `tau` or a weight is outside its domain.
 * @see Dicker, Huang and Lin, Variable selection and estimation with the seamless-L0 penalty (2013)
 * @example
 * ```ts
 * selo({ tau: 0.5 }).value(Float64Array.of(0, 0.5), 1); // 0.5849625007211562: log 1.5 / log 2
 * ```
 */
export function selo(options: SeloOptions = {}): SeparablePenalty {
  checkKeys("selo", options, ["tau", "weights"]);
  const { tau = 0.01, weights } = options;
  checkPositive("selo", "tau", tau);
  const penalty = concavePenalty(
    {
      name: `selo(${formatNumber(tau)})`,
      value: (b, level) => level * (Math.log1p(1 / (1 + tau / b)) / Math.LN2),
      slope: (b, level) => level * (tau / ((2 * b + tau) * (b + tau) * Math.LN2)),
      curvature: (b, level) =>
        level * ((-tau * (4 * b + 3 * tau)) / (((2 * b + tau) * (b + tau)) ** 2 * Math.LN2)),
    },
    { weights },
    "selo",
  );
  return serializable("selo", [options], penalty);
}
