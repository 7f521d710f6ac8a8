import { checkKeys } from "../options";
import { type GroupLabels, groupsOf, groupWeights } from "../penalties/groups";
import { serializable } from "../recipe";
import { checkDepth, depthRemedy, groupPenaltyOfDepth, inConvention } from "./depth";
import { gatedProduct } from "./gated-product";
import type { DepthOptions, GroupParametrizationOptions, Parametrization } from "./parametrization";

/**
 * The group Hadamard product, whose groups are vectors times gates:
 * `beta_g = u_g nu_1g ... nu_(k-1)g` with `R_xi = (1/k) sum_g w_g (||u_g||^2 + sum_r nu_rg^2)`, which induces
 * `sum_g w_g ||beta_g||_2^(2/k)`.
 *
 * Depth 2 is the group lasso, depth 3 and more a non-convex group bridge. It is balanced where
 * `||u_g|| = |nu_rg| = ||beta_g||^(1/k)`, and has `nFeatures + (k-1) nGroups` parameters: `xi` is `u`, then the gates of
 * all groups `nu_1`, and so on. `K` is smooth. It is not locally open where `u_g != 0` and a gate of a group of two or
 * more is 0: near by `beta_g` is almost parallel to `u_g`, so without a penalty there can be spurious local minima. With
 * one no such point is stationary.
 *
 * @param groups one label per feature.
 * @param options `depth`: the number of factors `k`, an integer of at least 2, default 2; `weights`: one per group in order
 * of first appearance, positive, default 1; `lambdaConvention`.
 * @throws InputError when a label is missing, or the depth or an option is outside its domain.
 * @see arXiv 2307.03571, the parametrizations GHPP and GHPP_k (there without the factor 1/k)
 * @example
 * ```ts
 * const beta = new Float64Array(3);
 * groupHadamardProduct(["a", "a", "b"]).forward(Float64Array.of(3, 4, 5, 2, -1), beta);
 * beta; // [6, 8, -5]
 * ```
 */
export function groupHadamardProduct(
  groups: GroupLabels,
  options: GroupParametrizationOptions & DepthOptions = {},
): Parametrization {
  const where = "groupHadamardProduct";
  checkKeys(where, options, ["depth", "weights", "lambdaConvention"], depthRemedy);
  const { depth = 2 } = options;
  checkDepth(where, depth);
  const partition = groupsOf(where, groups);
  const normalized = gatedProduct(where, {
    name: `${where}(${depth})`,
    groups: partition,
    weights: groupWeights(where, partition, options),
    elementwiseDepth: 1,
    depth,
    inducedPenalty: groupPenaltyOfDepth(groups, depth, options),
  });
  return serializable(
    "groupHadamardProduct",
    [groups, options],
    inConvention(where, options, depth, normalized),
  );
}
