import { type HowGlobal, N_STARTS, SAME_OBJECTIVE } from "../studies/how-often-global";
import type { Finished, Task } from "../studies/study";
import { clusteredMean, type Share } from "./shares";
import { beyondChance } from "./student";

/** A problem of the study `how-often-global` and what was found. */
export type Problem = Finished<Task, HowGlobal>;

/** Whether an end is the least minimum known. */
export function isLeast(excess: number): boolean {
  return excess <= SAME_OBJECTIVE;
}

/** The share of random starts of a problem that ended in the least minimum known. */
export function shareOfStarts({ result }: Problem, way: string): number {
  const least = result.starts[way].filter(([excess]) => isLeast(excess));
  return least.reduce((sum, [, count]) => sum + count, 0) / N_STARTS;
}

/**
 * How probable it is that one at least of some different random starts ended there, where each set of them is as probable.
 *
 * @param several how many of the {@link N_STARTS}
 */
export function bestOf(several: number, problem: Problem, way: string): number {
  const others = N_STARTS - Math.round(N_STARTS * shareOfStarts(problem, way));
  let none = 1;
  for (let k = 0; k < several; k++) none *= Math.max(others - k, 0) / (N_STARTS - k);
  return 1 - none;
}

/** The mean of a share over problems, of which those of a replicate were drawn from one seed, with its interval of 95 %. */
export function meanShare(problems: readonly Problem[], of: (problem: Problem) => number): Share {
  const clusters = new Map<unknown, number[]>();
  for (const problem of problems) {
    const { replicate } = problem.task.parameters;
    clusters.set(replicate, [...(clusters.get(replicate) ?? []), of(problem)]);
  }
  const { mean, error } = clusteredMean([...clusters.values()]);
  const reach = beyondChance(clusters.size - 1) * error;
  return { share: mean, low: Math.max(mean - reach, 0), high: Math.min(mean + reach, 1) };
}

/** A penalty as figures and tables name it. */
export function shownPenalty(penalty: unknown): string {
  return String(penalty).replace("gamma", "γ");
}
