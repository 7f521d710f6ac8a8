import type { GroupPenalty } from "../../penalties";
import type { GroupBlock } from "./block";

/** How far the model's objective is from its minimum over a working set, estimated. */
export interface ModelGap {
  readonly gap: number;
  readonly violation: number;
}

/**
 * The gap with the slopes as the dual point, scaled into the dual ball, and how far from stationary the groups are.
 *
 * @param slopes of the model, where the groups lie.
 * @param scalingCost of {@link NewtonModel.scalingCost} where a model begins.
 */
export function modelGap(
  penalty: GroupPenalty,
  blocks: readonly GroupBlock[],
  slopes: Float64Array,
  lambda: number,
  scalingCost: number,
): ModelGap {
  let [gap, value, excess, violation] = [0, 0, 0, 0];
  for (const block of blocks) {
    const { g, start, b, slope, next } = block;
    let product = 0;
    for (let i = 0; i < b.length; i++) {
      slope[i] = slopes[start + i];
      product += slope[i] * b[i];
    }
    const own = penalty.groupValue(g, b, lambda);
    gap += Math.abs(own + product);
    value += own;
    violation = Math.max(violation, penalty.groupViolation(g, b, slope, lambda));
    if (!penalty.convex) continue;
    const beyond = block.violationAtZero(penalty, lambda);
    if (!(beyond > 0)) continue;
    next.fill(0);
    next[0] = 1;
    excess = Math.max(excess, beyond / (penalty.groupValue(g, next, lambda) + beyond));
  }
  return { gap: gap + excess * value + excess ** 2 * scalingCost, violation };
}
