import { supportOf } from "../linalg/vector";
import type { SeparablePenalty } from "../penalties";
import { ForeseenReturn } from "./foreseen-return";
import { isAdmitted } from "./gram-admission";
import { blockOf } from "./gram-block";
import { gradientAt } from "./gram-candidates";
import type { GramMemory } from "./gram-memory";
import type { Solution, SolverTask } from "./solver";

/** Cycles of an exchange. */
const exchangeCycles = 60;

/** Share of the objective that an exchange must gain. */
const smallestGain = 1e-9;

/**
 * Leaves out one of the smallest coefficients after the other, goes down without it and then, unless that leads straight
 * back, with it again, and goes on from the first end that is lower.
 *
 * @param solveFrom goes on to a solution.
 */
export function exchangedMembers(
  task: SolverTask,
  penalty: SeparablePenalty,
  memory: GramMemory,
  solution: Solution,
  exchanges: number,
  solveFrom: (beta: Float64Array) => Solution,
): Solution {
  const { lambda, signal } = task;
  let best = solution;
  while (!memory.exchanged.has(best.beta)) {
    const { model, descent } = memory;
    if (!model || !isAdmitted(model, supportOf(best.beta), signal)) return best;
    const block = blockOf(model.gram);
    const from = { beta: best.beta, gradient: gradientAt(memory, task, best) };
    const size = (k: number): number => block.gram[k * block.stride + k] * best.beta[block.members[k]] ** 2;
    const rows = Array.from({ length: block.size }, (_, k) => k).filter(
      (k) => best.beta[block.members[k]] !== 0,
    );
    rows.sort((a, b) => size(a) - size(b));
    let lower: Float64Array | undefined;
    const returns = new ForeseenReturn(block, penalty, lambda, from, memory.factor);
    for (const k of rows.slice(0, exchanges)) {
      if (signal?.aborted) return best;
      if (returns.without(k)) continue;
      const limits = { maxCycles: exchangeCycles, signal, onCycle: () => {} };
      descent.begin(block, penalty, lambda, from, 1);
      descent.run(limits, k);
      if (descent.wouldReturn(from, k)) continue;
      descent.run(limits);
      if (!(descent.fallFrom(from) > smallestGain * Math.abs(best.certificate.objective))) continue;
      lower = best.beta.slice();
      const reached = block.beta;
      for (let i = 0; i < block.size; i++) lower[block.members[i]] = reached[i];
      break;
    }
    if (lower === undefined) {
      memory.exchanged.add(best.beta);
      return best;
    }
    const next = solveFrom(lower);
    if (!(next.certificate.objective < best.certificate.objective) || next.status !== "converged")
      return best;
    best = { ...next, nIter: best.nIter + next.nIter, trace: best.trace };
  }
  return best;
}
