/**
 * The state of coordinate descent on a Gram matrix from one solve to the next ({@link GramState}), and the starts,
 * candidates and gradients that are made from it.
 */
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
import type { SolverTask } from "../solver";
import { type Candidate, candidateAt, certified, type Point } from "../solver";
import { CachedCholesky } from "../subproblem/cached-cholesky";
import type { QuadraticModel } from "../subproblem/quadratic-model";
import { CoordinateScreening } from "../subproblem/screening";
import { ModelDescent } from "./penalized-quadratic";
import { pruneWarmStart } from "./prune-warm-start";

/** The state that `gramDescent` keeps from one lambda or penalty to the next on the same data. */
export interface GramState {
  model: QuadraticModel | undefined;
  readonly descent: ModelDescent;
  /** The factor of the Hessian at a minimum, for the screening of the local search; a buffer. */
  readonly factor: CachedCholesky;
  /** The curvatures of a certificate, by column; a buffer. */
  readonly curvature: Float64Array;
  /** The screened gradient of a quadratic datafit, made when a penalty bounds the gradients that keep a zero. */
  screening: CoordinateScreening | undefined;
  last: (Candidate & { readonly lambda: number }) | undefined;
  /** The minima that the local search does not improve. */
  readonly locallyOptimal: WeakSet<Float64Array>;
  /** The best minimum by penalty and lambda. */
  readonly minima: Map<Penalty, Map<number, Candidate>>;
}

/** Makes the state of a problem before its first solve. */
export function newGramState({ design }: SparseProblem): GramState {
  return {
    model: undefined,
    descent: new ModelDescent(),
    factor: new CachedCholesky(),
    curvature: new Float64Array(design.nFeatures),
    screening: undefined,
    last: undefined,
    locallyOptimal: new WeakSet(),
    minima: new Map(),
  };
}

/**
 * Returns the start of a task: a known minimum with its profile, or the given coefficients, pruned if there are more
 * than samples.
 */
export function startOf(
  task: SolverTask,
  state: GramState,
  minima: ReadonlyMap<number, Candidate>,
): Candidate {
  const { last } = state;
  for (const { beta, profile } of last ? [last, ...minima.values()] : minima.values()) {
    if (areEqualToRounding(beta, task.beta)) return candidateAgain(state, task, { beta, profile });
  }
  if (supportOf(task.beta).length <= task.problem.design.nSamples) {
    return candidateIn(state, task, task.beta.slice(), task.psi);
  }
  const start = candidateAt(task, task.beta.slice(), task.psi, 0);
  return candidateIn(state, task, pruneWarmStart(task, start), start.profile.psi);
}

/**
 * Computes the profile and the certificate of `beta` (kept, not copied).
 *
 * With a quadratic datafit and a folded concave penalty the gradient is exact only in the columns of the Gram matrix
 * and where it may move a zero. The certificate is that of the exact gradient.
 */
export function candidateIn(
  state: GramState,
  task: SolverTask,
  beta: Float64Array,
  psi: Float64Array,
): Candidate {
  const penalty = screenablePenalty(task);
  if (!penalty) return candidateAt(task, beta, psi, 0);
  const predicted = predictedAt(task.problem, beta, psi);
  return certifiedByScreening(state, task, penalty, beta, predicted);
}

/** Certifies a point of an earlier task for this one. */
function candidateAgain(state: GramState, task: SolverTask, { beta, profile }: Point): Candidate {
  const penalty = screenablePenalty(task);
  return penalty
    ? certifiedByScreening(state, task, penalty, beta, profile)
    : certified(task, { beta, profile });
}

/** Returns a candidate's gradient, exact in all columns of the Gram matrix; later calls overwrite it. */
export function gradientInMembers(
  state: GramState,
  task: SolverTask,
  { profile }: Pick<Candidate, "profile">,
): Float64Array {
  if (!screenablePenalty(task)) return profile.gradient;
  return screeningOf(state, task).gradientExactIn(profile.residual, membersOf(state));
}

/** A gradient and, if they are known, the absolute values up to which its entries keep zeros in place. */
export interface ScreenedGradient {
  readonly gradient: Float64Array;
  readonly zeroBounds?: Float64Array;
}

/**
 * Returns a candidate's gradient, exact also where it may move a zero at a smaller lambda than the task's; later
 * calls overwrite it.
 *
 * The bounds on zeros are those at the lambda of the task.
 */
export function gradientAt(
  state: GramState,
  task: SolverTask,
  { beta, profile }: Point,
  lambda: number,
): ScreenedGradient {
  const penalty = screenablePenalty(task);
  if (!penalty) return profile;
  return screenedGradient(state, task, penalty, beta, profile, lambda / task.lambda);
}

/** Returns the profile of a candidate with an exact gradient, which is computed when it is first read. */
export function exactProfile(task: SolverTask, { profile }: Pick<Candidate, "profile">): Profile {
  return screenablePenalty(task) ? withLateGradient(task.problem, profile) : profile;
}

/**
 * Returns the penalty if zeros need no exact gradient.
 *
 * Bridge penalties are excluded: their residuals change too much from one lambda to the next for bounds to save work.
 */
function screenablePenalty({ problem }: SolverTask): SeparablePenalty | undefined {
  const penalty = problem.penalty as SeparablePenalty;
  return penalty.foldedConcave && penalty.proxThreshold && hasConstantHessian(problem) ? penalty : undefined;
}

function certifiedByScreening(
  state: GramState,
  task: SolverTask,
  penalty: SeparablePenalty,
  beta: Float64Array,
  { loss, psi, eta, residual }: PredictorProfile,
): Candidate {
  const { problem, lambda } = task;
  const gradient = screenedGradient(state, task, penalty, beta, { eta, residual }).gradient.slice();
  const profile: Profile = { loss, psi, eta, residual, gradient };
  const movableCurvature = (): Float64Array => {
    const held = screeningOf(state, task).zeroBounds(penalty, lambda, profile);
    const { curvature } = state;
    curvature.set(curvatureOfProfile(problem, profile));
    for (let j = 0; j < held.length; j++) {
      if (beta[j] === 0 && Math.abs(gradient[j]) <= held[j]) curvature[j] = 0;
    }
    return curvature;
  };
  return { beta, profile, certificate: certify(problem, lambda, beta, profile, 0, movableCurvature) };
}

function screenedGradient(
  state: GramState,
  task: SolverTask,
  penalty: SeparablePenalty,
  beta: Float64Array,
  profile: Pick<Profile, "eta" | "residual">,
  share = 1,
): Required<ScreenedGradient> {
  const screening = screeningOf(state, task);
  const zeroBounds = screening.zeroBounds(penalty, task.lambda, profile);
  const gradient = screening.at(profile.residual, zeroBounds, share, [membersOf(state), supportOf(beta)]);
  return { gradient, zeroBounds };
}

function membersOf({ model }: GramState): ArrayLike<number> {
  return model?.gram.columns ?? [];
}

function screeningOf(state: GramState, { problem }: SolverTask): CoordinateScreening {
  state.screening ??= new CoordinateScreening(problem);
  return state.screening;
}

/** Maximum number of columns of the Gram matrix, which then takes 128 MiB. */
const maxColumns = 4096;

/**
 * Includes columns in the Gram matrix of a model. Returns false if it would be too large, or a signal is aborted
 * before all are included.
 *
 * @param columns one or several disjoint lists.
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
  if (gram.size + fresh.length > maxColumns) return false;
  return gram.includeUntil(signal, fresh) === fresh.length;
}
