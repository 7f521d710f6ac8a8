import type { Contender } from "../contenders/contenders";
import type { Solved } from "../contenders/messages";
import { TooSlow } from "../contenders/worker-process";
import { median } from "../interleaved";
import { Contestant, type JudgedTrial, type Setting } from "./contestant";
import type { Label, Row } from "./row";
import { LOOSEST, loosestTolerance } from "./search";

/** Of the limit of a solve this share may pass in a search before another tolerance is no longer tried. */
const SLOW_SHARE = 1 / 2;

/** How long each contestant solves before its times count. */
const WARM_SECONDS = 1;

/** What shapes a comparison besides the setting. */
export interface ComparisonOptions {
  readonly repetitions: number;
  /** Where the search for a tolerance begins. */
  readonly guess: (contender: string) => number | undefined;
  /** Tolerances that were found in another layout, which are all that is measured then; undefined: none were looked for. */
  readonly found?: (contender: string, target: number) => number | undefined;
  readonly onProgress: (text: string) => void;
}

/** A trial that is to be repeated. */
interface Entry {
  readonly contestant: Contestant;
  readonly label: Label;
  readonly target: number;
  readonly trial: JudgedTrial;
  /** Of every round. */
  readonly solves: Solved[];
}

/**
 * Runs all contenders on one problem: each alone until its tolerances are found, then all in turn, each round with another one
 * first, so that a slow moment of the machine slows them alike.
 */
export async function compareProblem(
  contenders: readonly Contender[],
  setting: Setting,
  options: ComparisonOptions,
): Promise<Row[]> {
  const rows: Row[] = [];
  const entries: Entry[] = [];
  const contestants = contenders.map((contender) => new Contestant(contender, setting));
  try {
    for (const contestant of contestants) {
      for (const found of await tolerancesOf(contestant, setting, options)) {
        if ("trial" in found && found.label !== "missed") entries.push(found);
        else rows.push(rowOf(found, setting));
      }
    }
    const different = entries.filter((entry, k) => entries.findIndex(sameSolve(entry)) === k);
    for (let round = 0; round < options.repetitions; round++) {
      for (let turn = 0; turn < different.length; turn++) {
        const entry = different[(turn + round) % different.length];
        try {
          await entry.contestant.warmUp(entry.trial.tol, WARM_SECONDS);
          entry.solves.push(await entry.contestant.time(entry.trial.tol));
        } catch (error) {
          // What it did before stands.
          options.onProgress(
            `${entry.contestant.contender.name}, ${entry.label}: ${(error as Error).message}`,
          );
        }
      }
      options.onProgress(`round ${round + 1} of ${options.repetitions} is done`);
    }
    const measured = entries.map((entry) => ({ ...entry, solves: entries.find(sameSolve(entry))!.solves }));
    return [...measured.map((entry) => rowOf(entry, setting)), ...rows];
  } finally {
    for (const contestant of contestants) contestant.close();
  }
}

const sameSolve =
  ({ trial }: Entry) =>
  (other: Entry): boolean =>
    other.trial === trial;

/** A contender that did not get as far as a trial. */
interface Failure {
  readonly contestant: Contestant;
  readonly label: Label;
  readonly target: number;
  readonly message: string;
}

/** Its default, and for every target the loosest tolerance that reaches it. */
async function tolerancesOf(
  contestant: Contestant,
  { problem, limitSeconds }: Setting,
  { guess, found: before, onProgress }: ComparisonOptions,
): Promise<(Entry | Failure)[]> {
  const { name } = contestant.contender;
  if (before && problem.targets.every((target) => before(name, target) === undefined)) return [];
  const found: (Entry | Failure)[] = [];
  const attempt = async (
    target: number,
    how: () => Promise<Pick<Entry, "label" | "trial">>,
  ): Promise<void> => {
    try {
      const { label, trial } = await how();
      onProgress(
        `${name}, ${label}: tol ${trial.tol.toExponential(0)}, ${trial.seconds.toFixed(3)} s, ${trial.worst.toExponential(1)}`,
      );
      found.push({ contestant, label, target, trial, solves: [] });
    } catch (error) {
      const label = error instanceof TooSlow ? "too-slow" : "failed";
      const { message } = error as Error;
      onProgress(`${name}, ${label}: ${message}`);
      found.push({ contestant, label, target, message });
    }
  };
  let defaultTol: number;
  try {
    ({ defaultTol } = await contestant.start());
  } catch (error) {
    const { message } = error as Error;
    onProgress(`${name} does not start: ${message}`);
    return [{ contestant, label: "failed", target: problem.targets[0], message }];
  }
  const labelled = (trial: JudgedTrial, target: number): Pick<Entry, "label" | "trial"> => ({
    label: trial.worst <= target ? "equal" : "missed",
    trial,
  });
  const byDefault = (): Promise<void> =>
    attempt(problem.targets[0], async () => ({ label: "default", trial: await contestant.try(defaultTol) }));
  if (before) {
    // A method without a tolerance has its time at the target already.
    if (defaultTol !== 0) await byDefault();
    for (const target of problem.targets) {
      const tol = before(name, target);
      if (tol !== undefined) await attempt(target, async () => labelled(await contestant.try(tol), target));
    }
    return found;
  }
  await byDefault();
  for (const target of problem.targets) {
    await attempt(target, async () => {
      if (defaultTol === 0) return labelled(await contestant.try(0), target);
      // Where its own tolerance takes too long a looser one may not.
      const start = guess(name) ?? (found[0].label === "too-slow" ? LOOSEST : defaultTol);
      const slow = limitSeconds * SLOW_SHARE;
      const { trial, reached } = await loosestTolerance(start, target, slow, (tol) => contestant.try(tol));
      return { label: reached ? "equal" : "missed", trial };
    });
  }
  return found;
}

function rowOf(found: Entry | Failure, { problem, layout, threads, limitSeconds }: Setting): Row {
  const { contestant, label, target } = found;
  const { contender, ready, memory, firstSeconds } = contestant;
  const common = {
    problem: problem.name,
    loss: problem.loss,
    penalty: problem.penalty.name,
    contender: contender.name,
    ours: contender.ours,
    threads,
    layout,
    label,
    target,
    ...(ready && { version: ready.version }),
    ...(memory && { peakMb: memory.peak, loadedMb: memory.loaded }),
    ...(firstSeconds !== undefined && { firstSeconds }),
  };
  if (!("trial" in found)) {
    return { ...common, message: found.message, ...(label === "too-slow" && { seconds: limitSeconds }) };
  }
  const { trial } = found;
  const solves = found.solves.length > 0 ? found.solves : [trial];
  const repetitions = solves.map(({ seconds }) => seconds);
  const loads = solves.flatMap(({ loading }) => (loading ? [loading.seconds] : []));
  const { tol, worst, objectiveSum, nonzeros, testError, iterations } = trial;
  return {
    ...common,
    tol,
    seconds: median(repetitions),
    repetitions,
    ...(loads.length > 0 && { loadSeconds: median(loads) }),
    worst,
    objectiveSum,
    nonzeros,
    testError,
    iterations,
  };
}
