/**
 * Tests whether an objective has no minimizer, since it decreases without bound along a ray: for a loss without a
 * penalty ({@link isLossUnbounded}), where a penalty is flat, and during a descent.
 */
import { columnOf } from "../design/design-matrix";
import { choleskyFactor, choleskySolve } from "../linalg/cholesky";
import { dot, maxAbs, supportOf } from "../linalg/vector";
import { isGroupwise, isSeparable, type Penalty } from "../penalties";
import { hessianAt, type Profile, type SparseProblem } from "../problem/problem";
import { UnpenalizedColumns } from "../problem/unpenalized-columns";
import type { Candidate, Point } from "./solver";

/**
 * Whether a loss has no minimiser, by where its minimisation without a penalty ended: whether it falls without end on the way
 * there, or along a direction that leaves the predictors of some rows as they are, as where classes are separable in part.
 *
 * @param eta where it ended.
 * @param isPenalized whether the columns of the design are; else they are as free as the others.
 */
export function isLossUnbounded(problem: SparseProblem, eta: Float64Array, isPenalized: boolean): boolean {
  if (alwaysHasMinimiser(problem)) return false;
  if (fallsOnTheWay(problem, eta)) return true;
  const { design, penalty } = problem;
  // Where coefficients have bounds or a sign, not every direction is feasible.
  const count = !isPenalized && !hasBounds(penalty) ? design.nFeatures : 0;
  const unpenalized = Int32Array.from({ length: count }, (_, j) => j);
  return !curvedRowsHoldAll(problem, eta, unpenalized) && fallsInPart(problem, eta, unpenalized);
}

/**
 * Whether the loss falls without end along coefficients so large that the penalty, SCAD or MCP of them or of their groups, is
 * flat there: they cost no more however large they get, so that the point is no minimum and no finite one lies that way.
 */
export function isUnboundedWherePenaltyIsFlat(
  problem: SparseProblem,
  lambda: number,
  { beta, profile }: Point,
): boolean {
  const flat = flatCoefficients(problem, lambda, beta);
  if (flat.length === 0) return false;
  const { eta } = profile;
  if (fallsOnRay(problem, flat, beta, profile)) return true;
  return !curvedRowsHoldAll(problem, eta, flat) && fallsInPart(problem, eta, flat);
}

/**
 * Whether a descent need not go on, since its point is all but stationary and the loss falls for ever on the ray on which those
 * coefficients, and what is not penalized, grow as they are.
 */
export function isOnRecessionRay(problem: SparseProblem, lambda: number, point: Candidate): boolean {
  if (!isNearlyStationary(lambda, point)) return false;
  const flat = flatCoefficients(problem, lambda, point.beta);
  return flat.length > 0 && fallsOnRay(problem, flat, point.beta, point.profile);
}

/** Whether that is so of any direction, also one that leaves the predictors of some rows as they are, which takes longer to see. */
export function isOnRecessionDirection(problem: SparseProblem, lambda: number, point: Candidate): boolean {
  return isNearlyStationary(lambda, point) && isUnboundedWherePenaltyIsFlat(problem, lambda, point);
}

const isNearlyStationary = (lambda: number, { certificate }: Candidate): boolean =>
  certificate.violation <= 1e-3 * lambda;

/** Losses that are quadratics in pieces, or grow on every side, have a minimiser (Frank and Wolfe, 1956). */
function alwaysHasMinimiser({ datafit }: SparseProblem): boolean {
  return datafit.piecewiseQuadratic || datafit.coercive;
}

function hasBounds(penalty: Penalty): boolean {
  return (isSeparable(penalty) || isGroupwise(penalty)) && penalty.domain !== undefined;
}

/** Returns the coefficients at which the slope of the penalty is 0, so that each may grow without a cost. */
function flatCoefficients(problem: SparseProblem, lambda: number, beta: Float64Array): Int32Array {
  const { penalty } = problem;
  if (!penalty.becomesFlat || (isSeparable(penalty) && penalty.domain)) return new Int32Array(0);
  if (lambda === 0 || alwaysHasMinimiser(problem)) return new Int32Array(0);
  const slopes = new Float64Array(beta.length);
  penalty.addGradient(beta, lambda, slopes);
  return supportOf(beta).filter((j) => slopes[j] === 0);
}

function fallsOnRay(
  problem: SparseProblem,
  flat: Int32Array,
  beta: Float64Array,
  { eta, psi }: Profile,
): boolean {
  const direction = new Float64Array(eta.length);
  problem.free.addTo(direction, psi);
  for (const j of flat) problem.design.addColumn(j, beta[j], direction);
  const largest = maxAbs(direction);
  if (!(largest > 0)) return false;
  const unit = direction.map((entry) => entry / largest);
  return fallsForever(problem, eta, unit);
}

/**
 * Along the way to a minimiser a convex loss rises beyond it; here twice the predictor explains no less, and half of it all
 * but a hundredth. A predictor so far out that rounding hides what is left to explain is taken back first.
 */
function fallsOnTheWay({ datafit, target }: SparseProblem, eta: Float64Array): boolean {
  const slope = new Float64Array(eta.length);
  const best = datafit.saturatedValue(target);
  const excess = (times: number): number =>
    datafit.valueAndGradient(
      target,
      eta.map((entry) => times * entry),
      slope,
    ) - best;
  const whole = excess(0);
  if (!(whole > 0)) return false;
  // With a large offset the loss at zero, and so `whole`, is far above what is left to explain, and its rounding with it.
  const isHidden = (left: number): boolean =>
    left <= Number.EPSILON * Math.min(whole, Math.abs(best) + Math.abs(left));
  let way = 1;
  while (isHidden(excess(way))) way /= 2;
  return excess(2 * way) <= excess(way) && excess(way / 2) <= whole / 100;
}

/**
 * Whether no coefficient can change without a predictor at which the loss is curved: a loss that falls without end has no
 * curvature there. It is so where the Gram matrix of the curved rows has a Cholesky factor.
 */
function curvedRowsHoldAll(
  { design, free, datafit, target }: SparseProblem,
  eta: Float64Array,
  unpenalized: Int32Array,
): boolean {
  const curvature = new Float64Array(eta.length);
  datafit.curvature(target, eta, curvature);
  const largest = maxAbs(curvature);
  const curved = curvature.map((entry) => (entry > 1e-2 * largest ? 1 : 0));
  if (curved.every((entry) => entry === 1)) return true;
  const [p, size] = [unpenalized.length, unpenalized.length + free.size];
  const nCurved = curved.reduce((sum, entry) => sum + entry, 0);
  if (!datafit.hasDiagonalHessian || !design.gram || size > nCurved) return false;
  const block = new Float64Array(p * p);
  design.gram(unpenalized, unpenalized, block, curved);
  const matrix = new Float64Array(size * size);
  for (let j = 0; j < p; j++) matrix.set(block.subarray(j * p, (j + 1) * p), j * size);
  free.basis.forEach((column, k) => {
    const kept = column.map((entry, i) => entry * curved[i]);
    for (let m = 0; m < p; m++) matrix[(p + k) * size + m] = design.columnDot(unpenalized[m], kept);
    for (let m = 0; m <= k; m++) matrix[(p + k) * size + p + m] = dot(kept, free.basis[m]);
  });
  return choleskyFactor(matrix, size, 1e-8);
}

/**
 * Takes the part of the predictor along which the loss is nearly flat, goes on that way, where it is flatter still if rows
 * are on their way to infinity, and takes the flat part anew, until it holds nothing of the other rows; then sees whether
 * the loss falls along it for ever.
 */
function fallsInPart(problem: SparseProblem, eta: Float64Array, unpenalized: Int32Array): boolean {
  const { design, free } = problem;
  const columns = Array.from(unpenalized, (j) => columnOf(design, j));
  const span = columns.length > 0 ? new UnpenalizedColumns(eta.length, [...free.basis, ...columns]) : free;
  const steepest = steepestCurvature(problem, span);
  let point = eta;
  let direction = eta;
  for (const [k, level] of flatLevels.entries()) {
    const flat = flatPart(problem, point, eta, span, level * steepest);
    const largest = flat && maxAbs(flat);
    if (!largest || largest < 1) return false; // nothing is far out
    direction = flat.map((entry) => entry / largest);
    const next = flatLevels[k + 1] * steepest;
    for (let way = 20; way <= farthestWay; way *= 2) {
      point = eta.map((entry, i) => entry + way * direction[i]);
      if (!(curvatureAlong(problem, point, direction) > next)) break;
    }
  }
  return fallsForever(problem, eta, direction);
}

/** Curvatures, as shares of the steepest one, below which a direction counts as flat: smaller the farther out it is looked at. */
const flatLevels = [1e-2, 1e-6, 1e-12];

/** How far out a direction is looked at: predictors of rows that it drives apart by a thousandth of its length are 20 apart there. */
const farthestWay = 20 * 2 ** 10;

function curvatureAlong(problem: SparseProblem, point: Float64Array, direction: Float64Array): number {
  const image = new Float64Array(direction.length);
  hessianAt(problem, point)(direction, image);
  return dot(image, direction);
}

/** Returns the largest curvature of the loss along a column at zero. */
function steepestCurvature(problem: SparseProblem, { basis }: UnpenalizedColumns): number {
  const image = new Float64Array(problem.target.length);
  const multiply = hessianAt(problem, new Float64Array(image.length));
  return basis.reduce((largest, column) => {
    multiply(column, image);
    return Math.max(largest, dot(image, column));
  }, 0);
}

/**
 * `argmin_v v'H v + level ||v - eta||^2 / n` over predictors `v` in the span, with `H` the second derivative of the loss at
 * `point`: of `eta` what lies where the curvature is far below `level`.
 */
function flatPart(
  problem: SparseProblem,
  point: Float64Array,
  eta: Float64Array,
  { basis, nSamples, size }: UnpenalizedColumns,
  level: number,
): Float64Array | undefined {
  const multiply = hessianAt(problem, point);
  const image = new Float64Array(eta.length);
  const matrix = new Float64Array(size * size);
  basis.forEach((column, k) => {
    multiply(column, image);
    for (let m = k; m < size; m++) matrix[m * size + k] = dot(image, basis[m]);
  });
  for (let k = 0; k < size; k++) matrix[k * size + k] += level;
  if (!choleskyFactor(matrix, size, 0)) return undefined;
  const shares = Float64Array.from(basis, (column) => (level * dot(column, eta)) / nSamples);
  choleskySolve(matrix, size, shares);
  const flat = new Float64Array(eta.length);
  shares.forEach((share, k) => {
    basis[k].forEach((entry, i) => {
      flat[i] += share * entry;
    });
  });
  return flat;
}

/**
 * Whether the loss does not rise along a direction of length 1, so far out that whatever rises has outgrown what falls, and
 * rises the other way, as it would not along predictors that it does not see.
 */
function fallsForever(
  { datafit, target }: SparseProblem,
  eta: Float64Array,
  direction: Float64Array,
): boolean {
  const slope = new Float64Array(eta.length);
  const lossAt = (point: Float64Array): number => datafit.valueAndGradient(target, point, slope);
  const lossAfter = (way: number): number => lossAt(eta.map((entry, i) => entry + way * direction[i]));
  const here = lossAt(eta);
  // A predictor without features explains more than zero does where it makes up for a large offset.
  const mean = eta.reduce((sum, entry) => sum + entry, 0) / eta.length;
  const withoutFeatures = Math.min(...[0, mean].map((level) => lossAt(eta.map(() => level))));
  const rounding = 1e-6 * (withoutFeatures - datafit.saturatedValue(target));
  const way = Math.max(1e6, 2 * maxAbs(eta)); // to the other side of zero, however far out the point is
  return lossAfter(way) <= here + rounding && !(lossAfter(-way) <= here + rounding);
}
