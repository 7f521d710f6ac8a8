/**
 * The loss along rays of some coefficients, the others as they are ({@link lossAlongRays}): by passes over the rows, or of a
 * quadratic loss by the Hessian of these coefficients alone.
 */
import { dot, isConstant, maxAbs } from "../linalg/vector";
import {
  curvatureAt,
  hasConstantHessian,
  hessianAt,
  isModelOfLoss,
  leveledAt,
  type Profile,
  type SparseProblem,
  saturatedLoss,
} from "./problem";

/** The coefficients of some columns along a ray: `origin + t * direction`, `t >= 0`. */
export interface Ray {
  readonly columns: Int32Array;
  readonly origin: Float64Array;
  readonly direction: Float64Array;
}

/** The loss at a point of a ray, and its slope along the ray. */
export interface LossAndSlope {
  readonly loss: number;
  readonly slope: number;
}

/** The loss on a ray. */
export interface LossOnRay {
  at(t: number): LossAndSlope;
  /** A lower bound of the mean slope from the origin to `t` or any point beyond; the slope at the origin where no more is known. */
  leastMeanSlope(t: number): number;
  /** Returns the length of Newton's step from the origin, or where that is not finite the way on which a linear loss falls to the saturated one. */
  firstWay(): number;
}

/** The loss along rays; the unpenalized part is at its minimum everywhere. */
export interface LossAlongRays {
  on(ray: Ray): LossOnRay;
  /** The gradient in some columns where their coefficients are zero. */
  slopesAtZero(columns: Int32Array): Float64Array;
  /** A lower bound of the curvature along every direction of norm 1 in some columns, the same everywhere. */
  leastEigenvalue(columns: Int32Array): number;
}

/** Returns the loss along rays from coefficients at which it was profiled. */
export function lossAlongRays(problem: SparseProblem, beta: Float64Array, profile: Profile): LossAlongRays {
  return isModelOfLoss(problem)
    ? new QuadraticLoss(problem, beta, profile)
    : new GeneralLoss(problem, beta, profile);
}

/** Maximum change of the intercept that is tried, relative to that with as much curvature as the step. */
const maxShift = 16;

/** The largest number of columns whose Hessian is kept. */
const maxKept = 32;

/**
 * The Hessians of a quadratic loss in sets of columns, which are the same for every lambda. Those of a group are kept as long as its list
 * of columns is; the list of a single coefficient is made for one ray, and its Hessian goes with it.
 */
const hessians = new WeakMap<SparseProblem, WeakMap<Int32Array, KeptHessian>>();

interface KeptHessian {
  readonly entries: Float64Array;
  /** Gershgorin's lower bound of the eigenvalues, or 0. */
  readonly leastEigenvalue: number;
}

/** A quadratic loss that is its model. */
class QuadraticLoss implements LossAlongRays {
  readonly #problem: SparseProblem;
  readonly #beta: Float64Array;
  readonly #profile: Profile;
  readonly #kept: WeakMap<Int32Array, KeptHessian>;
  readonly #hessianTimes: (v: Float64Array, out: Float64Array) => void;
  /** Two vectors of all rows that are written over again and again. */
  readonly #image: Float64Array;
  readonly #weighted: Float64Array;

  constructor(problem: SparseProblem, beta: Float64Array, profile: Profile) {
    this.#problem = problem;
    this.#beta = beta;
    this.#profile = profile;
    this.#kept = hessians.get(problem) ?? new WeakMap();
    hessians.set(problem, this.#kept);
    this.#hessianTimes = hessianAt(problem, profile.eta);
    this.#image = new Float64Array(profile.eta.length);
    this.#weighted = new Float64Array(profile.eta.length);
  }

  on({ columns, origin, direction }: Ray): LossOnRay {
    const { loss, gradient } = this.#profile;
    const change = origin.slice();
    for (let k = 0; k < change.length; k++) change[k] -= this.#beta[columns[k]];
    const bend = this.#product(columns, change);
    let [start, slope] = [loss, 0];
    for (let k = 0; k < change.length; k++) {
      start += change[k] * (gradient[columns[k]] + bend[k] / 2);
      slope += direction[k] * (gradient[columns[k]] + bend[k]);
    }
    const curvature = dot(direction, this.#product(columns, direction));
    return {
      at: (t) => ({ loss: start + t * (slope + (t * curvature) / 2), slope: slope + t * curvature }),
      leastMeanSlope: (t) => slope + (t * curvature) / 2,
      firstWay: () => newtonStep(this.#problem, this.#profile, slope, curvature),
    };
  }

  slopesAtZero(columns: Int32Array): Float64Array {
    const slopes = this.#product(columns, valuesAt(columns, this.#beta));
    for (let k = 0; k < slopes.length; k++) slopes[k] = this.#profile.gradient[columns[k]] - slopes[k];
    return slopes;
  }

  leastEigenvalue(columns: Int32Array): number {
    return columns.length > maxKept ? 0 : this.#hessian(columns).leastEigenvalue;
  }

  /** The Hessian in some coefficients times a vector. */
  #product(columns: Int32Array, v: Float64Array): Float64Array {
    const size = columns.length;
    if (size > maxKept) return this.#productByRows(columns, v);
    const { entries } = this.#hessian(columns);
    const out = new Float64Array(size);
    for (let k = 0; k < size; k++) {
      if (v[k] === 0) continue;
      for (let m = 0; m < size; m++) out[m] += entries[k * size + m] * v[k];
    }
    return out;
  }

  #hessian(columns: Int32Array): KeptHessian {
    const known = this.#kept.get(columns);
    if (known) return known;
    const size = columns.length;
    const entries = new Float64Array(size * size);
    const unit = new Float64Array(size);
    let leastEigenvalue = Number.POSITIVE_INFINITY;
    for (let k = 0; k < size; k++) {
      unit[k] = 1;
      const row = this.#productByRows(columns, unit);
      unit[k] = 0;
      entries.set(row, k * size);
      let others = 0;
      for (let m = 0; m < size; m++) if (m !== k) others += Math.abs(row[m]);
      leastEigenvalue = Math.min(leastEigenvalue, row[k] - others);
    }
    const hessian = { entries, leastEigenvalue: Math.max(0, leastEigenvalue) };
    this.#kept.set(columns, hessian);
    return hessian;
  }

  #productByRows(columns: Int32Array, v: Float64Array): Float64Array {
    const { design } = this.#problem;
    this.#image.fill(0);
    addColumns(this.#problem, columns, v, this.#image);
    this.#hessianTimes(this.#image, this.#weighted);
    const out = new Float64Array(columns.length);
    for (let k = 0; k < out.length; k++) out[k] = design.columnDot(columns[k], this.#weighted);
    return out;
  }
}

/** Any convex loss: a pass over the rows for each point. */
class GeneralLoss implements LossAlongRays {
  readonly #problem: SparseProblem;
  readonly #beta: Float64Array;
  readonly #profile: Profile;
  readonly #hessianTimes: (v: Float64Array, out: Float64Array) => void;
  /** The predictor without its unpenalized part. */
  readonly #linear: Float64Array;
  /** The second derivatives at the present coefficients, once they are asked for. */
  #weights: Float64Array | undefined;

  constructor(problem: SparseProblem, beta: Float64Array, profile: Profile) {
    this.#problem = problem;
    this.#beta = beta;
    this.#profile = profile;
    this.#hessianTimes = hessianAt(problem, profile.eta);
    this.#linear = profile.eta.slice();
    problem.free.addTo(
      this.#linear,
      profile.psi.map((entry) => -entry),
    );
  }

  on({ columns, origin: from, direction }: Ray): LossOnRay {
    const change = from.map((entry, k) => entry - this.#beta[columns[k]]);
    const base = this.#linear.slice();
    addColumns(this.#problem, columns, change, base);
    const way = new Float64Array(base.length);
    addColumns(this.#problem, columns, direction, way);
    let start = this.#profile.psi;
    const at = (t: number): LossAndSlope => {
      const linear = base.map((entry, i) => entry + t * way[i]);
      const { loss, psi, residual } = leveledAt(this.#problem, linear, start);
      if (psi.every(Number.isFinite)) start = psi;
      return { loss, slope: dot(residual, way) };
    };
    const { loss, residual } = this.#profile;
    const isPresent = change.every((entry) => entry === 0);
    const origin = isPresent ? { loss, slope: dot(residual, way) } : at(0);
    const firstWay = (): number => {
      const image = new Float64Array(way.length);
      this.#hessianTimes(way, image);
      return newtonStep(this.#problem, this.#profile, origin.slope, dot(way, image));
    };
    if (hasConstantHessian(this.#problem)) return quadraticThrough(origin, firstWay(), at);
    const gain = isPresent ? this.#slopeGain(way) : undefined;
    return {
      at: (t) => (t === 0 ? origin : at(t)),
      leastMeanSlope: (t) => origin.slope + (gain ? gain(t) : 0),
      firstWay,
    };
  }

  slopesAtZero(columns: Int32Array): Float64Array {
    const linear = this.#linear.slice();
    const change = valuesAt(columns, this.#beta).map((entry) => -entry);
    addColumns(this.#problem, columns, change, linear);
    const { residual } = leveledAt(this.#problem, linear, this.#profile.psi);
    return Float64Array.from(columns, (j) => this.#problem.design.columnDot(j, residual));
  }

  leastEigenvalue(): number {
    return 0;
  }

  /**
   * A lower bound of how much the mean slope of a step of length `t` exceeds the slope at the present coefficients, for losses that are
   * self-concordant: `t h w(s)`, with `h` the curvature along the step, the intercept at its best, `s` the largest change of a
   * predictor, and `w(s) = (exp(-s) - 1 + s) / s^2`. The best intercept has moved by at most `u t` where the loss at both `u t` and
   * `-u t` is at least that at 0. A shorter step may tell more, since the mean slope grows with the length.
   *
   * @returns undefined where no bound is known.
   */
  #slopeGain(way: Float64Array): ((t: number) => number) | undefined {
    const { datafit, free } = this.#problem;
    const M = datafit.selfConcordance;
    if (M === undefined || free.basis.length > 1 || !free.basis.every(isConstant)) return undefined;
    this.#weights ??= curvatureAt(this.#problem, this.#profile.eta);
    const weights = this.#weights;
    // The second derivatives along the step `way`, between it and the intercept, and along the intercept.
    let [own, joint, total] = [0, 0, 0];
    for (let i = 0; i < way.length; i++) {
      own += weights[i] * way[i] ** 2;
      joint += weights[i] * way[i];
      total += weights[i];
    }
    const reach = maxAbs(way);
    const hasIntercept = free.size > 0;
    const curvature = hasIntercept ? own - joint ** 2 / total : own;
    const unit = hasIntercept ? Math.sqrt(own / total) : 0;
    if (!(curvature > 0 && reach > 0)) return undefined;
    const gainOf = (t: number): number => {
      const largest = own * largestShare(M * t * reach);
      for (let u = unit; u <= maxShift * unit; u *= 2) {
        const share = leastShare(M * t * (reach + u));
        const atShift = (own - 2 * u * Math.abs(joint) + u * u * total) * share;
        if (!hasIntercept || atShift >= largest) return t * curvature * share;
      }
      return 0;
    };
    return (t) => {
      let largest = 0;
      for (let step = t; step > 0; step /= 2) {
        const gain = gainOf(step);
        if (gain < largest) break;
        largest = gain;
      }
      return largest;
    };
  }
}

/** Adds columns times coefficients to a predictor. */
function addColumns(
  { design }: SparseProblem,
  columns: Int32Array,
  coefficients: Float64Array,
  predictor: Float64Array,
): void {
  for (let k = 0; k < columns.length; k++) {
    if (coefficients[k] !== 0) design.addColumn(columns[k], coefficients[k], predictor);
  }
}

function valuesAt(columns: Int32Array, from: Float64Array): Float64Array {
  const values = new Float64Array(columns.length);
  for (let k = 0; k < columns.length; k++) values[k] = from[columns[k]];
  return values;
}

/** Newton's step along a ray, or where that is not finite the way on which a linear loss falls to the saturated one. */
function newtonStep(problem: SparseProblem, { loss }: Profile, slope: number, curvature: number): number {
  const step = -slope / curvature;
  return step > 0 && Number.isFinite(step) ? step : Math.max(0, loss - saturatedLoss(problem)) / -slope || 1;
}

/** The quadratic with the value and slope of a function at 0 and its slope at `way`: a pass over the rows for each point is spared. */
function quadraticThrough(
  { loss, slope }: LossAndSlope,
  way: number,
  at: (t: number) => LossAndSlope,
): LossOnRay {
  const curvature = (at(way).slope - slope) / way;
  return {
    at: (t) => ({ loss: loss + t * (slope + (t * curvature) / 2), slope: slope + t * curvature }),
    leastMeanSlope: (t) => slope + (t * curvature) / 2,
    firstWay: () => way,
  };
}

/** `(exp(-s) - 1 + s) / s^2`: the least share of `f''(0) s^2` by which a self-concordant loss is above its tangent after a step of length `s`. */
function leastShare(s: number): number {
  return s < 1e-3 ? 1 / 2 - s / 6 : (Math.expm1(-s) + s) / (s * s);
}

/** `(exp(s) - 1 - s) / s^2`, the largest one; near 0 a bound above its series. */
function largestShare(s: number): number {
  return s < 1e-3 ? 1 / 2 + s / 6 + s * s : (Math.expm1(s) - s) / (s * s);
}
