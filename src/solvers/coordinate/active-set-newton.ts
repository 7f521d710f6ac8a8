import { addScaled, dot, maxAbs } from "../../linalg/vector";
import type { Point } from "../candidate";
import type { QuadraticModel } from "../subproblem/quadratic-model";
import type { ActiveSetCholesky, PenaltyTerm } from "./active-set-cholesky";

/** Newton's steps on the members, each as far as the first that would cross zero, who leaves; how many left at once. */
export function activeSetNewton(
  term: PenaltyTerm,
  members: ActiveSetCholesky,
  beta: Float64Array,
  gradient: Float64Array,
  seen: LbfgsCorrection | undefined,
): number {
  const { indices, signs } = members;
  const slopes = new Float64Array(indices.length);
  for (let k = 0; k < slopes.length; k++) {
    const j = indices[k];
    slopes[k] = gradient[j] + term.slope(j, signs[k], beta[j]);
  }
  const whole = new Float64Array(slopes.length);
  let refused = 0;
  for (;;) {
    const size = indices.length;
    const step = whole.subarray(0, size);
    step.set(slopes.subarray(0, size));
    if (seen) seen.solve(members, step);
    else members.solve(step);
    let length = 1;
    let crossing = -1;
    for (let k = size - 1; k >= 0; k--) {
      const b = beta[indices[k]];
      if ((b - step[k]) * signs[k] > 0) continue;
      const reach = b === 0 ? 0 : b / step[k];
      if (reach < length || crossing < 0) {
        length = reach;
        crossing = k;
      }
    }
    if (crossing >= 0 && beta[indices[crossing]] === 0) {
      for (let k = size - 1; k >= 0; k--) {
        if (beta[indices[k]] === 0 && !(-step[k] * signs[k] > 0)) {
          members.drop(k);
          slopes.copyWithin(k, k + 1);
          refused++;
        }
      }
      continue;
    }
    for (let k = 0; k < size; k++) {
      beta[indices[k]] -= length * step[k];
      slopes[k] *= 1 - length;
    }
    if (crossing < 0) return refused;
    beta[indices[crossing]] = 0;
    members.drop(crossing);
    slopes.copyWithin(crossing, crossing + 1);
  }
}

/** Changes that are remembered. */
const mostChanges = 6;

/** Smallest change of the predictor, relative to it, that says more than roundings. */
const smallestChange = 1e-7;

/** How much of a change's curvature may be that of coefficients which have left since, or come. */
const tolerableLoss = 0.01;

/** A step, and what it changed. */
interface Change {
  readonly watched: Int32Array;
  /** Of the watched. */
  readonly coefs: Float64Array;
  readonly gradient: Float64Array;
  /** Of others that were asked for. */
  readonly others: Map<number, number>;
  readonly predictor: Float64Array;
  readonly residual: Float64Array;
  /** What the model makes of the change of the predictor. */
  readonly modelled: Float64Array;
  readonly curvature: number;
}

/**
 * The last steps on a model of a loss that bends, by which its Hessian is corrected so that it agrees with what they changed: by
 * the method of Broyden, Fletcher, Goldfarb and Shanno, which starts from the model each time.
 *
 * @see Nocedal, Updating quasi-Newton matrices with limited storage (1980)
 */
export class LbfgsCorrection {
  readonly #model: QuadraticModel;
  readonly #columnDot: (j: number, v: Float64Array) => number;
  readonly #changes: Change[] = [];
  /** The terms `a a' - b b'` of the correction on predictors, in turn, and the scale that they are of. */
  #terms: { readonly a: Float64Array; readonly b: Float64Array }[] = [];
  #scale = 0;
  /** The vectors of a change that is no longer remembered, for the next one. */
  #spare: Float64Array[] | undefined;
  /** One more than the place of a member; zeros but while it is used. */
  readonly #places: Int32Array;

  constructor(model: QuadraticModel, nFeatures: number, columnDot: (j: number, v: Float64Array) => number) {
    this.#model = model;
    this.#columnDot = columnDot;
    this.#places = new Int32Array(nFeatures);
  }

  /** @param watched where both gradients are known. */
  add(from: Point, to: Point, watched: Int32Array): void {
    const nEntries = to.profile.eta.length;
    this.#spare ??= [0, 1, 2].map(() => new Float64Array(nEntries));
    const [predictor, modelled, residual] = this.#spare;
    setDifference(from.profile.eta, to.profile.eta, predictor);
    if (!(maxAbs(predictor) > smallestChange * maxAbs(to.profile.eta))) return;
    modelled.set(predictor);
    this.#model.residualChange(modelled);
    setDifference(from.profile.residual, to.profile.residual, residual);
    const curvature = dot(residual, predictor);
    if (!(curvature > 0 && dot(modelled, predictor) > 0)) return;
    const coefs = new Float64Array(watched.length);
    const gradient = new Float64Array(watched.length);
    const [before, after] = [from.profile.gradient, to.profile.gradient];
    for (let i = 0; i < watched.length; i++) {
      const j = watched[i];
      coefs[i] = to.beta[j] - from.beta[j];
      gradient[i] = after[j] - before[j];
    }
    const former = this.#changes.length === mostChanges ? this.#changes.shift() : undefined;
    this.#spare = former && [former.predictor, former.modelled, former.residual];
    const others = new Map<number, number>();
    this.#changes.push({ watched, coefs, gradient, others, predictor, residual, modelled, curvature });
    this.#scale = 0;
  }

  /** Adds to the model's change of a residual what it has less than the corrected one. */
  addResidualChange(predictor: Float64Array, change: Float64Array): void {
    this.#prepare();
    for (const { a, b } of this.#terms) {
      addScaled(dot(a, predictor), a, change);
      addScaled(-dot(b, predictor), b, change);
    }
  }

  #prepare(): void {
    const { scale } = this.#model;
    if (this.#scale === scale) return;
    this.#scale = scale;
    this.#terms = [];
    for (const { predictor, residual, modelled, curvature } of this.#changes) {
      const b = modelled.slice();
      this.addResidualChange(predictor, b);
      const known = dot(b, predictor);
      if (!(known > 0)) continue;
      this.#terms.push({
        a: times(1 / Math.sqrt(scale * curvature), residual),
        b: times(1 / Math.sqrt(known), b),
      });
    }
  }

  /** Solves with the corrected Hessian in the members and the penalty's curvature, in place. */
  solve(members: ActiveSetCholesky, b: Float64Array): void {
    const { indices, ridge } = members;
    const places = this.#places;
    for (let k = 0; k < indices.length; k++) places[indices[k]] = k + 1;
    const pairs: {
      readonly step: Float64Array;
      readonly slopes: Float64Array;
      readonly curvature: number;
      share: number;
    }[] = [];
    for (let c = this.#changes.length - 1; c >= 0; c--) {
      const change = this.#changes[c];
      const [step, slopes] = this.#inMembers(change, indices);
      const whole = change.curvature / this.#model.scale;
      if (!(Math.abs(dot(step, slopes) - whole) <= tolerableLoss * whole)) continue;
      for (let k = 0; k < step.length; k++) slopes[k] += ridge[k] * step[k];
      const curvature = dot(step, slopes);
      const share = dot(step, b) / curvature;
      addScaled(-share, slopes, b);
      pairs.push({ step, slopes, curvature, share });
    }
    for (let k = 0; k < indices.length; k++) places[indices[k]] = 0;
    members.solve(b);
    for (let c = pairs.length - 1; c >= 0; c--) {
      const { step, slopes, curvature, share } = pairs[c];
      addScaled(share - dot(slopes, b) / curvature, step, b);
    }
  }

  #inMembers(change: Change, indices: readonly number[]): [Float64Array, Float64Array] {
    const { watched, coefs, gradient, others, residual } = change;
    const { scale } = this.#model;
    const step = new Float64Array(indices.length);
    const slopes = new Float64Array(indices.length).fill(Number.NaN);
    for (let i = 0; i < watched.length; i++) {
      const k = this.#places[watched[i]] - 1;
      if (k < 0) continue;
      step[k] = coefs[i];
      slopes[k] = gradient[i] / scale;
    }
    for (let k = 0; k < indices.length; k++) {
      if (!Number.isNaN(slopes[k])) continue;
      const j = indices[k];
      const known = others.get(j) ?? this.#columnDot(j, residual);
      others.set(j, known);
      slopes[k] = known / scale;
    }
    return [step, slopes];
  }
}

function setDifference(from: Float64Array, to: Float64Array, change: Float64Array): void {
  for (let i = 0; i < change.length; i++) change[i] = to[i] - from[i];
}

function times(factor: number, v: Float64Array): Float64Array {
  const out = new Float64Array(v.length);
  for (let i = 0; i < out.length; i++) out[i] = factor * v[i];
  return out;
}
