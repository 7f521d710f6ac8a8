import { areEqualToRounding, supportOf } from "../../linalg/vector";
import type { Penalty, SeparablePenalty } from "../../penalties";
import { certify } from "../../problem/certificate";
import {
  curvatureOfProfile,
  hasConstantHessian,
  type PredictorProfile,
  type Profile,
  predictedAt,
  type SparseProblem,
  withLateGradient,
} from "../../problem/problem";
import { type Candidate, candidateAt, certified, type Point } from "../candidate";
import type { SolverTask } from "../solver";
import { CachedCholesky } from "../subproblem/cached-cholesky";
import type { QuadraticModel } from "../subproblem/quadratic-model";
import { CoordinateScreening } from "../subproblem/screening";
import { ModelDescent } from "./penalized-quadratic";
import { pruneWarmStart } from "./prune-warm-start";

/** What one solution leaves to the next, of whatever lambda and penalty. */
export interface GramState {
  model: QuadraticModel | undefined;
  readonly descent: ModelDescent;
  /** Room for one of the second derivatives at an end. */
  readonly factor: CachedCholesky;
  /** Room for those of a certificate. */
  readonly curvature: Float64Array;
  /** Of a quadratic datafit, once a penalty says up to where zero holds. */
  slopes: CoordinateScreening | undefined;
  last: (Candidate & { readonly lambda: number }) | undefined;
  /** Ends that no exchange lowers. */
  readonly exchanged: WeakSet<Float64Array>;
  /** The best end by penalty and lambda. */
  readonly ends: Map<Penalty, Map<number, Candidate>>;
}

/** The state of a problem before its first solve. */
export function newGramState({ design }: SparseProblem): GramState {
  return {
    model: undefined,
    descent: new ModelDescent(),
    factor: new CachedCholesky(),
    curvature: new Float64Array(design.nFeatures),
    slopes: undefined,
    last: undefined,
    exchanged: new WeakSet(),
    ends: new Map(),
  };
}

/** The start, its profile remembered where it is where another solution ended; one of too many coefficients is pruned. */
export function startOf(
  task: SolverTask,
  memory: GramState,
  ends: ReadonlyMap<number, Candidate>,
): Candidate {
  const { last } = memory;
  for (const { beta, profile } of last ? [last, ...ends.values()] : ends.values()) {
    if (areEqualToRounding(beta, task.beta)) return candidateAgain(memory, task, { beta, profile });
  }
  if (supportOf(task.beta).length <= task.problem.design.nSamples) {
    return candidateIn(memory, task, task.beta.slice(), task.psi);
  }
  const start = candidateAt(task, task.beta.slice(), task.psi, 0);
  return candidateIn(memory, task, pruneWarmStart(task, start), start.profile.psi);
}

/**
 * Profiles and certifies `beta` (kept, not copied). Where the datafit is quadratic and the penalty folded, the gradient is exact
 * only in the members of the Gram matrix and where zero may not hold it; certificates are those of an exact one.
 */
export function candidateIn(
  memory: GramState,
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
function candidateAgain(memory: GramState, task: SolverTask, { beta, profile }: Point): Candidate {
  const penalty = boundedBy(task);
  return penalty ? certifiedIn(memory, task, penalty, beta, profile) : certified(task, { beta, profile });
}

/** The gradient at a candidate, exact in the members, those who came since too; later calls may change it. */
export function gradientInMembers(
  memory: GramState,
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
  memory: GramState,
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
  memory: GramState,
  task: SolverTask,
  penalty: SeparablePenalty,
  beta: Float64Array,
  { loss, psi, eta, residual }: PredictorProfile,
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
  memory: GramState,
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

function membersOf({ model }: GramState): ArrayLike<number> {
  return model?.gram.columns ?? [];
}

function slopesOf(memory: GramState, { problem }: SolverTask): CoordinateScreening {
  memory.slopes ??= new CoordinateScreening(problem);
  return memory.slopes;
}

/** Columns of which the Gram matrix takes 128 MiB. */
const mostColumns = 4096;

/**
 * Lets columns into the Gram matrix of a model, unless there would be no room, or a signal is aborted before all are there.
 *
 * @param columns in one or several lists that share none.
 */
export function tryInclude(
  { gram }: QuadraticModel,
  columns: readonly ArrayLike<number>[],
  signal: SolverTask["signal"],
): boolean {
  const fresh: (readonly number[])[] = [];
  for (const list of columns) {
    for (let k = 0; k < list.length; k++) if (gram.slotOf(list[k]) < 0) fresh.push([list[k]]);
  }
  if (gram.size + fresh.length > mostColumns) return false;
  return gram.includeUntil(signal, fresh) === fresh.length;
}
