/**
 * The interface of solvers: the task that one is given, the certified candidates on its way, its solution, and what it keeps
 * from one lambda of a path to the next.
 */
import { NEGLIGIBLE } from "../linalg/rounding";
import { checkMethods } from "../options";
import { isGroupwise, isSeparable, type Penalty } from "../penalties";
import { type Certificate, certify } from "../problem/certificate";
import { columnCurvature, type Profile, profileAt, type SparseProblem } from "../problem/problem";

/** One line of the history of a fit. */
export interface TraceRow {
  /** The number of the iteration, ascending; if the start has a row, it is number 0. */
  readonly iteration: number;
  /** The objective of the solver: the surrogate `Q`, or `P` for a solver without a surrogate. */
  readonly objective: number;
  /** Largest entry of the surrogate's gradient, or the stationarity violation of `P` without a surrogate. */
  readonly stationarity: number;
  /** The duality gap of the best coefficients so far; left out between certificates, and if the problem has no gap. */
  readonly dualityGap?: number;
  /** The method that made the iteration, such as `"proximalNewton"`. A solver of your own may leave it out. */
  readonly method?: string;
}

/**
 * How a fit ended: its certificate met the tolerance, `maxIter` was used up, the method could make no further progress,
 * or the signal was aborted.
 */
export type FitStatus = "converged" | "max-iter" | "stalled" | "interrupted";

/** One of several runs of a solver: its start and its end. */
export interface StartRow {
  /** In words: `"null model"`, `"lasso"`, ... */
  readonly start: string;
  /** `P` at the end of the run. */
  readonly objective: number;
  /** The number of iterations of the run. */
  readonly nIter: number;
  /** How the run ended. */
  readonly status: FitStatus;
}

/** A problem to solve, with its start and its goal. */
export interface SolverTask {
  /** The design, the datafit and the penalty. */
  readonly problem: SparseProblem;
  /** Strength of the penalty. */
  readonly lambda: number;
  /** The coefficients to start from; not changed, since they may be the solution that an earlier fit holds. */
  readonly beta: Float64Array;
  /** The unpenalized part of the predictor to start from, in the basis of `problem.free`. */
  readonly psi: Float64Array;
  /** The datafit where all coefficients are zero, if it is known: it spares a start there a pass over the design. */
  readonly nullProfile?: Profile;
  /** The state that solvers keep from tasks on the same data, which they change; a new one makes a task independent of others. */
  readonly warmStart: WarmStart;
  /** Size of a typical coefficient, positive. */
  readonly magnitude: number;
  /** Largest number of iterations. */
  readonly maxIter: number;
  /** Whether a certified point is good enough to stop. */
  readonly isOptimal: (certificate: Certificate) => boolean;
  /** Checked between iterations. Once it is aborted, the solver ends with the best point so far. */
  readonly signal?: { readonly aborted: boolean };
  /** Called after each iteration. */
  readonly onIteration?: (iteration: number) => void;
}

/** The best point a solver found, with exact zeros, and its certificate. */
export interface Solution {
  /** The coefficients, with exact zeros. */
  readonly beta: Float64Array;
  /** The predictor and the loss there, with the free part that suits them best. */
  readonly profile: Profile;
  /** The certificate of the coefficients. */
  readonly certificate: Certificate;
  /** Why the solver ended. */
  readonly status: FitStatus;
  /** Iterations made. */
  readonly nIter: number;
  /** The rows of the run, in the order of iterations. */
  readonly trace: readonly TraceRow[];
  /** Whether the second derivatives in what is not zero are known to be positive definite: then it is no saddle. */
  readonly isStrict?: boolean;
  /** One row for each start, in the order of the runs; only if there were several starts. */
  readonly starts?: readonly StartRow[];
}

/**
 * A method for sparse problems.
 *
 * The iterations that a member states bring the duality gap of well-conditioned convex problems to 1e-9, from the null
 * model: lasso, logistic lasso and group lasso of 40 rows and 10 standard normal columns, with an intercept, at a tenth of
 * lambda max, as far as the member takes them.
 */
export interface Solver {
  /** The name of the solver, such as `"proximalNewton"`. */
  readonly name: string;
  /** The best point found from the start of `task`, with its certificate. */
  solve(task: SolverTask): Solution;
}

/** @throws InputError unless `value` is a solver. */
export function checkSolver(where: string, what: string, value: unknown): void {
  checkMethods(where, what, value, ["solve"], "a solver such as coordinateDescent()");
}

/** The state that one method keeps, and the problem that it belongs to. */
interface Entry {
  readonly problem: SparseProblem;
  readonly state: unknown;
}

/**
 * The state that solvers keep from one task to the next on the same data, such as along a path of lambdas: Gram matrices and their
 * factors, and the last solution with its gradient.
 *
 * Whoever makes the tasks owns it and hands the same one to each: solvers update it in place, and the last bits of a solution may depend
 * on the tasks before it. A new one makes a solve independent of them. States of other data are never used: they are made anew.
 */
export class WarmStart {
  readonly #entries = new Map<object, Map<Penalty, Entry>>();

  /**
   * Returns the state that a method keeps for one problem, made where there is none.
   *
   * @param owner the method, or the solver where each one of a method has a state of its own.
   */
  stateOf<State>(owner: object, problem: SparseProblem, make: () => State): State {
    const own = this.#entries.get(owner) ?? new Map<Penalty, Entry>();
    this.#entries.set(owner, own);
    const known = own.get(problem.penalty);
    if (known && areOfSameData(known.problem, problem)) return known.state as State;
    const state = make();
    own.set(problem.penalty, { problem, state });
    return state;
  }
}

function areOfSameData(a: SparseProblem, b: SparseProblem): boolean {
  return a.design === b.design && a.datafit === b.datafit && a.target === b.target && a.free === b.free;
}

/** Returns coefficients with each moved to the nearest end of the interval on which its term of the penalty is finite. */
export function withinDomain({ penalty }: Pick<SparseProblem, "penalty">, beta: Float64Array): Float64Array {
  const domain = isSeparable(penalty) || isGroupwise(penalty) ? penalty.domain : undefined;
  if (domain === undefined) return beta;
  return beta.map((b, j) => {
    const [low, high] = domain(j);
    return Math.min(Math.max(b, low), high);
  });
}

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

/** Whether the objective of a candidate is below another one by more than a negligible share of that. */
export function isLower({ certificate }: Pick<Candidate, "certificate">, objective: number): boolean {
  return certificate.objective < objective - NEGLIGIBLE * Math.abs(objective);
}

/**
 * Returns the better of two candidates: the one whose objective is finite; where both are, the smaller certificate when both have a gap
 * and not the same (Infinity, say), else the lower objective, or the smaller violation where the objectives differ by a negligible share.
 */
export function better<T extends Candidate>(a: T, b: T): T {
  const [before, after] = [a.certificate, b.certificate];
  if (!Number.isFinite(before.objective)) return Number.isFinite(after.objective) ? b : a;
  if (!Number.isFinite(after.objective)) return a;
  const [gap, otherGap] = [before.dualityGap, after.dualityGap];
  if (gap !== undefined && otherGap !== undefined && gap !== otherGap) return otherGap < gap ? b : a;
  if (isLower(b, before.objective)) return b;
  if (isLower(a, after.objective)) return a;
  return after.violation < before.violation ? b : a;
}
