import { checkAbove, checkKeys } from "../options";
import { serializable } from "../recipe";
import { foldedMinimizer } from "../simd/typescript/descent";
import { concavePenalty } from "./concave-penalty";
import type { SeparablePenalty } from "./penalty";
import type { WeightOptions } from "./penalty-weights";

/** Options of `mcp`. */
export interface McpOptions extends WeightOptions {
  /** The penalty is constant beyond `gamma lambda w`, where it shrinks nothing; a larger `gamma` is closer to `l1`. Above 1. Default: 3. */
  readonly gamma?: number;
}

/**
 * The minimax concave penalty: with `l = lambda w_j` and `t = |beta_j|` the sum of `l t - t^2 / (2 gamma)` up to
 * `t = gamma l`, and of `gamma l^2 / 2` beyond.
 *
 * Weights multiply `lambda`, as ncvreg's `penalty.factor`. It is not `lambda` times a function.
 *
 * @param options `gamma` above 1, default 3; `weights`: positive, default 1.
 * @throws InputError when `gamma` or a weight is outside its domain.
 * @see Zhang, Nearly unbiased variable selection under minimax concave penalty (2010)
 * @example
 * ```ts
 * mcp({ gamma: 3 }).value(Float64Array.of(1, 9), 1); // 2.3333333333333335: 5/6 and 3/2
 * ```
 */
export function mcp(options: McpOptions = {}): SeparablePenalty {
  checkKeys("mcp", options, ["gamma", "weights"]);
  const { gamma = 3, weights } = options;
  checkAbove("mcp", "gamma", gamma, 1);
  const penalty = concavePenalty(
    {
      name: `mcp(${gamma})`,
      value: (b, level) => mcpValue(b, level, gamma),
      slope: (b, level) => mcpSlope(b, level, gamma),
      curvature: (b, level) => mcpCurvature(b, level, gamma),
      becomesFlat: true,
      scalesWithLambda: false,
      concavity: 1 / gamma,
      prox: (z, step, level) => foldedMinimizer.mcp(z, step, level, gamma),
      // Beyond where zero is no local minimum any more, or where the minimum on the flat part overtakes it.
      proxThreshold: (step, level) => step * level * Math.min(1, Math.sqrt(gamma / step)),
      concaveRange: (level, convexity) => [0, convexity < 1 / gamma ? gamma * level : 0],
      kernel: { shape: "mcp", gamma, knots: [gamma], curvatures: [-1 / gamma, 0] },
    },
    { weights },
    "mcp",
  );
  return serializable("mcp", [options], penalty);
}

/** MCP of a magnitude `b >= 0`, and its first two derivatives. */
export function mcpValue(b: number, level: number, gamma: number): number {
  return b < gamma * level ? b * (level - b / (2 * gamma)) : (gamma * level ** 2) / 2;
}

export function mcpSlope(b: number, level: number, gamma: number): number {
  return Math.max(level - b / gamma, 0);
}

export function mcpCurvature(b: number, level: number, gamma: number): number {
  return b < gamma * level ? -1 / gamma : 0;
}
