import { mustBe } from "../errors";
import {
  type GroupLabels,
  type GroupPenalty,
  type GroupWeightOptions,
  groupL2,
  groupLq,
  l1,
  lq,
  type SeparablePenalty,
} from "../penalties";
import type { ParametrizationOptions } from "./parametrization";

/** @throws InputError unless `depth` is an integer of at least 2. */
export function checkDepth(where: string, depth: number): void {
  if (!Number.isInteger(depth) || depth < 2) throw mustBe(where, "depth", "an integer >= 2", depth);
}

/** The penalty `sum_j w_j |beta_j|^(2/depth)` that depth-`depth` products induce. */
export function penaltyOfDepth(depth: number, options: ParametrizationOptions): SeparablePenalty {
  return depth === 2 ? l1(options) : lq(2 / depth, options);
}

/** The penalty `sum_g w_g ||beta_g||_2^(2/depth)` that `depth` factors induce, all but one of them gates of groups. */
export function groupPenaltyOfDepth(
  groups: GroupLabels,
  depth: number,
  options: GroupWeightOptions,
): GroupPenalty {
  return depth === 2 ? groupL2(groups, options) : groupLq(groups, 2 / depth, options);
}
