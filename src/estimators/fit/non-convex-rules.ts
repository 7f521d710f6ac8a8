/** How the library solves a penalty that is not convex ({@link nonConvexRules}); programs of convex ones do not carry it. */
import { isSeparable } from "../../penalties";
import { hasConstantHessian, type SparseProblem } from "../../problem/problem";
import { irls, proximalNewton, type Solver, withFallback } from "../../solvers";
import { hasBlocks } from "../../solvers/block";
import { multiStart, multiStartOnPath, oneDescent, saddleEscape } from "../../solvers/search";
import type { ChosenBy, Known, SolverChoice, SolverRule } from "./penalty-spec";
import { downSurrogate } from "./solver-choice";

/** A thorough search leaves out so many of the smallest coefficients, or groups, in turn. */
const exchanges = 10;

/**
 * A quick search of a bridge leaves out so many, because the zeros of a bridge are local minima that no descent from the lambda before
 * leaves. Twice as many take longer than the descent, and for groups they gain nothing (P11half, P12).
 */
const exchangesOfBridge = 5;

/** A thorough search along a path leaves out so many single coefficients, in place of dense starts. */
const exchangesOnPath = 20;

/** The rules for penalties that are not convex: the first one that applies says which solver is taken. */
export const nonConvexRules: readonly SolverRule[] = [
  {
    when: "not convex, a sum over coordinates and a loss that bends smoothly, or a sum over groups and a squared error",
    why: "a quadratic model on one Gram matrix: P8mcp, P11half, P16mcp; of groups block descent needs fewer of them",
    applies: ({ direct, problem }) =>
      direct !== undefined &&
      hasBlocks(problem) &&
      (isSeparable(problem.penalty) ? !jumpsInCurvature(problem) : hasConstantHessian(problem)),
    choose: searchedBy,
  },
  {
    when: "not convex, any other",
    why: "a classical method moves coordinates or groups to their global minimum; without one the surrogate leads down",
    applies: () => true,
    choose({ direct, parametrization, search }) {
      const surrogate = parametrization && downSurrogate(parametrization, direct);
      if (search === "quick") return { solver: quickSearch(direct ?? surrogate!) };
      return {
        solver: multiStart(surrogate ?? direct!, { direct }),
        ...(direct && { neighbour: saddleEscape(direct) }),
      };
    },
  },
];

/** One descent, which a classical method ends if it has to, or a search from all starts and from neighbours on a path. */
function searchedBy({ direct, problem, search }: Known): SolverChoice {
  const { penalty } = problem;
  const exchanging = (count: number): Solver => withFallback(proximalNewton({ exchanges: count }), direct!);
  const one = exchanging(0);
  if (search === "quick") {
    const isBridge = isSeparable(penalty) && penalty.zeroIsAlwaysLocalMinimum;
    return { solver: quickSearch(isBridge ? exchanging(exchangesOfBridge) : one) };
  }
  const last = exchanging(exchanges);
  if (!isSeparable(penalty) || !hasConstantHessian(problem)) {
    return { solver: multiStart(one, { direct: one, last }), neighbour: saddleEscape(last) };
  }
  return {
    solver: multiStart(one, { direct: one, last, dense: smoothed(problem) }),
    onPath: multiStartOnPath(one),
    neighbour: saddleEscape(exchanging(exchangesOnPath)),
  };
}

const quickSearch = (descent: Solver): Solver => oneDescent(saddleEscape(descent));

/** Returns a solver that smooths the kinks of a bridge first, where there is one, so that its zeros trap no start. */
function smoothed({ penalty, datafit }: ChosenBy): Solver | undefined {
  const takes =
    datafit.quadratic && isSeparable(penalty) && !penalty.domain && penalty.zeroIsAlwaysLocalMinimum;
  return takes ? irls() : undefined;
}

/** Whether the curvature of a loss falls to nothing within the data, so that a model at one point says nothing of the next. */
function jumpsInCurvature({ datafit }: Pick<SparseProblem, "datafit">): boolean {
  return !datafit.hasConstantHessian && (datafit.piecewiseQuadratic || datafit.dependsOnResidual);
}
