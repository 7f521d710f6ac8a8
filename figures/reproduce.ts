/**
 * Makes notebooks, studies and figures anew, in the build folder, and compares them with the committed ones; or makes
 * what is committed. See `npm run reproduce -- --help`.
 */
import os from "node:os";
import { join, relative } from "node:path";
import { Command } from "commander";
import { abortOnSignals } from "../kernel/cli/run-command";
import { UsageError } from "../kernel/errors";
import { writeFileAtomically } from "../src/file-writing";
import { compareFigure, writeFigure } from "./figure-files";
import { exhibits } from "./gallery/exhibits";
import { writeGallery } from "./gallery/gallery-files";
import { figures } from "./index";
import { figuresReadme } from "./readme";
import { reproduceNotebooks } from "./reproduce-notebooks";
import { COMMITTED_NODE, hasSamePowers, type Reproduced } from "./reproduced";
import { ROOT } from "./root";
import { compareStudy } from "./runs/compare-study";
import type { Entry } from "./runs/journal";
import { RECORDS, writeRecords } from "./runs/records";
import { allEntries, durationOf, forgetJournals, runStudy } from "./runs/run-study";
import { parseShard, type Shard, WHOLE } from "./runs/shard";
import { studies } from "./studies";
import type { Setting, Study } from "./studies/study";

const FIGURES = join(ROOT, "figures");
const GALLERY = join(ROOT, "docs/gallery");
const BUILD = join(ROOT, "build");
const JOURNALS = join(BUILD, "studies");

interface Options {
  readonly desk?: true | string[];
  readonly paper?: true | string[];
  readonly shard?: Shard;
  readonly merge?: true;
  readonly write?: true;
  readonly workers: number;
}

const program = new Command("reproduce")
  .description(
    `Runs every notebook and study in the quick setting, rebuilds every figure and compares all with the committed ones, which come from Node ${COMMITTED_NODE}. Versions up to 22 round some powers otherwise: there differences are listed, and only what cannot be made fails.`,
  )
  .option("--desk [studies...]", "run studies in the setting that is committed, and write their records")
  .option("--paper [studies...]", "run studies in the larger setting; the time left is estimated on the way")
  .option(
    "--shard <i/n>",
    "with --desk or --paper: only every n-th task, beginning with the i-th",
    parseShard,
  )
  .option("--merge", "with --desk or --paper: make records of what all parts have computed")
  .option("--write", "draw the committed figures and the gallery of charts anew")
  .option("--workers <count>", "processes at a time", positive, os.availableParallelism());

async function main(): Promise<void> {
  try {
    const options = program.parse().opts<Options>();
    const { desk, paper, shard, merge, write } = options;
    if ((shard || merge) && !desk && !paper)
      throw new UsageError("--shard and --merge need --desk or --paper");
    if (merge && shard)
      throw new UsageError("--merge is for all parts together, --shard for one; give one of them");
    if (desk) await long("desk", studiesOf(desk), options);
    if (paper) await long("paper", studiesOf(paper), options);
    if (write) await redraw();
    if (!desk && !paper && !write) await reproduce(options.workers);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(error.message);
    process.exitCode = 2;
  }
}

async function redraw(): Promise<void> {
  for (const figure of figures) {
    await writeFigure(figure, FIGURES);
    say(`${figure.name}: ${figure.title}, written to ${fromHere(join(FIGURES, figure.name))}.*`);
  }
  writeFileAtomically(join(FIGURES, "README.md"), figuresReadme(figures));
  await writeGallery(exhibits, GALLERY);
  say(`${exhibits.length} charts, written to ${fromHere(GALLERY)}/`);
}

/** Runs studies, or a part of each, so that a run that was ended goes on where it was; whole ones get their records. */
async function long(
  setting: Setting,
  chosen: readonly Study[],
  { shard = WHOLE, merge, workers }: Options,
): Promise<void> {
  const { signal, release } = abortOnSignals();
  for (const study of chosen) {
    let entries: readonly Entry[] | undefined;
    if (merge) {
      const all = allEntries(study, setting, JOURNALS);
      for (const damage of all.damages) say(`${study.name}: ${damage}`);
      entries = all.entries;
    }
    if (!entries) {
      const started = performance.now();
      const outcome = await runStudy(study, { folder: JOURNALS, setting, shard, workers, signal, say });
      if (signal.aborted) {
        say(`${study.name}: interrupted; the same command goes on where it was`);
        process.exitCode = 130;
        return;
      }
      say(`${study.name}: ran for ${durationOf((performance.now() - started) / 1000)}`);
      if (outcome.unfinished.length > 0) {
        say(`${study.name}: ${outcome.unfinished.length} tasks failed; the same command tries them again`);
        process.exitCode = 1;
        continue;
      }
      entries = outcome.entries;
    }
    if (shard !== WHOLE) continue;
    const { tasks, seconds } = writeRecords(RECORDS, setting, study, entries);
    forgetJournals(study, setting, JOURNALS);
    say(
      `${study.name}: ${tasks} records of ${durationOf(seconds)} of work, written to ${fromHere(join(RECORDS, setting))}`,
    );
  }
  release();
}

async function reproduce(workers: number): Promise<void> {
  // Kernels inherit it.
  process.env.SMOOTH_EDGES_SETTING ??= "quick";
  say(
    hasSamePowers()
      ? `The committed numbers come from Node ${COMMITTED_NODE}; this is Node ${process.versions.node}, and each must agree in every digit.`
      : ofOtherVersion(),
  );
  const { signal, release } = abortOnSignals();
  const notebooks = await reproduceNotebooks(
    join(ROOT, "notebooks"),
    join(BUILD, "notebooks"),
    workers,
    signal,
  );
  const tried = notebooks && (await tryStudies(workers, signal));
  release();
  if (notebooks === undefined || tried === undefined) {
    process.exitCode = 130;
    return;
  }
  const drawn: Reproduced[] = [];
  for (const figure of figures) {
    const problem = await compareFigure(figure, FIGURES, join(BUILD, "figures"));
    drawn.push({ path: join(BUILD, "figures", `${figure.name}.svg`), problem });
  }
  report([...notebooks, ...tried, ...drawn]);
}

/** Computes the quick tasks of every study. */
async function tryStudies(workers: number, signal: AbortSignal): Promise<Reproduced[] | undefined> {
  const tried: Reproduced[] = [];
  for (const study of studies) {
    const { entries, unfinished } = await runStudy(study, {
      folder: JOURNALS,
      setting: "quick",
      shard: WHOLE,
      workers,
      // Long runs go on where they were; a reproduction takes nothing over.
      anew: true,
      signal,
      say,
    });
    if (signal.aborted) return undefined;
    const path = join(JOURNALS, "quick", `${study.name}.jsonl`);
    const [failed] = unfinished;
    tried.push(
      failed
        ? { path, problem: `the task "${failed.id}" failed`, hasFailed: true }
        : { path, problem: compareStudy(study, entries, RECORDS) },
    );
  }
  return tried;
}

/** What differs on a version of Node whose powers are others. */
function ofOtherVersion(): string {
  return `The committed numbers come from Node ${COMMITTED_NODE}. Node ${process.versions.node} rounds some powers otherwise, so that last digits and counts of iterations may differ; that fails on Node ${COMMITTED_NODE} alone.`;
}

function report(all: readonly Reproduced[]): void {
  say("");
  for (const { path, problem } of all) {
    say(
      `${problem === undefined ? "same" : "DIFFERENT"}  ${fromHere(path)}${problem ? `\n  ${problem}` : ""}`,
    );
  }
  const differing = all.filter(({ problem }) => problem !== undefined);
  if (differing.length === 0) {
    say(
      `\nAll ${all.length} notebooks, studies and figures agree with the committed ones; look into ${fromHere(BUILD)}/.`,
    );
    return;
  }
  say(
    `\n${differing.length} of ${all.length} notebooks, studies and figures differ from the committed ones, see above.`,
  );
  if (hasSamePowers() || differing.some(({ hasFailed }) => hasFailed)) {
    process.exitCode = 1;
    return;
  }
  say(`None failed. ${ofOtherVersion()}`);
}

function studiesOf(names: true | readonly string[]): readonly Study[] {
  if (names === true) return studies;
  return names.map((name) => {
    const study = studies.find((candidate) => candidate.name === name);
    if (study) return study;
    throw new UsageError(
      [`there is no study ${name}; there are`, ...studies.map((each) => `  ${each.name}`)].join("\n"),
    );
  });
}

function positive(text: string): number {
  const count = Number(text);
  if (!(Number.isInteger(count) && count >= 1))
    throw new UsageError(`--workers must be a whole number >= 1, got ${text}`);
  return count;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fromHere(path: string): string {
  return relative(process.cwd(), path) || ".";
}

void main();
