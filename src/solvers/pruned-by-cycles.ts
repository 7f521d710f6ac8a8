import { columnCurvature } from "../objectives/sparse-problem";
import type { SeparablePenalty } from "../penalties";
import type { Candidate } from "./candidate";
import type { SolverTask } from "./solver";

/** Cycles after which what is left is taken as it is. */
const mostCycles = 20;

/**
 * The coefficients after cycles of coordinate descent on the residual, over all coordinates, until no more than a fiftieth of
 * those that are not zero come or go in one: of a start with more coefficients than rows few stay.
 */
export function prunedByCycles(
  { problem, lambda, signal }: SolverTask,
  { beta: given, profile }: Candidate,
): Float64Array {
  const { design, datafit, target } = problem;
  const penalty = problem.penalty as SeparablePenalty;
  const curvature = columnCurvature(problem, profile.eta);
  const weights = new Float64Array(design.nSamples);
  datafit.curvature(target, profile.eta, weights);
  const residual = profile.residual.slice();
  const step = new Float64Array(residual.length);
  const beta = given.slice();
  for (let cycle = 0; cycle < mostCycles && !signal?.aborted; cycle++) {
    let [moved, left] = [0, 0];
    for (let j = 0; j < beta.length; j++) {
      const [h, b] = [curvature[j], beta[j]];
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
