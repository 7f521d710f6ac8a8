import { supportOf } from "../linalg/vector";
import { steepestBlockStep } from "../problem/block-step";
import { columnCurvature } from "../problem/problem";
import { serializable } from "../recipe";
import { better, type Candidate, candidateAt } from "./candidate";
import { checkSolver } from "./check-solver";
import { negativeCurvatureStep } from "./negative-curvature-step";
import type { Solution, Solver, SolverTask, StartRow } from "./solver";
import { isOnRecessionDirection } from "./unboundedness";

/**
 * Solves by a method, and where that ends in a saddle, which columns that come twice make it, or a step of one coordinate or
 * group leads lower, leaves the end that way and solves on.
 */
export function saddleEscape(inner: Solver): Solver {
  checkSolver("saddleEscape", "inner", inner);
  return serializable("saddleEscape", [inner], {
    name: `saddleEscape(${inner.name})`,
    solve: (task: SolverTask) => onFrom(task, inner.solve(task), inner),
  });
}

/** The way to a solution, as one of several. */
export function startRow(start: string, { nIter, status, certificate }: Solution): StartRow {
  return { start, objective: certificate.objective, nIter, status };
}

/** Goes on from a solution as long as a lower point is known near by; the trace stays that of the best end. */
export function onFrom(task: SolverTask, solution: Solution, inner: Solver): Solution {
  let best = solution;
  let { nIter, starts } = solution;
  while (best.status === "converged" || best.status === "stalled") {
    const lower = negativeCurvatureStep(task, best) ?? belowBlock(task, best);
    if (lower === undefined) break;
    const next = inner.solve({ ...task, beta: lower.beta, psi: lower.profile.psi });
    nIter += next.nIter;
    starts = starts && [...starts, startRow("a step below the best", next)];
    const { objective } = best.certificate;
    best = better(best, next);
    if (!(objective - best.certificate.objective > 1e-12 * Math.abs(objective))) break;
  }
  return starts ? { ...best, nIter, starts } : { ...best, nIter };
}

/**
 * A lower point after the steepest step of one coordinate or group, where a method stalled although there is one: its
 * models of the loss, which hold wherever a step may lead, let it take shorter ones only. On a way without an end there
 * always is one farther along it, which leads nowhere; one that lets a coefficient go may.
 */
function belowBlock(task: SolverTask, solution: Solution): Candidate | undefined {
  if (solution.status !== "stalled") return undefined;
  const { problem, lambda } = task;
  const { beta, profile } = solution;
  const curvature = columnCurvature(problem, profile.eta);
  const step = steepestBlockStep(problem, lambda, beta, profile, curvature);
  if (step.beta === beta) return undefined;
  const goesFarther = supportOf(step.beta).length === supportOf(beta).length;
  if (goesFarther && isOnRecessionDirection(problem, lambda, solution)) return undefined;
  return candidateAt(task, step.beta, profile.psi, 0);
}
