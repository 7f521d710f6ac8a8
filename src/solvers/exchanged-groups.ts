import { norm } from "../linalg/vector";
import type { GroupPenalty } from "../penalties";
import { candidateAt } from "./candidate";
import type { Solution, SolverTask } from "./solver";
import type { WorkingGroups } from "./working-groups";

/** Cycles of an exchange. */
const exchangeCycles = 60;

/** Share of the objective that an exchange must gain. */
const smallestGain = 1e-9;

/**
 * Leaves out one of the smallest groups after the other, goes down without it and then with it again, and goes on from the
 * first end that is lower.
 *
 * @param working with all groups of the solution that are not zero.
 * @param exchanged ends that no exchange lowers, added to.
 * @param solveFrom goes on to a solution.
 */
export function exchangedGroups(
  task: SolverTask,
  penalty: GroupPenalty,
  working: WorkingGroups,
  exchanged: WeakSet<Float64Array>,
  solution: Solution,
  exchanges: number,
  solveFrom: (beta: Float64Array) => Solution,
): Solution {
  const { lambda, signal } = task;
  const { members } = penalty.groups;
  let best = solution;
  while (!exchanged.has(best.beta)) {
    const { beta, profile, certificate } = best;
    const slopes = new Float64Array(beta.length);
    const sizes = members.map((own) => norm(Float64Array.from(own, (j) => beta[j])));
    const smallest = members.flatMap((_, g) => (sizes[g] > 0 && working.has(g) ? [g] : []));
    smallest.sort((a, b) => sizes[a] - sizes[b]);
    let lower: Float64Array | undefined;
    for (const g of smallest.slice(0, exchanges)) {
      if (signal?.aborted) return best;
      working.moveTo(beta, profile.gradient);
      working.drop(g);
      const isEnough = (): boolean => false;
      working.minimise(lambda, 0, isEnough, signal, { without: g, cycles: exchangeCycles });
      working.minimise(lambda, 0, isEnough, signal, { cycles: exchangeCycles });
      const end = beta.slice();
      working.read(end, slopes);
      const fall = certificate.objective - candidateAt(task, end, profile.psi, 0).certificate.objective;
      if (!(fall > smallestGain * Math.abs(certificate.objective))) continue;
      lower = end;
      break;
    }
    if (lower === undefined) {
      exchanged.add(beta);
      return best;
    }
    const next = solveFrom(lower);
    if (!(next.certificate.objective < certificate.objective) || next.status !== "converged") return best;
    best = { ...next, nIter: best.nIter + next.nIter, trace: best.trace };
  }
  return best;
}
