import { choleskyFactor, choleskySolve } from "../../linalg/cholesky";
import { addOuterProducts } from "../../linalg/matrix-product";
import { NEGLIGIBLE } from "../../linalg/rounding";
import { dot, squaredNorm } from "../../linalg/vector";
import type { PiecewiseLinearProblem } from "../../problem/piecewise-linear-problem";
import type { SmoothObjective } from "../../problem/smooth-objective";

/**
 * The smooth surrogate of a piecewise linear problem, both its penalty and its loss lifted and half of the factors
 * eliminated: with `beta = u * v`, `r_i = (lambda / omega_i) s_i t_i`, `omega_i = width_i / n`, `kappa_i = tilt_i / n`
 *
 * `F(v, t) = min_{u, s, psi, e} (lambda/2) (||u||^2 + ||v||^2 + ||s||^2 + ||t||^2) + kappa'r + ||e||^2 / (2 floor)`
 * subject to `X beta + Q psi + r + e = c`.
 *
 * The multiplier `alpha` of the constraint is the dual point of the linear program: it solves
 * `(X diag(v^2) X'/lambda + lambda diag(t/omega)^2 + floor I) alpha + Q psi = c + lambda (t/omega)^2 kappa`, `Q'alpha = 0`,
 * then `u = v * X'alpha / lambda`, `s = t * (alpha - kappa) / omega`, and the gradient of `F` is
 * `lambda (v (1 - (u/v)^2), t (1 - (s/t)^2))`.
 *
 * `floor` is tiny. It makes the matrix positive definite where more samples sit on their kink than there are
 * coefficients; then `alpha` is not unique without it. A linear program is solved exactly by the dual point of least
 * norm that a small enough one selects (Mangasarian and Meyer 1979); the primal point moves by as much as `floor`.
 *
 * `valueAndGradient` overwrites the vectors below. The point is `v` followed by `t`.
 */
export class LiftedSurrogate implements SmoothObjective {
  readonly size: number;
  readonly alpha: Float64Array;
  /** `u * v` */
  readonly beta: Float64Array;
  readonly psi: Float64Array;
  /** `(u, s)` */
  readonly factor: Float64Array;
  readonly #problem: PiecewiseLinearProblem;
  readonly #floor: number;
  readonly #columns: readonly Float64Array[];
  readonly #squares: Float64Array;
  readonly #omega: Float64Array;
  readonly #kappa: Float64Array;
  readonly #weights: Float64Array;
  readonly #matrix: Float64Array;
  /** `M^-1 Q`, `Q' M^-1 Q` and the weights of `Q Q'`. */
  readonly #solved: readonly Float64Array[];
  readonly #bordered: Float64Array;
  readonly #freeWeights: Float64Array;

  /** @param floor positive. */
  constructor(problem: PiecewiseLinearProblem, floor: number) {
    const { design, free, terms } = problem;
    const { nSamples: n, nFeatures: p } = design;
    this.size = p + n;
    this.alpha = new Float64Array(n);
    this.beta = new Float64Array(p);
    this.psi = new Float64Array(free.size);
    this.factor = new Float64Array(p + n);
    this.#problem = problem;
    this.#floor = floor;
    this.#columns = Array.from({ length: p }, (_, j) => {
      const column = new Float64Array(n);
      design.addColumn(j, 1, column);
      return column;
    });
    this.#squares = Float64Array.from(this.#columns, squaredNorm);
    this.#omega = terms.width.map((width) => width / n);
    this.#kappa = terms.tilt.map((tilt) => tilt / n);
    this.#weights = new Float64Array(p);
    this.#matrix = new Float64Array(n * n);
    this.#solved = free.basis.map(() => new Float64Array(n));
    this.#bordered = new Float64Array(free.size * free.size);
    this.#freeWeights = new Float64Array(free.size);
  }

  valueAndGradient(x: Float64Array, gradient: Float64Array): number {
    const { lambda } = this.#problem;
    const { alpha, beta, factor } = this;
    const p = beta.length;
    if (!this.#solve(x)) return Number.NaN;
    let value = (this.#floor / 2) * squaredNorm(alpha) + (lambda / 2) * squaredNorm(x);
    for (let k = 0; k < x.length; k++) {
      const i = k - p;
      const ratio =
        k < p ? dot(this.#columns[k], alpha) / lambda : (alpha[i] - this.#kappa[i]) / this.#omega[i];
      factor[k] = ratio * x[k];
      value += (lambda / 2) * factor[k] * factor[k];
      if (k < p) beta[k] = factor[k] * x[k];
      else value += (this.#kappa[i] / this.#omega[i]) * lambda * factor[k] * x[k];
      gradient[k] = lambda * x[k] * (1 - ratio * ratio);
    }
    return value;
  }

  /** Sets `alpha` and `psi`; false where the matrix is singular to working precision. */
  #solve(x: Float64Array): boolean {
    const { free, terms, lambda } = this.#problem;
    const { alpha, psi } = this;
    const [n, p, q] = [alpha.length, this.beta.length, psi.length];
    const matrix = this.#matrix.fill(0);
    for (let j = 0; j < p; j++) {
      const weight = (x[j] * x[j]) / lambda;
      this.#weights[j] = weight * this.#squares[j] > NEGLIGIBLE * this.#floor ? weight : 0;
    }
    addOuterProducts(this.#columns, this.#weights, matrix, n);
    let trace = 0;
    for (let i = 0; i < n; i++) {
      const square = lambda * (x[p + i] / this.#omega[i]) ** 2;
      matrix[i * n + i] += square + this.#floor;
      alpha[i] = terms.center[i] + square * this.#kappa[i];
      trace += matrix[i * n + i];
    }
    // A multiple of Q Q' changes nothing, since Q'alpha = 0, and covers the directions that only Q spans.
    addOuterProducts(free.basis, this.#freeWeights.fill(trace / n / n), matrix, n);
    if (!choleskyFactor(matrix, n, 0)) return false;
    choleskySolve(matrix, n, alpha);
    if (q === 0) return true;

    const [solved, bordered] = [this.#solved, this.#bordered];
    for (let k = 0; k < q; k++) {
      solved[k].set(free.basis[k]);
      choleskySolve(matrix, n, solved[k]);
    }
    for (let k = 0; k < q; k++) {
      for (let m = 0; m <= k; m++) bordered[k * q + m] = dot(free.basis[k], solved[m]);
    }
    free.transpose(alpha, psi);
    if (!choleskyFactor(bordered, q, 0)) return false;
    choleskySolve(bordered, q, psi);
    for (let k = 0; k < q; k++) {
      for (let i = 0; i < n; i++) alpha[i] -= psi[k] * solved[k][i];
    }
    return true;
  }
}
