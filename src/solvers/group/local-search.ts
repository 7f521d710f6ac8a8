import { norm } from "../../linalg/vector";
import type { GroupPenalty } from "../../penalties";
import { candidateAt } from "../candidate";
import { isGain, type LowerPoint, localSearch, localSearchCycles } from "../coordinate/local-search";
import type { Solution, SolverTask } from "../solver";
import type { GroupWorkingSet } from "./working-set";

/**
 * Leaves out one of the smallest groups after the other, goes down without it and then with it again, and goes on from the
 * first end that is lower.
 *
 * @param working with all groups of the solution that are not zero.
 * @param exchanged ends that no exchange lowers, added to.
 * @param solveFrom goes on to a solution.
 */
export function localSearchOverGroups(
  task: SolverTask,
  penalty: GroupPenalty,
  working: GroupWorkingSet,
  exchanged: WeakSet<Float64Array>,
  solution: Solution,
  exchanges: number,
  solveFrom: (beta: Float64Array) => Solution,
): Solution {
  const { members } = penalty.groups;
  const { lambda, signal } = task;
  const isEnough = (): boolean => false;
  const lowerEnd = (best: Solution): LowerPoint | undefined => {
    const { beta, profile, certificate } = best;
    const slopes = new Float64Array(beta.length);
    const sizes = members.map((own) => norm(Float64Array.from(own, (j) => beta[j])));
    const smallest = members.flatMap((_, g) => (sizes[g] > 0 && working.has(g) ? [g] : []));
    smallest.sort((a, b) => sizes[a] - sizes[b]);
    for (const g of smallest.slice(0, exchanges)) {
      if (signal?.aborted) return undefined;
      working.moveTo(beta, profile.gradient);
      working.drop(g);
      working.minimise(lambda, 0, isEnough, signal, { without: g, cycles: localSearchCycles });
      working.minimise(lambda, 0, isEnough, signal, { cycles: localSearchCycles });
      const end = beta.slice();
      working.read(end, slopes);
      const fall = certificate.objective - candidateAt(task, end, profile.psi, 0).certificate.objective;
      if (isGain(fall, best)) return { beta: end, isStrict: false };
    }
    return undefined;
  };
  return localSearch(task, exchanged, solution, lowerEnd, solveFrom);
}
