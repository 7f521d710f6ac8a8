import { choleskyFactor, choleskySolve } from "../../linalg/cholesky";
import { addScaled, areEqual, dot, maxAbs, sum } from "../../linalg/vector";
import { hasConstantHessian, type Profile, profileAt, type SparseProblem } from "../../problem/problem";
import type { JointCurvature, Multiply } from "./gram-cache";
import { GramCache } from "./gram-cache";

/** Smallest part of a free column, relative to itself, that is no rounding of what earlier ones explain. */
const smallestRest = 1e-12;

/**
 * The datafit as a quadratic of the penalized coefficients, the unpenalized part fitted along: its Hessian is
 * `X' (C - C Q (Q'C Q)^-1 Q'C) X` with `C` the second derivatives of the loss at some predictor.
 */
export class QuadraticModel {
  readonly #problem: SparseProblem;
  /** The diagonal of `C`. */
  readonly curvature: Float64Array;
  readonly #eta: Float64Array;
  /** Curvatures elsewhere, for as long as they are compared. */
  #now = new Float64Array(0);
  /** `C q` for a basis `q` of the unpenalized part with `q'C q = 1`. */
  readonly #weightedBasis: readonly Float64Array[];
  /** The entries of the Hessian at `scale` 1. */
  readonly gram: GramCache;
  /** What the curvature is multiplied by, so that a loss which bends more or less everywhere needs no other model. */
  scale = 1;

  /**
   * @param eta where the curvature is taken.
   * @param floor what it is raised to where a loss bends less, as a share of the largest one, or of that of a
   * squared error where there is none; of losses of one predictor a sample. Default: 0.
   * @param roomPerSlot of the {@link GramCache}. Default: 0.
   */
  constructor(problem: SparseProblem, eta: Float64Array, floor = 0, roomPerSlot = 0) {
    const { datafit, target, free, design } = problem;
    this.#problem = problem;
    this.curvature = new Float64Array(eta.length);
    datafit.curvature(target, eta, this.curvature);
    if (floor > 0 && datafit.hasDiagonalHessian) {
      const least = floor * (maxAbs(this.curvature) || 1 / eta.length);
      for (let i = 0; i < eta.length; i++) this.curvature[i] = Math.max(this.curvature[i], least);
    }
    this.#eta = eta;
    const times: Multiply = (v, out) => this.#multiply(v, out);
    this.#weightedBasis = weightedBasis(free.basis, times);
    const multiply = datafit.hessianProduct && times;
    const joint = multiply && datafit.nResponses > 1 ? this.#jointCurvature(datafit.nResponses) : undefined;
    this.gram = new GramCache(design, this.curvature, this.#weightedBasis, multiply, joint, roomPerSlot);
  }

  /** `out = C v` */
  #multiply(v: Float64Array, out: Float64Array): void {
    const { datafit, target } = this.#problem;
    if (datafit.hessianProduct) datafit.hessianProduct(target, this.#eta, v, out);
    else for (let i = 0; i < v.length; i++) out[i] = this.curvature[i] * v[i];
  }

  /** Of a loss that is a sum over samples of several responses each: what `C` makes of ones in one response. */
  #jointCurvature(nResponses: number): JointCurvature {
    const n = this.curvature.length / nResponses;
    const image = new Float64Array(this.curvature.length);
    const columns = Array.from({ length: nResponses }, (_, s) => {
      this.#multiply(new Float64Array(image.length).fill(1, s * n, (s + 1) * n), image);
      return image.slice();
    });
    return columns.map((_, r) => columns.map((column) => column.subarray(r * n, (r + 1) * n)));
  }

  /** Turns a change of the predictor, unpenalized part aside, into that of the residual `df/deta` at `scale` 1, in place. */
  residualChange(change: Float64Array): void {
    const shares = this.#weightedBasis.map((q) => dot(q, change));
    this.#multiply(this.#problem.datafit.hessianProduct ? change.slice() : change, change);
    shares.forEach((share, k) => {
      addScaled(-share, this.#weightedBasis[k], change);
    });
  }

  /**
   * About what multiplying a residual, the dual point, by `1 - t` adds to the gap, divided by `t^2`: `u'C^-1 u / 2`, which
   * for a squared error is the loss.
   */
  scalingCost(residual: Float64Array): number {
    const smallest = 1e-6 * maxAbs(this.curvature);
    let cost = 0;
    for (let i = 0; i < residual.length; i++) {
      if (residual[i] !== 0) cost += residual[i] ** 2 / (2 * Math.max(this.curvature[i], smallest));
    }
    return cost;
  }

  /** How far the curvature at `eta` is from the model's: the sum of the changes as a share of the sum. */
  hessianChange(eta: Float64Array): number {
    if (hasConstantHessian(this.#problem)) return 0;
    return this.#relativeChange(this.#curvatureAt(eta), 1);
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
  rescale(profile: Profile): number {
    if (hasConstantHessian(this.#problem)) return 0;
    const now = this.#curvatureAt(profile.eta);
    const ratio = sum(now) / sum(this.curvature);
    if (!(ratio > 0 && ratio < Infinity)) return Number.POSITIVE_INFINITY;
    if (Math.abs(ratio / this.scale - 1) > 0.01) this.scale = ratio;
    return this.#relativeChange(now, this.scale);
  }

  #curvatureAt(eta: Float64Array): Float64Array {
    const { datafit, target } = this.#problem;
    if (this.#now.length !== eta.length) this.#now = new Float64Array(eta.length);
    datafit.curvature(target, eta, this.#now);
    return this.#now;
  }

  /** The sum of what a curvature differs by from the model's, times `scale`, as a share of its sum. */
  #relativeChange(now: Float64Array, scale: number): number {
    let change = 0;
    for (let i = 0; i < now.length; i++) change += Math.abs(now[i] - scale * this.curvature[i]);
    return change / sum(now);
  }
}

/**
 * `C q` for vectors `q` that span what `basis` does and have `q'C q = 1`, orthogonal to each other in that product; but for
 * those of which `C` leaves nothing, as of a constant that all classes share.
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
    if (!(square > smallestRest * before)) continue;
    const length = Math.sqrt(square);
    plain.push(q.map((entry) => entry / length));
    weighted.push(image.map((entry) => entry / length));
  }
  return weighted;
}

/** Entries of a design from which on its Gram matrix may stand for it. */
const smallestTall = 1e5;

/** Columns up to which the Gram matrix of all costs less than a path of few lambdas does without it. */
const fewColumns = 200;

/**
 * The profiles of a quadratic datafit, from the Gram matrix of all columns: `p^2` operations, where a pass over the design
 * takes `n p`.
 *
 * Roundings are those of the Gram matrix, a few of `|x_j| |x_k|`. Predictor and residual are computed when asked for.
 */
export class GramProfiles {
  readonly #problem: SparseProblem;
  readonly #model: QuadraticModel;
  readonly #origin: Profile;
  /** Minus what the unpenalized part changes by with each coefficient, a row for each of its columns. */
  readonly #compensation: readonly Float64Array[];
  /** The last coefficients whose gradient was asked for, NaN before, and that gradient. */
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
    this.#compensation = compensation(problem, model.curvature);
    this.#beta = new Float64Array(design.nFeatures).fill(Number.NaN);
    this.#gradient = new Float64Array(design.nFeatures);
  }

  /** The gradient at some coefficients, computed once as long as they are the last ones; until the next call. */
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
    for (let k = 0; k < psi.length; k++) psi[k] -= dot(this.#compensation[k], beta);
    return new LateProfile(problem, beta, origin.loss + change, psi, gradient);
  }
}

/** A profile whose predictor and residual are computed once they are asked for. */
class LateProfile implements Profile {
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

/** `(Q'C Q)^-1 Q'C X`, a row for each column of `Q`. */
function compensation({ design, free }: SparseProblem, curvature: Float64Array): Float64Array[] {
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

/** Whether so many rows are there for each column that the Gram matrix of all columns may come to pay. */
export function isTall({ design: { nSamples, nFeatures } }: SparseProblem): boolean {
  return nSamples * nFeatures >= smallestTall && nSamples >= 2 * nFeatures;
}

/**
 * Whether the Gram matrix of all columns costs no more than passes over the design that rescale: about `p / 5` passes, by measurement.
 * Of few columns a second pass, or lambda, says that there will be more; of many it takes twice the cost to say so.
 */
export function gramPays(problem: SparseProblem, nPasses: number): boolean {
  const { nFeatures } = problem.design;
  return isTall(problem) && nPasses >= (nFeatures <= fewColumns ? 2 : nFeatures / 2.5);
}
