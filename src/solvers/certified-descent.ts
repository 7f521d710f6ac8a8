import type { SmoothObjective } from "../objectives/smooth-objective";
import { minimize, type Optimizer } from "../optimizers";
import { better, candidateAt, withExactZeros } from "./candidate";
import type { FitStatus, Solution, SolverTask, TraceRow } from "./solver";
import { supportNewton } from "./support-newton";

/** Iterations between two certificates, each of which costs about as much as an iteration. */
const iterationsPerCertificate = 10;

/** A smooth objective, how it is minimised and from where. */
export interface Descent {
  readonly objective: SmoothObjective;
  readonly optimizer: Optimizer;
  readonly start: Float64Array;
}

/** A descent whose points stand for coefficients. */
export interface CoefficientDescent extends Descent {
  /** The coefficients that a point stands for, new vectors, and how far it is from balanced. */
  read(x: Float64Array): { beta: Float64Array; psi: Float64Array; misalignment: number };
}

/**
 * Minimises a smooth stand-in for a sparse problem: maps back, sets exact zeros, certifies.
 *
 * The certificate, not the gradient of the stand-in, says when it is done. Once the support has settled, Newton's
 * method on it supplies the last digits.
 *
 * @param prepare makes the descent from the unpenalized part that is optimal at `task.beta`; not called where the start
 * is good enough.
 */
export function certifiedDescent(
  task: SolverTask,
  prepare: (psi: Float64Array) => CoefficientDescent,
): Solution {
  const { isOptimal } = task;
  let best = candidateAt(task, task.beta.slice(), task.psi, 0);
  if (isOptimal(best.certificate)) return { ...best, status: "converged", nIter: 0, trace: [] };
  const descent = prepare(best.profile.psi);

  let lastSupport = "";
  const outcome = descend(task, descent, (x) => {
    const { beta, psi, misalignment } = descent.read(x);
    const raw = candidateAt(task, beta, psi, misalignment);
    const sparse = withExactZeros(task, raw); // `raw` itself is no answer: its support is everything
    best = better(best, sparse);
    const support = signature(sparse.beta);
    if (support === lastSupport) {
      const polished = supportNewton(task, sparse);
      if (polished) best = better(best, polished);
    }
    lastSupport = support;
    return isOptimal(best.certificate);
  });
  return { ...best, ...outcome };
}

/**
 * Runs a descent until the point it has reached is certified.
 *
 * @param isDone asked every few iterations, and once more where the run ends without it.
 */
export function descend(
  { maxIter, signal, onIteration }: Pick<SolverTask, "maxIter" | "signal" | "onIteration">,
  { objective, optimizer, start }: Descent,
  isDone: (x: Float64Array) => boolean,
): { status: FitStatus; nIter: number; trace: readonly TraceRow[] } {
  let done = false;
  const run = minimize(objective, optimizer, start, {
    maxIter,
    gradientTolerance: 0,
    signal,
    onIteration: ({ x }, iteration) => {
      onIteration?.(iteration);
      done = iteration % iterationsPerCertificate === 0 && iteration > 0 && isDone(x);
      return done;
    },
  });
  done ||= isDone(run.x);
  const trace = run.history.map(({ iteration, value, gradientNorm }) => ({
    iteration,
    objective: value,
    stationarity: gradientNorm,
  }));
  // A gradient of exactly zero ends the run as well, and need not be a minimum.
  const status = run.status === "converged" ? "stalled" : run.status;
  return { status: done ? "converged" : status, nIter: run.nIter, trace };
}

/** The support and its signs, to see whether they have settled. */
function signature(beta: Float64Array): string {
  let text = "";
  beta.forEach((b, j) => {
    if (b !== 0) text += `${b > 0 ? "+" : "-"}${j}`;
  });
  return text;
}
