import { mustBe } from "../errors";
import type { SparseProblem } from "../objectives/sparse-problem";
import { lbfgs, type Optimizer } from "../optimizers";
import { isGroupwise, isSeparable, type Penalty } from "../penalties";
import { blockDescent, coordinateDescent, fista } from "../reference";
import {
  activeGroups,
  activeSet,
  inTurn,
  leavingSaddles,
  newtonPolished,
  type Solver,
  severalStarts,
  surrogateDescent,
  workingSet,
} from "../solvers";
import { hasActiveGroups } from "../solvers/active-groups";
import { hasActiveSet } from "../solvers/active-set";
import { candidateAt } from "../solvers/candidate";
import type { ModelFamily } from "./model-family";

/**
 * The solver of a model: the one given, an optimizer given as the way down its surrogate, or the choice of the library.
 *
 * @param problem as the solver sees it: its penalty may have bounds that the family states apart.
 * @throws InputError when an optimizer is given for a penalty without a surrogate.
 */
export function solverFor(
  where: string,
  {
    penalty,
    parametrization,
    interchangeable,
  }: Pick<ModelFamily, "penalty" | "parametrization" | "interchangeable">,
  solver: "auto" | Optimizer | Solver,
  problem: Pick<SparseProblem, "penalty" | "datafit">,
): Solver {
  if (solver === "auto") {
    const activeFirst = (other: Solver): Solver =>
      hasActiveSet(problem)
        ? inTurn(activeSet(), other)
        : hasActiveGroups(problem)
          ? inTurn(activeGroups(), other)
          : other;
    const direct = directSolver(penalty);
    if (parametrization === undefined) {
      if (direct) return penalty.convex ? activeFirst(newtonPolished(direct)) : severalStarts(direct, direct);
      throw mustBe(
        where,
        "penalty",
        "one with a proximal step, or come with a parametrization",
        penalty.name,
      );
    }
    const surrogate = surrogateDescent(parametrization, lbfgs());
    const descent = direct ? inTurn(surrogate, direct) : surrogate;
    if (!penalty.convex) return severalStarts(descent, direct);
    const general = interchangeable && isSeparable(penalty) ? workingSet(descent) : descent;
    return activeFirst(general);
  }
  if ("solve" in solver) return solver;
  if (parametrization === undefined) {
    throw mustBe(
      where,
      "solver",
      `a solver such as ${(directSolver(penalty) ?? coordinateDescent()).name}() for ${penalty.name}, which has no surrogate`,
      solver.name,
    );
  }
  return surrogateDescent(parametrization, solver);
}

/**
 * What goes from one fit of a path to the next once every lambda was fitted: the quick method, where the penalty is not
 * convex and the choice of the library's; undefined where a path has nothing to gain from it.
 */
export function neighbourSolver(penalty: Penalty, solver: "auto" | Optimizer | Solver): Solver | undefined {
  if (penalty.convex || solver !== "auto") return undefined;
  const direct = directSolver(penalty);
  return direct && leavingSaddles(direct);
}

/** Where there is nothing to explain, what rounding would find is no answer: the start is, the null model. */
export const nullModel: Solver = {
  name: "nullModel",
  solve: (task) => ({
    ...candidateAt(task, task.beta, task.psi, 0),
    status: "converged",
    nIter: 0,
    trace: [],
  }),
};

/** The classical method that moves coordinates, groups or the whole to their global minimum. */
function directSolver(penalty: Penalty): Solver | undefined {
  if (isSeparable(penalty)) return coordinateDescent();
  if (isGroupwise(penalty) && (penalty.groupProx || penalty.groupDescent)) return blockDescent();
  return penalty.prox && fista();
}
