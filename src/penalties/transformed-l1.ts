import { formatNumber } from "../display/formatting";
import { checkKeys, checkPositive } from "../options";
import { serializable } from "../recipe";
import { concavePenalty } from "./concave-penalty";
import type { SeparablePenalty } from "./penalty";
import type { WeightOptions } from "./penalty-weights";

/** Options of {@link transformedL1}: how concave the penalty is, and weights. */
export interface TransformedL1Options extends WeightOptions {
  /**
   * The magnitude at which the penalty is half of its bound, positive, in the unit of the coefficients: those far above it are hardly
   * shrunk. Default: 1.
   */
  readonly a?: number;
}

/**
 * The transformed l1 penalty `lambda * sum_j w_j (a + 1) |beta_j| / (a + |beta_j|)`.
 *
 * It is not convex. It nears `l1` as `a` grows, and counts coefficients as `a` falls to 0; a coefficient of 1 costs `lambda w_j` for
 * every `a`. Where estimators standardize, `a` is in the unit of the standardized coefficients.
 *
 * @param options `a`: positive, default 1; `weights`: positive, default 1.
 * @returns a separable penalty.
 * @throws InputError when `a` or a weight is outside its domain.
 * @see Zhang and Xin, Minimization of transformed L1 penalty: theory, difference of convex function algorithm, and robust application in
 * compressed sensing (2018)
 * @example
 * ```ts
 * transformedL1({ a: 2 }).value(Float64Array.of(0, 4), 1); // 2: 3 * 4 / 6
 * ```
 */
export function transformedL1(options: TransformedL1Options = {}): SeparablePenalty {
  checkKeys("transformedL1", options, ["a", "weights"]);
  const { a = 1, weights } = options;
  checkPositive("transformedL1", "a", a);
  const penalty = concavePenalty(
    {
      name: `transformedL1(${formatNumber(a)})`,
      value: (b, level) => level * ((a + 1) / (1 + a / b)),
      slope: (b, level) => level * ((a + 1) / a / (1 + b / a) ** 2),
      curvature: (b, level) => level * ((-2 * ((a + 1) / a / a)) / (1 + b / a) ** 3),
    },
    { weights },
    "transformedL1",
  );
  return serializable("transformedL1", [options], penalty);
}
