import { columnDots } from "../../design/column-dots";
import { supportOf } from "../../linalg/vector";
import type { GroupPenalty } from "../../penalties";
import { hasConstantHessian } from "../../problem/problem";
import { type Candidate, candidateAt, certified, nullPoint } from "../candidate";
import type { SolverTask } from "../solver";
import { groupCurvature } from "./curvature";

/** Cycles after which what is left is taken as it is. */
const mostCycles = 20;

/** What is kept from one start to the next. */
export interface GroupCurvatures {
  /** Of a loss whose curvature does not change, once they were asked for. */
  curvatures?: Float64Array;
}

/** The start; one of more coefficients than samples is pruned where the penalty is not convex. */
export function pruneGroupWarmStart(
  task: SolverTask,
  penalty: GroupPenalty,
  known: GroupCurvatures,
): Candidate {
  const { problem, beta, psi } = task;
  const origin = nullPoint(task);
  const start = origin ? certified(task, origin) : candidateAt(task, beta.slice(), psi, 0);
  if (penalty.convex || problem.datafit.hessianProduct || supportOf(beta).length <= problem.design.nSamples) {
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
 * The coefficients after cycles of block descent on the residual, over all groups, until no more than a fiftieth of those
 * groups that are not zero come or go in one: of a start with more coefficients than rows few stay.
 *
 * @param weights the curvature of the loss.
 * @param curvatures of each group with these weights, as {@link groupCurvature} bounds them.
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
  for (let cycle = 0; cycle < mostCycles && !signal?.aborted; cycle++) {
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
