import { checkKeys } from "../options";
import { serializable } from "../recipe";
import type { GroupPenalty } from "./group-penalty";
import { type GroupLabels, type Groups, type GroupWeightOptions, groupsOf, groupWeights } from "./groups";
import { l1 } from "./l1";
import { radialPenalty } from "./radial-penalty";

/**
 * The group lasso penalty `lambda * sum_g w_g ||beta_g||_2`, which keeps or drops whole groups.
 *
 * With groups of one it is `l1`.
 *
 * @param groups one label per feature.
 * @param options `weights`: one per group in order of first appearance, positive, default 1. The usual choice
 * `sqrt(size)` is the estimators' default, not this one's.
 * @throws InputError when a label is missing or a weight is outside its domain.
 * @see Yuan and Lin, Model selection and estimation in regression with grouped variables (2006)
 * @example
 * ```ts
 * groupL2(["a", "a", "b"]).value(Float64Array.of(3, 4, -2), 1); // 7
 * ```
 */
export function groupL2(groups: GroupLabels, options: GroupWeightOptions = {}): GroupPenalty {
  checkKeys("groupL2", options, ["weights"]);
  const partition = groupsOf("groupL2", groups);
  const weights = groupWeights("groupL2", partition, options);
  if (last?.groups === partition && last.weights.every((weight, g) => weight === weights[g]))
    return last.penalty;
  const penalty: GroupPenalty = {
    ...radialPenalty("groupL2", partition, weights, (own) => l1({ weights: own })),
    normSlope: (g, lambda) => lambda * weights[g],
  };
  last = { groups: partition, weights, penalty: serializable("groupL2", [groups, options], penalty) };
  return penalty;
}

/** The last penalty, which is returned again for the same arguments: V8 keeps what it has compiled of its functions. */
let last: { groups: Groups; weights: Float64Array; penalty: GroupPenalty } | undefined;
