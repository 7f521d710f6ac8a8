import type { SeparablePenalty } from "../../penalties";
import {
  curvatureAt,
  curvatureOfProfile,
  hasConstantHessian,
  type Profile,
  profileAt,
} from "../../problem/problem";
import type { Candidate } from "../candidate";
import type { SolverTask } from "../solver";

/** Cycles after which what is left is taken as it is. */
const mostCycles = 20;

/**
 * The coefficients after cycles of coordinate descent on the residual, over all coordinates, until no more than a fiftieth of
 * those that are not zero come or go in one: of a start with more coefficients than rows few stay.
 *
 * A loss that bends is its quadratic model at the null model: where many coefficients add up to where a logistic loss is flat,
 * one from there would let them grow without end.
 */
export function pruneWarmStart(task: SolverTask, { beta: given, profile }: Candidate): Float64Array {
  const { problem, lambda, signal } = task;
  const { design } = problem;
  const penalty = problem.penalty as SeparablePenalty;
  const { residual, weights, curvature } = modelOf(task, profile);
  const step = new Float64Array(residual.length);
  const beta = given.slice();
  for (let cycle = 0; cycle < mostCycles && !signal?.aborted; cycle++) {
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
  /** Its curvature in each sample and in each coordinate. */
  readonly weights: Float64Array;
  readonly curvature: Float64Array;
}

/**
 * The model of the loss and its residual at a point, without what of that lies along unpenalized columns: with an intercept alone,
 * where all samples bend alike at the null model, that is the fit of it, and with others near enough for a start.
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
