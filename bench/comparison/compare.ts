import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { anchorSeconds } from "../anchor";
import { type Interpreters, libraryContenders, surveyPeers } from "../contenders/contenders";
import type { Layout } from "../contenders/library";
import { canPin } from "../contenders/worker-process";
import type { FreshMeasurement } from "../fresh-process";
import { machine } from "../machine";
import type { BenchProblem } from "../problems";
import { writeProblem } from "../problems/files";
import { compareProblem } from "./compare-problem";
import type { Clock } from "./contestant";
import { History } from "./history";
import { type KnownPeers, knownPeers } from "./known-peers";
import type { FreshLine, Line, Row, RunHeader } from "./row";

/** A problem that is made when its turn comes. */
export interface NamedProblem {
  readonly name: string;
  make(): BenchProblem;
}

/** What is compared, and how. */
export interface CompareOptions extends Interpreters {
  readonly problems: readonly NamedProblem[];
  /** What is measured in fresh processes, before the problems. */
  readonly fresh: readonly FreshMeasurement[];
  /** Only these peers; undefined: all that are here. */
  readonly peers: readonly string[] | undefined;
  readonly threads: readonly number[];
  readonly layouts: readonly Layout[];
  readonly repetitions: number;
  readonly limitSeconds: number;
  readonly clock: Clock;
  /** Whether what was measured at this commit is measured again. */
  readonly again: boolean;
  /** The file of JSON lines that results are added to. */
  readonly history: string;
  /** The Markdown file that is written from it, and how. */
  readonly report: string;
  readonly write: (
    header: RunHeader,
    rows: readonly Row[],
    known: KnownPeers,
    fresh: readonly FreshLine[],
  ) => string;
}

/**
 * Times this library and every peer that is here, writes each problem's rows as soon as it is done and the report anew. What the
 * history has of this commit is not measured again, so an interrupted run goes on where it was.
 */
export async function compare(options: CompareOptions): Promise<void> {
  const { clock } = options;
  const history = new History(options.history);
  const known = knownPeers();
  const { missing } = surveyPeers(options);
  for (const each of missing) say(`missing: ${each}`);
  const commit = currentCommit();
  const date = new Date().toISOString().slice(0, 10);
  const header = {
    run: { date, commit, machine: machine(), pinned: canPin, anchorSeconds: anchorSeconds(), clock, missing },
  };
  let begun = false;
  const record = (lines: readonly Line[]): void => {
    history.append(begun ? lines : [header, ...lines]);
    begun = true;
    writeReport(options, history, known);
  };
  for (const { fresh, measure } of options.fresh) {
    if (!options.again && history.has({ fresh }, commit)) {
      say(`${fresh}: measured before`);
      continue;
    }
    say(`${fresh}, each program in a process of its own`);
    record([measure(options)]);
  }
  for (const { name, make } of options.problems) {
    const groups = options.threads.flatMap((threads) =>
      options.layouts.map((layout) => ({ problem: name, threads, layout })),
    );
    const open = groups.filter((group) => options.again || !history.has(group, commit));
    if (open.length === 0) {
      say(`${name}: measured before`);
      continue;
    }
    const problem = make();
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    try {
      writeProblem(problem, folder);
      for (const { threads, layout } of open) {
        if (layout === "rows" && "indptr" in problem.X) continue; // sparse columns have no rows
        record(await rowsOf(problem, folder, threads, layout, options, history, known));
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  writeReport(options, history, known);
  say(`results in ${options.history}, report in ${options.report}`);
}

function rowsOf(
  problem: BenchProblem,
  folder: string,
  threads: number,
  layout: Layout,
  options: CompareOptions,
  history: History,
  known: KnownPeers,
): ReturnType<typeof compareProblem> {
  const wanted = (name: string): boolean => options.peers?.includes(name) ?? true;
  const peers = surveyPeers(options, folder).peers.filter(({ takes, name }) => takes && wanted(name));
  const { limitSeconds, repetitions, clock } = options;
  const columns = history.rows.filter(
    (row) => row.problem === problem.name && row.threads === threads && row.layout === "columns",
  );
  const found = (contender: string, target: number): number | undefined =>
    columns.find((row) => row.contender === contender && row.target === target && row.label === "equal")?.tol;
  const title = `${problem.name}, ${threads} thread(s), ${layout}`;
  return compareProblem(
    [...libraryContenders(problem), ...peers],
    { problem, folder, layout, threads, limitSeconds, clock },
    {
      repetitions,
      ...(layout === "rows" && columns.length > 0 && { found }),
      guess: (contender) =>
        [...history.rows, ...known.rows].find(
          (row) =>
            row.problem === problem.name && row.contender === contender && row.label === "equal" && row.tol,
        )?.tol,
      onProgress: (text) => say(`${title}: ${text}`),
    },
  );
}

function writeReport({ report, write }: CompareOptions, history: History, known: KnownPeers): void {
  if (!history.header) return;
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, write(history.header, history.rows, known, history.fresh));
}

/** Progress goes where results do not. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** What comparisons write, which is no change of what they measure. */
const RESULTS = ["bench/history", "bench/*.md", "bench/profile.*", "bench/*.svg"].map(
  (path) => `:(exclude)${path}`,
);

/** The commit that is measured in a checkout, with a mark where its code differs from it. */
export function currentCommit(checkout: string = process.cwd()): string {
  const git = (...parts: string[]): string =>
    spawnSync("git", parts, { cwd: checkout, encoding: "utf8" }).stdout?.trim() ?? "";
  const changed = git("status", "--porcelain", "--", "src", "bench", ...RESULTS) === "" ? "" : "+";
  return (git("rev-parse", "--short", "HEAD") || "unknown") + changed;
}
