import { maxAbs } from "../linalg/vector";
import { checkAbove, checkKeys } from "../options";
import { serializable } from "../recipe";
import { bilevelPenalty } from "./bilevel-penalty";
import type { GroupPenalty } from "./group-penalty";
import { type GroupLabels, groupsOf } from "./groups";
import { mcpCurvature, mcpSlope, mcpValue } from "./mcp";

/** Options of `compositeMcp`. */
export interface CompositeMcpOptions {
  /** Where the inner penalty becomes flat, in units of the root of `lambda`; above 1. Default: 3. */
  readonly gamma?: number;
}

/**
 * The composite MCP `sum_g M(sum_i M(|beta_i|; m, gamma); m, K_g gamma m / 2)` with `m = sqrt(lambda)`, which is sparse
 * between groups and within them; `M(t; m, c)` is `m t - t^2 / (2c)` up to `t = c m` and `c m^2 / 2` beyond, `K_g` the
 * size of the group.
 *
 * The root makes the slope at zero `lambda`; the outer penalty becomes flat exactly where all its inner ones have.
 * It is not `lambda` times a function, and a prox is not known.
 *
 * @param groups one label per feature.
 * @param options `gamma` above 1, default 3.
 * @throws InputError when a label is missing or `gamma` is outside its domain.
 * @see Breheny and Huang, Penalized methods for bi-level variable selection (2009): `cMCP` of the R package grpreg
 * @example
 * ```ts
 * compositeMcp([0, 0]).value(Float64Array.of(9, 9), 1); // 1.5
 * ```
 */
export function compositeMcp(groups: GroupLabels, options: CompositeMcpOptions = {}): GroupPenalty {
  checkKeys("compositeMcp", options, ["gamma"]);
  const { gamma = 3 } = options;
  checkAbove("compositeMcp", "gamma", gamma, 1);
  const partition = groupsOf("compositeMcp", groups);
  const innerSum = (b: Float64Array, level: number): number => {
    let sum = 0;
    for (let i = 0; i < b.length; i++) sum += mcpValue(Math.abs(b[i]), level, gamma);
    return sum;
  };
  /** The `gamma` of the outer penalty, which depends on `lambda`. */
  const outerGamma = (g: number, level: number): number => (partition.sizes[g] * gamma * level) / 2;

  const penalty = bilevelPenalty("compositeMcp", partition, {
    name: `compositeMcp(${gamma})`,
    scalesWithLambda: false,
    zeroIsAlwaysLocalMinimum: false,
    becomesFlat: true,

    groupValue(g, b, lambda) {
      if (lambda === 0) return 0;
      const level = Math.sqrt(lambda);
      return mcpValue(innerSum(b, level), level, outerGamma(g, level));
    },

    magnitudeSlopes(g, b, lambda, out) {
      if (lambda === 0) {
        out.fill(0);
        return;
      }
      const level = Math.sqrt(lambda);
      const outer = mcpSlope(innerSum(b, level), level, outerGamma(g, level));
      for (let i = 0; i < b.length; i++) out[i] = outer * mcpSlope(Math.abs(b[i]), level, gamma);
    },

    groupHessian(g, b, lambda, out) {
      out.fill(0);
      if (lambda === 0) return;
      const level = Math.sqrt(lambda);
      const [sum, outer] = [innerSum(b, level), outerGamma(g, level)];
      const [slope, bend] = [mcpSlope(sum, level, outer), mcpCurvature(sum, level, outer)];
      const pulls = b.map((entry) => Math.sign(entry) * mcpSlope(Math.abs(entry), level, gamma));
      const d = b.length;
      for (let i = 0; i < d; i++) {
        for (let m = 0; m < d; m++) out[i * d + m] = bend * pulls[i] * pulls[m];
        out[i * d + i] += slope * mcpCurvature(Math.abs(b[i]), level, gamma);
      }
    },

    // Where zero ceases to be stationary. For gradients that are large beside gamma it is no global minimum there.
    lambdaMax: (gradient) => maxAbs(gradient),
  });
  return serializable("compositeMcp", [groups, options], penalty);
}
