import { formatNumber } from "../display/formatting";
import { checkKeys, checkPositive } from "../options";
import { serializable } from "../recipe";
import { concavePenalty } from "./concave-penalty";
import type { SeparablePenalty } from "./penalty";
import type { WeightOptions } from "./penalty-weights";

/** Options of {@link arctan}: how concave the penalty is, and weights. */
export interface ArctanOptions extends WeightOptions {
  /** The magnitude at which the slope is half of that at zero, positive, in the unit of the coefficients. */
  readonly gamma: number;
}

/**
 * The arctangent penalty `lambda * sum_j w_j (gamma + 2 / pi) arctan(|beta_j| / gamma)`.
 *
 * It is not convex, and its slope `lambda w_j (gamma + 2 / pi) gamma / (gamma^2 + beta_j^2)` is no convex function of the magnitude either. It
 * nears the lasso as `gamma` grows, and counts coefficients as it falls to 0. Where estimators standardize, `gamma` is in the unit of
 * the standardized coefficients.
 *
 * @param options `gamma`: positive; `weights`: positive, default 1.
 * @returns a separable penalty.
 * @throws InputError when `gamma` or a weight is outside its domain.
 * @see Wang and Zhu, Variable selection and parameter estimation with the Atan regularization method (2016)
 * @example
 * ```ts
 * arctan({ gamma: 1 }).value(Float64Array.of(0, 1), 4); // 5.141592653589793: pi + 2
 * ```
 */
export function arctan(options: ArctanOptions): SeparablePenalty {
  checkKeys("arctan", options, ["gamma", "weights"], "write { gamma: 0.1 } for a bend at 0.1");
  const { gamma, weights } = options;
  checkPositive("arctan", "gamma", gamma);
  const scale = gamma + 2 / Math.PI;
  const penalty = concavePenalty(
    {
      name: `arctan(${formatNumber(gamma)})`,
      value: (b, level) => level * (scale * Math.atan(b / gamma)),
      slope: (b, level) => level * (scale / gamma / (1 + (b / gamma) ** 2)),
      curvature: (b, level) =>
        level * (((-2 * scale) / gamma ** 2) * (b / gamma / (1 + (b / gamma) ** 2) ** 2)),
      turns: () => [gamma / Math.sqrt(3)],
    },
    { weights },
    "arctan",
  );
  return serializable("arctan", [options], penalty);
}
