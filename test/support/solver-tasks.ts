import type { SparseProblem } from "../../src/problem/problem";
import { profileAt } from "../../src/problem/problem";
import { type SolverTask, WarmStart } from "../../src/solvers";

/** A task from the null model, to be solved to a gap or violation of `goal`. */
export function taskOf(
  problem: SparseProblem,
  lambda: number,
  goal: number,
  more: Partial<SolverTask> = {},
): SolverTask {
  const zero = new Float64Array(problem.design.nFeatures);
  return {
    problem,
    lambda,
    beta: zero,
    psi: profileAt(problem, zero, new Float64Array(problem.free.size)).psi,
    warmStart: new WarmStart(),
    magnitude: 1,
    maxIter: 20_000,
    isOptimal: ({ dualityGap, violation }) => (dualityGap ?? violation) <= goal,
    ...more,
  };
}
