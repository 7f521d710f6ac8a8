import type { Solution, SolverTask } from "../solver";

/** Cycles of an exchange. */
export const localSearchCycles = 60;

/** Share of the objective that an exchange must gain. */
const smallestGain = 1e-9;

/** Where an exchange ended that gained. */
export interface LowerPoint {
  readonly beta: Float64Array;
  /** Whether the second derivatives in what is not zero are known to be positive definite there. */
  readonly isStrict: boolean;
}

/** Whether what an exchange lowers the objective of a solution by is more than rounding. */
export function isGain(fall: number, { certificate }: Pick<Solution, "certificate">): boolean {
  return fall > smallestGain * Math.abs(certificate.objective);
}

/**
 * Goes on from the lower end of an exchange as long as there is one that leads to a lower solution.
 *
 * @param exchanged ends that no exchange lowers, added to unless a signal is aborted.
 * @param lowerEnd of an exchange at a solution.
 * @param solveFrom goes on to a solution.
 */
export function localSearch(
  { signal }: Pick<SolverTask, "signal">,
  exchanged: WeakSet<Float64Array>,
  solution: Solution,
  lowerEnd: (best: Solution) => LowerPoint | undefined,
  solveFrom: (beta: Float64Array) => Solution,
): Solution {
  let best = solution;
  while (!exchanged.has(best.beta)) {
    const lower = lowerEnd(best);
    if (signal?.aborted) return best;
    if (lower === undefined) {
      exchanged.add(best.beta);
      return best;
    }
    const next = solveFrom(lower.beta);
    if (!(next.certificate.objective < best.certificate.objective) || next.status !== "converged")
      return best;
    // Where it stayed at once nobody has looked at second derivatives since.
    const isStrict = next.isStrict || (lower.isStrict && next.beta.every((b, j) => b === lower.beta[j]));
    best = { ...next, isStrict, nIter: best.nIter + next.nIter, trace: best.trace };
  }
  return best;
}
