/**
 * Prunes warm starts that have more coefficients than samples: {@link pruneWarmStart} for coordinates,
 * {@link pruneGroupWarmStart} for groups.
 */
import type { DesignMatrix } from "../../design/design-matrix";
import { columnDots } from "../../design/design-matrix";
import { largestEigenvalueBound } from "../../linalg/symmetric-eigen";
import { supportOf } from "../../linalg/vector";
import type { GroupPenalty, SeparablePenalty } from "../../penalties";
import {
  curvatureAt,
  curvatureOfProfile,
  hasConstantHessian,
  type Profile,
  profileAt,
} from "../../problem/problem";
import type { SolverTask } from "../solver";
import { type Candidate, candidateAt, certified, nullPoint } from "../solver";

/** Maximum number of cycles; after them the start is taken as it is. */
const maxCycles = 20;

/**
 * Prunes a start with more coefficients than samples, by coordinate descent on the residual until at most one
 * fiftieth of the support changes in a cycle.
 *
 * A loss without a constant Hessian is replaced by its quadratic model at the null model. A model at the start would
 * be flat where many coefficients add up to a saturated logistic loss, and would let them grow without bound.
 */
export function pruneWarmStart(task: SolverTask, { beta: given, profile }: Candidate): Float64Array {
  const { problem, lambda, signal } = task;
  const { design } = problem;
  const penalty = problem.penalty as SeparablePenalty;
  const { residual, weights, curvature } = modelOf(task, profile);
  const step = new Float64Array(residual.length);
  const beta = given.slice();
  for (let cycle = 0; cycle < maxCycles && !signal?.aborted; cycle++) {
    let moved = 0;
    let left = 0;
    for (let j = 0; j < beta.length; j++) {
      const h = curvature[j];
      const b = beta[j];
      const fresh =
        h > 0 ? penalty.coordinateProx(j, b - design.columnDot(j, residual) / h, 1 / h, lambda) : 0;
      if (fresh !== 0) left++;
      if ((fresh === 0) !== (b === 0)) moved++;
      if (fresh === b) continue;
      step.fill(0);
      design.addColumn(j, fresh - b, step);
      for (let i = 0; i < step.length; i++) residual[i] += weights[i] * step[i];
      beta[j] = fresh;
    }
    if (moved <= left / 50) break;
  }
  return beta;
}

interface Model {
  readonly residual: Float64Array;
  /** The curvature of the loss in each sample, and in each coordinate. */
  readonly weights: Float64Array;
  readonly curvature: Float64Array;
}

/**
 * Returns the quadratic model of the loss with its residual at a point, projected off the unpenalized columns.
 *
 * The projection is the exact fit of an intercept if all samples have the same curvature at the null model, and good
 * enough for a start otherwise.
 */
function modelOf({ problem, psi, nullProfile }: SolverTask, point: Profile): Model {
  const none = new Float64Array(problem.design.nFeatures);
  const at = hasConstantHessian(problem) ? point : (nullProfile ?? profileAt(problem, none, psi));
  const weights = curvatureAt(problem, at.eta);
  const residual = at.residual.slice();
  if (at !== point) {
    for (let i = 0; i < residual.length; i++) residual[i] += weights[i] * (point.eta[i] - at.eta[i]);
    problem.free.projectOut(residual);
  }
  return { residual, weights, curvature: curvatureOfProfile(problem, at) };
}

/** The curvatures that serve several starts. */
export interface GroupCurvatures {
  /** The curvatures of the groups for a loss with a constant Hessian, once they are computed. */
  curvatures?: Float64Array;
}

/** Returns the start of a task; with a nonconvex penalty and more coefficients than samples it is pruned. */
export function pruneGroupWarmStart(
  task: SolverTask,
  penalty: GroupPenalty,
  known: GroupCurvatures,
): Candidate {
  const { problem, beta, psi } = task;
  const origin = nullPoint(task);
  const start = origin ? certified(task, origin) : candidateAt(task, beta.slice(), psi, 0);
  if (
    penalty.convex ||
    !problem.datafit.hasDiagonalHessian ||
    supportOf(beta).length <= problem.design.nSamples
  ) {
    return start;
  }
  const weights = new Float64Array(problem.target.length);
  problem.datafit.curvature(problem.target, start.profile.eta, weights);
  const curvatures =
    known.curvatures ??
    Float64Array.from(penalty.groups.members, (columns) => groupCurvature(problem.design, columns, weights));
  if (hasConstantHessian(problem)) known.curvatures = curvatures;
  return candidateAt(task, prunedGroups(task, penalty, start, weights, curvatures), start.profile.psi, 0);
}

/**
 * Prunes the groups of a start, by block descent on the residual until at most one fiftieth of the nonzero groups
 * change in a cycle.
 *
 * @param weights the curvature of the loss in each sample.
 * @param curvatures the bounds of {@link groupCurvature} with these weights, by group.
 */
function prunedGroups(
  { problem: { design }, lambda, signal }: SolverTask,
  penalty: GroupPenalty,
  { beta: given, profile }: Candidate,
  weights: Float64Array,
  curvatures: Float64Array,
): Float64Array {
  const residual = profile.residual.slice();
  const step = new Float64Array(residual.length);
  const beta = given.slice();
  const moveGroup = (g: number, columns: Int32Array): { isIn: boolean; wasIn: boolean } => {
    const b = Float64Array.from(columns, (j) => beta[j]);
    const point = new Float64Array(b.length);
    const next = new Float64Array(b.length);
    const h = curvatures[g];
    if (h > 0) {
      columnDots(design, columns, residual, point);
      for (let k = 0; k < b.length; k++) point[k] = b[k] - point[k] / h;
      penalty.groupProx!(g, point, 1 / h, lambda, next);
    }
    const [isIn, wasIn] = [next, b].map((vector) => vector.some((entry) => entry !== 0));
    if (isIn || wasIn) {
      step.fill(0);
      columns.forEach((j, k) => {
        design.addColumn(j, next[k] - b[k], step);
        beta[j] = next[k];
      });
      for (let i = 0; i < step.length; i++) residual[i] += weights[i] * step[i];
    }
    return { isIn, wasIn };
  };
  for (let cycle = 0; cycle < maxCycles && !signal?.aborted; cycle++) {
    let [moved, left] = [0, 0];
    penalty.groups.members.forEach((columns, g) => {
      const { isIn, wasIn } = moveGroup(g, columns);
      if (isIn) left++;
      if (isIn !== wasIn) moved++;
    });
    if (moved <= left / 50) break;
  }
  return beta;
}

/**
 * Returns an upper bound of the largest eigenvalue of `X_g'C X_g` for some columns, where `C` are the weights, or
 * ones without them.
 */
export function groupCurvature(design: DesignMatrix, columns: Int32Array, weights?: Float64Array): number {
  const size = columns.length;
  const gram = new Float64Array(size * size);
  if (design.gram) {
    design.gram(columns, columns, gram, weights);
    return largestEigenvalueBound(gram, size);
  }
  const column = new Float64Array(design.nSamples);
  columns.forEach((j, k) => {
    column.fill(0);
    design.addColumn(j, 1, column);
    if (weights) for (let i = 0; i < column.length; i++) column[i] *= weights[i];
    columnDots(design, columns, column, gram.subarray(k * size, (k + 1) * size));
  });
  return largestEigenvalueBound(gram, size);
}
