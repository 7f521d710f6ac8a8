/**
 * Newton's method on the support of a candidate ({@link supportNewton}), the Hessian there, and whether the
 * objective is locally convex.
 */
import { columnDots } from "../../design/design-matrix";
import { choleskyFactor, choleskySolve } from "../../linalg/cholesky";
import { NEGLIGIBLE, ROUNDING } from "../../linalg/rounding";
import { dot, maxAbs, supportOf } from "../../linalg/vector";
import { isGroupwise, isSeparable, type Penalty } from "../../penalties";
import { curvatureAt, hessianAt, type Profile, profileAt, type SparseProblem } from "../../problem/problem";
import type { SolverTask } from "../solver";
import { type Candidate, candidateAt } from "../solver";
import { isOnRecessionRay } from "../unboundedness";
import { FEW_COLUMNS } from "./gram-cache";

/** Maximum number of coefficients that cross zero in one call; more mean that the support has not settled. */
const maxCrossings = 5;

/**
 * Applies Newton's method on the support, with zeros kept and, under a penalty, signs fixed.
 *
 * A coefficient that would cross zero becomes zero. One at a bound stays there, and one that would cross a bound ends
 * at it. With signs fixed the sparse problem is smooth, and its Newton matrix is that of the surrogate on the
 * balanced set up to scaling: at depth 2 the latter is `4 D X_A'WX_A D` with `D = diag(sqrt|beta|)`. So surrogate
 * methods take their last steps to full precision this way.
 *
 * @param prunes whether it prunes a support of up to twice as many columns as rows: steps along directions that
 * change no prediction are long, so that one coefficient after the other becomes zero. Default: false.
 * @returns a candidate; undefined if the support has not settled, is too large or dependent, or a signal is aborted.
 */
export function supportNewton(task: SolverTask, from: Candidate, prunes = false): Candidate | undefined {
  const { problem, lambda } = task;
  const { penalty } = problem;
  if (!penalty.addHessian) return undefined;
  const constantHessian = problem.datafit.quadratic && penalty.quadraticOnOrthants;
  let beta = from.beta.slice();
  let profile = from.profile;
  let factor: SupportHessian | undefined;
  let crossings = 0;
  let before = Number.POSITIVE_INFINITY;
  const crossingsLeft = prunes ? supportOf(beta).length : maxCrossings;

  for (let iteration = 0; iteration < 50 + crossings; iteration++) {
    const support = supportOf(beta).filter((j) => !isAtBound(penalty, j, beta[j]));
    const refining = factor !== undefined && constantHessian;
    if (!refining) {
      factor = supportHessian(problem, lambda, beta, support, profile.eta, prunes, task.signal);
      if (factor === undefined || !factorized(factor, penalty.convex)) return undefined;
    }
    if (factor === undefined) return undefined;
    const step = newtonStep(task, beta, profile, support, factor);
    const size = maxAbs(step);
    // A group that should become zero cannot: its zero is a kink in all directions, and the steps past it grow without bound.
    if (lambda > 0 && !penalty.elementwise && size > 2 * before) return undefined;
    before = size;

    // Without a penalty, or with a penalty that has no kink there, zero is a point like any other.
    const endsAtZero = lambda > 0 && penalty.elementwise === true;
    const { length, crossing, end } = firstKink(penalty, beta, support, step, 1, endsAtZero);
    const next = beta.slice();
    support.forEach((j, k) => {
      next[j] -= length * step[k];
    });
    if (crossing >= 0) {
      if (++crossings > crossingsLeft) return undefined;
      next[crossing] = end;
      factor = undefined;
    }
    beta = next;
    profile = profileAt(problem, beta, profile.psi);
    // A quadratic needs one full step; a second one with the same factor removes the rounding.
    const settled = size <= 1e-8 * Math.max(maxAbs(beta), Number.MIN_VALUE);
    if (crossing < 0 && (refining || settled)) break;
  }
  return candidateAt(task, beta, profile.psi, from.certificate.misalignment);
}

/** Maximum number of steps of {@link supportDescent}, beside one for each coefficient that becomes zero. */
const maxDescentSteps = 20;

/** Ridges, as shares of the largest curvature, of which the first that makes the Hessian definite is taken. */
const descentRidges = [0, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1, 10];

/**
 * Descends on the support by Newton's method with zeros kept and signs fixed, where {@link supportNewton} may lead upwards: under a
 * penalty that is not convex, whose Hessian need not be definite and jumps. A ridge makes it definite, and steps are
 * halved until the objective falls. A coefficient that would cross zero becomes zero. It ends on a recession ray.
 *
 * @returns a candidate whose objective is lower; undefined where no step lowers it, or a signal is aborted.
 */
export function supportDescent(task: SolverTask, from: Candidate): Candidate | undefined {
  const { problem, lambda } = task;
  const { penalty } = problem;
  if (!penalty.addHessian) return undefined;
  let current = from;
  const maxSteps = maxDescentSteps + supportOf(from.beta).length;
  for (let steps = 0; steps < maxSteps && !isOnRecessionRay(problem, lambda, current); steps++) {
    const { beta, profile, certificate } = current;
    const support = supportOf(beta).filter((j) => !isAtBound(penalty, j, beta[j]));
    const hessian = supportHessian(problem, lambda, beta, support, profile.eta, true, task.signal);
    if (hessian === undefined || !factorizedWithRidge(hessian)) break;
    const next = lowerOnSupport(task, current, support, newtonStep(task, beta, profile, support, hessian), 1);
    if (next === undefined) break;
    current = next;
    const fall = certificate.objective - next.certificate.objective;
    if (!(fall > ROUNDING * Math.abs(certificate.objective))) break;
  }
  return current === from ? undefined : current;
}

/** Returns Newton's step in the coefficients of a support, followed by the unpenalized part, to be subtracted. */
function newtonStep(
  { problem, lambda }: SolverTask,
  beta: Float64Array,
  profile: Profile,
  support: Int32Array,
  factor: SupportHessian,
): Float64Array {
  const slope = profile.gradient.slice();
  problem.penalty.addGradient(beta, lambda, slope);
  const step = new Float64Array(factor.size);
  support.forEach((j, k) => {
    step[k] = slope[j];
  });
  choleskySolve(factor.matrix, factor.size, step);
  return step;
}

/**
 * Returns the length at which a step, which is subtracted, brings a first coefficient to a bound or to zero, and that coefficient; `most`
 * and -1 where no shorter step does.
 */
function firstKink(
  penalty: Penalty,
  beta: Float64Array,
  support: Int32Array,
  step: Float64Array,
  most: number,
  endsAtZero: boolean,
): { readonly length: number; readonly crossing: number; readonly end: number } {
  let [length, crossing, end] = [most, -1, 0];
  support.forEach((j, k) => {
    for (const kink of endsAtZero ? [0, ...boundsOf(penalty, j)] : boundsOf(penalty, j)) {
      const reach = (beta[j] - kink) / step[k];
      if (reach > 0 && reach < length) [length, crossing, end] = [reach, j, kink];
    }
  });
  return { length, crossing, end };
}

/**
 * Returns the first lower point of a step, which is subtracted and halved, the longest of which ends where a first coefficient becomes zero
 * or reaches a bound.
 *
 * @param most the largest multiple of the step; Infinity for a direction, along which there is no point where no coefficient becomes zero.
 */
export function lowerOnSupport(
  task: SolverTask,
  { beta, profile, certificate }: Candidate,
  support: Int32Array,
  step: Float64Array,
  most: number,
): Candidate | undefined {
  const { length: reach, crossing, end } = firstKink(task.problem.penalty, beta, support, step, most, true);
  if (reach === Number.POSITIVE_INFINITY) return undefined;
  for (let halvings = 0; halvings <= 20; halvings++) {
    const next = beta.slice();
    support.forEach((j, k) => {
      next[j] -= reach * 2 ** -halvings * step[k];
    });
    if (halvings === 0 && crossing >= 0) next[crossing] = end;
    const trial = candidateAt(task, next, profile.psi, certificate.misalignment);
    if (trial.certificate.objective < certificate.objective) return trial;
  }
  return undefined;
}

/** Replaces a Hessian by its Cholesky factor, with the smallest ridge that makes it definite. */
function factorizedWithRidge({ matrix, size }: SupportHessian): boolean {
  const before = matrix.slice();
  let largest = 0;
  for (let k = 0; k < size; k++) largest = Math.max(largest, Math.abs(before[k * size + k]));
  return descentRidges.some((share) => {
    matrix.set(before);
    for (let k = 0; k < size; k++) matrix[k * size + k] += share * largest;
    return choleskyFactor(matrix, size);
  });
}

const noBounds: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

function boundsOf(penalty: Penalty, j: number): readonly [number, number] {
  return ((isSeparable(penalty) || isGroupwise(penalty)) && penalty.domain?.(j)) || noBounds;
}

function isAtBound(penalty: Penalty, j: number, b: number): boolean {
  const [low, high] = boundsOf(penalty, j);
  return b === low || b === high;
}

/**
 * Replaces a Hessian by its Cholesky factor, if necessary that of the Hessian with a small ridge.
 *
 * A convex problem may have flat directions, such as a constant shared by classes half of whose coefficients are
 * positive. The objective has no slope along them, so the ridge keeps the step off them and hardly changes it
 * elsewhere.
 */
function factorized({ matrix, size }: SupportHessian, convex: boolean): boolean {
  const before = convex ? matrix.slice() : undefined;
  if (choleskyFactor(matrix, size)) return true;
  if (before === undefined) return false;
  matrix.set(before);
  for (let k = 0; k < size; k++) matrix[k * size + k] *= 1 + 1e-7;
  return choleskyFactor(matrix, size);
}

/** The Hessian of the sparse problem in the coefficients of a support, followed by the unpenalized part. */
export interface SupportHessian {
  /** The lower triangle, row-major. */
  readonly matrix: Float64Array;
  readonly size: number;
}

/**
 * Computes the Hessian of a problem on the support of `beta`, where its penalty is twice differentiable.
 *
 * @param eta the linear predictor there.
 * @param isDamped whether a small ridge makes up for columns beyond the number of rows. Default: false.
 * @returns undefined for an empty support, one with too many columns, and once a signal is aborted.
 */
export function supportHessian(
  problem: SparseProblem,
  lambda: number,
  beta: Float64Array,
  support: Int32Array,
  eta: Float64Array,
  isDamped = false,
  signal?: SolverTask["signal"],
): SupportHessian | undefined {
  const { design, free, penalty, datafit } = problem;
  const nSupport = support.length;
  const size = nSupport + free.size;
  const maxSize = Math.max(2 * design.nSamples, isDamped ? FEW_COLUMNS : 0);
  if (nSupport === 0 || size > maxSize) return undefined;
  const matrix = new Float64Array(size * size);
  penalty.addHessian!(beta, lambda, support, matrix, size);
  // More columns than rows are dependent; the curvature of a penalty such as a ridge makes up for that.
  const isUnderdetermined = size > design.nSamples && support.some((_, k) => !(matrix[k * size + k] > 0));
  if (isUnderdetermined && !isDamped) return undefined;
  const isComplete =
    design.gram && datafit.hasDiagonalHessian
      ? addGram(problem, support, eta, matrix, size, signal)
      : addProducts(problem, support, eta, matrix, size, signal);
  if (!isComplete) return undefined;
  if (isUnderdetermined) {
    const largest = maxAbs(Float64Array.from(support, (_, k) => matrix[k * size + k]));
    for (let k = 0; k < nSupport; k++) matrix[k * size + k] += NEGLIGIBLE * largest;
  }
  return { matrix, size };
}

/** Number of rows of the Hessian that are computed between two checks of a signal. */
const rowsPerCheck = 32;

/**
 * Adds the second derivatives of a loss with a diagonal Hessian, by blocks of the design's Gram matrix; false once a
 * signal is aborted.
 *
 * Unpenalized columns have a zero right-hand side, since the profile has already fitted them.
 */
function addGram(
  problem: SparseProblem,
  support: Int32Array,
  eta: Float64Array,
  matrix: Float64Array,
  size: number,
  signal: SolverTask["signal"],
): boolean {
  const { design, free } = problem;
  const weights = curvatureAt(problem, eta);
  for (let start = 0; start < support.length; start += rowsPerCheck) {
    if (signal?.aborted) return false;
    const end = Math.min(start + rowsPerCheck, support.length);
    const block = new Float64Array((end - start) * end);
    design.gram!(support.slice(start, end), support.slice(0, end), block, weights);
    for (let k = start; k < end; k++) {
      for (let m = 0; m <= k; m++) matrix[k * size + m] += block[(k - start) * end + m];
    }
  }
  const dots = new Float64Array(support.length);
  free.basis.forEach((q, r) => {
    const weighted = q.map((entry, i) => weights[i] * entry);
    columnDots(design, support, weighted, dots);
    const row = (support.length + r) * size;
    for (let m = 0; m < dots.length; m++) matrix[row + m] += dots[m];
    for (let m = 0; m <= r; m++) matrix[row + support.length + m] += dot(free.basis[m], weighted);
  });
  return true;
}

/** Adds the second derivatives of any loss, for any design, column by column; false once a signal is aborted. */
function addProducts(
  problem: SparseProblem,
  support: Int32Array,
  eta: Float64Array,
  matrix: Float64Array,
  size: number,
  signal: SolverTask["signal"],
): boolean {
  const { design, free, datafit } = problem;
  const nSupport = support.length;
  const multiply = hessianAt(problem, eta);
  const column = new Float64Array(eta.length);
  const weighted = new Float64Array(eta.length);
  // Columns of different responses share no row, and only some losses couple them.
  const responseOf = (j: number): number | undefined =>
    datafit.hasDiagonalHessian ? design.responseOf?.(j) : undefined;
  for (let k = 0; k < size; k++) {
    if (signal?.aborted) return false;
    column.fill(0);
    if (k < nSupport) design.addColumn(support[k], 1, column);
    else column.set(free.basis[k - nSupport]);
    multiply(column, weighted);
    const own = k < nSupport ? responseOf(support[k]) : undefined;
    for (let m = k; m < size; m++) {
      if (own !== undefined && m < nSupport && responseOf(support[m]) !== own) continue;
      matrix[m * size + k] +=
        m < nSupport ? design.columnDot(support[m], weighted) : dot(free.basis[m - nSupport], weighted);
    }
  }
  return true;
}

/**
 * Whether the objective is strictly convex in the support together with the unpenalized coefficients.
 *
 * For a penalty of bounded concavity, such as SCAD and MCP, the second derivatives of the datafit at `eta` must
 * exceed that bound; with a quadratic datafit the objective is then convex wherever these coefficients go. For
 * others, such as a bridge, it is convex near `beta`.
 *
 * @returns undefined where the penalty has no second derivatives.
 * @see Breheny and Huang, Coordinate descent algorithms for nonconvex penalized regression (2011), section 4
 */
export function isLocallyConvex(
  problem: SparseProblem,
  lambda: number,
  beta: Float64Array,
  eta: Float64Array,
): boolean | undefined {
  const { penalty } = problem;
  if (penalty.convex || lambda === 0) return true;
  if (!penalty.addHessian) return undefined;
  const support = supportOf(beta);
  if (support.length === 0) return true;
  const { concavity } = penalty;
  const bounded = concavity === undefined ? penalty : { ...penalty, addHessian: lowestCurvature(concavity) };
  const hessian = supportHessian({ ...problem, penalty: bounded }, lambda, beta, support, eta);
  return hessian !== undefined && choleskyFactor(hessian.matrix, hessian.size);
}

function lowestCurvature(concavity: number): NonNullable<SparseProblem["penalty"]["addHessian"]> {
  return (_beta, _lambda, support, matrix, size) => {
    for (let k = 0; k < support.length; k++) matrix[k * size + k] -= concavity;
  };
}
