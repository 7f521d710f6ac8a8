import { squaredNorm } from "../linalg/vector";
import type { SmoothObjective } from "../objectives/smooth-objective";
import { startingPoint } from "../objectives/starting-point";
import { misalignmentOf } from "../objectives/surrogate";
import { lbfgs } from "../optimizers";
import { hadamardProduct } from "../parametrizations";
import { certifiedDescent } from "./certified-descent";
import { GatedRidge, productWeights } from "./gated-ridge";
import type { Solver, SolverTask } from "./solver";

/**
 * Variable projection for the lasso: of `beta = u * v` the factor `u` and the unpenalized part are eliminated by a ridge
 * regression, and `lbfgs` minimises what is left,
 *
 * `F(v) = (lambda/2) ||v||^2 + min_{u, psi} (1/2n) ||y - Q psi - X (u * v)||^2 + (lambda/2) ||u||^2`,
 *
 * which is smooth, with gradient `lambda v - u * X'residual / n`. It is far better conditioned than the surrogate in both
 * factors, at the price of a Cholesky factorization of `min(n, p)` rows an evaluation. No coefficient is locked to its
 * sign, since that is `u`'s. It starts from `v = sqrt(|beta| + magnitude)`; some 100 iterations give a gap of 1e-10
 * relative to the objective for lambda down to a thousandth of lambda max.
 *
 * @returns a solver for quadratic datafits, the lasso penalty and `lambda > 0`; other tasks are an InputError.
 * @see Poon and Peyré, Smooth bilevel programming for sparse regularization (2021), arXiv 2106.01429
 * @example
 * ```ts
 * new SmoothLasso({ lambda: 0.5, solver: varPro() }).fit([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2]).support; // [0]
 * ```
 */
export function varPro(): Solver {
  return {
    name: "varPro",
    solve(task) {
      const weights = productWeights("varPro", 2, task);
      return certifiedDescent(task, (psi) => {
        const projected = new ProjectedSurrogate(task, weights);
        const p = weights.length;
        const gate = startingPoint(product, task.beta, task.magnitude).subarray(p);
        return {
          objective: projected,
          optimizer: lbfgs(),
          start: gate.map((v, j) => Math.sqrt(weights[j]) * v),
          read(v) {
            const { beta, factor } = projected.read(v);
            return {
              beta,
              psi,
              misalignment: misalignmentOf(product, Float64Array.from([...factor, ...v]), beta),
            };
          },
        };
      });
    },
  };
}

const product = hadamardProduct(2);

/**
 * `F` as a function of `sqrt(w) * v`, `w` the weights of the penalty: with `sqrt(w) * u` as the other factor the penalty
 * is the plain `(lambda/2) (||u||^2 + ||v||^2)` and the gate of the ridge regression is `v / w`.
 */
class ProjectedSurrogate implements SmoothObjective {
  readonly size: number;
  readonly #ridge: GatedRidge;
  readonly #lambda: number;
  readonly #weights: Float64Array;
  readonly #gate: Float64Array;

  constructor({ problem, lambda }: SolverTask, weights: Float64Array) {
    this.size = weights.length;
    this.#ridge = new GatedRidge(problem.design, problem.free, problem.target);
    this.#lambda = lambda;
    this.#weights = weights;
    this.#gate = new Float64Array(weights.length);
  }

  valueAndGradient(v: Float64Array, gradient: Float64Array): number {
    const [lambda, weights] = [this.#lambda, this.#weights];
    const { factor, correlation, residual } = this.#ridge;
    for (let j = 0; j < v.length; j++) this.#gate[j] = v[j] / weights[j];
    if (!this.#ridge.solve(this.#gate, lambda)) return Number.NaN;
    for (let j = 0; j < v.length; j++) {
      gradient[j] = lambda * v[j] - (factor[j] * correlation[j]) / weights[j];
    }
    const penalty = (lambda / 2) * (squaredNorm(factor) + squaredNorm(v));
    return squaredNorm(residual) / (2 * residual.length) + penalty;
  }

  /** The coefficients of `v` and the factor `u` that goes with it. */
  read(v: Float64Array): { beta: Float64Array; factor: Float64Array } {
    this.valueAndGradient(v, new Float64Array(v.length));
    return { beta: this.#ridge.beta.slice(), factor: this.#ridge.factor };
  }
}
