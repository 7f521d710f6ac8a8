import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { serializable } from "../recipe";
import { absolutesAndNorms } from "./absolutes-and-norms";
import { groupL2 } from "./group-l2";
import { type GroupLabels, type GroupWeightOptions, groupsOf, groupWeights } from "./groups";
import { l1 } from "./l1";
import type { Penalty } from "./penalty";
import { coefficientWeights } from "./penalty-weights";

/** Options of the sparse group lasso. */
export interface SparseGroupOptions extends GroupWeightOptions {
  /** Share `a` of the elementwise part, in [0, 1]. */
  readonly l1Ratio: number;
  /** One positive finite weight a coefficient, of its absolute value. Default: 1 each. */
  readonly l1Weights?: ArrayLike<number>;
}

/**
 * The sparse group lasso penalty `lambda * (a sum_j v_j |beta_j| + (1 - a) sum_g w_g ||beta_g||_2)`, `a = l1Ratio`, which
 * drops whole groups and single coefficients of the others.
 *
 * `l1Ratio` 1 gives `l1({ weights: l1Weights })`, 0 gives `groupL2(groups, { weights })`.
 *
 * @param groups one label per feature.
 * @param options `l1Ratio` in [0, 1]; `weights` of the group part: one per group in order of first appearance,
 * positive, default 1; `l1Weights`, the `v_j`.
 * @throws InputError when a label is missing, or `l1Ratio` or a weight is outside its domain.
 * @see Simon, Friedman, Hastie and Tibshirani, A sparse-group lasso (2013)
 * @example
 * ```ts
 * sparseGroup([0, 0, 1], { l1Ratio: 0.5 }).value(Float64Array.of(3, 4, -2), 1); // 8: 3.5 and 2.5 of the first group, 1 and 1 of the second
 * ```
 */
export function sparseGroup(groups: GroupLabels, options: SparseGroupOptions): Penalty {
  checkKeys("sparseGroup", options, ["l1Ratio", "weights", "l1Weights"]);
  const { l1Ratio, l1Weights } = options;
  checkL1Ratio("sparseGroup", l1Ratio);
  const partition = groupsOf("sparseGroup", groups);
  const weights = groupWeights("sparseGroup", partition, options);
  if (l1Ratio === 0) return groupL2(groups, { weights });
  const ofEach = coefficientWeights("sparseGroup", "l1Weights", l1Weights, partition.nFeatures);
  if (l1Ratio === 1) return l1(l1Weights && { weights: ofEach });
  const penalty = absolutesAndNorms({
    where: "sparseGroup",
    name: `sparseGroup(${l1Ratio})`,
    groups: partition,
    absolutes: ofEach.map((weight) => l1Ratio * weight),
    norms: weights.map((weight) => (1 - l1Ratio) * weight),
  });
  return serializable("sparseGroup", [groups, options], penalty);
}

/** @throws InputError unless the share is in [0, 1]. */
export function checkL1Ratio(where: string, l1Ratio: number): void {
  if (!(l1Ratio >= 0 && l1Ratio <= 1)) throw mustBe(where, "l1Ratio", "a number in [0, 1]", l1Ratio);
}
