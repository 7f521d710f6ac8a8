import { mustBe } from "../../errors";
import { dot } from "../../linalg/vector";
import { type Profile, profileAt, type SparseProblem } from "../../problem/problem";
import type { SolverTask } from "../solver";
import { isMajorized } from "./majorization";
import { steepestCurvature } from "./steepest-curvature";

/** By how much the curvature grows where it was too small. */
const growth = 1.25;

/** Coefficients and the datafit there, minimised over the unpenalized part. */
export interface ProfiledPoint {
  readonly beta: Float64Array;
  readonly profile: Profile;
}

/**
 * The proximal gradient step `prox(b - gradient / h)` of a sparse problem, whose unpenalized part is minimised at every
 * point.
 *
 * The curvature `h` begins at the largest eigenvalue of the Hessian and grows until it majorizes the datafit along the
 * step; it never falls.
 */
export class ProximalStep {
  readonly #task: SolverTask;
  #curvature: number;

  /** @throws InputError where the penalty has no prox. */
  constructor(where: string, task: SolverTask, start: Profile) {
    const { problem } = task;
    if (!problem.penalty.prox) {
      throw mustBe(where, "penalty", "one with a known proximal step", problem.penalty.name);
    }
    this.#task = task;
    this.#curvature = steepestCurvature(problem, start.eta) || flatCurvature(problem);
  }

  /** The step from a point; the point itself where there is nothing to gain. */
  from({ beta, profile }: ProfiledPoint): ProfiledPoint {
    const { problem, lambda } = this.#task;
    const [point, move] = [new Float64Array(beta.length), new Float64Array(beta.length)];
    const next = new Float64Array(beta.length);
    for (;;) {
      const h = this.#curvature;
      for (let j = 0; j < beta.length; j++) point[j] = beta[j] - profile.gradient[j] / h;
      problem.penalty.prox!(point, 1 / h, lambda, next);
      for (let j = 0; j < move.length; j++) move[j] = next[j] - beta[j];
      if (move.every((m) => m === 0)) return { beta, profile };
      const reached = profileAt(problem, next, profile.psi);
      const slope = dot(profile.gradient, move);
      const square = h * dot(move, move);
      const slopeChange = (): number =>
        move.reduce((sum, m, j) => sum + m * (reached.gradient[j] - profile.gradient[j]), 0);
      if (isMajorized(profile.loss, reached.loss, slope, square, slopeChange)) {
        return { beta: next, profile: reached };
      }
      this.#curvature *= growth;
    }
  }
}

/** Where a loss is flat its curvature says nothing of what comes: that of a loss of curvature one takes its place. */
function flatCurvature(problem: SparseProblem): number {
  const squares = new Float64Array(problem.design.nFeatures);
  problem.design.weightedSquaredNorms(new Float64Array(problem.target.length).fill(1), squares);
  return squares.reduce((sum, square) => sum + square, 0) / problem.target.length || 1;
}
