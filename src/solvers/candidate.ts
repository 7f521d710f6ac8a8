import { type Certificate, certify } from "../problem/certificate";
import { columnCurvature, type Profile, profileAt } from "../problem/problem";
import type { SolverTask } from "./solver";

/** Coefficients, and the datafit there with its unpenalized part optimal. */
export interface Point {
  readonly beta: Float64Array;
  readonly profile: Profile;
}

/** A point that could be the answer, whose certificate is known. */
export interface Candidate extends Point {
  readonly certificate: Certificate;
  /** Whether the second derivatives in what is not zero are known to be positive definite: then it is no saddle. */
  readonly isStrict?: boolean;
}

/** Profiles and certifies `beta` (kept, not copied). */
export function candidateAt(
  task: SolverTask,
  beta: Float64Array,
  psi: Float64Array,
  misalignment: number,
): Candidate {
  const profile = profileAt(task.problem, beta, psi);
  return certified(task, { beta, profile }, misalignment);
}

/** Returns the start of a task, if all its coefficients are zero and its datafit is known. */
export function nullPoint({ beta, nullProfile }: SolverTask): Point | undefined {
  if (!nullProfile || beta.some((b) => b !== 0)) return undefined;
  return { beta: beta.slice(), profile: nullProfile };
}

/** Certifies a point whose profile is known. */
export function certified(task: SolverTask, { beta, profile }: Point, misalignment = 0): Candidate {
  return { beta, profile, certificate: certify(task.problem, task.lambda, beta, profile, misalignment) };
}

/**
 * Returns the candidate with those coordinates set to exactly zero that are zero at the local minimum near by.
 *
 * A smooth method leaves them at some 1e-15; they become zero only where the stationarity condition holds at zero
 * (for a bridge penalty, where the second-order condition fails at the value they have).
 */
export function withExactZeros(task: SolverTask, candidate: Candidate): Candidate {
  const { problem, lambda } = task;
  const { beta, profile, certificate } = candidate;
  const curvature = columnCurvature(problem, profile.eta);
  const zeroed = new Float64Array(beta.length);
  problem.penalty.exactZeros(beta, profile.gradient, curvature, lambda, zeroed);
  if (zeroed.every((b, j) => b === beta[j])) return candidate;
  return candidateAt(task, zeroed, profile.psi, certificate.misalignment);
}

/**
 * Returns the better of two candidates: the smaller certificate when both have a gap and not the same (Infinity, say), else the
 * lower objective, or the smaller violation where the objectives are the same to rounding.
 */
export function better<T extends Candidate>(a: T, b: T): T {
  const [before, after] = [a.certificate, b.certificate];
  const [gap, otherGap] = [before.dualityGap, after.dualityGap];
  if (gap !== undefined && otherGap !== undefined && gap !== otherGap) return otherGap < gap ? b : a;
  const difference = after.objective - before.objective;
  if (Math.abs(difference) <= 1e-12 * Math.abs(before.objective)) {
    return after.violation < before.violation ? b : a;
  }
  return difference < 0 ? b : a;
}
