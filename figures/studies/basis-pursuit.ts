import type { SmoothObjective } from "smooth-edges";
import type { Simulation } from "smooth-edges/data";
import { DualRidge, type DualSolution } from "./dual-ridge";

/** What the diagonal of `X diag(v^(2k-2)) X'` gets, as a share of its mean, where fewer columns than rows are left. */
const RIDGE = 1e-13;

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
  readonly #nSamples: number;
  readonly #ridge: DualRidge;
  readonly #depth: number;

  /** @param depth `k`, a number of at least 2. */
  constructor({ X, y }: Simulation, depth: number) {
    this.size = X.nFeatures;
    this.#nSamples = y.length;
    this.#ridge = new DualRidge(X, y);
    this.#depth = depth;
  }

  valueAndGradient(v: Float64Array, gradient: Float64Array): number {
    const k = this.#depth;
    const { images, ...dual } = this.#solve(v);
    let value = dual.value;
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

  #solve(v: Float64Array): DualSolution & { weights: Float64Array } {
    const weights = v.map((entry) => Math.abs(entry) ** (2 * this.#depth - 2));
    return { weights, ...this.#ridge.solve(weights, (trace) => (RIDGE * trace) / this.#nSamples) };
  }
}

/**
 * The same function of the gates that were published, `v = |w|^(k-1)` of the above:
 *
 * `F(v) = min over u of (norm2(u)^2 + (k - 1) sum_j |v_j|^(2/(k-1)))/2, X beta = y, beta = u v`.
 *
 * Minima are the same, the ways there are others; with `k = 3` it has a kink where a gate is zero. After the code of the
 * paper above (github.com/gpeyre/2021-NonCvxPro, code/lq).
 */
export class PublishedBasisPursuit implements SmoothObjective {
  readonly size: number;
  readonly #nSamples: number;
  readonly #ridge: DualRidge;
  readonly #depth: number;

  /** @param depth `k`, from 2 to 3. */
  constructor({ X, y }: Simulation, depth: number) {
    this.size = X.nFeatures;
    this.#nSamples = y.length;
    this.#ridge = new DualRidge(X, y);
    this.#depth = depth;
  }

  valueAndGradient(v: Float64Array, gradient: Float64Array): number {
    const k = this.#depth;
    const { images, ...dual } = this.#solve(v);
    let value = dual.value;
    v.forEach((entry, j) => {
      const slope = Math.abs(entry) ** (2 / (k - 1) - 1);
      gradient[j] = Math.sign(entry) * slope - entry * images[j] ** 2;
      value += ((k - 1) / 2) * Math.abs(entry) * slope;
    });
    return value;
  }

  /** `beta`, which fulfils `X beta = y`. */
  coefficients(v: Float64Array): Float64Array {
    const { images } = this.#solve(v);
    return images.map((image, j) => v[j] ** 2 * image);
  }

  #solve(v: Float64Array): DualSolution {
    return this.#ridge.solve(
      v.map((entry) => entry ** 2),
      (trace) => (RIDGE * trace) / this.#nSamples,
    );
  }
}
