/**
 * Chooses the solver of a model ({@link solverFor}): the given one, or that of the first rule that applies, of {@link convexRules} or of those
 * that the specification of a penalty which is not convex brings.
 */
import { mustBe } from "../../errors";
import { lbfgs } from "../../optimizers";
import type { Parametrization } from "../../parametrizations";
import { isGroupwise, isSeparable, type Penalty } from "../../penalties";
import type { SparseProblem } from "../../problem/problem";
import {
  coordinateDescent,
  newtonPolished,
  proximalGradient,
  proximalNewton,
  type Solver,
  surrogateDescent,
  withFallback,
  workingSet,
} from "../../solvers";
import { hasBlocks } from "../../solvers/block";
import { isRidge, lsqr } from "../../solvers/lsqr";
import { candidateAt } from "../../solvers/solver";
import type { CheckedOptions } from "../options/model-options";
import type { ChosenBy, ChosenFor, Known, SolverChoice, SolverRule } from "./penalty-spec";

/**
 * The solver of a model: the one given, a given optimizer on the surrogate, or the choice of the library.
 *
 * @param problem as the solver sees it: its penalty may include the bounds that the `PenaltySpec` states apart.
 * @throws InputError when an optimizer is given for a penalty without a surrogate.
 */
export function solverFor(
  where: string,
  spec: ChosenFor,
  { solver, search }: Pick<CheckedOptions, "solver" | "search">,
  problem: ChosenBy,
): SolverChoice {
  const { penalty, parametrization, linearPrograms, nonConvexRules } = spec;
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
    const known = { ...spec, problem, direct, search };
    const rules = penalty.convex ? convexRules : nonConvexRules!();
    return rules.find(({ applies }) => applies(known))!.choose(known);
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

/** How the library solves what no solver is given for, where the penalty is convex: by the first rule that applies. */
export const convexRules: readonly SolverRule[] = [
  {
    when: "convex, a ridge alone, a squared error of one response, and many columns",
    why: "one basis of few vectors serves all lambdas, where a factor would be one of all columns and of each lambda",
    applies: ({ direct, problem }) => direct !== undefined && isRidge(problem) && hasManyColumns(problem),
    choose: (known) => ({ solver: withFallback(lsqr(), ridgeAfterwards(known)) }),
  },
  {
    when: "convex, a ridge alone, and many more columns than rows, or many coefficients in a loss that joins classes or rows",
    why: "no coefficient is 0, so that a factor of the support would be one of all columns, and a new one for each lambda",
    applies: ({ penalty, direct, problem }) =>
      direct !== undefined &&
      penalty.convex &&
      isSmooth(penalty) &&
      (isVeryWide(problem) || (hasJointHessian(problem) && hasManyCoefficients(problem))),
    choose: ({ direct, problem }) => ({
      solver: acceleratedDescent(hasJointHessian(problem) ? newtonPolished(direct!) : direct!),
    }),
  },
  {
    when: "convex, a sum over coordinates or over groups",
    why: "Newton's steps on the support by one kept Gram matrix and its factor end exactly, a pass over the design a lambda",
    applies: ({ penalty, problem }) => penalty.convex && hasBlocks(problem),
    choose: (known) => ({ solver: withFallback(proximalNewton(), afterwards(known)) }),
  },
  {
    when: "convex, any other",
    why: "the surrogate leads to the support and Newton's method or a classical one ends there",
    applies: ({ penalty }) => penalty.convex,
    choose: (known) => ({ solver: anyConvex(known) }),
  },
];

/** Returns the same as {@link anyConvex} for where a quick method has missed the goal, which is rare. */
const afterwards = (known: Known): Solver => deferred("anyConvex", () => anyConvex(known));

const acceleratedDescent = (direct: Solver): Solver =>
  withFallback(proximalGradient({ accelerated: true }), direct);

/** Returns the solver of a ridge where {@link lsqr} has missed the goal, or `lambda` is 0. */
const ridgeAfterwards = (known: Known): Solver =>
  isVeryWide(known.problem)
    ? acceleratedDescent(known.direct!)
    : withFallback(proximalNewton(), afterwards(known));

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

/** Returns L-BFGS on the surrogate, which a classical method continues, if there is one. */
export function downSurrogate(parametrization: Parametrization, direct: Solver | undefined): Solver {
  const surrogate = surrogateDescent(parametrization, lbfgs());
  return direct ? withFallback(surrogate, direct) : surrogate;
}

/** Up to 200 columns the Gram matrix and its factors cost less than passes over a design of many rows. */
const hasManyColumns = ({ design }: ChosenBy): boolean => design !== undefined && design.nFeatures > 200;

/** Above 400 coefficients a dense factor for each lambda of a ridge costs more than the passes of a gradient method. */
const hasManyCoefficients = ({ design }: ChosenBy): boolean => design !== undefined && design.nFeatures > 400;

const isVeryWide = ({ design }: ChosenBy): boolean =>
  design !== undefined && design.nFeatures > 500 && design.nFeatures > 2 * design.nSamples;

/** Whether a sum over coordinates has no kink at zero, as a ridge. */
const isSmooth = (penalty: Penalty): boolean => isSeparable(penalty) && !penalty.elementwise;

/** Whether second derivatives of a loss join the responses of a sample, as those of classes, or the samples, as Cox's. */
const hasJointHessian = ({ datafit }: Pick<SparseProblem, "datafit">): boolean => !datafit.hasDiagonalHessian;

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
