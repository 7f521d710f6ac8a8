import { supportOf } from "../../linalg/vector";
import type { SeparablePenalty } from "../../penalties";
import type { Solution, SolverTask } from "../solver";
import { blockOf } from "../subproblem/gram-block";
import type { QuadraticModel } from "../subproblem/quadratic-model";
import { DropOneScreening } from "./drop-one-screening";
import { gradientInMembers } from "./gram-candidates";
import { tryInclude } from "./gram-inclusion";
import { isGain, type LowerPoint, localSearch, localSearchCycles } from "./local-search";
import type { WarmStartState } from "./warm-start-state";

/** What an exchange needs. */
interface Exchanges {
  readonly task: SolverTask;
  readonly penalty: SeparablePenalty;
  readonly memory: WarmStartState;
  /** How many coefficients are left out in turn. */
  readonly count: number;
}

/**
 * Leaves out one of the smallest coefficients after the other, goes down without it and then, unless that leads straight
 * back, with it again, and goes on from the first end that is lower.
 *
 * @param solveFrom goes on to a solution.
 */
export function localSearchOverCoordinates(
  how: Exchanges,
  solution: Solution,
  solveFrom: (beta: Float64Array) => Solution,
): Solution {
  const { task, memory } = how;
  const { model } = memory;
  if (!model) return solution;
  return localSearch(task, memory.exchanged, solution, (best) => lowerEnd(how, model, best), solveFrom);
}

/** The first end of an exchange that is lower. */
function lowerEnd(
  { task, penalty, memory, count }: Exchanges,
  model: QuadraticModel,
  best: Solution,
): LowerPoint | undefined {
  const { lambda, signal } = task;
  const { descent, factor } = memory;
  const { beta } = best;
  if (!tryInclude(model, [supportOf(beta)], signal)) return undefined;
  const block = blockOf(model.gram);
  const { members, size, gram, stride } = block;
  const from = { beta, gradient: gradientInMembers(memory, task, best) };
  const sizes = Float64Array.from({ length: size }, (_, k) => gram[k * stride + k] * beta[members[k]] ** 2);
  const rows = Array.from(sizes.keys()).filter((k) => beta[members[k]] !== 0);
  rows.sort((a, b) => sizes[a] - sizes[b]);
  const returns = new DropOneScreening(block, penalty, lambda, from, factor);
  for (const k of rows.slice(0, count)) {
    if (signal?.aborted) return undefined;
    if (returns.without(k)) continue;
    const limits = { maxCycles: localSearchCycles, signal, onCycle: () => {} };
    descent.begin(block, penalty, lambda, from, 1);
    descent.run(limits, k);
    if (descent.wouldReturn(from, k)) continue;
    const { atRest, isStrict } = descent.run(limits);
    if (isGain(descent.fallFrom(from), best))
      return { beta: descent.endFrom(beta), isStrict: atRest && isStrict };
  }
  return undefined;
}
