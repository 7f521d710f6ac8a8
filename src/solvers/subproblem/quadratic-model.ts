/**
 * Quadratic models of a datafit: {@link QuadraticModel} at some predictor, and {@link GramProfiles} for a quadratic
 * datafit with many more rows than columns.
 */
import { choleskyFactor, choleskySolve } from "../../linalg/cholesky";
import { addScaled, areEqual, dot, maxAbs, sum } from "../../linalg/vector";
import {
  hasConstantHessian,
  largestCurvature,
  type Profile,
  profileAt,
  type SparseProblem,
} from "../../problem/problem";
import type { JointCurvature, Multiply } from "./gram-cache";
import { FEW_COLUMNS, GramCache } from "./gram-cache";

/** Minimum part of an unpenalized column, relative to it, that the earlier ones leave unexplained; less is rounding. */
const minIndependentPart = 1e-12;

/**
 * The quadratic model of the datafit in the penalized coefficients, minimised over the unpenalized part.
 *
 * Its Hessian is `X' (C - C Q (Q'C Q)^-1 Q'C) X`, where `C` holds the second derivatives of the loss at some
 * predictor and `Q` the unpenalized columns.
 */
export class QuadraticModel {
  readonly #problem: SparseProblem;
  /** The diagonal of `C`. */
  readonly curvature: Float64Array;
  readonly #eta: Float64Array;
  /** The curvatures at another predictor; a buffer. */
  #now = new Float64Array(0);
  /** `C q` for a basis `q` of the unpenalized part with `q'C q = 1`. */
  readonly #weightedBasis: readonly Float64Array[];
  /** The entries of the Hessian at `scale` 1. */
  readonly gram: GramCache;
  /** The factor of the curvature, so that a loss whose curvature changes everywhere alike needs no new model. */
  scale = 1;

  /**
   * @param eta the predictor at which the curvature is taken.
   * @param floor the minimum curvature, as a share of the largest one, or if all are zero of that where residuals are small;
   * for losses of one predictor per sample. Default: 0.
   * @param extraPerSlot as for {@link GramCache}. Default: 0.
   */
  constructor(problem: SparseProblem, eta: Float64Array, floor = 0, extraPerSlot = 0) {
    const { datafit, target, free, design } = problem;
    this.#problem = problem;
    this.curvature = new Float64Array(eta.length);
    datafit.curvature(target, eta, this.curvature);
    if (floor > 0 && datafit.hasDiagonalHessian) {
      const least = floor * largestCurvature(problem, this.curvature);
      for (let i = 0; i < eta.length; i++) this.curvature[i] = Math.max(this.curvature[i], least);
    }
    this.#eta = eta;
    const times: Multiply = (v, out) => this.#multiply(v, out);
    this.#weightedBasis = weightedBasis(free.basis, times);
    const multiply = datafit.hessianProduct && times;
    const joint = multiply && datafit.nResponses > 1 ? this.#jointCurvature(datafit.nResponses) : undefined;
    this.gram = new GramCache(design, this.curvature, this.#weightedBasis, multiply, joint, extraPerSlot);
  }

  /** `out = C v` */
  #multiply(v: Float64Array, out: Float64Array): void {
    const { datafit, target } = this.#problem;
    if (datafit.hessianProduct) datafit.hessianProduct(target, this.#eta, v, out);
    else for (let i = 0; i < v.length; i++) out[i] = this.curvature[i] * v[i];
  }

  /**
   * Returns the products of `C` with the indicators of the responses, for a loss that is a sum over samples of
   * several responses.
   */
  #jointCurvature(nResponses: number): JointCurvature {
    const n = this.curvature.length / nResponses;
    const image = new Float64Array(this.curvature.length);
    const columns = Array.from({ length: nResponses }, (_, s) => {
      this.#multiply(new Float64Array(image.length).fill(1, s * n, (s + 1) * n), image);
      return image.slice();
    });
    return columns.map((_, r) => columns.map((column) => column.subarray(r * n, (r + 1) * n)));
  }

  /** Replaces a change of the predictor, unpenalized part aside, by that of the residual `df/deta` at `scale` 1. */
  residualChange(change: Float64Array): void {
    const shares = this.#weightedBasis.map((q) => dot(q, change));
    this.#multiply(this.#problem.datafit.hessianProduct ? change.slice() : change, change);
    shares.forEach((share, k) => {
      addScaled(-share, this.#weightedBasis[k], change);
    });
  }

  /**
   * Estimates how much the gap grows if the dual point, a residual `u`, is multiplied by `1 - t`, divided by `t^2`.
   *
   * It is `u'C^-1 u / 2`, which for a squared error is the loss.
   */
  scalingCost(residual: Float64Array): number {
    const smallest = 1e-6 * maxAbs(this.curvature);
    let cost = 0;
    for (let i = 0; i < residual.length; i++) {
      if (residual[i] !== 0) cost += residual[i] ** 2 / (2 * Math.max(this.curvature[i], smallest));
    }
    return cost;
  }

  /**
   * Rescales the model to the curvature at a profile if their sums differ by more than one percent.
   *
   * @returns the relative change that remains, the sum of absolute changes over the sum.
   */
  rescale(profile: Profile): number {
    if (hasConstantHessian(this.#problem)) return 0;
    const now = this.#curvatureAt(profile.eta);
    const ratio = sum(now) / sum(this.curvature);
    if (!(ratio > 0 && ratio < Infinity)) return Number.POSITIVE_INFINITY;
    if (Math.abs(ratio / this.scale - 1) > 0.01) this.scale = ratio;
    return this.#relativeChange(now, this.scale);
  }

  /** Whether the model has the curvature at this very profile, so that making it anew would not change it. */
  isMadeAt({ eta }: Profile): boolean {
    return eta === this.#eta && this.scale === 1;
  }

  #curvatureAt(eta: Float64Array): Float64Array {
    const { datafit, target } = this.#problem;
    if (this.#now.length !== eta.length) this.#now = new Float64Array(eta.length);
    datafit.curvature(target, eta, this.#now);
    return this.#now;
  }

  /** Returns the sum of absolute differences from the model's curvature times `scale`, over the sum. */
  #relativeChange(now: Float64Array, scale: number): number {
    let change = 0;
    for (let i = 0; i < now.length; i++) change += Math.abs(now[i] - scale * this.curvature[i]);
    return change / sum(now);
  }
}

/**
 * Returns `C q` for vectors `q` with `q'C q = 1` that span the basis and are orthogonal in that product.
 *
 * Vectors that `C` maps to zero are left out, such as a constant shared by all classes.
 */
export function weightedBasis(basis: readonly Float64Array[], multiply: Multiply): Float64Array[] {
  const plain: Float64Array[] = [];
  const weighted: Float64Array[] = [];
  for (const given of basis) {
    const q = given.slice();
    const image = new Float64Array(q.length);
    multiply(q, image);
    const before = dot(q, image);
    for (let pass = 0; pass < 2; pass++) {
      plain.forEach((earlier, k) => {
        addScaled(-dot(weighted[k], q), earlier, q);
      });
    }
    multiply(q, image);
    const square = dot(q, image);
    if (!(square > minIndependentPart * before)) continue;
    const length = Math.sqrt(square);
    plain.push(q.map((entry) => entry / length));
    weighted.push(image.map((entry) => entry / length));
  }
  return weighted;
}

/** Minimum number of entries of a design for which its Gram matrix may replace it. */
const minTallEntries = 1e5;

/**
 * The profiles of a quadratic datafit from the Gram matrix of all columns, in `p^2` operations instead of the `n p`
 * of a pass over the design.
 *
 * Their rounding is that of the Gram matrix, a few units of `|x_j| |x_k|`. The predictor and the residual are
 * computed when they are first read.
 */
export class GramProfiles {
  readonly #problem: SparseProblem;
  readonly #model: QuadraticModel;
  readonly #origin: Profile;
  /** Minus the change of the unpenalized part with each coefficient, one row per unpenalized column. */
  readonly #unpenalizedChange: readonly Float64Array[];
  /** The coefficients of the last gradient, NaN before the first one. */
  readonly #beta: Float64Array;
  readonly #gradient: Float64Array;

  /**
   * @param model of a quadratic datafit; its Gram matrix is completed.
   * @param origin the profile at zero, if it is known.
   */
  constructor(problem: SparseProblem, model: QuadraticModel, origin?: Profile) {
    const { design, free } = problem;
    this.#problem = problem;
    this.#model = model;
    model.gram.include(Int32Array.from({ length: design.nFeatures }, (_, j) => j));
    this.#origin =
      origin ?? profileAt(problem, new Float64Array(design.nFeatures), new Float64Array(free.size));
    this.#unpenalizedChange = unpenalizedChange(problem, model.curvature);
    this.#beta = new Float64Array(design.nFeatures).fill(Number.NaN);
    this.#gradient = new Float64Array(design.nFeatures);
  }

  /** Returns the gradient at some coefficients, valid until the next call; the last one is not computed again. */
  gradientAt(beta: Float64Array): Float64Array {
    const gradient = this.#gradient;
    if (areEqual(beta, this.#beta)) return gradient;
    this.#beta.set(beta);
    this.#model.gram.times(beta, gradient);
    const { gradient: first } = this.#origin;
    for (let j = 0; j < gradient.length; j++) gradient[j] += first[j];
    return gradient;
  }

  at(beta: Float64Array): Profile {
    const origin = this.#origin;
    const problem = this.#problem;
    const gradient = this.gradientAt(beta).slice();
    const { gradient: first } = origin;
    let change = 0;
    for (let j = 0; j < beta.length; j++) change += (beta[j] * (first[j] + gradient[j])) / 2;
    const psi = origin.psi.slice();
    for (let k = 0; k < psi.length; k++) psi[k] -= dot(this.#unpenalizedChange[k], beta);
    return new LazyProfile(problem, beta, origin.loss + change, psi, gradient);
  }
}

/** A profile whose predictor and residual are computed when they are first read. */
class LazyProfile implements Profile {
  readonly loss: number;
  readonly psi: Float64Array;
  readonly gradient: Float64Array;
  readonly #problem: SparseProblem;
  readonly #beta: Float64Array;
  #direct: Profile | undefined;

  constructor(
    problem: SparseProblem,
    beta: Float64Array,
    loss: number,
    psi: Float64Array,
    gradient: Float64Array,
  ) {
    this.#problem = problem;
    this.#beta = beta;
    this.loss = loss;
    this.psi = psi;
    this.gradient = gradient;
  }

  get eta(): Float64Array {
    return this.#computed().eta;
  }

  get residual(): Float64Array {
    return this.#computed().residual;
  }

  #computed(): Profile {
    this.#direct ??= profileAt(this.#problem, this.#beta, this.psi);
    return this.#direct;
  }
}

/** Returns `(Q'C Q)^-1 Q'C X`, one row per column of `Q`. */
function unpenalizedChange({ design, free }: SparseProblem, curvature: Float64Array): Float64Array[] {
  const { size, basis } = free;
  if (size === 0) return [];
  const weighted = basis.map((q) => q.map((entry, i) => curvature[i] * entry));
  const hessian = Float64Array.from({ length: size * size }, (_, at) =>
    dot(basis[Math.floor(at / size)], weighted[at % size]),
  );
  choleskyFactor(hessian, size);
  const rows = weighted.map((q) => {
    const row = new Float64Array(design.nFeatures);
    design.rmatvec(q, row);
    return row;
  });
  for (let j = 0; j < design.nFeatures; j++) {
    const own = Float64Array.from(rows, (row) => row[j]);
    choleskySolve(hessian, size, own);
    rows.forEach((row, k) => {
      row[j] = own[k];
    });
  }
  return rows;
}

/** Whether a design has so many more rows than columns that the Gram matrix of all columns may save work. */
function isTall({ design: { nSamples, nFeatures } }: SparseProblem): boolean {
  return nSamples * nFeatures >= minTallEntries && nSamples >= 2 * nFeatures;
}

/**
 * Whether the Gram matrix of all columns costs no more than the passes over the design that it replaces, about `p /
 * 5` by measurement.
 *
 * With few columns a second pass, or a second lambda, is enough evidence that more will follow; with many it takes
 * twice the cost.
 */
export function isGramCheaper(problem: SparseProblem, nPasses: number): boolean {
  const { nFeatures } = problem.design;
  return isTall(problem) && nPasses >= (nFeatures <= FEW_COLUMNS ? 2 : nFeatures / 2.5);
}
