/** How the library solves a penalty that is not convex ({@link nonConvexRules}); programs of convex ones do not carry it. */
import { isSeparable } from "../../penalties";
import { hasConstantHessian, type SparseProblem } from "../../problem/problem";
import { gramDescent, irls, multiStart, type Solver, saddleEscape, withFallback } from "../../solvers";
import { hasGramDescent } from "../../solvers/coordinate/gram-cd";
import { multiStartOnPath } from "../../solvers/strategies";
import type { ChosenBy, SolverChoice, SolverRule } from "./penalty-spec";
import { downSurrogate, hasGroupSolver } from "./solver-choice";

/** Coefficients that are tried to be left out at the end of the ways to a fit. */
const exchanges = 10;

/** Number of coefficients that are tried along a path, where they take the place of dense starts. */
const exchangesOnPath = 20;

/** Number of coefficients that are tried along the path of a large design where zero is always a local minimum, as for a bridge. */
const exchangesOfLarge = 5;

/** Rows times columns above which several ways to each fit of a path would take seconds. */
const largeDesign = 250_000;

/** The rules for penalties that are not convex: the first one that applies says which solver is taken. */
export const nonConvexRules: readonly SolverRule[] = [
  {
    when: "not convex, a sum over coordinates, a squared error, and many rows times columns",
    why: "more ways to each fit of a path end less than a thousandth lower and take ten times as long",
    applies: ({ direct, problem }) =>
      direct !== undefined && hasGramDescent(problem) && hasConstantHessian(problem) && isLarge(problem),
    choose({ direct, problem }) {
      const { quick, last } = descents(gramDescent, direct!);
      const along = problem.penalty.zeroIsAlwaysLocalMinimum
        ? withFallback(gramDescent({ exchanges: exchangesOfLarge }), direct!)
        : quick;
      return { solver: multiStart(quick, { direct: quick, last }), onPath: saddleEscape(along) };
    },
  },
  {
    when: "not convex, a sum over coordinates, and a squared error",
    why: "descents on one kept Gram matrix are so cheap that neighbours on a path take the place of dense starts",
    applies: ({ direct, problem }) =>
      direct !== undefined && hasGramDescent(problem) && hasConstantHessian(problem),
    choose({ direct, problem }) {
      const { quick, last } = descents(gramDescent, direct!);
      const between = withFallback(gramDescent({ exchanges: exchangesOnPath }), direct!);
      return {
        solver: multiStart(quick, { direct: quick, last, dense: smoothed(problem) }),
        onPath: multiStartOnPath(quick),
        neighbour: saddleEscape(between),
      };
    },
  },
  {
    when: "not convex, a sum over coordinates, and a loss that bends smoothly",
    why: "quadratic models on one Gram matrix, kept while the curvature hardly moves, from all starts",
    applies: ({ direct, problem }) =>
      direct !== undefined && hasGramDescent(problem) && !jumpsInCurvature(problem),
    choose: ({ direct }) => fromAll(descents(gramDescent, direct!)),
  },
  {
    when: "not convex but boundedly so, groups, a squared error, and many rows times columns",
    why: "as single coefficients; a group bridge needs more ways, for no group to gain alone",
    applies: (known) =>
      known.direct !== undefined &&
      known.penalty.concavity !== undefined &&
      hasGroupSolver(known) &&
      hasConstantHessian(known.problem) &&
      isLarge(known.problem),
    choose({ direct, groupSolver }) {
      const { quick, last } = descents(groupSolver!().activeGroups, direct!);
      return { solver: multiStart(quick, { direct: quick, last }), onPath: saddleEscape(quick) };
    },
  },
  {
    when: "not convex, groups, and a squared error",
    why: "as single coefficients; with losses that bend its models end in worse minima than block descent does",
    applies: (known) =>
      known.direct !== undefined && hasGroupSolver(known) && hasConstantHessian(known.problem),
    choose: ({ direct, groupSolver }) => fromAll(descents(groupSolver!().activeGroups, direct!)),
  },
  {
    when: "not convex, without a parametrization",
    why: "the classical method is all there is",
    applies: ({ parametrization }) => parametrization === undefined,
    choose: ({ direct }) => ({
      solver: multiStart(direct!, { direct }),
      neighbour: saddleEscape(direct!),
    }),
  },
  {
    when: "not convex, any other",
    why: "the surrogate has no local minima but those of the problem; a classical method goes on from them",
    applies: () => true,
    choose: ({ parametrization, direct }) => ({
      solver: multiStart(downSurrogate(parametrization!, direct), { direct }),
      ...(direct && { neighbour: saddleEscape(direct) }),
    }),
  },
];

/** Returns a solver that smooths the kinks of a bridge first, where there is one, so that its zeros trap no start. */
function smoothed({ penalty, datafit }: ChosenBy): Solver | undefined {
  const takes =
    datafit.quadratic && isSeparable(penalty) && !penalty.domain && penalty.zeroIsAlwaysLocalMinimum;
  return takes ? irls() : undefined;
}

/** A descent, and the same that leaves out the smallest coefficients or groups in turn at its end; a classical method ends both. */
interface Descents {
  readonly quick: Solver;
  readonly last: Solver;
}

const descents = (
  descent: (options?: { readonly exchanges: number }) => Solver,
  direct: Solver,
): Descents => ({
  quick: withFallback(descent(), direct),
  last: withFallback(descent({ exchanges }), direct),
});

/** All starts by the quick one, and the other from the best end and from neighbours on a path. */
const fromAll = ({ quick, last }: Descents): SolverChoice => ({
  solver: multiStart(quick, { direct: quick, last }),
  neighbour: saddleEscape(last),
});

/** Whether the curvature of a loss falls to nothing within the data, so that a model at one point says nothing of the next. */
function jumpsInCurvature({ datafit }: Pick<SparseProblem, "datafit">): boolean {
  return !datafit.hasConstantHessian && (datafit.piecewiseQuadratic || datafit.dependsOnResidual);
}

const isLarge = ({ design }: ChosenBy): boolean =>
  design !== undefined && design.nSamples * design.nFeatures > largeDesign;
