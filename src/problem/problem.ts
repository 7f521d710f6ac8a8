/**
 * The problem that every solver minimises ({@link SparseProblem}), its profile over the unpenalized part
 * ({@link profileAt}), and its curvatures.
 */
import type { Datafit } from "../datafits";
import type { DesignMatrix } from "../design/design-matrix";
import { choleskyFactor, choleskySolve } from "../linalg/cholesky";
import { ROUNDING } from "../linalg/rounding";
import { absoluteSum, dot, maxAbs, squaredNorm, sum } from "../linalg/vector";
import type { Penalty } from "../penalties";
import type { UnpenalizedColumns } from "./unpenalized-columns";

/**
 * A sparse problem `P(beta, psi) = f(X beta + Q psi) + lambda R(beta)` without its `lambda`.
 *
 * `Q psi` is the unpenalized part: intercept and free columns.
 */
export interface SparseProblem {
  readonly design: DesignMatrix;
  readonly free: UnpenalizedColumns;
  readonly target: Float64Array;
  readonly datafit: Datafit;
  readonly penalty: Penalty;
}

/** The datafit at some `beta`, minimised over the unpenalized part. */
export interface Profile {
  /** `min_psi f(X beta + Q psi)` */
  readonly loss: number;
  readonly psi: Float64Array;
  /** `X beta + Q psi` */
  readonly eta: Float64Array;
  /** `df/deta`, orthogonal to `Q` to working precision. */
  readonly residual: Float64Array;
  /** `X' residual`: the gradient of the profiled datafit in `beta`. */
  readonly gradient: Float64Array;
}

/** A profile whose gradient, which takes a pass over the design, is not computed. */
export type PredictorProfile = Omit<Profile, "gradient">;

/** Slope along an unpenalized column, relative to the residual, that is rounding. */
const slopeRounding = 4 * Number.EPSILON;

/** Number of steps of Newton's method that nearly all profiles are done with; after them longer steps are tried. */
export const usualSteps = 10;

/**
 * Minimises the datafit over the unpenalized part by Newton's method, with halved steps where a whole one leads too far: one
 * step for squared error. Where the loss is all but linear and Newton's step leads nowhere, a damped one is taken.
 *
 * @param start where to begin, of length `problem.free.size`.
 */
export function profileAt(problem: SparseProblem, beta: Float64Array, start: Float64Array): Profile {
  const { loss, psi, eta, residual } = predictedAt(problem, beta, start);
  const gradient = new Float64Array(problem.design.nFeatures);
  problem.design.rmatvec(residual, gradient);
  return { loss, psi, eta, residual, gradient };
}

/** Returns a profile whose gradient is computed anew once it is asked for. */
export function withLateGradient(
  { design }: Pick<SparseProblem, "design">,
  { loss, psi, eta, residual }: Profile,
): Profile {
  let known: Float64Array | undefined;
  return {
    loss,
    psi,
    eta,
    residual,
    get gradient() {
      if (known === undefined) {
        known = new Float64Array(design.nFeatures);
        design.rmatvec(residual, known);
      }
      return known;
    },
  };
}

/** The profile without its gradient. */
export function predictedAt(
  problem: SparseProblem,
  beta: Float64Array,
  start: Float64Array,
): PredictorProfile {
  const { design } = problem;
  const linear = new Float64Array(design.nSamples);
  design.matvec(beta, linear);
  return leveledAt(problem, linear, start);
}

/** The profile without its gradient, where the penalized columns make the predictor `linear` (kept, not copied). */
export function leveledAt(
  problem: SparseProblem,
  linear: Float64Array,
  start: Float64Array,
): PredictorProfile {
  const { free, target, datafit } = problem;
  const at = (psi: Float64Array): FreePoint => {
    const eta = free.size === 0 ? linear : linear.slice();
    free.addTo(eta, psi);
    const residual = new Float64Array(linear.length);
    return { psi, eta, residual, loss: datafit.valueAndGradient(target, eta, residual) };
  };
  const { loss, psi, eta, residual } = levelPoint(problem, at, at(start.slice()));
  free.projectOut(residual);
  return { loss, psi, eta, residual };
}

/**
 * The point to which Newton's method leads in the unpenalized part. Its slope says when it is there: near the minimum the
 * loss differs by roundings only, and halved steps would be tried in vain.
 */
function levelPoint(
  problem: SparseProblem,
  at: (psi: Float64Array) => FreePoint,
  start: FreePoint,
): FreePoint {
  const { free } = problem;
  let point = start;
  for (let iteration = 0; iteration < 100 && free.size > 0; iteration++) {
    const slope = slopeOf(problem, point);
    const steepest = maxAbs(slope);
    if (steepest <= slopeRounding * absoluteSum(point.residual)) break;
    const resolution = Number.isFinite(point.loss) ? ROUNDING * Math.abs(point.loss) : 0;
    // A constant that all classes share makes the Hessian singular, and has no slope.
    const step =
      newtonStep(problem, point.eta, slope, 0) ??
      newtonStep(problem, point.eta, slope, 1e-9 * sum(curvatureAt(problem, point.eta)));
    const full = step && at(point.psi.map((value, k) => value - step[k]));
    if (full && full.loss <= point.loss + resolution && maxAbs(slopeOf(problem, full)) <= steepest / 2) {
      point = iteration < usualSteps ? full : farthestLevel(problem, at, point, step!, full);
      continue;
    }
    if (step && dot(slope, step) <= resolution) break;
    const lower =
      lowerPoint(at, point, step, full) ?? lowerPoint(at, point, dampedStep(problem, point, slope));
    if (lower === undefined || point.loss - lower.loss <= 1e-16 * Math.abs(point.loss)) return lower ?? point;
    point = lower;
  }
  return point;
}

/**
 * The point after a whole step, or after twice, four times, and so on, as far as slope and loss fall: on the branch of an
 * exponential each step of Newton's method has a length of 1, which from counts of 1 to those of 1e100 are 230 of them.
 */
function farthestLevel(
  problem: SparseProblem,
  at: (psi: Float64Array) => FreePoint,
  { psi }: FreePoint,
  step: Float64Array,
  full: FreePoint,
): FreePoint {
  let [best, steepest] = [full, maxAbs(slopeOf(problem, full))];
  for (let length = 2; length < 1e9; length *= 2) {
    const trial = at(psi.map((value, k) => value - length * step[k]));
    const slope = maxAbs(slopeOf(problem, trial));
    if (!(trial.loss <= best.loss && slope < steepest)) break;
    [best, steepest] = [trial, slope];
  }
  return best;
}

/** The datafit at some `beta` and `psi`, its residual not yet projected. */
type FreePoint = Pick<Profile, "psi" | "eta" | "residual" | "loss">;

/** `Q' residual` */
function slopeOf({ free }: SparseProblem, { residual }: FreePoint): Float64Array {
  const slope = new Float64Array(free.size);
  free.transpose(residual, slope);
  return slope;
}

/**
 * The point after `step`, halved until the loss does not rise, or undefined where it always does.
 *
 * @param full the point after the whole step, if it is known.
 */
function lowerPoint(
  at: (psi: Float64Array) => FreePoint,
  { psi, loss }: FreePoint,
  step: Float64Array | undefined,
  full?: FreePoint,
): FreePoint | undefined {
  if (step === undefined) return undefined;
  for (let halvings = 0; halvings <= 40; halvings++) {
    const trial = halvings === 0 && full ? full : at(psi.map((value, k) => value - 2 ** -halvings * step[k]));
    if (trial.loss <= loss) return trial;
  }
  return undefined;
}

/** Whether the datafit is a quadratic of the predictor. */
export function hasConstantHessian({ datafit }: Pick<SparseProblem, "datafit">): boolean {
  return datafit.hasConstantHessian;
}

/**
 * Returns whether the loss is the quadratic model of the penalized coefficients: a quadratic where at most an intercept is not penalized.
 * Columns are centred, so that the intercept stays where it is; another column that is not penalized moves with those that are correlated
 * with it.
 */
export function isModelOfLoss(problem: SparseProblem): boolean {
  const { basis } = problem.free;
  if (!hasConstantHessian(problem) || basis.length > 1) return false;
  if (basis.length === 0) return true;
  const [column] = basis;
  // The entries of rows of weight 0 are 0.
  const curvature = curvatureAt(problem, problem.target);
  const level = column.find((_, i) => curvature[i] !== 0);
  return column.every((entry, i) => entry === level || curvature[i] === 0);
}

const saturatedLosses = new WeakMap<SparseProblem, number>();

/** The loss of the saturated model. */
export function saturatedLoss(problem: SparseProblem): number {
  const known = saturatedLosses.get(problem) ?? problem.datafit.saturatedValue(problem.target);
  saturatedLosses.set(problem, known);
  return known;
}

/** Curvatures that are the same everywhere. */
const constantCurvature = new WeakMap<SparseProblem, Float64Array>();

/**
 * `sum_i f''_i x_ij^2`, one a coordinate: the second derivative of the datafit, but of a loss that compares samples, Cox's, without the
 * terms of pairs of them; not to be changed.
 */
export function columnCurvature(problem: SparseProblem, eta: Float64Array): Float64Array {
  return curvatureOfProfile(problem, { eta });
}

/** Returns that curvature at a profile, whose predictor is read only where the curvature depends on it. */
export function curvatureOfProfile(problem: SparseProblem, profile: Pick<Profile, "eta">): Float64Array {
  const { design } = problem;
  const known = hasConstantHessian(problem) ? constantCurvature.get(problem) : undefined;
  if (known) return known;
  const curvature = new Float64Array(design.nFeatures);
  design.weightedSquaredNorms(curvatureAt(problem, profile.eta), curvature);
  if (hasConstantHessian(problem)) constantCurvature.set(problem, curvature);
  return curvature;
}

/** The second derivative of the datafit in each coordinate, also of a loss that compares samples; not to be changed. */
export function coordinateCurvature(problem: SparseProblem, eta: Float64Array): Float64Array {
  const { design, datafit } = problem;
  if (!datafit.comparesSamples) return columnCurvature(problem, eta);
  const multiply = hessianAt(problem, eta);
  const [column, image] = [new Float64Array(eta.length), new Float64Array(eta.length)];
  return Float64Array.from({ length: design.nFeatures }, (_, j) => {
    column.fill(0);
    design.addColumn(j, 1, column);
    multiply(column, image);
    return dot(column, image);
  });
}

/** The second derivative of the datafit in each predictor. */
export function curvatureAt({ datafit, target }: SparseProblem, eta: Float64Array): Float64Array {
  const weights = new Float64Array(eta.length);
  datafit.curvature(target, eta, weights);
  return weights;
}

/**
 * The largest of the curvatures in the predictors. Where all are zero, as Huber's far out, it is that where residuals are
 * small, in the unit of the response, and for a loss of other things that of a squared error.
 */
export function largestCurvature({ datafit, target }: SparseProblem, curvature: Float64Array): number {
  const largest = maxAbs(curvature);
  if (largest > 0) return largest;
  const small = new Float64Array(target.length);
  if (datafit.dependsOnResidual) datafit.curvature(target, target, small);
  return maxAbs(small) || 1 / target.length;
}

/** The second derivative `H = d2f/deta2` of the datafit at `eta`, as the map that sets `out = H v`. */
export function hessianAt(
  problem: SparseProblem,
  eta: Float64Array,
): (v: Float64Array, out: Float64Array) => void {
  const { datafit, target } = problem;
  if (datafit.hessianProduct) return (v, out) => datafit.hessianProduct!(target, eta, v, out);
  const weights = curvatureAt(problem, eta);
  return (v, out) => {
    for (let i = 0; i < v.length; i++) out[i] = weights[i] * v[i];
  };
}

/**
 * A Newton step with the damping that leads to the saturated value where the loss is linear (Polyak's step length), or
 * undefined where the slope is all rounding: there is nothing to gain, in a flat direction least of all.
 */
function dampedStep(
  problem: SparseProblem,
  { eta, residual, loss }: FreePoint,
  slope: Float64Array,
): Float64Array | undefined {
  const excess = loss - problem.datafit.saturatedValue(problem.target);
  const resolution = ROUNDING * absoluteSum(residual);
  if (!(excess > 0) || maxAbs(slope) <= resolution) return undefined;
  return newtonStep(problem, eta, slope, squaredNorm(slope) / excess);
}

/** `(Q' H Q + damping I)^-1 slope`, or undefined when that matrix is singular. */
function newtonStep(
  problem: SparseProblem,
  eta: Float64Array,
  slope: Float64Array,
  damping: number,
): Float64Array | undefined {
  const { free } = problem;
  const size = free.size;
  const multiply = hessianAt(problem, eta);
  const hessian = new Float64Array(size * size);
  const weighted = new Float64Array(eta.length);
  for (let k = 0; k < size; k++) {
    multiply(free.basis[k], weighted);
    for (let m = k; m < size; m++) hessian[m * size + k] = dot(weighted, free.basis[m]);
    hessian[k * size + k] += damping;
  }
  if (!choleskyFactor(hessian, size)) return undefined;
  const step = slope.slice();
  choleskySolve(hessian, size, step);
  return step;
}
