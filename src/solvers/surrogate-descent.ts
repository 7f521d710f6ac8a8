import { startingPoint } from "../objectives/starting-point";
import { misalignmentOf, Surrogate } from "../objectives/surrogate";
import type { Optimizer } from "../optimizers";
import type { Parametrization } from "../parametrizations";
import { certifiedDescent } from "./certified-descent";
import type { Solver } from "./solver";

/**
 * The paper's method: minimise the smooth surrogate with any optimizer, map back, set exact zeros, certify.
 *
 * The certificate, not the gradient in `xi`, says when it is done. Once the support has settled, Newton's method on
 * it supplies the last digits.
 */
export function surrogateDescent(parametrization: Parametrization, optimizer: Optimizer): Solver {
  return {
    name: `surrogateDescent(${parametrization.name}, ${optimizer.name})`,
    solve: (task) =>
      certifiedDescent(task, (psi) => {
        const { problem, lambda, magnitude } = task;
        const surrogate = new Surrogate(problem, parametrization, lambda, Math.sqrt(magnitude));
        return {
          objective: surrogate,
          optimizer,
          start: surrogate.pointOf(startingPoint(parametrization, task.beta, magnitude), psi),
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
}
