import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Setting, Study, Task } from "../studies/study";
import { addEntry, type Entry, isLocked, type Journal, lockJournal, readJournal } from "./journal";
import { currentCommit } from "./manifest";
import { type Shard, suffixOf, tasksOf } from "./shard";
import { computeTasks } from "./task-pool";

/** How a study is run. */
export interface RunOptions {
  /** Where journals are kept. */
  readonly folder: string;
  readonly setting: Setting;
  readonly shard: Shard;
  readonly workers: number;
  /** Computes all tasks, also those that the journal has. Default: false. */
  readonly anew?: boolean;
  readonly signal: AbortSignal;
  /** Takes lines for people. */
  say(line: string): void;
}

/** What is known when a run ends. */
export interface RunOutcome {
  /** Of all tasks of the part, also those of earlier runs. */
  readonly entries: readonly Entry[];
  readonly unfinished: readonly Task[];
}

/** At least so many seconds lie between two lines of progress. */
const QUIET_SECONDS = 10;

/**
 * Computes what a journal does not have yet of a part of a study, and writes it into the journal task by task.
 *
 * Four tasks spread over what is left come first, and by them the time that the rest will take is said.
 *
 * @throws UsageError where another process computes the same part, or the journal cannot be written to.
 */
export async function runStudy(study: Study, options: RunOptions): Promise<RunOutcome> {
  const journal = journalOf(study, options);
  const release = lockJournal(journal);
  try {
    if (options.anew) rmSync(journal, { force: true });
    return await completeJournal(journal, study, options);
  } finally {
    release();
  }
}

async function completeJournal(
  journal: string,
  study: Study,
  { setting, shard, workers, signal, say }: RunOptions,
): Promise<RunOutcome> {
  const mine = tasksOf(shard, study.tasks(setting));
  const { entries: before, damages } = readJournal(journal);
  for (const damage of damages) say(`${study.name}: ${damage}`);
  // Entries are kept here too: what becomes of the file meanwhile does not count as failed tasks.
  const entries = [...before];
  const done = new Set(entries.map(({ task }) => task));
  const left = mine.filter(({ id }) => !done.has(id));
  const commit = currentCommit();
  const progress = progressOf(study.name, left.length, workers, say);
  if (left.length < mine.length)
    say(`${study.name}: ${mine.length - left.length} of ${mine.length} tasks are there already`);
  await computeTasks(
    study.name,
    sampleFirst(left),
    workers,
    (task, answer) => {
      if ("error" in answer) {
        say(`${study.name}: the task "${task.id}" failed: ${answer.error}`);
        return;
      }
      const entry = { task: task.id, result: answer.result, seconds: answer.seconds, commit };
      addEntry(journal, entry);
      entries.push(entry);
      done.add(task.id);
      progress(answer.seconds);
    },
    signal,
  );
  return { entries, unfinished: mine.filter(({ id }) => !done.has(id)) };
}

/** The entries of all journals of a study in a folder, whichever parts they are of, and what is wrong with these. */
export function allEntries(study: Study, setting: Setting, folder: string): Journal {
  const journals = journalsOf(study, setting, folder).map(readJournal);
  return {
    entries: journals.flatMap(({ entries }) => entries),
    damages: journals.flatMap(({ damages }) => damages),
  };
}

/**
 * Takes the journals of a study away once its records are written: the next run is to compute it anew. Those that another process
 * still writes stay.
 */
export function forgetJournals(study: Study, setting: Setting, folder: string): void {
  for (const journal of journalsOf(study, setting, folder)) {
    if (!isLocked(journal)) rmSync(journal, { force: true });
  }
}

function journalsOf({ name }: Study, setting: Setting, folder: string): string[] {
  const place = join(folder, setting);
  const part = new RegExp(`^${name}(\\.\\d+-of-\\d+)?\\.jsonl$`);
  const files = existsSync(place) ? readdirSync(place) : [];
  return files
    .filter((file) => part.test(file))
    .sort()
    .map((file) => join(place, file));
}

function journalOf(study: Study, { folder, setting, shard }: RunOptions): string {
  return join(folder, setting, `${study.name}${suffixOf(shard)}.jsonl`);
}

/** Puts four tasks from everywhere before the others. */
function sampleFirst(tasks: readonly Task[]): Task[] {
  const sample = new Set([0, 1 / 3, 2 / 3, 1].map((share) => tasks[Math.round(share * (tasks.length - 1))]));
  return tasks.length < 8 ? [...tasks] : [...sample, ...tasks.filter((task) => !sample.has(task))];
}

function progressOf(
  name: string,
  count: number,
  workers: number,
  say: (line: string) => void,
): (seconds: number) => void {
  let done = 0;
  let sum = 0;
  let said = performance.now();
  return (seconds) => {
    done += 1;
    sum += seconds;
    const now = performance.now();
    const first = done === Math.min(4, count) && count >= 8;
    if (!first && done < count && now - said < QUIET_SECONDS * 1000) return;
    said = now;
    const left = ((sum / done) * (count - done)) / workers;
    say(`${name}: ${done} of ${count} tasks${done < count ? `, about ${durationOf(left)} left` : ""}`);
  };
}

/** A time for people: 42 s, 17 min, 3.5 h. */
export function durationOf(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
