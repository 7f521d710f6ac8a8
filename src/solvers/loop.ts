/**
 * The loop that every solver runs in.
 *
 * A {@link Method} knows how to iterate and how to certify its point. Everything else is here: the count of iterations, the
 * trace, the best candidate so far, interruption, progress, unboundedness and the rules by which a run stops. Solvers that
 * run other solvers, as `withFallback` and `multiStart` do, have no loop of their own: see `strategies.ts` and `search/`.
 */
import { NEGLIGIBLE, ROUNDING } from "../linalg/rounding";
import { apartFromSteps } from "../problem/certificate";
import type { FitStatus, Solution, SolverTask, TraceRow } from "./solver";
import { better, type Candidate, isLower } from "./solver";
import { isOnRecessionDirection, isOnRecessionRay } from "./unboundedness";

/**
 * The outcome of a call of {@link Method.iterate}: `"moved"`, the method may go on; `"last"`, no further iteration would change
 * anything; `"rejected"`, the point stays as it was and has been certified, but the next call may move it; `"failed"`, it
 * stays and no call will move it.
 */
export type Step = "moved" | "last" | "rejected" | "failed";

/** A certified point of any kind: of a sparse problem, or of a piecewise linear one. */
interface Certified {
  readonly certificate: {
    readonly objective: number;
    readonly dualityGap: number | undefined;
    readonly violation?: number;
  };
}

/** The run so far, as the loop shows it to methods and stopping rules. */
export interface Run<C extends Certified = Candidate> {
  /** Iterations made. */
  readonly nIter: number;
  /** Iterations that are left. */
  readonly remaining: number;
  /** The last candidate, and the one before it. */
  readonly current: C;
  readonly previous: C;
  /** The best candidate, and the best one before the last. */
  readonly best: C;
  readonly previousBest: C;
  /**
   * Whether the method's own objective was lower at the last candidate than at all earlier ones. A decrease by a negligible share
   * does not count.
   */
  readonly isLower: boolean;
}

/** An iterative method, as the loop sees it. */
export interface Method<C extends Certified = Candidate> {
  /** The name that the rows of the trace carry. */
  readonly name: string;
  /** The certified point from which the run starts. */
  readonly start: C;
  /** The rule by which the run ends if it does not meet its goal. */
  readonly stopping: StoppingRule<C>;
  /** Iterations from one candidate to the next. Default: 1. */
  readonly candidateInterval?: number;
  /** The number of iterations so far, for methods whose calls of `iterate` are not always one iteration. */
  readonly nIter?: number;
  /** Whether the method iterates from another point than `start`, as a surrogate does, whose first row has no gap. */
  readonly startsElsewhere?: boolean;
  /** Whether `start` is known to miss the goal; its duality gap then need not be computed. */
  readonly startMissesGoal?: boolean;
  /** Takes one step. */
  iterate(run: Run<C>): Step;
  /** Certifies the current point, and returns it or a better point that can be derived from it. */
  candidate(run: Run<C>): C;
  /** Returns the objective of the method if this is not `P`. If a method has this function, every iteration has a row in the trace. */
  state?(): Partial<Pick<TraceRow, "objective" | "stationarity">>;
  /** Whether the run may end at a candidate that meets the goal; for methods whose certificates do not suffice. Default: it always may. */
  isEnd?(candidate: C): boolean;
  /** Whether no further iteration helps; asked after a candidate that misses the goal. Default: never. */
  isExhausted?(run: Run<C>): boolean;
  /** Returns a last candidate if the run ends without having met the goal. */
  finish?(status: FitStatus, run: Run<C>): C | undefined;
}

/**
 * The iteration of the first look for a direction along which the loss falls forever for some rows only, which takes longer than the check of
 * the ray through each candidate; every other look is after twice as many iterations, so that all of them cost little beside these.
 */
const firstLook = 100;

/** Iterations from one candidate to the next of methods whose candidates cost about as much as an iteration. */
export const candidateInterval = 10;

/** When a run ends that does not meet its goal: after a number of candidates in a row without progress. */
export interface StoppingRule<C extends Certified = Candidate> {
  /** The largest number of candidates in a row without progress. */
  readonly patience: number;
  /** The same number if the best candidate is stationary, so that only another basin could be lower. Default: `patience`. */
  readonly patienceAtStationaryPoint?: number;
  /** Whether the last candidate counts as progress. */
  isProgress(run: Run<C>): boolean;
  /** Whether a start is also checked for directions along which the loss falls forever for some rows only. Default: no. */
  readonly checksDirections?: boolean;
}

/** For Newton steps on a support, which end at the exact minimum: after three candidates without progress only rounding is left. */
export const newtonStopping: StoppingRule = {
  patience: 3,
  isProgress: ({ best, previousBest }) => best !== previousBest,
};

/** For Newton steps on groups: a lower objective counts as progress even if the gap has not decreased yet. */
export const groupNewtonStopping: StoppingRule = {
  patience: 3,
  isProgress: ({ best, previousBest, current, previous }) =>
    best !== previousBest ||
    previous.certificate.objective - current.certificate.objective >
      ROUNDING * Math.abs(current.certificate.objective),
};

/**
 * For descents of `P` by small steps, which may take any number of them. They end at a stationary point whose objective no
 * longer falls, since what a single coordinate could still gain there is beyond the steps that their models allow.
 */
export const descentStopping: StoppingRule = {
  patience: Number.POSITIVE_INFINITY,
  patienceAtStationaryPoint: 10,
  isProgress: ({ best, previousBest }) => isLower(best, previousBest.certificate.objective),
  checksDirections: true,
};

/**
 * For descents of a surrogate, which progress by a better candidate or a lower surrogate. In the basin of a stationary
 * candidate the last digits are those of Newton's method, which is tried with each candidate.
 */
export const surrogateStopping: StoppingRule = {
  patience: 100,
  patienceAtStationaryPoint: 10,
  isProgress: ({ best, previousBest, isLower }) => best !== previousBest || isLower,
};

/**
 * Runs a method on a sparse problem until a candidate meets the goal of the task, and returns the best candidate.
 *
 * A start that meets the goal is the answer, with an empty trace.
 */
export function runSolver(task: SolverTask, method: Method): Solution {
  const { problem, lambda, isOptimal } = task;
  return runLoop(task, method, {
    meetsGoal: ({ certificate }) => isOptimal(certificate),
    isStationary: ({ certificate }) => isOptimal(apartFromSteps(certificate)),
    // A candidate that meets a convex goal needs no comparison, which may cost the computation of a gap of the start.
    better: (best, next) =>
      problem.penalty.convex && isOptimal(next.certificate) ? next : better(best, next),
    isUnbounded: (candidate, checksDirections) =>
      (checksDirections ? isOnRecessionDirection : isOnRecessionRay)(problem, lambda, candidate),
  });
}

/** The rules of a kind of problem. */
export interface Rules<C extends Certified> {
  meetsGoal(candidate: C): boolean;
  /** Whether a candidate would meet the goal if no single coordinate or group could gain anything. */
  isStationary(candidate: C): boolean;
  better(best: C, next: C): C;
  /** Whether the objective falls forever from a candidate on. */
  isUnbounded(candidate: C, checksDirections: boolean): boolean;
}

/** The end of a run: the best candidate, and why the run ended. */
export type Outcome<C> = C & Pick<Solution, "status" | "nIter" | "trace">;

/** {@link runSolver} for any kind of problem. */
export function runLoop<C extends Certified>(
  { maxIter, signal, onIteration }: Pick<SolverTask, "maxIter" | "signal" | "onIteration">,
  method: Method<C>,
  rules: Rules<C>,
): Outcome<C> {
  const { start, stopping, candidateInterval: interval = 1 } = method;
  const trace: TraceRow[] = [];
  let run: Run<C> = {
    nIter: 0,
    remaining: maxIter,
    current: start,
    previous: start,
    best: start,
    previousBest: start,
    isLower: false,
  };
  /** The iteration of the last candidate; -1 before the first candidate if the method does not iterate from the start of the run. */
  let certifiedAt = method.startsElsewhere ? -1 : 0;
  let [idle, lowest] = [0, Number.POSITIVE_INFINITY];
  let nextLook = firstLook;

  const meetsGoal = (candidate: C): boolean =>
    rules.meetsGoal(candidate) && (method.isEnd === undefined || method.isEnd(candidate));
  const ended = (status: FitStatus): Outcome<C> => ({ ...run.best, status, nIter: run.nIter, trace });

  /** Writes or overwrites the row of this iteration. */
  const record = (): void => {
    const { nIter, current, best } = run;
    const { objective, violation = Number.NaN } = current.certificate;
    const own = method.state?.();
    const hasGap = certifiedAt === nIter && !(nIter === 0 && method.startMissesGoal);
    const dualityGap = hasGap ? best.certificate.dualityGap : undefined;
    const row: TraceRow = {
      iteration: nIter,
      objective: own?.objective ?? objective,
      stationarity: own?.stationarity ?? violation,
      ...(dualityGap !== undefined && { dualityGap }),
      method: method.name,
    };
    if (trace[trace.length - 1]?.iteration === nIter) trace.pop();
    trace.push(row);
  };

  const certify = (): void => {
    const { nIter, current: previous, best: previousBest } = run;
    certifiedAt = nIter;
    const current = method.candidate(run);
    const objective = method.state?.().objective ?? current.certificate.objective;
    const isLowest = !(objective >= lowest - NEGLIGIBLE * Math.abs(lowest));
    if (isLowest) lowest = objective;
    run = {
      ...run,
      previous,
      current,
      previousBest,
      best: rules.better(previousBest, current),
      isLower: isLowest,
    };
    record();
  };

  const isIdle = (): boolean => {
    idle = stopping.isProgress(run) ? 0 : idle + 1;
    const { patience, patienceAtStationaryPoint = patience } = stopping;
    return idle >= patience || (idle >= patienceAtStationaryPoint && rules.isStationary(run.best));
  };

  /** Ends a run that has not met its goal, after asking the method for a last candidate. */
  const giveUp = (status: FitStatus): Outcome<C> => {
    const last = method.finish?.(status, run);
    if (last === undefined) return ended(status);
    run = { ...run, best: rules.better(run.best, last) };
    if (trace[trace.length - 1].iteration === run.nIter) record();
    return ended(meetsGoal(run.best) ? "converged" : status);
  };

  if (!method.startMissesGoal && meetsGoal(start)) return ended("converged");
  record();
  if (rules.isUnbounded(start, stopping.checksDirections === true)) return giveUp("stalled");
  while (run.nIter < maxIter) {
    const step = method.iterate(run);
    const nIter = method.nIter ?? run.nIter + 1;
    run = { ...run, nIter, remaining: maxIter - nIter };
    if (method.nIter === undefined) onIteration?.(nIter);
    if (step === "rejected" || step === "failed") {
      certifiedAt = nIter;
      if (signal?.aborted) return giveUp("interrupted");
      if (step === "failed") return giveUp("stalled");
      continue;
    }
    if (step === "moved" && !signal?.aborted && nIter < maxIter && nIter % interval !== 0) {
      if (method.state) record();
      continue;
    }
    certify();
    if (meetsGoal(run.best)) return ended("converged");
    if (signal?.aborted) return giveUp("interrupted");
    if (step === "last" || isIdle()) return giveUp("stalled");
    const looks = nIter >= nextLook;
    if (looks) nextLook = 2 * nIter;
    if (rules.isUnbounded(run.current, looks) || method.isExhausted?.(run)) return giveUp("stalled");
  }
  return giveUp("max-iter");
}
