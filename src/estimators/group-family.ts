import type { DesignMatrix } from "../design/design-matrix";
import type { GroupLabels, Groups } from "../penalties";
import { type FactorOptions, featureFactors, groupFactors } from "./penalty-factors";

/** Options of every estimator with groups. */
export interface GroupOptions {
  /** The group of each feature, any label: features with the same label enter and leave together. */
  readonly groups: GroupLabels;
  /**
   * The weights of the groups themselves, in order of first appearance: 0 leaves a group unpenalized, Infinity excludes
   * it. Default: the square root of each group's size.
   */
  readonly penaltyFactors?: ArrayLike<number>;
}

/**
 * The weight of each group in the penalty, and what that makes of each feature: 1, 0 where its group is free, Infinity
 * where it, or its group, is excluded. Free and excluded groups have weight 1, since their columns are out of the way.
 *
 * @throws InputError when a factor is outside its domain or there is not one a group.
 */
export function groupRoles(
  where: string,
  options: FactorOptions,
  partition: Groups,
  design: DesignMatrix,
): { weights: Float64Array; factors: Float64Array } {
  const given = groupFactors(where, options, Float64Array.from(partition.sizes, Math.sqrt));
  const factors = featureFactors(where, { exclude: options.exclude }, design);
  const isWeight = (factor: number): boolean => factor > 0 && factor < Number.POSITIVE_INFINITY;
  factors.forEach((factor, j) => {
    const ofGroup = given[partition.groupOf[j]];
    if (factor === 1 && !isWeight(ofGroup)) factors[j] = ofGroup;
  });
  return { weights: given.map((factor) => (isWeight(factor) ? factor : 1)), factors };
}
