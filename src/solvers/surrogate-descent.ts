import { startingPoint } from "../objectives/starting-point";
import { misalignmentOf, Surrogate } from "../objectives/surrogate";
import { minimize, type Optimizer } from "../optimizers";
import type { Parametrization } from "../parametrizations";
import { better, candidateAt, withExactZeros } from "./candidate";
import type { Solution, Solver, SolverTask } from "./solver";
import { supportNewton } from "./support-newton";

/** Iterations between two certificates, each of which costs about as much as an iteration. */
const iterationsPerCertificate = 10;

/**
 * The paper's method: minimise the smooth surrogate with any optimizer, map back, set exact zeros, certify.
 *
 * The certificate, not the gradient in `xi`, says when it is done. Once the support has settled, Newton's method on
 * it supplies the last digits.
 */
export function surrogateDescent(parametrization: Parametrization, optimizer: Optimizer): Solver {
  return {
    name: `surrogateDescent(${parametrization.name}, ${optimizer.name})`,
    solve: (task) => solve(task, parametrization, optimizer),
  };
}

function solve(task: SolverTask, parametrization: Parametrization, optimizer: Optimizer): Solution {
  const { problem, lambda, isOptimal } = task;
  const surrogate = new Surrogate(problem, parametrization, lambda, Math.sqrt(task.magnitude));
  let best = candidateAt(task, task.beta.slice(), task.psi, 0);
  const solution = (status: Solution["status"], trace: Solution["trace"]): Solution => ({
    ...best,
    status,
    nIter: Math.max(trace.length - 1, 0),
    trace,
  });
  if (isOptimal(best.certificate)) return solution("converged", []);

  let lastSupport = "";
  const check = (x: Float64Array): boolean => {
    const xi = surrogate.surrogatePart(x);
    const beta = new Float64Array(problem.design.nFeatures);
    parametrization.forward(xi, beta);
    const misalignment = misalignmentOf(parametrization, xi, beta);
    const raw = candidateAt(task, beta, surrogate.freePart(x), misalignment);
    const sparse = withExactZeros(task, raw); // `raw` itself is no answer: its support is everything
    best = better(best, sparse);
    const support = signature(sparse.beta);
    if (support === lastSupport) {
      const polished = supportNewton(task, sparse);
      if (polished) best = better(best, polished);
    }
    lastSupport = support;
    return isOptimal(best.certificate);
  };

  const xi0 = startingPoint(parametrization, task.beta, task.magnitude);
  const x0 = surrogate.pointOf(xi0, best.profile.psi);
  const run = minimize(surrogate, optimizer, x0, {
    maxIter: task.maxIter,
    gradientTolerance: 0,
    signal: task.signal,
    onIteration: ({ x }, iteration) => {
      task.onIteration?.(iteration);
      return iteration % iterationsPerCertificate === 0 && iteration > 0 && check(x);
    },
  });
  const optimal = isOptimal(best.certificate) || check(run.x);
  const trace = run.history.map(({ iteration, value, gradientNorm }) => ({
    iteration,
    objective: value,
    stationarity: gradientNorm,
  }));
  // A gradient of exactly zero ends the run as well, and need not be a minimum.
  const status = run.status === "converged" ? "stalled" : run.status;
  return solution(optimal ? "converged" : status, trace);
}

/** The support and its signs, to see whether they have settled. */
function signature(beta: Float64Array): string {
  let text = "";
  beta.forEach((b, j) => {
    if (b !== 0) text += `${b > 0 ? "+" : "-"}${j}`;
  });
  return text;
}
