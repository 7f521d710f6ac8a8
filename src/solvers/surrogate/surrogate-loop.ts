import { minimize, type Optimizer } from "../../optimizers";
import { apartFromSteps } from "../../problem/certificate";
import type { SmoothObjective } from "../../problem/smooth-objective";
import { better, candidateAt, withExactZeros } from "../candidate";
import type { FitStatus, Solution, SolverTask, TraceRow } from "../solver";
import { supportNewton } from "../subproblem/support-newton";

/** Iterations between two certificates, each of which costs about as much as an iteration. */
const iterationsPerCertificate = 10;

/** Certificates without progress, by a better candidate or a lower objective, after which none is expected. */
const patience = 100;

/**
 * The same where the penalty is not convex and the best candidate lacks nothing but a lower basin: descent has no way there,
 * and its last digits are Newton's.
 */
const patienceInBasin = 10;

/** A fall of the objective that counts as progress, relative to it. */
const smallestFall = 1e-10;

/**
 * What a certificate finds: the goal is met, the best candidate is a new one, still the same, or the same and stationary,
 * so that only another basin could be better.
 */
export type Finding = "optimal" | "better" | "same" | "stationary";

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
 * The certificate, not the gradient of the stand-in, says when it is done. Newton's method on the support supplies the
 * last digits: wherever the support repeats between two certificates, and else ever more seldom as long as it gains
 * nothing, since on a support of nearly `n` it costs as much as many iterations.
 *
 * @param name of the method, for the trace.
 * @param prepare makes the descent from the unpenalized part that is optimal at `task.beta`; not called where the start
 * is good enough.
 */
export function runSurrogate(
  name: string,
  task: SolverTask,
  prepare: (psi: Float64Array) => CoefficientDescent,
): Solution {
  const { isOptimal } = task;
  let best = candidateAt(task, task.beta.slice(), task.psi, 0);
  if (isOptimal(best.certificate)) return { ...best, status: "converged", nIter: 0, trace: [] };
  const descent = prepare(best.profile.psi);

  let lastSupport = "";
  let untried = 0;
  let pause = 1;
  const gaps = new Map<number, number>();
  const outcome = descend(task, descent, (x, iteration) => {
    const before = best;
    const { beta, psi, misalignment } = descent.read(x);
    const raw = candidateAt(task, beta, psi, misalignment);
    const sparse = withExactZeros(task, raw); // `raw` itself is no answer: its support is everything
    best = better(best, sparse);
    const support = signature(sparse.beta);
    untried++;
    if (support === lastSupport || untried >= pause) {
      const unpolished = best;
      const polished = supportNewton(task, sparse);
      if (polished) best = better(best, polished);
      pause = best === unpolished ? 2 * pause : 1;
      untried = 0;
    }
    lastSupport = support;
    if (best.certificate.dualityGap !== undefined) gaps.set(iteration, best.certificate.dualityGap);
    if (isOptimal(best.certificate)) return "optimal";
    if (best !== before) return "better";
    return isOptimal(apartFromSteps(best.certificate)) ? "stationary" : "same";
  });
  const trace = outcome.trace.map((row) => {
    const dualityGap = gaps.get(row.iteration);
    return { ...row, ...(dualityGap !== undefined && { dualityGap }), method: name };
  });
  return { ...best, ...outcome, trace };
}

/**
 * Runs a descent until the point it has reached is certified, or nothing is gained any more.
 *
 * @param check asked every few iterations, and once more where the run ends without it.
 */
export function descend(
  { maxIter, signal, onIteration }: Pick<SolverTask, "maxIter" | "signal" | "onIteration">,
  { objective, optimizer, start }: Descent,
  check: (x: Float64Array, iteration: number) => Finding,
): { status: FitStatus; nIter: number; trace: readonly TraceRow[] } {
  let done = false;
  let lowest = Number.POSITIVE_INFINITY;
  let idle = 0;
  const run = minimize(objective, optimizer, start, {
    maxIter,
    gradientTolerance: 0,
    signal,
    onIteration: ({ x, value }, iteration) => {
      onIteration?.(iteration);
      if (iteration % iterationsPerCertificate !== 0 || iteration === 0) return false;
      const finding = check(x, iteration);
      done = finding === "optimal";
      const falls = !(value >= lowest - smallestFall * Math.abs(lowest));
      if (falls) lowest = value;
      idle = falls || finding === "better" ? 0 : idle + 1;
      return done || idle >= (finding === "stationary" ? patienceInBasin : patience);
    },
  });
  done ||= check(run.x, run.nIter) === "optimal";
  const trace = run.history.map(({ iteration, value, gradientNorm }) => ({
    iteration,
    objective: value,
    stationarity: gradientNorm,
  }));
  // Without progress, or where the gradient is exactly zero, the run ends as well, and need not be at a minimum.
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
