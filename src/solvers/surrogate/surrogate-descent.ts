import type { Optimizer } from "../../optimizers";
import { checkKeys, checkMethods } from "../../options";
import type { Parametrization } from "../../parametrizations";
import { type Initialization, initialize } from "../../problem/initialization";
import { startingPoint } from "../../problem/starting-point";
import { misalignmentOf, Surrogate } from "../../problem/surrogate";
import { serializable } from "../../recipe";
import type { Solver } from "../solver";
import { runSurrogate } from "./surrogate-loop";

/** Options of {@link surrogateDescent}. */
export interface SurrogateDescentOptions {
  /**
   * Where every descent starts, whatever coefficients it is given: `varianceMatched({ sigma: 0.1 })`, say. Coefficients
   * are measured on the scale on which the columns are standardized. Default: an unbalanced point over the coefficients
   * given, of the fit before or the null model.
   */
  readonly start?: Initialization;
}

/**
 * The paper's method: minimise the smooth surrogate with any optimizer, map back, set exact zeros, certify.
 *
 * The certificate, not the gradient in `xi`, says when it is done. Once the support has settled, Newton's method on
 * it supplies the last digits. With `lbfgs()` 100 iterations suffice, on the problems that {@link Solver} names.
 *
 * @throws InputError, when it solves, where a start leaves coefficients that can never move; a start that locks signs
 * gives a warning.
 * @see arXiv 2307.03571
 * @example
 * ```ts
 * const start = unitGates({ base: [0.3, -0.1] });
 * const solver = surrogateDescent(hadamardProduct({ depth: 2 }), lbfgs(), { start });
 * new SmoothLasso({ lambda: 0.1, solver }).fit(X, y).status; // "converged"
 * ```
 */
export function surrogateDescent(
  parametrization: Parametrization,
  optimizer: Optimizer,
  options: SurrogateDescentOptions = {},
): Solver {
  const where = "surrogateDescent";
  const rule = "one such as hadamardProduct({ depth: 2 })";
  checkMethods(where, "parametrization", parametrization, ["surrogateSize", "forward", "pullback"], rule);
  checkMethods(where, "optimizer", optimizer, ["iterate"], "one such as lbfgs()");
  checkKeys(where, options, ["start"]);
  const { start } = options;
  const name = `surrogateDescent(${parametrization.name}, ${optimizer.name})`;
  const solver: Solver = {
    name,
    solve: (task) =>
      runSurrogate(name, task, (psi) => {
        const { problem, lambda, magnitude } = task;
        const xi0 = start
          ? initialize(parametrization, problem.design.nFeatures, start)
          : startingPoint(parametrization, task.beta, magnitude);
        const surrogate = new Surrogate(problem, parametrization, lambda, Math.sqrt(magnitude));
        return {
          objective: surrogate,
          optimizer,
          start: surrogate.pointOf(xi0, psi),
          read(x) {
            const xi = surrogate.surrogatePart(x);
            const beta = new Float64Array(problem.design.nFeatures);
            parametrization.forward(xi, beta);
            const misalignment = misalignmentOf(parametrization, xi, beta);
            return { beta, psi: surrogate.freePart(x), misalignment };
          },
        };
      }),
  };
  return serializable("surrogateDescent", [parametrization, optimizer, options], solver);
}
