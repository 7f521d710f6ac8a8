import { norm } from "../linalg/vector";
import { checkKeys } from "../options";
import { madeBy } from "../recipe";
import type { GroupPenalty } from "./group-penalty";
import { type GroupLabels, type GroupWeightOptions, groupsOf, groupWeights } from "./groups";
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
  const penalty: GroupPenalty = {
    ...radialPenalty("groupL2", partition, weights, (own) => l1({ weights: own })),
    groupMinimum: (g, curvature, z, lambda, out) => minimiseWithNorm(curvature, z, lambda * weights[g], out),
  };
  return madeBy("groupL2", [groups, options], penalty);
}

/**
 * `out = argmin_b 1/2 sum_i curvature[i] b_i^2 - z'b + slope ||b||_2`
 *
 * At a minimiser of norm `t > 0`, `b_i = t z_i / (curvature[i] t + slope)`, so that `t` is the root of
 * `sum_i (z_i / (curvature[i] t + slope))^2 = 1`. The root of that sum's inverse is a power mean of linear functions, hence
 * concave, and Newton's method on it climbs to the root from zero: in one step where the curvatures are the same.
 */
function minimiseWithNorm(curvature: Float64Array, z: Float64Array, slope: number, out: Float64Array): void {
  const size = z.length;
  if (slope === 0) {
    for (let i = 0; i < size; i++) out[i] = curvature[i] > 0 ? z[i] / curvature[i] : 0;
    return;
  }
  out.fill(0);
  if (!(norm(z) > slope)) return;
  let t = 0;
  for (let iteration = 0; iteration < 100; iteration++) {
    let squares = 0;
    let bend = 0;
    for (let i = 0; i < size; i++) {
      const pull = curvature[i] * t + slope;
      const share = (z[i] / pull) ** 2;
      squares += share;
      bend += (share * curvature[i]) / pull;
    }
    const next = t + (squares * (Math.sqrt(squares) - 1)) / bend;
    if (!(next > t)) break;
    t = next;
  }
  for (let i = 0; i < size; i++) out[i] = (t * z[i]) / (curvature[i] * t + slope);
}
