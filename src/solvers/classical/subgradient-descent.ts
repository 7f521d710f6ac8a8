import { mustBe } from "../../errors";
import { checkKeys, checkPositive } from "../../options";
import { profileAt } from "../../problem/problem";
import { serializable } from "../../recipe";
import type { Solver } from "../solver";
import type { ProfiledPoint } from "./proximal-step";
import { candidateOf, runSolver } from "./solver-loop";
import { steepestCurvature } from "./steepest-curvature";

/** Iterations between two certificates. */
const iterationsPerCertificate = 10;

/** Options of {@link subgradientDescent}. */
export interface SubgradientDescentOptions {
  /**
   * The step of iteration 1, 2, ..., positive, on the scale of the problem's own coefficients. Default: `1 / (L sqrt(k))`,
   * `L` the largest eigenvalue of the datafit's Hessian at the start.
   */
  readonly step?: (iteration: number) => number;
}

/**
 * Direct subgradient descent on `P` itself, `beta <- beta - step * (gradient + subgradient of the penalty)`: the baseline
 * that shows why the surrogate is needed.
 *
 * It gives no exact zeros, since a step lands on one by accident only, and it raises the objective now and then. For a
 * convex penalty the best of `k` iterations is within `(||beta_0 - beta*||^2 + G^2 sum step^2) / (2 sum step)` of the
 * optimum, `G` the largest norm of a subgradient, so with steps of `1/sqrt(k)` within order `log(k) / sqrt(k)`; other
 * penalties have slopes that are infinite at 0, near which it has no limit. Expect the status `"max-iter"`.
 *
 * @throws InputError when `step` is not a function; while solving, where it gives no positive finite number.
 * @see Shor, Minimization Methods for Non-Differentiable Functions (1985)
 * @example
 * ```ts
 * new SmoothLasso({ lambda: 0.1, solver: subgradientDescent({ step: (k) => 0.1 / Math.sqrt(k) }), maxIter: 500 });
 * ```
 */
export function subgradientDescent(options: SubgradientDescentOptions = {}): Solver {
  checkKeys("subgradientDescent", options, ["step"]);
  const { step } = options;
  if (step !== undefined && typeof step !== "function") {
    throw mustBe("subgradientDescent", "step", "a function of the iteration", step);
  }
  const solver: Solver = {
    name: "subgradientDescent",
    solve: (task) =>
      runSolver("subgradientDescent", task, iterationsPerCertificate, (start) => {
        const { problem, lambda } = task;
        const unit = 1 / steepestCurvature(problem, start.profile.eta);
        const stepOf = step ?? ((k) => unit / Math.sqrt(k));
        let point: ProfiledPoint = start;
        let iteration = 0;
        return {
          iterate() {
            iteration++;
            const length = stepOf(iteration);
            checkPositive("subgradientDescent", `step(${iteration})`, length);
            const slope = point.profile.gradient.slice();
            problem.penalty.addGradient(point.beta, lambda, slope);
            const beta = point.beta.map((b, j) => b - length * slope[j]);
            const profile = profileAt(problem, beta, point.profile.psi);
            // Where it diverges nothing is gained any more.
            if (!Number.isFinite(profile.loss + problem.penalty.value(beta, lambda))) return false;
            point = { beta, profile };
            return true;
          },
          certify: () => candidateOf(task, point.beta, point.profile),
        };
      }),
  };
  return serializable("subgradientDescent", [options], solver);
}
