import { serializable } from "../../recipe";
import type { Solver } from "../solver";
import { type ProfiledPoint, ProximalStep } from "./proximal-step";
import { candidateOf, runSolver } from "./solver-loop";

/** Iterations between two certificates. */
const iterationsPerCertificate = 10;

/**
 * The proximal gradient method, ISTA for the lasso: `beta <- prox(beta - gradient / h)` with a curvature `h` that
 * majorizes the datafit, found by backtracking.
 *
 * For every smooth datafit and every penalty with a known proximal step. No iteration raises the objective; for a convex
 * penalty `P(beta_k) - P(beta*) <= 1.25 L ||beta_0 - beta*||^2 / (2k)`, `L` the largest eigenvalue of the datafit's Hessian,
 * and for others every limit is stationary. 500 iterations suffice, on the problems that {@link Solver} names.
 *
 * @returns a solver; it throws an InputError for a penalty without a known proximal step.
 * @see Beck and Teboulle, A fast iterative shrinkage-thresholding algorithm for linear inverse problems (2009)
 * @example
 * ```ts
 * new SmoothLasso({ lambda: 0.1, solver: proximalGradient() });
 * ```
 */
export function proximalGradient(): Solver {
  const solver: Solver = {
    name: "proximalGradient",
    solve: (task) =>
      runSolver("proximalGradient", task, iterationsPerCertificate, (start) => {
        const step = new ProximalStep("proximalGradient", task, start.profile);
        let point: ProfiledPoint = start;
        return {
          iterate() {
            const before = point;
            point = step.from(before);
            return point.beta !== before.beta;
          },
          certify: () => candidateOf(task, point.beta, point.profile),
        };
      }),
  };
  return serializable("proximalGradient", [], solver);
}
