import type { Solution } from "../../solvers";
import { isLocallyConvex } from "../../solvers/subproblem/support-newton";
import type { AnyFit } from "../results/fit-of";
import type { WorkingProblem } from "./working-problem";

/** The problem that a fit is the answer to, as the solver saw it, and its answer. */
export interface SolvedProblem {
  readonly working: WorkingProblem;
  readonly lambda: number;
  readonly solution: Solution;
  readonly tol: number;
}

/** Held as long as the fit is: a fit made of numbers alone, from JSON say, has none. */
const solvedProblems = new WeakMap<AnyFit, () => SolvedProblem>();

/** @param solved asked once it is needed. */
export function rememberSolved(fit: AnyFit, solved: () => SolvedProblem): void {
  solvedProblems.set(fit, solved);
}

/** Undefined for a fit that came without its data. */
export function solvedProblemOf(fit: AnyFit): SolvedProblem | undefined {
  return solvedProblems.get(fit)?.();
}

/** Whether a fit lies where its objective is locally convex; undefined where that cannot be known. */
export function convexityOf(fit: AnyFit): boolean | undefined {
  const solved = solvedProblemOf(fit);
  if (solved === undefined) return undefined;
  const { working, lambda, solution } = solved;
  return isLocallyConvex(working.problem, lambda, solution.beta, solution.profile.eta);
}

/** The solution behind a fit of a path. */
export function solutionOf(fit: AnyFit): Solution | undefined {
  return solvedProblemOf(fit)?.solution;
}
