import { checkAbove, checkKeys } from "../options";
import { serializable } from "../recipe";
import type { GroupPenalty } from "./group-penalty";
import { type GroupLabels, groupsOf, groupWeights } from "./groups";
import { radialPenalty } from "./radial-penalty";
import { type ScadOptions, scad } from "./scad";

/**
 * The group SCAD penalty: `scad` of the norms `||beta_g||_2`, with the level `lambda w_g`.
 *
 * Large groups are not shrunk. Its parametrization is not known; it is here to compare with. With groups of one it is
 * `scad`.
 *
 * @param groups one label per feature.
 * @param options `gamma` above 2, default 3.7; `weights`: one per group in order of first appearance, positive, default 1.
 * @throws InputError when a label is missing, or `gamma` or a weight is outside its domain.
 * @see Breheny and Huang, Group descent algorithms for nonconvex penalized regression (2015): `grSCAD` of grpreg
 * @example
 * ```ts
 * groupScad(["a", "a"], { gamma: 3 }).value(Float64Array.of(3, 4), 1); // 2
 * ```
 */
export function groupScad(groups: GroupLabels, options: ScadOptions = {}): GroupPenalty {
  checkKeys("groupScad", options, ["gamma", "weights"]);
  const { gamma = 3.7 } = options;
  checkAbove("groupScad", "gamma", gamma, 2);
  const partition = groupsOf("groupScad", groups);
  const weights = groupWeights("groupScad", partition, options);
  return serializable(
    "groupScad",
    [groups, options],
    radialPenalty("groupScad", partition, weights, (own) => scad({ gamma, weights: own })),
  );
}
