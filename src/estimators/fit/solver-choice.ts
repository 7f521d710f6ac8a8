/**
 * Chooses the solver of a model ({@link solverFor}): the given one, or that of the first rule in
 * {@link automaticRules} that applies.
 */
import { mustBe } from "../../errors";
import { lbfgs, type Optimizer } from "../../optimizers";
import type { Parametrization } from "../../parametrizations";
import { isGroupwise, isSeparable, type Penalty } from "../../penalties";
import { hasConstantHessian, type SparseProblem } from "../../problem/problem";
import {
  activeSet,
  coordinateDescent,
  gramDescent,
  irls,
  multiStart,
  newtonPolished,
  proximalGradient,
  type Solver,
  saddleEscape,
  surrogateDescent,
  withFallback,
  workingSet,
} from "../../solvers";
import { hasActiveSet } from "../../solvers/coordinate/active-set";
import { hasGramDescent } from "../../solvers/coordinate/gram-cd";
import { candidateAt } from "../../solvers/solver";
import { multiStartOnPath } from "../../solvers/strategies";
import type { PenaltySpec } from "./penalty-spec";

/** Coefficients that are tried to be left out at the end of the ways to a fit. */
const exchanges = 10;

/** Number of coefficients that are tried along a path, where they take the place of dense starts. */
const exchangesOnPath = 20;

/** Number of coefficients that are tried along the path of a large design where zero is always a local minimum, as for a bridge. */
const exchangesOfLarge = 5;

/** Rows times columns above which several ways to each fit of a path would take seconds. */
const largeDesign = 250_000;

/** The parts of a problem, as the solver sees it, by which the library chooses. */
type ChosenBy = Pick<SparseProblem, "penalty" | "datafit"> & {
  /** Left out where the data are not known yet. */
  readonly design?: Pick<SparseProblem["design"], "nSamples" | "nFeatures">;
};

/** How a model is solved. */
export interface SolverChoice {
  readonly solver: Solver;
  /**
   * The solver that continues from one fit of a path to the next once every lambda was fitted: the quick method, where the penalty is not
   * convex and the choice the library's; left out where a path has nothing to gain from it.
   */
  readonly neighbour?: Solver;
  /** The solver along a path, from each lambda to the next; left out where it is {@link solver}. */
  readonly onPath?: Solver;
}

/**
 * The solver of a model: the one given, an optimizer given as the way down its surrogate, or the choice of the library.
 *
 * @param problem as the solver sees it: its penalty may include the bounds that the `PenaltySpec` states apart.
 * @throws InputError when an optimizer is given for a penalty without a surrogate.
 */
export function solverFor(
  where: string,
  { penalty, parametrization, interchangeable, groupSolver, linearPrograms }: ChosenFor,
  solver: "auto" | Optimizer | Solver,
  problem: ChosenBy,
): SolverChoice {
  if (linearPrograms) return { solver: linearPrograms().linearProgram };
  const direct = directSolver(penalty);
  if (solver === "auto") {
    if (!direct && !parametrization) {
      throw mustBe(
        where,
        "penalty",
        "one with a proximal step, or come with a parametrization",
        penalty.name,
      );
    }
    const known = { penalty, parametrization, interchangeable, groupSolver, problem, direct };
    return automaticRules.find(({ applies }) => applies(known))!.choose(known);
  }
  if ("solve" in solver) return { solver };
  if (parametrization === undefined) {
    throw mustBe(
      where,
      "solver",
      `a solver such as ${(direct ?? coordinateDescent()).name}() for ${penalty.name}, which has no surrogate`,
      solver.name,
    );
  }
  return { solver: surrogateDescent(parametrization, solver) };
}

/** The parts of a model that a choice is made by. */
type ChosenFor = Pick<
  PenaltySpec,
  "penalty" | "parametrization" | "interchangeable" | "groupSolver" | "linearPrograms"
>;

/** The same, and the data. */
interface Known extends ChosenFor {
  readonly problem: ChosenBy;
  /** The classical method for the penalty, if there is one. */
  readonly direct: Solver | undefined;
}

/** A line of the table by which the library chooses. */
interface Rule {
  readonly when: string;
  readonly why: string;
  readonly applies: (known: Known) => boolean;
  readonly choose: (known: Known) => SolverChoice;
}

/** How the library solves what no solver is given for: by the first rule that applies. */
export const automaticRules: readonly Rule[] = [
  {
    when: "convex, a sum over coordinates, and a loss that joins the responses of a sample",
    why: "one Gram matrix of all classes is kept as long as the curvature hardly moves",
    applies: ({ penalty, parametrization, problem }) =>
      penalty.convex && isSeparable(penalty) && parametrization !== undefined && joinsResponses(problem),
    choose: (known) => ({ solver: withFallback(gramDescent(), afterwards(known)) }),
  },
  {
    when: "convex, a ridge alone, and many more columns than rows",
    why: "no coefficient is 0, so that a factor of the support would be one of all columns",
    applies: ({ penalty, direct, problem }) =>
      direct !== undefined && penalty.convex && isSmooth(penalty) && isVeryWide(problem),
    choose: ({ direct }) => ({ solver: withFallback(proximalGradient({ accelerated: true }), direct!) }),
  },
  {
    when: "convex, a lasso or elastic net",
    why: "Newton's steps on the support by one updated factor end exactly, a pass over the design a lambda",
    applies: ({ penalty, problem }) => penalty.convex && hasActiveSet(problem),
    choose: (known) => ({ solver: withFallback(activeSet(), afterwards(known)) }),
  },
  {
    when: "convex, groups",
    why: "the same in a working set of groups, each minimised in its eigenbasis",
    applies: (known) => known.penalty.convex && hasGroupSolver(known),
    choose: (known) => ({ solver: withFallback(known.groupSolver!().activeGroups(), afterwards(known)) }),
  },
  {
    when: "convex, any other",
    why: "the surrogate leads to the support and Newton's method or a classical one ends there",
    applies: ({ penalty }) => penalty.convex,
    choose: (known) => ({ solver: anyConvex(known) }),
  },
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

/** Returns the same as {@link anyConvex} for where a quick method has missed the goal, which is rare. */
const afterwards = (known: Known): Solver => deferred("anyConvex", () => anyConvex(known));

/** Returns a solver that is made when it first has something to solve. */
function deferred(name: string, make: () => Solver): Solver {
  let made: Solver | undefined;
  return {
    name,
    solve(task) {
      made ??= make();
      return made.solve(task);
    },
  };
}

/** Returns a solver of any convex problem that has a parametrization or a classical method. */
function anyConvex({ penalty, parametrization, interchangeable, direct }: Known): Solver {
  if (parametrization === undefined) return newtonPolished(direct!);
  const descent = downSurrogate(parametrization, direct);
  return interchangeable && isSeparable(penalty) ? workingSet(descent) : descent;
}

function downSurrogate(parametrization: Parametrization, direct: Solver | undefined): Solver {
  const surrogate = surrogateDescent(parametrization, lbfgs());
  return direct ? withFallback(surrogate, direct) : surrogate;
}

/** Whether a loss is made of quadratic pieces, some of them flat, so that a model of one says nothing of the next. */
function jumpsInCurvature({ datafit }: Pick<SparseProblem, "datafit">): boolean {
  return !datafit.hasConstantHessian && datafit.piecewiseQuadratic;
}

const isLarge = ({ design }: ChosenBy): boolean =>
  design !== undefined && design.nSamples * design.nFeatures > largeDesign;

const isVeryWide = ({ design }: ChosenBy): boolean =>
  design !== undefined && design.nFeatures > 500 && design.nFeatures > 2 * design.nSamples;

/** Whether a sum over coordinates has no kink at zero, as a ridge. */
const isSmooth = (penalty: Penalty): boolean => isSeparable(penalty) && !penalty.elementwise;

const hasGroupSolver = ({ groupSolver, problem }: Known): boolean =>
  groupSolver?.().hasActiveGroups(problem) ?? false;

/** Whether a loss joins the responses of each sample, as that of classes does. */
const joinsResponses = ({ datafit }: Pick<SparseProblem, "datafit">): boolean =>
  !datafit.hasDiagonalHessian && datafit.nResponses > 1;

/** Where there is nothing to explain, what rounding would find is no answer: the start is, the null model. */
export const nullModelSolver: Solver = {
  name: "nullModel",
  solve: (task) => ({
    ...candidateAt(task, task.beta, task.psi, 0),
    status: "converged",
    nIter: 0,
    trace: [],
  }),
};

/**
 * The classical method that moves coordinates, groups or the whole to their global minimum. Groups whose penalty is not convex have
 * no other one with most losses, so that Newton's method on the support takes the last digits, where columns are nearly dependent.
 */
function directSolver(penalty: Penalty): Solver | undefined {
  const hasBlocks =
    isSeparable(penalty) || (isGroupwise(penalty) && (penalty.groupProx || penalty.groupDescent));
  if (!hasBlocks) return penalty.prox && proximalGradient({ accelerated: true });
  return deferred("coordinateDescent", () =>
    isGroupwise(penalty) && !penalty.convex ? newtonPolished(coordinateDescent()) : coordinateDescent(),
  );
}
