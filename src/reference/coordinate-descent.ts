import { mustBe } from "../errors";
import { addScaled, dot } from "../linalg/vector";
import { columnCurvature } from "../objectives/sparse-problem";
import { isSeparable } from "../penalties";
import { better, candidateAt } from "../solvers/candidate";
import type { FitStatus, Solution, Solver, SolverTask, TraceRow } from "../solvers/solver";

/** Epochs between two certificates. */
const epochsPerCertificate = 10;

/**
 * Cyclic coordinate descent, the classical non-smooth method: each coordinate in turn is minimised exactly.
 *
 * For datafits with constant curvature (squared error); it knows nothing of a surrogate and so serves as an independent
 * check of everything that does.
 *
 * @see Friedman, Hastie and Tibshirani, Regularization paths for generalized linear models via coordinate descent (2010)
 * @example
 * ```ts
 * new SmoothLasso({ lambda: 0.1, solver: coordinateDescent() });
 * ```
 */
export function coordinateDescent(): Solver {
  return { name: "coordinateDescent", solve };
}

function solve(task: SolverTask): Solution {
  const { problem, lambda, isOptimal, signal } = task;
  const { design, free, penalty, datafit, target } = problem;
  if (!datafit.quadratic) throw mustBe("coordinateDescent", "datafit", "quadratic", datafit.name);
  if (!isSeparable(penalty)) {
    throw mustBe("coordinateDescent", "penalty", "a sum over coordinates", penalty.name);
  }
  const beta = task.beta.slice();
  let current = candidateAt(task, beta.slice(), task.psi, 0);
  let best = current;
  const trace: TraceRow[] = [];
  const record = (iteration: number): void => {
    const { objective, violation } = current.certificate;
    trace.push({ iteration, objective, stationarity: violation });
  };
  record(0);

  const curvature = columnCurvature(problem, current.profile.eta);
  const weight = datafit.nResponses / target.length; // d2f/deta_i^2 of a quadratic datafit
  let residual = current.profile.residual.slice();
  let status: FitStatus = isOptimal(best.certificate) ? "converged" : "max-iter";
  let epoch = 0;
  while (status === "max-iter" && epoch < task.maxIter) {
    epoch++;
    for (const column of free.basis) addScaled(-dot(column, residual) / target.length, column, residual);
    for (let j = 0; j < beta.length; j++) {
      if (curvature[j] === 0) continue;
      const before = beta[j];
      const step = 1 / curvature[j];
      beta[j] = penalty.coordinateProx(j, before - step * design.columnDot(j, residual), step, lambda);
      if (beta[j] !== before) design.addColumn(j, weight * (beta[j] - before), residual);
    }
    task.onIteration?.(epoch);
    if (signal?.aborted) status = "interrupted";
    if (epoch % epochsPerCertificate !== 0 && epoch < task.maxIter && status === "max-iter") continue;

    const previous = current;
    current = candidateAt(task, beta.slice(), current.profile.psi, 0);
    residual = current.profile.residual.slice(); // fitted anew: neither drift nor a stale unpenalized part
    record(epoch);
    best = better(best, current);
    if (isOptimal(best.certificate)) status = "converged";
    else if (current.beta.every((b, j) => b === previous.beta[j])) status = "stalled";
  }
  return { ...best, status, nIter: epoch, trace };
}
