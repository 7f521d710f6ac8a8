import { choleskyFactor, choleskySolve } from "../linalg/cholesky";
import { dot, maxAbs, supportOf } from "../linalg/vector";
import { hessianAt, profileAt, type SparseProblem } from "../objectives/sparse-problem";
import { type Candidate, candidateAt } from "./candidate";
import type { SolverTask } from "./solver";

/** Coefficients that may cross zero in one call; more mean that the support has not settled. */
const maxCrossings = 5;

/**
 * Newton's method on the support: zeros kept and, where there is a penalty, signs fixed: a coefficient that would cross
 * zero becomes zero.
 *
 * With signs fixed the sparse problem is smooth, and its Newton matrix is the surrogate's on the balanced set up to
 * scaling: at depth 2 the surrogate's is `4 D X_A'WX_A D` with `D = diag(sqrt|beta|)`. So this is how a surrogate
 * method takes its last steps to full precision.
 *
 * @returns a candidate, or undefined where the support has not settled or has too many or dependent columns.
 */
export function supportNewton(task: SolverTask, from: Candidate): Candidate | undefined {
  const { problem, lambda } = task;
  const { penalty } = problem;
  if (!penalty.addHessian) return undefined;
  const constantHessian = problem.datafit.quadratic && penalty.quadraticOnOrthants;
  const slope = new Float64Array(from.beta.length);
  let beta = from.beta.slice();
  let profile = from.profile;
  let factor: SupportHessian | undefined;
  let crossings = 0;

  for (let iteration = 0; iteration < 50; iteration++) {
    const support = supportOf(beta);
    const refining = factor !== undefined && constantHessian;
    if (!refining) {
      factor = supportHessian(problem, lambda, beta, support, profile.eta);
      if (factor === undefined || !choleskyFactor(factor.matrix, factor.size)) return undefined;
    }
    if (factor === undefined) return undefined;
    const step = new Float64Array(factor.size);
    slope.set(profile.gradient);
    penalty.addGradient(beta, lambda, slope);
    support.forEach((j, k) => {
      step[k] = slope[j];
    });
    choleskySolve(factor.matrix, factor.size, step);

    let length = 1;
    let crossing = -1;
    support.forEach((j, k) => {
      const reach = beta[j] / step[k];
      // Without a penalty, or without a kink of its own, zero is a point like any other.
      if (lambda > 0 && penalty.elementwise && reach > 0 && reach < length) [length, crossing] = [reach, j];
    });
    const next = beta.slice();
    support.forEach((j, k) => {
      next[j] -= length * step[k];
    });
    if (crossing >= 0) {
      if (++crossings > maxCrossings) return undefined;
      next[crossing] = 0;
      factor = undefined;
    }
    beta = next;
    profile = profileAt(problem, beta, profile.psi);
    // A quadratic is done after one full step; the second, with the same factor, removes what rounding left.
    const settled = maxAbs(step) <= 1e-8 * Math.max(maxAbs(beta), Number.MIN_VALUE);
    if (crossing < 0 && (refining || settled)) break;
  }
  return candidateAt(task, beta, profile.psi, from.certificate.misalignment);
}

/** The Hessian of the sparse problem in the coefficients of a support, followed by the unpenalized part. */
export interface SupportHessian {
  /** Lower triangle, row-major. */
  readonly matrix: Float64Array;
  readonly size: number;
}

/**
 * The second derivatives of a problem whose penalty has them at `beta`, whose non-zero entries are `support`.
 *
 * @param eta the linear predictor there.
 */
export function supportHessian(
  problem: SparseProblem,
  lambda: number,
  beta: Float64Array,
  support: Int32Array,
  eta: Float64Array,
): SupportHessian | undefined {
  const { design, free, penalty } = problem;
  const nSupport = support.length;
  const size = nSupport + free.size;
  if (nSupport === 0 || size > 2 * design.nSamples) return undefined;
  const matrix = new Float64Array(size * size);
  penalty.addHessian!(beta, lambda, support, matrix, size);
  // More columns than rows are dependent, which the penalty makes up for if it is curved, as a ridge is.
  if (size > design.nSamples && support.some((_, k) => !(matrix[k * size + k] > 0))) return undefined;
  const multiply = hessianAt(problem, eta);

  // Unpenalized columns take part, with a zero right-hand side: the profile has already fitted them.
  const column = new Float64Array(eta.length);
  const weighted = new Float64Array(eta.length);
  for (let k = 0; k < size; k++) {
    column.fill(0);
    if (k < nSupport) design.addColumn(support[k], 1, column);
    else column.set(free.basis[k - nSupport]);
    multiply(column, weighted);
    for (let m = k; m < size; m++) {
      matrix[m * size + k] +=
        m < nSupport ? design.columnDot(support[m], weighted) : dot(free.basis[m - nSupport], weighted);
    }
  }
  return { matrix, size };
}
