/** Defines when a fit has converged, and how far a certificate is from that. */
import { maxAbs } from "../../linalg/vector";
import { isSeparable } from "../../penalties";
import type { Certificate } from "../../problem/certificate";
import type { Solution } from "../../solvers";
import type { WorkingProblem } from "./working-problem";

/**
 * Returns the goal that a certificate must meet: a finite objective, and a duality gap of at most `tol` times the null deviance; without a gap a violation of at
 * most `tol` times the slope of the penalty, and where it is not convex, no coordinate or group that lowers the objective
 * by more than `tol` times the null deviance.
 *
 * All of it is measured so that the unit of the response does not matter.
 */
export function goalOf(
  working: WorkingProblem,
  lambda: number,
  tol: number,
): (certificate: Certificate) => boolean {
  const { problem, nullDeviance } = working;
  const steepest = tol * slopeScale(working, lambda);
  return (certificate) => {
    const { objective, dualityGap, violation } = certificate;
    if (!Number.isFinite(objective)) return false;
    if (dualityGap !== undefined) return dualityGap <= tol * nullDeviance;
    if (!(violation <= steepest)) return false;
    // Zero is stationary for every penalty with an infinite slope there, but not always the best value.
    return problem.penalty.convex || certificate.singleCoordinateGain <= tol * nullDeviance;
  };
}

/**
 * Returns the factor by which a certificate is above what {@link goalOf} asks of its gap, or of its violation where it has none: at most
 * 1 where it is met.
 */
export function excessOf(
  working: WorkingProblem,
  lambda: number,
  tol: number,
): (certificate: Certificate) => number {
  const steepest = tol * slopeScale(working, lambda);
  return ({ dualityGap, violation }) =>
    dualityGap === undefined ? violation / steepest : dualityGap / (tol * working.nullDeviance);
}

/** Whether slopes that balance to the rounding of those they began with are not yet what the tolerance asks. */
export function endsAtRounding(
  working: WorkingProblem,
  lambda: number,
  tol: number,
  { status, certificate }: Pick<Solution, "status" | "certificate">,
): boolean {
  if (status !== "max-iter" && status !== "stalled") return false;
  if (!(certificate.violation <= 1e-14 * maxAbs(working.nullProfile.gradient))) return false;
  // Not where a single coordinate could gain, which slopes do not see.
  return excessOf(working, lambda, tol)(certificate) > 1;
}

/**
 * The size of the slopes that balance at a solution: that of the penalty at a typical coefficient where it has one there,
 * as a bridge has, a jump at zero being spread over its size, else `lambda`, which is the slope of a lasso or, at zero, of a folded concave penalty; without a penalty the
 * steepest slope of the null model.
 */
function slopeScale({ problem, nullProfile, magnitude }: WorkingProblem, lambda: number): number {
  const { penalty, design } = problem;
  if (lambda === 0) return maxAbs(nullProfile.gradient);
  if (penalty.convex) return lambda;
  const { nFeatures } = design;
  let sum = 0;
  if (isSeparable(penalty)) {
    for (let j = 0; j < nFeatures; j++) {
      sum +=
        penalty.coordinateSlope(j, magnitude, lambda) + (penalty.jumpAtZero?.(j, lambda) ?? 0) / magnitude;
    }
  } else {
    const slopes = new Float64Array(nFeatures);
    penalty.addGradient(new Float64Array(nFeatures).fill(magnitude), lambda, slopes);
    for (const slope of slopes) sum += slope;
  }
  return sum / nFeatures || lambda;
}
