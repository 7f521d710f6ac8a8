/** Newton steps on an active set ({@link activeSetNewton}), and a limited-memory BFGS correction of their Hessian. */
import { addScaled, dot, maxAbs } from "../../linalg/vector";
import type { Point } from "../solver";
import type { QuadraticModel } from "../subproblem/quadratic-model";
import type { ActiveSetCholesky, PenaltyTerm } from "./active-set-cholesky";

/**
 * Takes Newton steps on the active coordinates, each up to the first coefficient that would cross zero, which then
 * leaves.
 *
 * @returns how many coordinates left at once because their step pointed away from their sign.
 */
export function activeSetNewton(
  term: PenaltyTerm,
  active: ActiveSetCholesky,
  beta: Float64Array,
  gradient: Float64Array,
  correction: LbfgsCorrection | undefined,
): number {
  const { indices, signs } = active;
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
    if (correction) correction.solve(active, step);
    else active.solve(step);
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
          active.drop(k);
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
    active.drop(crossing);
    slopes.copyWithin(crossing, crossing + 1);
  }
}

/** Maximum number of steps that are stored. */
const maxSteps = 6;

/** Minimum relative change of the predictor for which a step is stored; smaller ones are rounding. */
const minChange = 1e-7;

/** Maximum share of a step's curvature that may belong to coefficients which are no longer, or not yet, active. */
const maxCurvatureLoss = 0.01;

/** A step, and what it changed. */
interface StepRecord {
  readonly columns: Int32Array;
  /** The change of the coefficients in `columns`, and of the gradient there. */
  readonly coefs: Float64Array;
  readonly gradient: Float64Array;
  /** The change of the gradient in further columns, computed when it was needed. */
  readonly others: Map<number, number>;
  readonly predictor: Float64Array;
  readonly residual: Float64Array;
  /** The change of the residual that the model predicts from that of the predictor. */
  readonly modelled: Float64Array;
  readonly curvature: number;
}

/**
 * A limited-memory BFGS correction of the model of a loss whose Hessian varies: the corrected Hessian agrees with the
 * last steps.
 *
 * Each correction starts from the Hessian of the model.
 *
 * @see Nocedal, Updating quasi-Newton matrices with limited storage (1980)
 */
export class LbfgsCorrection {
  readonly #model: QuadraticModel;
  readonly #columnDot: (j: number, v: Float64Array) => number;
  readonly #steps: StepRecord[] = [];
  /**
   * The terms `a a' - b b'` of the correction on predictors, from the oldest step on, and the scale of the model that
   * they belong to.
   */
  #terms: { readonly a: Float64Array; readonly b: Float64Array }[] = [];
  #scale = 0;
  /** The vectors of a step that is no longer stored, reused for the next one. */
  #buffers: Float64Array[] | undefined;
  /** One more than the position of each active coordinate; all zeros between uses. */
  readonly #positions: Int32Array;

  constructor(model: QuadraticModel, nFeatures: number, columnDot: (j: number, v: Float64Array) => number) {
    this.#model = model;
    this.#columnDot = columnDot;
    this.#positions = new Int32Array(nFeatures);
  }

  /** @param columns the columns in which both gradients are known. */
  add(from: Point, to: Point, columns: Int32Array): void {
    const nEntries = to.profile.eta.length;
    this.#buffers ??= [0, 1, 2].map(() => new Float64Array(nEntries));
    const [predictor, modelled, residual] = this.#buffers;
    setDifference(from.profile.eta, to.profile.eta, predictor);
    if (!(maxAbs(predictor) > minChange * maxAbs(to.profile.eta))) return;
    modelled.set(predictor);
    this.#model.residualChange(modelled);
    setDifference(from.profile.residual, to.profile.residual, residual);
    const curvature = dot(residual, predictor);
    if (!(curvature > 0 && dot(modelled, predictor) > 0)) return;
    const coefs = new Float64Array(columns.length);
    const gradient = new Float64Array(columns.length);
    const [before, after] = [from.profile.gradient, to.profile.gradient];
    for (let i = 0; i < columns.length; i++) {
      const j = columns[i];
      coefs[i] = to.beta[j] - from.beta[j];
      gradient[i] = after[j] - before[j];
    }
    const recycled = this.#steps.length === maxSteps ? this.#steps.shift() : undefined;
    this.#buffers = recycled && [recycled.predictor, recycled.modelled, recycled.residual];
    const others = new Map<number, number>();
    this.#steps.push({ columns, coefs, gradient, others, predictor, residual, modelled, curvature });
    this.#scale = 0;
  }

  /** Adds the difference between the corrected and the model's change of a residual. */
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
    for (const { predictor, residual, modelled, curvature } of this.#steps) {
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

  /** Solves with the corrected Hessian of the active coordinates and the penalty's curvature, in place. */
  solve(active: ActiveSetCholesky, b: Float64Array): void {
    const { indices, ridge } = active;
    const positions = this.#positions;
    for (let k = 0; k < indices.length; k++) positions[indices[k]] = k + 1;
    const pairs: {
      readonly step: Float64Array;
      readonly slopes: Float64Array;
      readonly curvature: number;
      share: number;
    }[] = [];
    for (let c = this.#steps.length - 1; c >= 0; c--) {
      const change = this.#steps[c];
      const [step, slopes] = this.#inActive(change, indices);
      const whole = change.curvature / this.#model.scale;
      if (!(Math.abs(dot(step, slopes) - whole) <= maxCurvatureLoss * whole)) continue;
      for (let k = 0; k < step.length; k++) slopes[k] += ridge[k] * step[k];
      const curvature = dot(step, slopes);
      const share = dot(step, b) / curvature;
      addScaled(-share, slopes, b);
      pairs.push({ step, slopes, curvature, share });
    }
    for (let k = 0; k < indices.length; k++) positions[indices[k]] = 0;
    active.solve(b);
    for (let c = pairs.length - 1; c >= 0; c--) {
      const { step, slopes, curvature, share } = pairs[c];
      addScaled(share - dot(slopes, b) / curvature, step, b);
    }
  }

  #inActive(change: StepRecord, indices: readonly number[]): [Float64Array, Float64Array] {
    const { columns, coefs, gradient, others, residual } = change;
    const { scale } = this.#model;
    const step = new Float64Array(indices.length);
    const slopes = new Float64Array(indices.length).fill(Number.NaN);
    for (let i = 0; i < columns.length; i++) {
      const k = this.#positions[columns[i]] - 1;
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
