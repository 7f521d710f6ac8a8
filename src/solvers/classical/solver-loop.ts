import { apartFromSteps, certify } from "../../problem/certificate";
import type { Profile } from "../../problem/problem";
import { better, type Candidate, candidateAt, traceRow } from "../candidate";
import type { FitStatus, Solution, SolverTask, TraceRow } from "../solver";
import { isOnRecessionDirection, isOnRecessionRay } from "../unboundedness";

/**
 * Certificates without a lower objective after which a method is left at a stationary point: what could still be gained is
 * by steps that its models of the loss do not let it take.
 */
const patience = 10;

/** A method under way, as one that runs it sees it. */
export interface Method {
  /** One iteration; false where it changed nothing, so that no further one will. */
  iterate(): boolean;
  /** Where it is, certified. */
  certify(): Candidate;
  /** What the method minimises, if not `P`. */
  objective?(): number;
}

/**
 * Runs a method until a certificate is good enough, and returns the best point that was certified.
 *
 * @param name of the method, for the trace.
 * @param begin starts the method at a point whose unpenalized part is optimal.
 * @param every iterations between two certificates.
 */
export function runSolver(
  name: string,
  task: SolverTask,
  every: number,
  begin: (start: Candidate) => Method,
): Solution {
  const { isOptimal, signal, maxIter } = task;
  let current = candidateAt(task, task.beta.slice(), task.psi, 0);
  let best = current;
  const method = begin(current);
  const trace: TraceRow[] = [];
  const record = (iteration: number): void => {
    const row = traceRow(name, iteration, current, best.certificate.dualityGap);
    trace.push({ ...row, objective: method.objective?.() ?? row.objective });
  };
  record(0);

  let status: FitStatus = isOptimal(best.certificate) ? "converged" : "max-iter";
  const { problem, lambda } = task;
  const hasNoMinimizer = (): boolean => isOnRecessionRay(problem, lambda, current);
  if (status === "max-iter" && isOnRecessionDirection(problem, lambda, current)) status = "stalled";
  let iteration = 0;
  let idle = 0;
  while (status === "max-iter" && iteration < maxIter) {
    iteration++;
    if (!method.iterate()) status = "stalled";
    task.onIteration?.(iteration);
    if (signal?.aborted) status = "interrupted";
    if (status === "max-iter" && iteration % every !== 0 && iteration < maxIter) continue;
    current = method.certify();
    const before = best.certificate;
    best = better(best, current);
    record(iteration);
    if (isOptimal(best.certificate)) status = "converged";
    const falls = before.objective - best.certificate.objective > 1e-10 * Math.abs(before.objective);
    idle = falls ? 0 : idle + 1;
    const stationary = isOptimal(apartFromSteps(best.certificate));
    if (status === "max-iter" && ((idle >= patience && stationary) || hasNoMinimizer())) status = "stalled";
  }
  return { ...best, status, nIter: iteration, trace };
}

/** The candidate `beta` (kept, not copied), at which the datafit was profiled. */
export function candidateOf(task: SolverTask, beta: Float64Array, profile: Profile): Candidate {
  return { beta, profile, certificate: certify(task.problem, task.lambda, beta, profile, 0) };
}
