import { checkMethods } from "../options";
import type { Certificate } from "../problem/certificate";
import type { Profile, SparseProblem } from "../problem/problem";
import type { WarmStart } from "./warm-start";

/** One line of the history of a fit. */
export interface TraceRow {
  /** Ascending; 0 is the start, where it has a row. */
  readonly iteration: number;
  /** The objective of the solver: the surrogate `Q`, or `P` for a solver without a surrogate. */
  readonly objective: number;
  /** Largest entry of the surrogate's gradient, or the stationarity violation of `P` without a surrogate. */
  readonly stationarity: number;
  /** The duality gap of the best coefficients so far; left out between certificates, and where there is none. */
  readonly dualityGap?: number;
  /** The method whose iteration it was, such as `"activeSet"`; left out by a solver of the caller's own that does not tell. */
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
  /** Asked between iterations; once aborted the solver ends with what it has. */
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
  /** One row a start, in the order of the runs, where there were several. */
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
  /** The name of the solver, such as `"activeSet"`. */
  readonly name: string;
  /** The best point found from the start of `task`, with its certificate. */
  solve(task: SolverTask): Solution;
}

/** @throws InputError unless `value` is a solver. */
export function checkSolver(where: string, what: string, value: unknown): void {
  checkMethods(where, what, value, ["solve"], "a solver such as coordinateDescent()");
}
