/** Solves a problem that is not convex by one descent, as peers do ({@link oneDescent}). */
import { predictedAt } from "../../problem/problem";
import { serializable } from "../../recipe";
import { checkSolver, isLower, type Solver, type SolverTask, withinDomain } from "../solver";
import { convexStart } from "./convex-relative";

/** The state that one lambda leaves to the next: whether the last descent ended in zeros. */
interface State {
  endedAtZero: boolean;
}

function objectiveAt({ problem, beta, psi, lambda }: SolverTask): number {
  return predictedAt(problem, beta, psi).loss + problem.penalty.value(beta, lambda);
}

/**
 * Solves a nonconvex problem by one descent from the coefficients given. Where these are all zero, and not those in which the descent of
 * the lambda before ended, it begins at the solution of the convex relative: a descent from zero ends higher, since the features that
 * enter first keep out better ones. If that end is not below the zeros, the descent begins at these.
 */
export function oneDescent(inner: Solver): Solver {
  checkSolver("oneDescent", "inner", inner);
  const solver: Solver = {
    name: `oneDescent(${inner.name})`,
    solve(task) {
      const { problem, lambda, beta: given } = task;
      if (problem.penalty.convex || lambda === 0) return inner.solve(task);
      const state = task.warmStart.stateOf<State>(solver, problem, () => ({ endedAtZero: false }));
      const begins = !state.endedAtZero && given.every((entry) => entry === 0);
      const { beta, psi } = begins ? convexStart(task, inner) : task;
      let solution = inner.solve({ ...task, beta: withinDomain(problem, beta), psi });
      if (begins && !isLower(solution, objectiveAt(task))) solution = inner.solve(task);
      state.endedAtZero = solution.beta.every((entry) => entry === 0);
      return solution;
    },
  };
  return serializable("oneDescent", [inner], solver);
}
