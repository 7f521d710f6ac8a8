/** The way out of points that are stationary but no local minima. */
import { choleskyFactor } from "../../linalg/cholesky";
import { NEGLIGIBLE } from "../../linalg/rounding";
import { symmetricEigen } from "../../linalg/symmetric-eigen";
import { supportOf } from "../../linalg/vector";
import { searchBlocks } from "../../problem/block-search";
import { steepestBlockStep } from "../../problem/block-step";
import { withGain } from "../../problem/certificate";
import { columnCurvature } from "../../problem/problem";
import { serializable } from "../../recipe";
import {
  better,
  type Candidate,
  candidateAt,
  checkSolver,
  isLower,
  type Solution,
  type Solver,
  type SolverTask,
  type StartRow,
} from "../solver";
import { lowerOnSupport, type SupportHessian, supportHessian } from "../subproblem/support-newton";
import { isOnRecessionDirection } from "../unboundedness";

/**
 * Solves by a method. If it ends in a saddle, as can happen with equal columns, or if moving one coordinate or group lowers the objective,
 * it continues from the lower point.
 */
export function saddleEscape(inner: Solver): Solver {
  checkSolver("saddleEscape", "inner", inner);
  return serializable("saddleEscape", [inner], {
    name: `saddleEscape(${inner.name})`,
    solve: (task: SolverTask) => escapeFrom(task, inner.solve(task), inner),
  });
}

/** Returns the row of `starts` for a run with this start and this solution. */
export function startRow(start: string, { nIter, status, certificate }: Solution): StartRow {
  return { start, objective: certificate.objective, nIter, status };
}

/** Continues from a solution as long as a lower point is known near by; the trace stays that of the best solution. */
export function escapeFrom(task: SolverTask, solution: Solution, inner: Solver): Solution {
  let best = solution;
  let { nIter, starts } = solution;
  while (best.status === "converged" || best.status === "stalled") {
    const lower = negativeCurvatureStep(task, best) ?? belowBlock(task, best);
    if (lower === undefined) break;
    const next = inner.solve({ ...task, beta: lower.beta, psi: lower.profile.psi });
    nIter += next.nIter;
    starts = starts && [...starts, startRow("a step below the best", next)];
    const before = best;
    best = better(best, next);
    if (!isLower(best, before.certificate.objective)) break;
  }
  return starts ? { ...best, nIter, starts } : { ...best, nIter };
}

/**
 * Returns a lower point after the steepest step of one coordinate or group, where a method stalled although there is one: a
 * model that majorizes the loss allows shorter steps only. On a recession ray every longer step leads lower, and only one
 * that sets a coefficient to zero may lead to a minimum.
 */
function belowBlock(task: SolverTask, solution: Solution): Candidate | undefined {
  const { problem, lambda, signal } = task;
  const { beta, profile, certificate, status } = solution;
  if (status === "interrupted") return undefined;
  const step =
    status === "stalled"
      ? steepestBlockStep(problem, lambda, beta, profile, columnCurvature(problem, profile.eta))
      : searchBlocks(problem, lambda, beta, profile, signal);
  if (step.beta === beta) return undefined;
  const isSettled = status === "converged" && task.isOptimal(withGain(certificate, step.decrease));
  if (isSettled) return undefined;
  const goesFarther = supportOf(step.beta).length === supportOf(beta).length;
  if (goesFarther && isOnRecessionDirection(problem, lambda, solution)) return undefined;
  return candidateAt(task, step.beta, profile.psi, 0);
}

/**
 * Returns a lower point along the direction of most negative curvature on the support, where a stationary point is no local
 * minimum: two copies of a column, say, have the same coefficient, though one alone costs less.
 *
 * No first-order method leaves such a point if it starts on the line that leads to it, and no single coordinate improves
 * it. The step ends where the first coefficient becomes zero, or is halved until the objective falls.
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
  if (isPositiveUpTo(0, hessian) || isPositiveUpTo(NEGLIGIBLE, hessian)) return undefined;
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) matrix[j * size + i] = matrix[i * size + j];
  const { values, vectors } = symmetricEigen(matrix, size);
  if (!(values[0] < -NEGLIGIBLE * Math.abs(values[size - 1]))) return undefined;

  const ends = [1, -1].flatMap((sign) => {
    const direction = vectors[0].map((entry) => sign * entry);
    return lowerOnSupport(task, from, support, direction, Number.POSITIVE_INFINITY) ?? [];
  });
  return ends.reduce<Candidate | undefined>(
    (a, b) => (a && a.certificate.objective <= b.certificate.objective ? a : b),
    undefined,
  );
}

/**
 * Whether no eigenvalue is below minus a share of the largest diagonal entry, which is no larger than the largest eigenvalue. Columns
 * that depend on each other, as the indicators of all levels do, make the smallest zero, which is far cheaper to see so.
 */
function isPositiveUpTo(share: number, { matrix, size }: SupportHessian): boolean {
  const shifted = matrix.slice();
  let largest = 0;
  for (let k = 0; k < size; k++) largest = Math.max(largest, matrix[k * size + k]);
  for (let k = 0; k < size; k++) shifted[k * size + k] += share * largest;
  return choleskyFactor(shifted, size);
}
