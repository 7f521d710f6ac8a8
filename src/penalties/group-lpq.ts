import { formatNumber } from "../display/formatting";
import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { serializable } from "../recipe";
import { bilevelPenalty } from "./bilevel-penalty";
import type { GroupPenalty } from "./group-penalty";
import { type GroupLabels, type GroupWeightOptions, groupsOf, groupWeights } from "./groups";
import { lq } from "./lq";

/** Options of {@link groupLpq}: the norm within a group, its power, and weights. */
export interface GroupLpqOptions extends GroupWeightOptions {
  /** The exponent within groups, at most 1, so that features within a group become zero too; 1 is the group bridge. */
  readonly p: number;
  /** The exponent between groups, `0 < q < p`. */
  readonly q: number;
}

/**
 * The bilevel penalty `lambda * sum_g w_g ||beta_g||_p^q = lambda * sum_g w_g (sum_i |beta_i|^p)^(q/p)` with
 * `0 < q < p <= 1`, which is sparse between groups and within them.
 *
 * `p = 1` is the group bridge. It is not convex, its slope is infinite where a group is zero and, for `p < 1`, where
 * a coefficient is: those zeros are stationary points whatever the gradient. For `p = 2` use `groupLq` or `groupL2`, for
 * `q = p` use `lq`. A prox is not known.
 *
 * @param groups one label per feature.
 * @param options `p`: the exponent within groups, at most 1; `q`: the exponent between groups, `0 < q < p`;
 * `weights`: one per group in order of first appearance, positive, default 1.
 * @throws InputError when a label is missing, or `p`, `q` or a weight is outside its domain.
 * @see Huang, Ma, Xie and Zhang, A group bridge approach for variable selection (2009)
 * @example
 * ```ts
 * groupLpq([0, 0, 1], { p: 1, q: 0.5 }).value(Float64Array.of(1, -3, 9), 1); // 5
 * ```
 */
export function groupLpq(groups: GroupLabels, options: GroupLpqOptions): GroupPenalty {
  checkKeys("groupLpq", options, ["p", "q", "weights"], "write { p: 1, q: 0.5 } for the group bridge");
  const { p, q } = options;
  if (!(p > 0 && p <= 1)) throw mustBe("groupLpq", "p", "a number in (0, 1]", p);
  if (!(q > 0 && q < p)) throw mustBe("groupLpq", "q", `a number strictly between 0 and p = ${p}`, q);
  const partition = groupsOf("groupLpq", groups);
  const weights = groupWeights("groupLpq", partition, options);
  const ratio = q / p;
  // Along a single coefficient the penalty of a zero group is w |b|^q.
  const alone = lq({ q, weights: Array.from(partition.groupOf, (g) => weights[g]) });

  const penalty = bilevelPenalty("groupLpq", partition, {
    name: `groupLpq(${formatNumber(p)}, ${formatNumber(q)})`,
    scalesWithLambda: true,
    zeroIsAlwaysLocalMinimum: true,
    becomesFlat: false,
    groupValue: (g, b, lambda) => lambda * weights[g] * powerSum(b, p) ** ratio,

    magnitudeSlopes(g, b, lambda, out) {
      out.fill(0);
      if (lambda === 0) return; // else 0 times the infinite slope at zero
      const shared = lambda * weights[g] * q * powerSum(b, p) ** (ratio - 1);
      for (let i = 0; i < b.length; i++) out[i] = shared * Math.abs(b[i]) ** (p - 1);
    },

    groupHessian(g, b, lambda, out) {
      const sum = powerSum(b, p);
      const scale = lambda * weights[g] * q * sum ** (ratio - 1);
      const d = b.length;
      for (let i = 0; i < d; i++) {
        const slope = Math.sign(b[i]) * Math.abs(b[i]) ** (p - 1);
        for (let m = 0; m < d; m++) {
          const other = Math.sign(b[m]) * Math.abs(b[m]) ** (p - 1);
          out[i * d + m] = (scale * (q - p) * slope * other) / sum;
        }
        out[i * d + i] += scale * (p - 1) * Math.abs(b[i]) ** (p - 2);
      }
    },

    lambdaMax: (gradient, curvature) => alone.lambdaMax(gradient, curvature),
  });
  return serializable("groupLpq", [groups, options], penalty);
}

function powerSum(b: Float64Array, p: number): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += Math.abs(b[i]) ** p;
  return sum;
}
