/** How the library solves a penalty that is not convex ({@link nonConvexRules}); programs of convex ones do not carry it. */
import { isSeparable } from "../../penalties";
import { hasConstantHessian, type SparseProblem } from "../../problem/problem";
import { gramDescent, irls, type Solver, withFallback } from "../../solvers";
import { hasGramDescent } from "../../solvers/coordinate/gram-cd";
import { multiStart, multiStartOnPath, oneDescent, saddleEscape } from "../../solvers/search";
import type { ChosenBy, Known, SolverChoice, SolverRule } from "./penalty-spec";
import { downSurrogate, hasGroupSolver } from "./solver-choice";

/** Number of the smallest coefficients, or groups, that a thorough search leaves out in turn. */
const exchanges = 10;

/**
 * The same of a quick search of a bridge, whose zeros are local minima that no descent from the lambda before leaves; twice as many take
 * longer than the descent, and for groups they gain nothing (P11half, P12).
 */
const exchangesOfBridge = 5;

/** The same along a path of single coefficients, where these take the place of dense starts. */
const exchangesOnPath = 20;

/** The rules for penalties that are not convex: the first one that applies says which solver is taken. */
export const nonConvexRules: readonly SolverRule[] = [
  {
    when: "not convex, a sum over coordinates, and a loss that bends smoothly",
    why: "quadratic models on one Gram matrix, kept while the curvature hardly moves: P8mcp, P11half",
    applies: ({ direct, problem }) =>
      direct !== undefined && hasGramDescent(problem) && !jumpsInCurvature(problem),
    choose: (known) => searchedBy(known, gramDescent),
  },
  {
    when: "not convex, groups, and a squared error",
    why: "a model of a working set, as for single coefficients: P16mcp; of a loss that bends it ends higher than block descent",
    applies: (known) =>
      known.direct !== undefined && hasGroupSolver(known) && hasConstantHessian(known.problem),
    choose: (known) => searchedBy(known, known.groupSolver!().activeGroups),
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

/** One descent by a quick method, which a classical one ends, or a search from all starts and from neighbours on a path. */
function searchedBy(
  { direct, problem, search }: Known,
  descent: (options?: { readonly exchanges: number }) => Solver,
): SolverChoice {
  const one = withFallback(descent(), direct!);
  const exchanging = (count: number): Solver => withFallback(descent({ exchanges: count }), direct!);
  if (search === "quick") {
    const isBridge = isSeparable(problem.penalty) && problem.penalty.zeroIsAlwaysLocalMinimum;
    return { solver: quickSearch(isBridge ? exchanging(exchangesOfBridge) : one) };
  }
  const last = exchanging(exchanges);
  if (!hasGramDescent(problem) || !hasConstantHessian(problem)) {
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
