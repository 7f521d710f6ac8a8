import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { groupLpq } from "../penalties";
import { type GroupLabels, groupsOf, groupWeights } from "../penalties/groups";
import { serializable } from "../recipe";
import { checkDepth, inConvention } from "./depth";
import { gatedProduct } from "./gated-product";
import { groupHadamardProduct } from "./group-hadamard-product";
import { hadamardProduct } from "./hadamard-product";
import type { GroupParametrizationOptions, Parametrization } from "./parametrization";

/** Options of {@link nestedHadamard}: the groups, and the number of factors for each of them and for each coefficient. */
export interface NestedHadamardOptions extends GroupParametrizationOptions {
  /** The number `e` of factors with an entry for each feature, an integer from 1 to `depth`. */
  readonly elementwiseDepth: number;
  /** The number `k` of all factors, an integer of at least 2. */
  readonly depth: number;
}

/**
 * The nested Hadamard product of `e` elementwise factors and `k - e` gates,
 * `beta_i = u_1i ... u_ei nu_1g ... nu_(k-e)g` for `i` in group `g`, with
 * `R_xi = (1/k) sum_g w_g (sum_l ||u_lg||^2 + sum_r nu_rg^2)`, which induces `sum_g w_g ||beta_g||_p^q`, `p = 2/e` and
 * `q = 2/k`: sparse between groups and, from `e = 2` on, within them.
 *
 * With `e = 2`, `k = 3` or 4 it is a group bridge with smooth factors. `e = 1` is `groupHadamardProduct(groups, { depth: k })`,
 * `e = k` is `hadamardProduct({ depth: k })`. It is balanced where `|u_li|` is the same for all `l` and
 * `nu_rg^2 = ||u_lg||^2 = ||beta_g||_p^q`, and has `e nFeatures + (k-e) nGroups` parameters: `xi` holds the `u_l`, then the
 * gates. `K` is smooth. It is not locally open where a gate of a group of two or more is 0 and two of its `prod_l u_li` are
 * not; with a penalty no such point is stationary.
 *
 * @param groups one label per feature.
 * @param options `elementwiseDepth`: the number `e` of factors with an entry for each feature, an integer from 1 to `depth`;
 * `depth`: the number `k` of all factors, an integer of at least 2; `weights`: one per group in order of first appearance,
 * positive, default 1; `lambdaConvention`.
 * @throws InputError when a label is missing, or a depth or an option is outside its domain.
 * @see arXiv 2307.03571, on l_(p,q) penalties (there without the factor 1/k)
 * @example
 * ```ts
 * nestedHadamard(["a", "a", "b"], { elementwiseDepth: 2, depth: 4 }).inducedPenalty.name; // groupLpq(1, { p: 0.5 })
 * ```
 */
export function nestedHadamard(groups: GroupLabels, options: NestedHadamardOptions): Parametrization {
  const where = "nestedHadamard";
  const keys = ["elementwiseDepth", "depth", "weights", "lambdaConvention"];
  checkKeys(where, options, keys, "write { elementwiseDepth: 2, depth: 3 }");
  const { elementwiseDepth, depth, ...others } = options;
  checkDepth(where, depth);
  if (!Number.isInteger(elementwiseDepth) || elementwiseDepth < 1 || elementwiseDepth > depth) {
    throw mustBe(where, "elementwiseDepth", `an integer from 1 to the depth ${depth}`, elementwiseDepth);
  }
  const partition = groupsOf(where, groups);
  const weights = groupWeights(where, partition, options);
  if (elementwiseDepth === 1) return groupHadamardProduct(groups, { depth, ...others });
  if (elementwiseDepth === depth) {
    return hadamardProduct({ depth, ...others, weights: Array.from(partition.groupOf, (g) => weights[g]) });
  }
  const normalized = gatedProduct(where, {
    name: `${where}(${elementwiseDepth}, ${depth})`,
    groups: partition,
    weights,
    elementwiseDepth,
    depth,
    inducedPenalty: groupLpq(groups, { p: 2 / elementwiseDepth, q: 2 / depth, weights }),
  });
  return serializable("nestedHadamard", [groups, options], inConvention(where, options, depth, normalized));
}
