import { mustBe } from "../errors";
import { isParabolic, type SparseProblem } from "../objectives/sparse-problem";
import { lbfgs, type Optimizer } from "../optimizers";
import type { Parametrization } from "../parametrizations";
import { isGroupwise, isSeparable, type Penalty } from "../penalties";
import { blockDescent, coordinateDescent, fista } from "../reference";
import {
  activeGroups,
  activeSet,
  gramDescent,
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
import { hasGramDescent } from "../solvers/gram-descent";
import { startsOnPath } from "../solvers/several-starts";
import type { ModelFamily } from "./model-family";

/** Coefficients that are tried to be left out at the end of the ways to a fit. */
const exchanges = 10;

/** The same along a path, where they take the place of dense starts. */
const exchangesOnPath = 20;

/** How a model is solved. */
export interface SolverChoice {
  readonly solver: Solver;
  /**
   * What goes from one fit of a path to the next once every lambda was fitted: the quick method, where the penalty is not
   * convex and the choice the library's; left out where a path has nothing to gain from it.
   */
  readonly neighbour?: Solver;
  /** What goes along a path, from each lambda to the next; left out where it is {@link solver}. */
  readonly onPath?: Solver;
}

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
): SolverChoice {
  if (solver === "auto") {
    const direct = directSolver(penalty);
    if (!penalty.convex) return manyWays(where, penalty, parametrization, problem, direct);
    const activeFirst = (other: Solver): Solver =>
      hasActiveSet(problem)
        ? inTurn(activeSet(), other)
        : hasActiveGroups(problem)
          ? inTurn(activeGroups(), other)
          : other;
    if (parametrization === undefined) {
      if (direct) return { solver: activeFirst(newtonPolished(direct)) };
      throw noWay(where, penalty);
    }
    const surrogate = surrogateDescent(parametrization, lbfgs());
    const descent = direct ? inTurn(surrogate, direct) : surrogate;
    const general = interchangeable && isSeparable(penalty) ? workingSet(descent) : descent;
    if (isSeparable(penalty) && joinsResponses(problem)) return { solver: inTurn(gramDescent(), general) };
    return { solver: activeFirst(general) };
  }
  if ("solve" in solver) return { solver };
  if (parametrization === undefined) {
    throw mustBe(
      where,
      "solver",
      `a solver such as ${(directSolver(penalty) ?? coordinateDescent()).name}() for ${penalty.name}, which has no surrogate`,
      solver.name,
    );
  }
  return { solver: surrogateDescent(parametrization, solver) };
}

/**
 * Several starts for a penalty that is not convex: from all of them by the quick method where one takes the problem, else
 * first down the surrogate.
 */
function manyWays(
  where: string,
  penalty: Penalty,
  parametrization: Parametrization | undefined,
  problem: Pick<SparseProblem, "penalty" | "datafit">,
  direct: Solver | undefined,
): SolverChoice {
  if (direct && hasGramDescent(problem) && !jumpsInCurvature(problem)) {
    const quick = inTurn(gramDescent(), direct);
    const last = inTurn(gramDescent({ exchanges }), direct);
    const solver = severalStarts(quick, quick, last);
    if (!isParabolic(problem)) return { solver, neighbour: leavingSaddles(last) };
    const between = inTurn(gramDescent({ exchanges: exchangesOnPath }), direct);
    return { solver, onPath: startsOnPath(quick), neighbour: leavingSaddles(between) };
  }
  // With losses that bend its models end in worse minima than block descent does.
  if (direct && hasActiveGroups(problem) && isParabolic(problem)) {
    const quick = inTurn(activeGroups(), direct);
    const last = inTurn(activeGroups({ exchanges }), direct);
    return { solver: severalStarts(quick, quick, last), neighbour: leavingSaddles(last) };
  }
  const neighbour = direct && leavingSaddles(direct);
  if (direct && parametrization === undefined) return { solver: severalStarts(direct, direct), neighbour };
  if (parametrization === undefined) throw noWay(where, penalty);
  const surrogate = surrogateDescent(parametrization, lbfgs());
  const descent = direct ? inTurn(surrogate, direct) : surrogate;
  return { solver: severalStarts(descent, direct), neighbour };
}

/** Whether a loss is made of quadratic pieces, some of them flat, so that a model of one says nothing of the next. */
function jumpsInCurvature({ datafit }: Pick<SparseProblem, "datafit">): boolean {
  return !isParabolic({ datafit }) && (datafit.kind === "regression" || datafit.kind === "margins");
}

/** Whether a loss joins the responses of each sample, as that of classes does. */
const joinsResponses = ({ datafit }: Pick<SparseProblem, "datafit">): boolean =>
  datafit.hessianProduct !== undefined && datafit.nResponses > 1;

function noWay(where: string, penalty: Penalty): Error {
  return mustBe(where, "penalty", "one with a proximal step, or come with a parametrization", penalty.name);
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
