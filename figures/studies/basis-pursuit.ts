import type { SmoothObjective } from "smooth-edges";
import type { Simulation } from "smooth-edges/data";
import { solved } from "./positive-definite";

/** What the diagonal of `X diag(v^(2k-2)) X'` gets, as a share of its mean, where fewer columns than rows are left. */
const RIDGE = 1e-13;
/** Weights below this share of the largest are left out of the matrix. */
const NEGLIGIBLE = 1e-20;

/**
 * Basis pursuit with the penalty `(k/2) sum_j |beta_j|^(2/k)`, as a smooth function of the gates of `hadamardPower(k)`:
 *
 * `F(v) = min over u of (norm2(u)^2 + (k - 1) norm2(v)^2)/2, X beta = y, beta = u |v|^(k-1)`,
 *
 * which is the surrogate without noise, with lambda going to 0 and one factor eliminated. An evaluation factors a matrix of
 * `n` rows. After Poon and Peyré, Smooth bilevel programming for sparse regularization (2021).
 */
export class BasisPursuit implements SmoothObjective {
  readonly size: number;
  readonly #columns: Float64Array[];
  readonly #y: Float64Array;
  readonly #depth: number;

  /** @param depth `k`, a number of at least 2. */
  constructor({ X, y }: Simulation, depth: number) {
    this.size = X.nFeatures;
    this.#columns = Array.from({ length: X.nFeatures }, (_, j) =>
      y.map((_, i) => X.data[i * X.nFeatures + j]),
    );
    this.#y = y;
    this.#depth = depth;
  }

  valueAndGradient(v: Float64Array, gradient: Float64Array): number {
    const k = this.#depth;
    const { alpha, images } = this.#solve(v);
    let value = alpha.reduce((sum, a, i) => sum + a * this.#y[i], 0) / 2;
    v.forEach((entry, j) => {
      gradient[j] = (k - 1) * (entry - Math.sign(entry) * Math.abs(entry) ** (2 * k - 3) * images[j] ** 2);
      value += ((k - 1) / 2) * entry * entry;
    });
    return value;
  }

  /** `beta`, which fulfils `X beta = y`. */
  coefficients(v: Float64Array): Float64Array {
    const { weights, images } = this.#solve(v);
    return weights.map((weight, j) => weight * images[j]);
  }

  /** `alpha = (X diag(weights) X')^-1 y` and `images = X' alpha`. */
  #solve(v: Float64Array): { weights: Float64Array; alpha: Float64Array; images: Float64Array } {
    const n = this.#y.length;
    const weights = v.map((entry) => Math.abs(entry) ** (2 * this.#depth - 2));
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
    for (let i = 0; i < n; i++) matrix[i * n + i] += (RIDGE * trace) / n;
    const alpha = solved(matrix, this.#y);
    const images = Float64Array.from(this.#columns, (column) =>
      column.reduce((sum, x, i) => sum + x * alpha[i], 0),
    );
    return { weights, alpha, images };
  }
}
