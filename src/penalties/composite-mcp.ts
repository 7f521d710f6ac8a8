import { mustBe } from "../errors";
import { maxAbs } from "../linalg/vector";
import { bilevelPenalty } from "./bilevel-penalty";
import type { GroupPenalty } from "./group-penalty";
import { type GroupLabels, groupsOf } from "./groups";

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
  const { gamma = 3 } = options;
  if (!(gamma > 1 && gamma < Number.POSITIVE_INFINITY)) {
    throw mustBe("compositeMcp", "gamma", "a finite number above 1", gamma);
  }
  const partition = groupsOf("compositeMcp", groups);
  const outerGamma = (g: number, level: number): number => (partition.sizes[g] * gamma * level) / 2;
  const innerSum = (b: Float64Array, level: number): number => {
    let sum = 0;
    for (let i = 0; i < b.length; i++) sum += mcpValue(Math.abs(b[i]), level, gamma);
    return sum;
  };

  return bilevelPenalty("compositeMcp", partition, {
    name: `compositeMcp(${gamma})`,

    groupValue(g, b, lambda) {
      const level = Math.sqrt(lambda);
      return mcpValue(innerSum(b, level), level, outerGamma(g, level));
    },

    magnitudeSlopes(g, b, lambda, out) {
      const level = Math.sqrt(lambda);
      const outer = mcpSlope(innerSum(b, level), level, outerGamma(g, level));
      for (let i = 0; i < b.length; i++) out[i] = outer * mcpSlope(Math.abs(b[i]), level, gamma);
    },

    groupHessian(g, b, lambda, out) {
      const level = Math.sqrt(lambda);
      const sum = innerSum(b, level);
      const outer = mcpSlope(sum, level, outerGamma(g, level));
      const bend = outer > 0 ? -1 / outerGamma(g, level) : 0;
      const d = b.length;
      for (let i = 0; i < d; i++) {
        const slope = Math.sign(b[i]) * mcpSlope(Math.abs(b[i]), level, gamma);
        for (let m = 0; m < d; m++) {
          out[i * d + m] = bend * slope * Math.sign(b[m]) * mcpSlope(Math.abs(b[m]), level, gamma);
        }
        if (slope !== 0) out[i * d + i] -= outer / gamma;
      }
    },

    lambdaMax: (gradient) => maxAbs(gradient),
  });
}

function mcpValue(t: number, level: number, gamma: number): number {
  return t < gamma * level ? t * (level - t / (2 * gamma)) : (gamma * level ** 2) / 2;
}

function mcpSlope(t: number, level: number, gamma: number): number {
  return t < gamma * level ? level - t / gamma : 0;
}
