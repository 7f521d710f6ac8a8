/**
 * The convex relative of a problem: the lasso or group lasso whose slope is that of the penalty at a typical coefficient
 * ({@link convexStart}).
 */
import { lbfgs } from "../../optimizers";
import { groupHadamardProduct, hadamardProduct } from "../../parametrizations";
import { isGroupwise, isSeparable } from "../../penalties";
import type { SparseProblem } from "../../problem/problem";
import { proximalNewton } from "../block";
import type { Solver, SolverTask } from "../solver";
import { withFallback } from "../strategies";
import { surrogateDescent } from "../surrogate/surrogate-descent";
import { workingSet } from "../surrogate/working-set";

/** Coefficients and an unpenalized part from which a solver starts. */
export type Start = Pick<SolverTask, "beta" | "psi">;

/** The convex relative of a problem, and its last solution. */
interface Relative {
  readonly problem: SparseProblem;
  readonly solver: Solver;
  beta: Float64Array;
}

/** Solves the lasso or group lasso whose slope is that of the penalty at a typical coefficient. */
export function convexStart(task: SolverTask, direct: Solver | undefined): Start {
  const { problem, lambda, magnitude } = task;
  const { penalty } = problem;
  const typical = new Float64Array(task.beta.length).fill(magnitude);
  const slopes = new Float64Array(typical.length);
  penalty.addGradient(typical, lambda, slopes);
  const slope = slopes.reduce((sum, entry) => sum + entry, 0) / slopes.length;
  const relative = task.warmStart.stateOf(convexStart, problem, () => relativeOf(task, direct));
  const convex = relative.solver.solve({
    ...task,
    problem: relative.problem,
    beta: relative.beta,
    lambda: slope > 0 ? slope : lambda, // a folded concave penalty is flat at large coefficients
    isOptimal: ({ dualityGap, objective, violation }) =>
      dualityGap === undefined ? violation <= 1e-2 * lambda : dualityGap <= 1e-2 * Math.abs(objective),
    onIteration: undefined,
  });
  relative.beta = convex.beta;
  return { beta: convex.beta, psi: convex.profile.psi };
}

function relativeOf({ problem, beta }: SolverTask, direct: Solver | undefined): Relative {
  const { penalty } = problem;
  const parametrization = isGroupwise(penalty)
    ? groupHadamardProduct(penalty.groups.groupOf)
    : hadamardProduct({ depth: 2 });
  const relative = { ...problem, penalty: parametrization.inducedPenalty };
  const other = direct ?? workingSet(surrogateDescent(parametrization, lbfgs()));
  const solver = isSeparable(relative.penalty) ? withFallback(proximalNewton(), other) : other;
  return { problem: relative, solver, beta };
}
