import { supportOf } from "../linalg/vector";
import type { SeparablePenalty } from "../penalties";
import { ForeseenReturn } from "./foreseen-return";
import { isAdmitted } from "./gram-admission";
import { blockOf, type GramBlock } from "./gram-block";
import { gradientAt } from "./gram-candidates";
import type { GramMemory } from "./gram-memory";
import type { Solution, SolverTask } from "./solver";

/** Cycles of an exchange. */
const exchangeCycles = 60;

/** Share of the objective that an exchange must gain. */
const smallestGain = 1e-9;

/** What an exchange needs. */
interface Exchanges {
  readonly task: SolverTask;
  readonly penalty: SeparablePenalty;
  readonly memory: GramMemory;
  /** How many coefficients are left out in turn. */
  readonly count: number;
}

/** Where an exchange ended that gained. */
interface LowerEnd {
  readonly beta: Float64Array;
  /** Whether it is a minimum among the members, the second derivatives in what is not zero positive definite. */
  readonly isStrict: boolean;
}

/**
 * Leaves out one of the smallest coefficients after the other, goes down without it and then, unless that leads straight
 * back, with it again, and goes on from the first end that is lower.
 *
 * @param solveFrom goes on to a solution.
 */
export function exchangedMembers(
  how: Exchanges,
  solution: Solution,
  solveFrom: (beta: Float64Array) => Solution,
): Solution {
  const { task, memory } = how;
  let best = solution;
  while (!memory.exchanged.has(best.beta)) {
    const { model } = memory;
    if (!model || !isAdmitted(model, [supportOf(best.beta)], task.signal)) return best;
    const lower = lowerEnd(how, blockOf(model.gram), best);
    if (task.signal?.aborted) return best;
    if (lower === undefined) {
      memory.exchanged.add(best.beta);
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

/** The first end of an exchange that is lower. */
function lowerEnd(
  { task, penalty, memory, count }: Exchanges,
  block: GramBlock,
  best: Solution,
): LowerEnd | undefined {
  const { lambda, signal } = task;
  const { descent, factor } = memory;
  const { members, size, gram, stride } = block;
  const { beta, certificate } = best;
  const from = { beta, gradient: gradientAt(memory, task, best) };
  const sizes = Float64Array.from({ length: size }, (_, k) => gram[k * stride + k] * beta[members[k]] ** 2);
  const rows = Array.from(sizes.keys()).filter((k) => beta[members[k]] !== 0);
  rows.sort((a, b) => sizes[a] - sizes[b]);
  const returns = new ForeseenReturn(block, penalty, lambda, from, factor);
  for (const k of rows.slice(0, count)) {
    if (signal?.aborted) return undefined;
    if (returns.without(k)) continue;
    const limits = { maxCycles: exchangeCycles, signal, onCycle: () => {} };
    descent.begin(block, penalty, lambda, from, 1);
    descent.run(limits, k);
    if (descent.wouldReturn(from, k)) continue;
    const { atRest, isStrict } = descent.run(limits);
    if (!(descent.fallFrom(from) > smallestGain * Math.abs(certificate.objective))) continue;
    return { beta: descent.endFrom(beta), isStrict: atRest && isStrict };
  }
  return undefined;
}
