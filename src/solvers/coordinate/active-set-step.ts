import type { SeparablePenalty } from "../../penalties";
import { gapOfPenalty } from "../../problem/certificate";
import { hasConstantHessian } from "../../problem/problem";
import type { Candidate, Point } from "../candidate";
import type { SolverTask } from "../solver";
import { PenaltyTerm } from "./penalty-term";
import type { QuadraticSubproblem } from "./quadratic-subproblem";

/**
 * Change of the loss's curvature, as a share of it, up to which the factor of its Hessian is kept; none after a round
 * that did not halve the certificate, since few samples may have most of the curvature along a step.
 */
export const tolerableDrift = 0.2;

/** Newton steps on the watched coordinates before all are looked at again. */
const mostSteps = 10;

/** The point after a step on the watched coordinates, its gradient brought up to date in the candidates alone. */
export function stopOver(
  factor: QuadraticSubproblem,
  { lambda, signal }: SolverTask,
  penalty: SeparablePenalty,
  from: Candidate,
  watched: Int32Array,
  candidates: Int32Array,
): Point {
  const term = new PenaltyTerm(penalty, lambda);
  const beta = factor.minimise(term, watched, from, tolerableDrift, signal);
  return {
    beta,
    profile: factor.watchedProfileAt(beta, from.profile.psi, candidates, from.profile.gradient),
  };
}

/**
 * The point after a step of Newton's method on the watched coordinates. A loss that bends takes several of them, which
 * look at no other column, until as far as these can tell the goal is met.
 */
export function descend(
  factor: QuadraticSubproblem,
  task: SolverTask,
  penalty: SeparablePenalty,
  from: Candidate,
  watched: Int32Array,
  certifiedAt: number,
  drift: number,
  solved?: number,
): Point {
  const { lambda, signal } = task;
  const toGoal = lambda === certifiedAt;
  const term = new PenaltyTerm(penalty, lambda);
  const step = (point: Point): Float64Array => factor.minimise(term, watched, point, drift, signal, solved);
  if (hasConstantHessian(task.problem)) return factor.pointAt(step(from), from.profile.psi, certifiedAt);
  let current: CandidateColumns = { ...from, objective: from.certificate.objective };
  for (let steps = 0; steps < (toGoal ? mostSteps : 1) && !signal?.aborted; steps++) {
    const before = current;
    current = lowered(factor, task, before, step(before), watched);
    factor.learn(before, current, watched);
    if (!(current.objective < before.objective) || mayBeOptimal(task, current)) break;
  }
  return { beta: current.beta, profile: factor.completed(current.profile) };
}

/** A point whose gradient is known in the watched coordinates. */
interface CandidateColumns extends Point {
  readonly objective: number;
}

/**
 * Whether the goal is met as far as a part of the certificate tells. Where any dual point serves, as for the elastic net, a gap is of
 * second order in the error of the coefficients, so that a hundredth of it is asked for, which is a step more.
 */
function mayBeOptimal(task: SolverTask, point: CandidateColumns): boolean {
  const { problem, lambda } = task;
  const gap = gapOfPenalty(problem, lambda, point.beta, point.profile);
  return isOptimalWith(task, point, gap && gap * (problem.penalty.dualNorm ? 1 : 100));
}

/** Whether the goal would be met with some gap. */
export function isOptimalWith(
  { problem: { penalty }, lambda, isOptimal }: SolverTask,
  { beta, profile }: Point,
  dualityGap: number | undefined,
): boolean {
  return isOptimal({
    objective: profile.loss + penalty.value(beta, lambda),
    dualityGap,
    violation: penalty.violation(beta, profile.gradient, lambda),
    singleCoordinateGain: 0,
    misalignment: 0,
  });
}

/**
 * The point at the end of a step, or on the way there where the quadratic model promised too much; where it began if none is
 * known to be lower.
 */
function lowered(
  factor: QuadraticSubproblem,
  { problem: { penalty }, lambda }: SolverTask,
  from: CandidateColumns,
  target: Float64Array,
  watched: Int32Array,
): CandidateColumns {
  for (let length = 1; length > 1e-8; length /= 2) {
    const beta = length === 1 ? target : from.beta.map((b, j) => b + length * (target[j] - b));
    const profile = factor.watchedProfileAt(beta, from.profile.psi, watched);
    const objective = profile.loss + penalty.value(beta, lambda);
    if (objective <= from.objective + 1e-14 * Math.abs(from.objective)) return { beta, profile, objective };
  }
  return from;
}
