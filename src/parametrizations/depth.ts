import { mustBe } from "../errors";
import {
  type GroupLabels,
  type GroupPenalty,
  groupL2,
  groupLq,
  l1,
  lq,
  type SeparablePenalty,
} from "../penalties";
import type { GroupParametrizationOptions, ParametrizationOptions } from "./parametrization";

/** The remedy where a depth was given in place of the options that hold it. */
export const depthRemedy = "write { depth: 3 } for the depth 3";

/** @throws InputError unless `depth` is an integer of at least 2. */
export function checkDepth(where: string, depth: number): void {
  if (!Number.isInteger(depth) || depth < 2) throw mustBe(where, "depth", "an integer >= 2", depth);
}

/** @throws InputError unless `depth` is a finite number above 2; `product` is what to take at exactly 2. */
export function checkRealDepth(where: string, depth: number, product: string): void {
  if (depth > 2 && depth < Number.POSITIVE_INFINITY) return;
  const remedy = depth === 2 ? `take ${product}, which has no kink` : undefined;
  throw mustBe(where, "depth", "a finite number > 2", depth, remedy);
}

/** How often `|v|^power` is continuously differentiable, for `power > 1`; fractional values are Hölder exponents. */
export function smoothnessOfPower(power: number): number {
  if (power % 2 === 0) return Number.POSITIVE_INFINITY;
  return power % 2 === 1 ? power - 1 : power;
}

/** The penalty `sum_j w_j |beta_j|^(2/depth)` that depth-`depth` products induce. */
export function penaltyOfDepth(depth: number, { weights }: ParametrizationOptions): SeparablePenalty {
  return depth === 2 ? l1({ weights }) : lq({ q: 2 / depth, weights });
}

/** The penalty `sum_g w_g ||beta_g||_2^(2/depth)` that `depth` factors induce, all but one of them gates of groups. */
export function groupPenaltyOfDepth(
  groups: GroupLabels,
  depth: number,
  { weights }: GroupParametrizationOptions,
): GroupPenalty {
  return depth === 2 ? groupL2(groups, { weights }) : groupLq(groups, { q: 2 / depth, weights });
}
