import type { ActiveMembers } from "./active-members";
import type { PenaltyTerm } from "./penalty-term";
import type { SeenChanges } from "./seen-changes";

/** Newton's steps on the members, each as far as the first that would cross zero, who leaves; how many left at once. */
export function toMinimum(
  term: PenaltyTerm,
  members: ActiveMembers,
  beta: Float64Array,
  gradient: Float64Array,
  seen: SeenChanges | undefined,
): number {
  const { indices, signs } = members;
  const slopes = indices.map((j, k) => gradient[j] + term.slope(j, signs[k], beta[j]));
  let refused = 0;
  for (;;) {
    const size = indices.length;
    const step = new Float64Array(slopes);
    if (seen) seen.solve(members, step);
    else members.solve(step);
    let length = 1;
    let crossing = -1;
    for (let k = size - 1; k >= 0; k--) {
      const b = beta[indices[k]];
      if ((b - step[k]) * signs[k] > 0) continue;
      const reach = b === 0 ? 0 : b / step[k];
      if (reach < length || crossing < 0) [length, crossing] = [reach, k];
    }
    if (crossing >= 0 && beta[indices[crossing]] === 0) {
      for (let k = size - 1; k >= 0; k--) {
        if (beta[indices[k]] === 0 && !(-step[k] * signs[k] > 0)) {
          members.drop(k);
          slopes.splice(k, 1);
          refused++;
        }
      }
      continue;
    }
    for (let k = 0; k < size; k++) {
      beta[indices[k]] -= length * step[k];
      slopes[k] *= 1 - length;
    }
    if (crossing < 0) return refused;
    beta[indices[crossing]] = 0;
    members.drop(crossing);
    slopes.splice(crossing, 1);
  }
}
