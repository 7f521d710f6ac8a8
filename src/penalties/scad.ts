import { checkAbove, checkKeys } from "../options";
import { serializable } from "../recipe";
import { foldedMinimizer } from "../simd/typescript/descent";
import { concavePenalty } from "./concave-penalty";
import type { SeparablePenalty } from "./penalty";
import type { WeightOptions } from "./penalty-weights";

/** Options of `scad`. */
export interface ScadOptions extends WeightOptions {
  /** The penalty is constant beyond `gamma lambda w`, where it shrinks nothing; a larger `gamma` is closer to `l1`. Above 2. Default: 3.7. */
  readonly gamma?: number;
}

/**
 * The smoothly clipped absolute deviation: with `l = lambda w_j` and `t = |beta_j|` the sum of the integrals of the
 * slope `l` up to `t = l`, `(gamma l - t) / (gamma - 1)` up to `gamma l`, and 0 beyond.
 *
 * Weights multiply `lambda`, as ncvreg's `penalty.factor`. It is not `lambda` times a function.
 *
 * @param options `gamma` (the authors' `a`) above 2, default 3.7; `weights`: positive, default 1.
 * @throws InputError when `gamma` or a weight is outside its domain.
 * @see Fan and Li, Variable selection via nonconcave penalized likelihood and its oracle properties (2001)
 * @example
 * ```ts
 * scad({ gamma: 3 }).value(Float64Array.of(1, 2, 9), 1); // 4.75: 1, 1.75 and 2
 * ```
 */
export function scad(options: ScadOptions = {}): SeparablePenalty {
  checkKeys("scad", options, ["gamma", "weights"]);
  const { gamma = 3.7, weights } = options;
  checkAbove("scad", "gamma", gamma, 2);
  const penalty = concavePenalty(
    {
      name: `scad(${gamma})`,

      value(b, level) {
        if (b <= level) return level * b;
        if (b >= gamma * level) return (level ** 2 * (gamma + 1)) / 2;
        return level * b - (b - level) ** 2 / (2 * (gamma - 1));
      },

      slope: (b, level) => Math.min(level, Math.max((gamma * level - b) / (gamma - 1), 0)),
      curvature: (b, level) => (b > level && b < gamma * level ? -1 / (gamma - 1) : 0),
      turns: (level) => [level],
      becomesFlat: true,
      scalesWithLambda: false,
      concavity: 1 / (gamma - 1),
      prox: (z, step, level) => foldedMinimizer.scad(z, step, level, gamma),
      // Beyond where zero is no local minimum any more, or where the minimum on the flat part overtakes it.
      proxThreshold: (step, level) => step * level * Math.min(1, Math.sqrt((gamma + 1) / step)),
      concaveRange: (level, convexity) => [level, convexity < 1 / (gamma - 1) ? gamma * level : level],
      kernel: { shape: "scad", gamma, knots: [1, gamma], curvatures: [0, -1 / (gamma - 1), 0] },
    },
    { weights },
    "scad",
  );
  return serializable("scad", [options], penalty);
}
