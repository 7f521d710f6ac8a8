/**
 * Certifies the points of the active-set method for groups ({@link GroupCandidates}), and finds the groups at zero
 * that enter.
 */
import type { GroupPenalty } from "../../penalties";
import {
  curvatureOfProfile,
  type Profile,
  predictedAt,
  type SparseProblem,
  withLateGradient,
} from "../../problem/problem";
import type { SolverTask } from "../solver";
import { type Candidate, candidateAt, certified, type Point } from "../solver";
import { distanceToSubdifferentialAtZero, smallestCurvature } from "../subproblem/group-block";
import { GroupScreening } from "../subproblem/screening";
import type { GroupWorkingSet } from "./working-set";

/**
 * The certified points of a problem with groups, one after the other.
 *
 * For convex sums of group norms the gradients are exact only in the working set and where a zero may move. The
 * certificates are those of exact gradients.
 */
export class GroupCandidates {
  readonly #penalty: GroupPenalty;
  readonly #working: GroupWorkingSet;
  readonly #gradient: GroupScreening | undefined;
  readonly #copy: Float64Array;

  constructor(problem: SparseProblem, penalty: GroupPenalty, working: GroupWorkingSet) {
    this.#penalty = penalty;
    this.#working = working;
    this.#copy = new Float64Array(problem.design.nFeatures);
    if (penalty.normSlope) this.#gradient = new GroupScreening(problem, penalty);
  }

  /** Stores a first candidate, whose gradient is exact, and returns it. */
  startFrom(candidate: Candidate): Candidate {
    this.#gradient?.addKnown(candidate.profile.residual, candidate.profile.gradient);
    return candidate;
  }

  /** Returns a copy of a profile's gradient for the caller to change; each call returns the same array. */
  gradientCopy({ gradient }: Pick<Profile, "gradient">): Float64Array {
    this.#copy.set(gradient);
    return this.#copy;
  }

  /** Returns the candidate at some coefficients, kept and not copied. */
  at(task: SolverTask, beta: Float64Array, psi: Float64Array): Candidate {
    if (!this.#gradient) return candidateAt(task, beta, psi, 0);
    const predicted = predictedAt(task.problem, beta, psi);
    const gradient = this.#gradientOf(this.#gradient, beta, predicted.residual, task.lambda);
    return certified(task, { beta, profile: { ...predicted, gradient } });
  }

  /**
   * Certifies a point of an earlier lambda again.
   *
   * @param level the lambda at which zeros must be certified, at most that of the task.
   */
  recertified(task: SolverTask, { beta, profile }: Point, level: number): Candidate {
    if (!this.#gradient) return certified(task, { beta, profile });
    const gradient = this.#gradientOf(this.#gradient, beta, profile.residual, level);
    return certified(task, { beta, profile: { ...profile, gradient } });
  }

  /** Returns the candidate with an exact gradient, which is computed when it is first read. */
  withExactGradient(problem: SparseProblem, candidate: Candidate): Candidate {
    return this.#gradient
      ? { ...candidate, profile: withLateGradient(problem, candidate.profile) }
      : candidate;
  }

  #gradientOf(
    bounded: GroupScreening,
    beta: Float64Array,
    residual: Float64Array,
    level: number,
  ): Float64Array {
    const isActive = activeGroupsOf(this.#penalty, beta);
    const isNeeded = (g: number): boolean => isActive[g] === 1 || this.#working.has(g);
    return bounded.at(residual, level, isNeeded, this.#working.slopesAt(residual));
  }
}

/** Returns 1 for each group with a nonzero coefficient, else 0. */
export function activeGroupsOf(
  { groups: { groupOf, nGroups } }: GroupPenalty,
  beta: Float64Array,
): Uint8Array {
  const isActive = new Uint8Array(nGroups);
  for (let j = 0; j < beta.length; j++) if (beta[j] !== 0) isActive[groupOf[j]] = 1;
  return isActive;
}

/** Returns the groups at zero that a proximal step alone would move, for a nonconvex penalty. */
export function groupsLeavingZero(
  { problem, lambda }: SolverTask,
  penalty: GroupPenalty,
  working: GroupWorkingSet,
  { beta, profile }: Candidate,
): number[] {
  const curvature = curvatureOfProfile(problem, profile);
  const { members } = penalty.groups;
  const leaving: number[] = [];
  for (let g = 0; g < members.length; g++) {
    const own = members[g];
    if (own.some((j) => beta[j] !== 0)) continue;
    const slope = Float64Array.from(own, (j) => profile.gradient[j]);
    const groupCurvature = working.has(g) ? working.curvatureOf(g) : smallestCurvature(curvature, own);
    if (distanceToSubdifferentialAtZero(penalty, g, slope, groupCurvature, lambda) > 0) leaving.push(g);
  }
  return leaving;
}
