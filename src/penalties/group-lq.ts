import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { serializable } from "../recipe";
import type { GroupPenalty } from "./group-penalty";
import { type GroupLabels, type GroupWeightOptions, groupsOf, groupWeights } from "./groups";
import { lq } from "./lq";
import { radialPenalty } from "./radial-penalty";

/** Options of {@link groupLq}: the power of the norm of a group, and weights. */
export interface GroupLqOptions extends GroupWeightOptions {
  /** The exponent, `0 < q < 1`. */
  readonly q: number;
}

/**
 * The group bridge penalty `lambda * sum_g w_g ||beta_g||_2^q` with `0 < q < 1`; for `q = 1` use `groupL2`.
 *
 * As with `lq`, a zero group is a stationary point whatever the gradient. With groups of one it is `lq`.
 *
 * @param groups one label per feature.
 * @param options `q`: the exponent, `0 < q < 1`; `weights`: one per group in order of first appearance, positive, default 1.
 * @throws InputError when a label is missing, or `q` or a weight is outside its domain.
 * @see arXiv 2307.03571, the penalty that the parametrization GHPP_k induces with `q = 2/k`
 * @example
 * ```ts
 * groupLq(["a", "a", "b"], { q: 0.5 }).value(Float64Array.of(2.4, 3.2, 0), 1); // 2
 * ```
 */
export function groupLq(groups: GroupLabels, options: GroupLqOptions): GroupPenalty {
  checkKeys("groupLq", options, ["q", "weights"], "write { q: 0.5 } for the exponent 0.5");
  const { q } = options;
  if (!(q > 0 && q < 1)) throw mustBe("groupLq", "q", "a number strictly between 0 and 1", q);
  const partition = groupsOf("groupLq", groups);
  const weights = groupWeights("groupLq", partition, options);
  return serializable(
    "groupLq",
    [groups, options],
    radialPenalty("groupLq", partition, weights, (own) => lq({ q, weights: own })),
  );
}
