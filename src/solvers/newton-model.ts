import { addScaled, dot, sum } from "../linalg/vector";
import { isParabolic, type Profile, type SparseProblem } from "../objectives/sparse-problem";
import { GramCache, weightedBasis } from "./gram-cache";

/**
 * The datafit as a quadratic of the penalized coefficients, the unpenalized part fitted along: its Hessian is
 * `X' (C - C Q (Q'C Q)^-1 Q'C) X` with `C` the curvature of the loss at some predictor.
 */
export class NewtonModel {
  readonly #problem: SparseProblem;
  /** The diagonal of `C`. */
  readonly curvature: Float64Array;
  /** `C q` for a basis `q` of the unpenalized part with `q'C q = 1`. */
  readonly #weightedBasis: readonly Float64Array[];
  /** The entries of the Hessian at `scale` 1. */
  readonly gram: GramCache;
  /** What the curvature is multiplied by, so that a loss which bends more or less everywhere needs no other model. */
  scale = 1;

  /** @param eta where the curvature is taken. */
  constructor(problem: SparseProblem, eta: Float64Array) {
    const { datafit, target, free, design } = problem;
    this.#problem = problem;
    this.curvature = new Float64Array(eta.length);
    datafit.curvature(target, eta, this.curvature);
    this.#weightedBasis = weightedBasis(free.basis, this.curvature);
    this.gram = new GramCache(design, this.curvature, this.#weightedBasis);
  }

  /** Turns a change of the predictor, unpenalized part aside, into that of the residual `df/deta` at `scale` 1, in place. */
  residualChange(change: Float64Array): void {
    const shares = this.#weightedBasis.map((q) => dot(q, change));
    for (let i = 0; i < change.length; i++) change[i] *= this.curvature[i];
    shares.forEach((share, k) => {
      addScaled(-share, this.#weightedBasis[k], change);
    });
  }

  /** Adds to a gradient what a change of the coefficients changes it by; of a model whose Gram matrix is complete. */
  addGradientChange(change: Float64Array, gradient: Float64Array): void {
    const product = new Float64Array(gradient.length);
    this.gram.times(change, product);
    for (let j = 0; j < gradient.length; j++) gradient[j] += product[j];
  }

  /**
   * Scales the curvature to that at a profile, where the sums differ by more than a hundredth.
   *
   * @returns how far they still differ: the sum of the changes as a share of the sum.
   */
  follow(profile: Profile): number {
    const { datafit, target } = this.#problem;
    if (isParabolic(this.#problem)) return 0;
    const { eta } = profile;
    const now = new Float64Array(eta.length);
    datafit.curvature(target, eta, now);
    const total = sum(now);
    const ratio = total / sum(this.curvature);
    if (!(ratio > 0 && ratio < Infinity)) return Number.POSITIVE_INFINITY;
    if (Math.abs(ratio / this.scale - 1) > 0.01) this.scale = ratio;
    let change = 0;
    for (let i = 0; i < now.length; i++) change += Math.abs(now[i] - this.scale * this.curvature[i]);
    return change / total;
  }
}
