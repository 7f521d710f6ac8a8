import { mustBe } from "../errors";
import { lbfgs, type Optimizer } from "../optimizers";
import { isSeparable } from "../penalties";
import { coordinateDescent } from "../reference";
import { inTurn, type Solver, surrogateDescent, workingSet } from "../solvers";
import type { ModelFamily } from "./model-family";

/**
 * The solver of a model: the one given, an optimizer given as the way down its surrogate, or the choice of the library.
 *
 * @throws InputError when an optimizer is given for a penalty without a surrogate.
 */
export function solverFor(
  where: string,
  { penalty, parametrization, interchangeable }: ModelFamily,
  solver: "auto" | Optimizer | Solver,
): Solver {
  if (solver === "auto") {
    if (parametrization === undefined) return coordinateDescent();
    const descent = surrogateDescent(parametrization, lbfgs());
    if (!isSeparable(penalty)) return descent;
    if (!penalty.convex) return inTurn(descent, coordinateDescent());
    return interchangeable ? workingSet(descent) : descent;
  }
  if ("solve" in solver) return solver;
  if (parametrization === undefined) {
    throw mustBe(
      where,
      "solver",
      `a solver such as coordinateDescent() for ${penalty.name}, which has no surrogate`,
      solver.name,
    );
  }
  return surrogateDescent(parametrization, solver);
}
