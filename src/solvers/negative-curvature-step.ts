import { choleskyFactor } from "../linalg/cholesky";
import { symmetricEigen } from "../linalg/symmetric-eigen";
import { supportOf } from "../linalg/vector";
import { type Candidate, candidateAt } from "./candidate";
import type { SolverTask } from "./solver";
import { supportHessian } from "./subproblem/support-newton";

/** An eigenvalue that is negative by more than this share of the largest is no rounding. */
const resolution = 1e-10;

/**
 * A lower point along the direction of most negative curvature on the support, where a stationary point is no local
 * minimum: of a column that comes twice, say, both copies have the same coefficient, though one alone costs less.
 *
 * No first-order method leaves such a point when it starts on the line that leads to it, and no single coordinate
 * improves it. The step is to where the first coefficient becomes zero, or shorter until the objective falls.
 *
 * @returns undefined at a local minimum, and where there are no second derivatives.
 */
export function negativeCurvatureStep(task: SolverTask, from: Candidate): Candidate | undefined {
  const { problem, lambda } = task;
  if (!problem.penalty.addHessian || from.isStrict) return undefined;
  const support = supportOf(from.beta);
  const hessian = supportHessian(problem, lambda, from.beta, support, from.profile.eta);
  if (hessian === undefined) return undefined;
  const { matrix, size } = hessian;
  if (choleskyFactor(matrix.slice(), size)) return undefined;
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) matrix[j * size + i] = matrix[i * size + j];
  const { values, vectors } = symmetricEigen(matrix, size);
  if (!(values[0] < -resolution * Math.abs(values[size - 1]))) return undefined;

  const ends = [1, -1].flatMap((sign) => {
    const direction = vectors[0].map((entry) => sign * entry);
    return lowerAlong(task, from, support, direction) ?? [];
  });
  return ends.reduce<Candidate | undefined>(
    (a, b) => (a && a.certificate.objective <= b.certificate.objective ? a : b),
    undefined,
  );
}

/** The first lower point on a way that ends where a coefficient becomes zero, tried from its end. */
function lowerAlong(
  task: SolverTask,
  from: Candidate,
  support: Int32Array,
  direction: Float64Array,
): Candidate | undefined {
  let [reach, crossing] = [Number.POSITIVE_INFINITY, -1];
  support.forEach((j, k) => {
    const length = -from.beta[j] / direction[k];
    if (length > 0 && length < reach) [reach, crossing] = [length, j];
  });
  if (crossing < 0) return undefined;
  for (let halvings = 0; halvings <= 20; halvings++) {
    const beta = from.beta.slice();
    support.forEach((j, k) => {
      beta[j] += reach * 2 ** -halvings * direction[k];
    });
    if (halvings === 0) beta[crossing] = 0;
    const trial = candidateAt(task, beta, from.profile.psi, 0);
    if (trial.certificate.objective < from.certificate.objective) return trial;
  }
  return undefined;
}
