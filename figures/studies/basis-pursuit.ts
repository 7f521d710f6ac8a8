import type { Simulation } from "smooth-edges/data";
import type { SmoothObjective } from "smooth-edges/surrogate";
import { DualRidge, type DualSolution } from "./dual-ridge";

/** What the diagonal of `X diag(v^(2k-2)) X'` gets, as a share of its mean, where fewer columns than rows are left. */
const RIDGE = 1e-13;

/** What basis pursuit by any kind of gates has in common. */
abstract class GatedBasisPursuit implements SmoothObjective {
  readonly size: number;
  readonly #nSamples: number;
  readonly #ridge: DualRidge;

  /** @param depth `k`, at least 2. */
  constructor(
    { X, y }: Simulation,
    protected readonly depth: number,
  ) {
    this.size = X.nFeatures;
    this.#nSamples = y.length;
    this.#ridge = new DualRidge(X, y);
  }

  abstract valueAndGradient(v: Float64Array, gradient: Float64Array): number;

  /** `beta`, which fulfils `X beta = y`. */
  coefficients(v: Float64Array): Float64Array {
    const { weights, images } = this.solve(v);
    return weights.map((weight, j) => weight * images[j]);
  }

  /** The square of what multiplies `u`. */
  protected abstract weightOf(gate: number): number;

  protected solve(v: Float64Array): DualSolution & { weights: Float64Array } {
    const weights = v.map((gate) => this.weightOf(gate));
    return { weights, ...this.#ridge.solve(weights, (trace) => (RIDGE * trace) / this.#nSamples) };
  }
}

/**
 * Basis pursuit with the penalty `(k/2) sum_j |beta_j|^(2/k)`, as a smooth function of the gates of `hadamardPower({ depth: k })`:
 *
 * `F(v) = min over u of (norm2(u)^2 + (k - 1) norm2(v)^2)/2, X beta = y, beta = u |v|^(k-1)`,
 *
 * which is the surrogate without noise, with lambda going to 0 and one factor eliminated. An evaluation factors a matrix of
 * `n` rows. After Poon and Peyré, Smooth bilevel programming for sparse regularization (2021).
 */
export class BasisPursuit extends GatedBasisPursuit {
  valueAndGradient(v: Float64Array, gradient: Float64Array): number {
    const k = this.depth;
    const { images, ...dual } = this.solve(v);
    let value = dual.value;
    v.forEach((entry, j) => {
      gradient[j] = (k - 1) * (entry - Math.sign(entry) * Math.abs(entry) ** (2 * k - 3) * images[j] ** 2);
      value += ((k - 1) / 2) * entry * entry;
    });
    return value;
  }

  protected weightOf(gate: number): number {
    return Math.abs(gate) ** (2 * this.depth - 2);
  }
}

/**
 * The same function of the gates that were published, `v = |w|^(k-1)` of the above:
 *
 * `F(v) = min over u of (norm2(u)^2 + (k - 1) sum_j |v_j|^(2/(k-1)))/2, X beta = y, beta = u v`.
 *
 * Minima are the same, the ways there are others; `k` is at most 3, where it has a kink at a gate of zero. After the code of the
 * paper above (github.com/gpeyre/2021-NonCvxPro, code/lq).
 */
export class PublishedBasisPursuit extends GatedBasisPursuit {
  valueAndGradient(v: Float64Array, gradient: Float64Array): number {
    const k = this.depth;
    const { images, ...dual } = this.solve(v);
    let value = dual.value;
    v.forEach((entry, j) => {
      const slope = Math.abs(entry) ** (2 / (k - 1) - 1);
      gradient[j] = Math.sign(entry) * slope - entry * images[j] ** 2;
      value += ((k - 1) / 2) * Math.abs(entry) * slope;
    });
    return value;
  }

  protected weightOf(gate: number): number {
    return gate ** 2;
  }
}
