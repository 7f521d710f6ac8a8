import { factor, solved } from "./positive-definite";

/** Weights below this share of the largest are left out of the matrix. */
const NEGLIGIBLE = 1e-20;

/** What {@link DualRidge} gives. */
export interface DualSolution {
  readonly alpha: Float64Array;
  /** `X' alpha`; the coefficients are `weights` times these. */
  readonly images: Float64Array;
  /** `y' alpha / 2`. */
  readonly value: number;
}

/**
 * A ridge regression with weighted columns, by its dual of `n` equations:
 *
 * `min over beta of norm2(X beta - y)^2 / (2 ridge) + sum_j beta_j^2 / (2 weights_j) = y' alpha / 2`,
 * `alpha = (X diag(weights) X' + ridge I)^-1 y`, `beta = weights * X' alpha`;
 *
 * with a ridge of 0 the least such sum among solutions of `X beta = y`. A factor that VarPro eliminates is such a regression.
 */
export class DualRidge {
  readonly nFeatures: number;
  readonly #columns: readonly Float64Array[];
  readonly #y: Float64Array;

  constructor(X: { readonly data: Float64Array; readonly nFeatures: number }, y: Float64Array) {
    this.nFeatures = X.nFeatures;
    this.#y = y;
    this.#columns = Array.from({ length: X.nFeatures }, (_, j) =>
      y.map((_, i) => X.data[i * X.nFeatures + j]),
    );
  }

  /** @param ridge of the trace of `X diag(weights) X'`. */
  solve(weights: Float64Array, ridge: (trace: number) => number): DualSolution {
    const alpha = this.equations(weights, ridge)(this.#y);
    const images = this.correlations(alpha);
    return { alpha, images, value: alpha.reduce((sum, a, i) => sum + a * this.#y[i], 0) / 2 };
  }

  /** What multiplies by the inverse of `X diag(weights) X' + ridge I`. */
  equations(weights: Float64Array, ridge: (trace: number) => number): (y: Float64Array) => Float64Array {
    const n = this.#y.length;
    const largest = weights.reduce((most, weight) => Math.max(most, weight), 0);
    const matrix = new Float64Array(n * n);
    this.#columns.forEach((column, j) => {
      if (weights[j] < NEGLIGIBLE * largest) return;
      for (let i = 0; i < n; i++) {
        const scaled = weights[j] * column[i];
        for (let l = 0; l <= i; l++) matrix[i * n + l] += scaled * column[l];
      }
    });
    let trace = 0;
    for (let i = 0; i < n; i++) trace += matrix[i * n + i];
    const added = ridge(trace);
    for (let i = 0; i < n; i++) matrix[i * n + i] += added;
    factor(matrix, n);
    return (y) => solved(matrix, y);
  }

  /** `X' r` */
  correlations(r: Float64Array): Float64Array {
    return Float64Array.from(this.#columns, (column) => column.reduce((sum, x, i) => sum + x * r[i], 0));
  }

  /** `y - X beta` */
  residual(beta: Float64Array): Float64Array {
    const r = this.#y.slice();
    this.#columns.forEach((column, j) => {
      if (beta[j] !== 0) for (let i = 0; i < r.length; i++) r[i] -= beta[j] * column[i];
    });
    return r;
  }
}
