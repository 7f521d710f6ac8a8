import { DenseBlock } from "../../src/design/dense-block";
import { choleskyFactor, choleskySolve } from "../../src/linalg/cholesky";
import { dot } from "./vector";

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
 * It computes by the library's own kernels, so that methods that are timed beside the library's are not slower by their code.
 */
export class DualRidge {
  readonly nFeatures: number;
  readonly #y: Float64Array;
  readonly #features: DenseBlock;
  readonly #samples: DenseBlock;
  readonly #all: Int32Array;

  constructor(X: { readonly data: Float64Array; readonly nFeatures: number }, y: Float64Array) {
    const [n, p] = [y.length, X.nFeatures];
    this.nFeatures = p;
    this.#y = y;
    this.#features = new DenseBlock(n, p);
    this.#samples = new DenseBlock(p, n);
    this.#samples.values.set(X.data);
    X.data.forEach((entry, k) => {
      this.#features.values[(k % p) * n + Math.floor(k / p)] = entry;
    });
    this.#all = Int32Array.from(y.keys());
  }

  /** @param ridge of the trace of `X diag(weights) X'`. */
  solve(weights: Float64Array, ridge: (trace: number) => number): DualSolution {
    const alpha = this.equations(weights, ridge)(this.#y);
    return { alpha, images: this.correlations(alpha), value: dot(alpha, this.#y) / 2 };
  }

  /** What multiplies by the inverse of `X diag(weights) X' + ridge I`. */
  equations(weights: Float64Array, ridge: (trace: number) => number): (y: Float64Array) => Float64Array {
    const n = this.#y.length;
    const matrix = new Float64Array(n * n);
    this.#samples.gram(this.#all, this.#all, matrix, weights);
    let trace = 0;
    for (let i = 0; i < n; i++) trace += matrix[i * n + i];
    const added = ridge(trace);
    for (let i = 0; i < n; i++) matrix[i * n + i] += added;
    if (!choleskyFactor(matrix, n, 0)) matrix.fill(Number.NaN);
    return (y) => {
      const solution = y.slice();
      choleskySolve(matrix, n, solution);
      return solution;
    };
  }

  /** `X' r` */
  correlations(r: Float64Array): Float64Array {
    const out = new Float64Array(this.nFeatures);
    this.#features.dots(r, out);
    return out;
  }

  /** `y - X beta` */
  residual(beta: Float64Array): Float64Array {
    const r = new Float64Array(this.#y.length);
    this.#features.multiply(beta, r);
    return r.map((entry, i) => this.#y[i] - entry);
  }
}
