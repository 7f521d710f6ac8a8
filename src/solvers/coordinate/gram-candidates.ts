import { supportOf } from "../../linalg/vector";
import type { SeparablePenalty } from "../../penalties";
import { certify } from "../../problem/certificate";
import {
  curvatureOfProfile,
  hasConstantHessian,
  type Profile,
  predictedAt,
  withLateGradient,
} from "../../problem/problem";
import { type Candidate, candidateAt, certified, type Point } from "../candidate";
import type { SolverTask } from "../solver";
import { CoordinateScreening } from "../subproblem/coordinate-screening";
import type { WarmStartState } from "./warm-start-state";

/**
 * Profiles and certifies `beta` (kept, not copied). Where the datafit is quadratic and the penalty folded, the gradient is exact
 * only in the members of the Gram matrix and where zero may not hold it; certificates are those of an exact one.
 */
export function candidateIn(
  memory: WarmStartState,
  task: SolverTask,
  beta: Float64Array,
  psi: Float64Array,
): Candidate {
  const penalty = boundedBy(task);
  if (!penalty) return candidateAt(task, beta, psi, 0);
  const predicted = predictedAt(task.problem, beta, psi);
  return certifiedIn(memory, task, penalty, beta, predicted);
}

/** The candidate at a point that was one at another lambda. */
export function candidateAgain(
  memory: WarmStartState,
  task: SolverTask,
  { beta, profile }: Point,
): Candidate {
  const penalty = boundedBy(task);
  return penalty ? certifiedIn(memory, task, penalty, beta, profile) : certified(task, { beta, profile });
}

/** The gradient at a candidate, exact in the members, those who came since too; later calls may change it. */
export function gradientInMembers(
  memory: WarmStartState,
  task: SolverTask,
  { profile }: Pick<Candidate, "profile">,
): Float64Array {
  if (!boundedBy(task)) return profile.gradient;
  return slopesOf(memory, task).exactIn(profile.residual, membersOf(memory));
}

/** A gradient, and the absolute values up to which zeros are held by themselves alone where those are known. */
export interface HeldGradient {
  readonly gradient: Float64Array;
  readonly heldUpTo?: Float64Array;
}

/**
 * The gradient at a candidate, exact also where zero may not hold it at a smaller lambda than that of the task; later calls may change
 * it. What holds zeros is of the lambda of the task.
 */
export function gradientAt(
  memory: WarmStartState,
  task: SolverTask,
  { beta, profile }: Point,
  lambda: number,
): HeldGradient {
  const penalty = boundedBy(task);
  if (!penalty) return profile;
  return boundedGradient(memory, task, penalty, beta, profile, lambda / task.lambda);
}

/** The profile of a candidate with a gradient that is exact everywhere, once it is asked for. */
export function exactProfile(task: SolverTask, { profile }: Pick<Candidate, "profile">): Profile {
  return boundedBy(task) ? withLateGradient(task.problem, profile) : profile;
}

/** The penalty, if zeros need no exact gradients. Of a bridge residuals jump too far from one lambda to the next for bounds to pay. */
function boundedBy({ problem }: SolverTask): SeparablePenalty | undefined {
  const penalty = problem.penalty as SeparablePenalty;
  return penalty.folded && penalty.proxThreshold && hasConstantHessian(problem) ? penalty : undefined;
}

function certifiedIn(
  memory: WarmStartState,
  task: SolverTask,
  penalty: SeparablePenalty,
  beta: Float64Array,
  { loss, psi, eta, residual }: Omit<Profile, "gradient">,
): Candidate {
  const { problem, lambda } = task;
  const gradient = boundedGradient(memory, task, penalty, beta, { eta, residual }).gradient.slice();
  const profile: Profile = { loss, psi, eta, residual, gradient };
  const movable = (): Float64Array => {
    const held = slopesOf(memory, task).heldUpTo(penalty, lambda, profile);
    const { curvature } = memory;
    curvature.set(curvatureOfProfile(problem, profile));
    for (let j = 0; j < held.length; j++) {
      if (beta[j] === 0 && Math.abs(gradient[j]) <= held[j]) curvature[j] = 0;
    }
    return curvature;
  };
  return { beta, profile, certificate: certify(problem, lambda, beta, profile, 0, movable) };
}

function boundedGradient(
  memory: WarmStartState,
  task: SolverTask,
  penalty: SeparablePenalty,
  beta: Float64Array,
  profile: Pick<Profile, "eta" | "residual">,
  share = 1,
): Required<HeldGradient> {
  const slopes = slopesOf(memory, task);
  const heldUpTo = slopes.heldUpTo(penalty, task.lambda, profile);
  const gradient = slopes.at(profile.residual, heldUpTo, share, [membersOf(memory), supportOf(beta)]);
  return { gradient, heldUpTo };
}

function membersOf({ model }: WarmStartState): ArrayLike<number> {
  return model?.gram.columns ?? [];
}

function slopesOf(memory: WarmStartState, { problem }: SolverTask): CoordinateScreening {
  memory.slopes ??= new CoordinateScreening(problem);
  return memory.slopes;
}
