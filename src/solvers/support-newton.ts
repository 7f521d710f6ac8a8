import { choleskyFactor, choleskySolve } from "../linalg/cholesky";
import { dot, maxAbs, supportOf } from "../linalg/vector";
import { profileAt } from "../objectives/sparse-problem";
import { type Candidate, candidateAt } from "./candidate";
import type { SolverTask } from "./solver";

/**
 * Newton's method on the support: signs fixed, zeros kept, a coefficient that would cross zero becomes zero.
 *
 * With signs fixed the sparse problem is smooth, and its Newton matrix is the surrogate's on the balanced set up to
 * scaling: at depth 2 the surrogate's is `4 D X_A'WX_A D` with `D = diag(sqrt|beta|)`. So this is how a surrogate
 * method takes its last steps to full precision.
 *
 * @returns a candidate, or undefined where the support has too many or dependent columns.
 */
export function supportNewton(task: SolverTask, from: Candidate): Candidate | undefined {
  const { problem, lambda } = task;
  const { penalty } = problem;
  let beta = from.beta.slice();
  let profile = from.profile;
  let settledOnce = false;

  for (let iteration = 0; iteration < 50; iteration++) {
    const support = supportOf(beta);
    const step = supportStep(task, beta, support, profile.eta, profile.gradient);
    if (step === undefined) return undefined;

    let length = 1;
    let crossing = -1;
    support.forEach((j, k) => {
      const reach = beta[j] / step[k];
      if (reach > 0 && reach < length) [length, crossing] = [reach, j];
    });
    const next = beta.slice();
    support.forEach((j, k) => {
      next[j] -= length * step[k];
    });
    if (crossing >= 0) next[crossing] = 0;
    beta = next;
    profile = profileAt(problem, beta, profile.psi);
    if (crossing >= 0) continue;

    // A quadratic is done after one full step; the second removes what rounding left.
    const settled = maxAbs(step) <= 1e-8 * Math.max(maxAbs(beta), Number.MIN_VALUE);
    if (settled || (settledOnce && penalty.convex)) break;
    settledOnce = true;
  }
  return candidateAt(task, beta, profile.psi, from.certificate.misalignment);

  function supportStep(
    { problem: { design, free, datafit, target } }: SolverTask,
    at: Float64Array,
    support: Int32Array,
    eta: Float64Array,
    gradient: Float64Array,
  ): Float64Array | undefined {
    const [nSupport, size] = [support.length, support.length + free.size];
    if (nSupport === 0 || size > design.nSamples) return undefined;
    const weights = new Float64Array(eta.length);
    datafit.curvature(target, eta, weights);

    // Unpenalized columns take part, with a zero right-hand side: the profile has already fitted them.
    const hessian = new Float64Array(size * size);
    const column = new Float64Array(eta.length);
    for (let k = 0; k < size; k++) {
      column.fill(0);
      if (k < nSupport) design.addColumn(support[k], 1, column);
      else column.set(free.basis[k - nSupport]);
      for (let i = 0; i < column.length; i++) column[i] *= weights[i];
      for (let m = 0; m < size; m++) {
        if (m >= nSupport && m >= k) hessian[m * size + k] = dot(free.basis[m - nSupport], column);
        else if (m >= k) hessian[m * size + k] = design.columnDot(support[m], column);
      }
    }
    const step = new Float64Array(size);
    for (let k = 0; k < nSupport; k++) {
      const j = support[k];
      step[k] = gradient[j] + penalty.coordinateSlope(j, at[j], lambda);
      hessian[k * size + k] += penalty.coordinateCurvature(j, at[j], lambda);
    }
    if (!choleskyFactor(hessian, size)) return undefined;
    choleskySolve(hessian, size, step);
    return step.subarray(0, nSupport);
  }
}
