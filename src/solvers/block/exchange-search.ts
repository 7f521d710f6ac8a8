/**
 * Local search for penalties that are not convex: an exchange leaves out a small block of a minimum and descends again
 * ({@link searchExchanges}).
 */
import { NEGLIGIBLE } from "../../linalg/rounding";
import type { Solution, SolverTask } from "../solver";
import type { ExchangesFrom } from "./working-set";

/** How a search exchanges, and goes on from the end of an exchange. */
export interface Exchanges {
  /** The minima that no exchange lowers. */
  readonly exhausted: WeakSet<Float64Array>;

  /** The exchanges from a minimum. */
  from(best: Solution): ExchangesFrom;

  /** The objective at some coefficients. */
  objectiveAt(beta: Float64Array): number;

  /** Solves on from given coefficients. */
  solveFrom(beta: Float64Array): Solution;
}

/**
 * Leaves out one block after the other and goes on from the first lower end, as long as there is one.
 *
 * @returns the lowest solution, with the trace of the first one.
 */
export function searchExchanges(
  { signal }: Pick<SolverTask, "signal">,
  solution: Solution,
  exchanges: Exchanges,
): Solution {
  let best = solution;
  while (!exchanges.exhausted.has(best.beta)) {
    const end = lowerEnd(best, exchanges, signal);
    if (signal?.aborted) return best;
    if (end === undefined) {
      exchanges.exhausted.add(best.beta);
      return best;
    }
    const next = exchanges.solveFrom(end);
    if (!(next.certificate.objective < best.certificate.objective) || next.status !== "converged")
      return best;
    best = { ...next, nIter: best.nIter + next.nIter, trace: best.trace };
  }
  return best;
}

function lowerEnd(
  best: Solution,
  exchanges: Exchanges,
  signal: SolverTask["signal"],
): Float64Array | undefined {
  const { objective } = best.certificate;
  const { blocks, without } = exchanges.from(best);
  for (const block of blocks) {
    if (signal?.aborted) return undefined;
    const end = without(block);
    if (end && objective - exchanges.objectiveAt(end) > NEGLIGIBLE * Math.abs(objective)) return end;
  }
  return undefined;
}
