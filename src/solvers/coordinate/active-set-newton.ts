import type { LbfgsCorrection } from "../subproblem/lbfgs-correction";
import type { ActiveSetCholesky } from "./active-set-cholesky";
import type { PenaltyTerm } from "./penalty-term";

/** Newton's steps on the members, each as far as the first that would cross zero, who leaves; how many left at once. */
export function activeSetNewton(
  term: PenaltyTerm,
  members: ActiveSetCholesky,
  beta: Float64Array,
  gradient: Float64Array,
  seen: LbfgsCorrection | undefined,
): number {
  const { indices, signs } = members;
  const slopes = new Float64Array(indices.length);
  for (let k = 0; k < slopes.length; k++) {
    const j = indices[k];
    slopes[k] = gradient[j] + term.slope(j, signs[k], beta[j]);
  }
  const whole = new Float64Array(slopes.length);
  let refused = 0;
  for (;;) {
    const size = indices.length;
    const step = whole.subarray(0, size);
    step.set(slopes.subarray(0, size));
    if (seen) seen.solve(members, step);
    else members.solve(step);
    let length = 1;
    let crossing = -1;
    for (let k = size - 1; k >= 0; k--) {
      const b = beta[indices[k]];
      if ((b - step[k]) * signs[k] > 0) continue;
      const reach = b === 0 ? 0 : b / step[k];
      if (reach < length || crossing < 0) {
        length = reach;
        crossing = k;
      }
    }
    if (crossing >= 0 && beta[indices[crossing]] === 0) {
      for (let k = size - 1; k >= 0; k--) {
        if (beta[indices[k]] === 0 && !(-step[k] * signs[k] > 0)) {
          members.drop(k);
          slopes.copyWithin(k, k + 1);
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
    slopes.copyWithin(crossing, crossing + 1);
  }
}
