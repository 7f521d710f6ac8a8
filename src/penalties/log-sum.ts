import { formatNumber } from "../display/formatting";
import { checkKeys, checkPositive } from "../options";
import { serializable } from "../recipe";
import { concavePenalty } from "./concave-penalty";
import type { SeparablePenalty } from "./penalty";
import type { WeightOptions } from "./penalty-weights";

/** Options of {@link logSum}: how concave the penalty is, and weights. */
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
  const { epsilon, weights } = options;
  checkPositive("logSum", "epsilon", epsilon);
  const penalty = concavePenalty(
    {
      name: `logSum(${formatNumber(epsilon)})`,
      value: (b, level) => level * Math.log1p(b / epsilon),
      slope: (b, level) => level / (epsilon + b),
      curvature: (b, level) => -level / (epsilon + b) ** 2,
      concaveRange: (level, convexity) => [0, Math.max(Math.sqrt(level / convexity) - epsilon, 0)],
    },
    { weights },
    "logSum",
  );
  return serializable("logSum", [options], penalty);
}
