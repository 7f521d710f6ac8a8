/**
 * `smooth-edges run`: runs notebooks one after the other without Jupyter, shows how each run goes, and reports failures.
 *
 * `runner/` runs the notebooks themselves; this file checks the arguments, aborts on signals and writes to the terminal.
 */
import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { checkReplaceable, makeFolder } from "../../src/file-writing";
import {
  codeOf,
  folderNotWritable,
  KernelDiedError,
  notebookNotReplaceable,
  outputNameTwice,
  parameterUnused,
  resultElsewhere,
} from "../errors";
import { KERNEL_NAME } from "../kernelspec/kernelspec";
import { writeSomewhere } from "../result-files";
import {
  checkKernel,
  formatNotebook,
  type Notebook,
  namesInNoCell,
  parseParameter,
  readNotebook,
  withParameters,
} from "../runner/notebook";
import { type RunProgress, type RunResult, runNotebook } from "../runner/run-notebook";

/** The options of `smooth-edges run`. */
export interface RunCommandOptions {
  /** The folder results go to; without it each notebook is replaced by its result. */
  readonly output?: string;
  /** Seconds each cell may take. */
  readonly timeout?: number;
  readonly allowErrors?: boolean;
  /** Assignments `name=value`, declared in each notebook after its cell tagged `parameters`. */
  readonly parameter?: readonly string[];
  readonly signal?: AbortSignal;
}

/** The streams of the command: it writes results to `out`, progress and failures to `err`. */
export interface RunStreams {
  readonly out: ProgressStream;
  readonly err: ProgressStream;
}

interface Task {
  readonly path: string;
  readonly target: string;
  readonly notebook: Notebook;
  /** Parameters that no cell names. */
  readonly unused: readonly string[];
}

/**
 * Runs notebooks one after the other and writes their results; all are checked before the first one runs.
 *
 * @returns the exit code: 0, or 1 where a notebook failed, or 130 where the run was interrupted
 * @throws {UsageError} when a notebook cannot be run as it is or a result could not be written, before anything runs
 */
export async function runCommand(
  paths: readonly string[],
  options: RunCommandOptions,
  streams: RunStreams,
): Promise<number> {
  const tasks = prepare(
    paths,
    options.output,
    Object.fromEntries((options.parameter ?? []).map(parseParameter)),
  );
  let exitCode = 0;
  for (const task of tasks) {
    const code = await runTask(task, options, streams);
    if (code === 130) return code;
    exitCode ||= code;
  }
  return exitCode;
}

function prepare(
  paths: readonly string[],
  output: string | undefined,
  parameters: Readonly<Record<string, unknown>>,
): Task[] {
  const tasks = paths.map((path) => {
    const read = readNotebook(path);
    checkKernel(read, path, KERNEL_NAME);
    const notebook = withParameters(read, parameters);
    const unused = namesInNoCell(read, Object.keys(parameters));
    return { path, target: output === undefined ? path : join(output, basename(path)), notebook, unused };
  });
  for (const [index, { path, target }] of tasks.entries()) {
    const twin = tasks.slice(0, index).find((other) => resolve(other.target) === resolve(target));
    if (twin && resolve(twin.path) !== resolve(path)) throw outputNameTwice(twin.path, path);
  }
  for (const { target } of tasks) checkWritable(target, output !== undefined);
  return tasks;
}

/** Throws before anything runs where a result could not be written, so that an hour's work is not lost. */
function checkWritable(target: string, create: boolean): void {
  const folder = dirname(existsSync(target) ? realpathSync(target) : target);
  try {
    if (create) makeFolder(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw folderNotWritable("smooth-edges run", folder, codeOf(error));
  }
  try {
    checkReplaceable(target);
  } catch (error) {
    throw notebookNotReplaceable(target, codeOf(error));
  }
}

async function runTask(task: Task, options: RunCommandOptions, { out, err }: RunStreams): Promise<number> {
  const { path, target, notebook, unused } = task;
  for (const name of unused) err.write(`${parameterUnused(path, name)}\n`);
  const progress = new TerminalProgress(err, path);
  let result: RunResult;
  try {
    result = await runNotebook(notebook, {
      ...options,
      cwd: dirname(resolve(path)),
      onProgress: (event) => progress.update(event),
    });
  } catch (error) {
    if (!(error instanceof KernelDiedError)) throw error;
    progress.finish();
    err.write(`${path}: not run, and left as it was: ${error.message}\n`);
    return 1;
  }
  progress.finish();
  const { cell, cells, failure, allowedFailures } = result;
  if (failure?.reason === "interrupted" && cell === 0) {
    err.write(`${path}: interrupted while the kernel started; the notebook was left as it was\n`);
    return 130;
  }
  const { place, refusal } = writeSomewhere(target, formatNotebook(result.notebook));
  if (refusal !== undefined) err.write(`${resultElsewhere(target, refusal, place)}\n`);
  if (failure?.reason === "interrupted") {
    err.write(`${path}: interrupted at cell ${cell} of ${cells}; ${written(result, place)}\n`);
    return 130;
  }
  if (failure === undefined) {
    const count = cells === 1 ? "1 cell" : `${cells} cells`;
    const errors = allowedFailures > 0 ? `, ${allowedFailures} failed as allowed` : "";
    const end = place === undefined ? "and lost" : `written to ${place}`;
    out.write(`${path}: ${count} run in ${progress.seconds.toFixed(1)} s${errors}, ${end}\n`);
    return refusal === undefined ? 0 : 1;
  }
  err.write(`\n${describeFailure(path, result, err.isTTY === true)}\n`);
  err.write(`${path}: ${written(result, place)}\n`);
  return 1;
}

function written(result: RunResult, place: string | undefined): string {
  const { cell, cells } = result;
  const end = place === undefined ? "are lost" : `were written to ${place}`;
  return `the outputs up to cell ${cell} of ${cells} ${end}; ${rest(result)}`;
}

function rest({ cell, cells }: RunResult): string {
  if (cell === cells) return "it was the last cell";
  if (cell + 1 === cells) return `cell ${cells} was not run and has no outputs`;
  return `cells ${cell + 1} to ${cells} were not run and have no outputs`;
}

/** Turns signals that ask this process to end into an abort of its work. */
interface SignalAbort {
  readonly signal: AbortSignal;
  /** Lets signals end the process again, for work that cannot be aborted. */
  release(): void;
}

/**
 * Aborts when the user or the system asks this process to end.
 *
 * The first signal asks for an orderly end; the second one ends the process at once.
 */
export function abortOnSignals(): SignalAbort {
  const controller = new AbortController();
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const abort = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  for (const name of names) process.on(name, abort);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of names) process.removeListener(name, abort);
    },
  };
}

/**
 * Describes for a person why a run ended early: the cell, the error, the source and the traceback.
 *
 * @param name of the notebook in the text
 * @param colors whether the traceback keeps the kernel's colours
 */
export function describeFailure(name: string, result: RunResult, colors: boolean): string {
  const { failure, cell, cells, source } = result;
  if (failure === undefined) return "";
  const head = `${name}: cell ${cell} of ${cells} failed: ${headline(failure.name, failure.message)}`;
  const traceback = failure.traceback.join("\n");
  const parts = [head, numberLines(source), colors ? traceback : stripVTControlCharacters(traceback)];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function headline(name: string, message: string): string {
  return message === "" ? name : `${name}: ${message}`;
}

function numberLines(source: string): string {
  const lines = source.replace(/\n+$/, "").split("\n");
  const width = String(lines.length).length;
  return lines.map((line, index) => `  ${String(index + 1).padStart(width)} | ${line}`.trimEnd()).join("\n");
}

/** Where progress is written: `process.stderr`, or a test's stand-in. */
interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Milliseconds between two drawings of the line in a terminal, which shows seconds even where nothing happens. */
const REDRAW_INTERVAL = 200;

/** Shows the progress of one notebook: one refreshed line in a terminal, elsewhere a plain line for each cell. */
export class TerminalProgress {
  readonly #stream: ProgressStream;
  readonly #name: string;
  readonly #started: number = performance.now();
  #cellStarted: number = performance.now();
  #progress: RunProgress = { cell: 0, cells: 0, state: "starting" };
  #printed = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: ProgressStream, name: string) {
    this.#stream = stream;
    this.#name = name;
    if (stream.isTTY) this.#timer = setInterval(() => this.#redraw(), REDRAW_INTERVAL);
  }

  /** Takes one progress event of `runNotebook`. */
  update(progress: RunProgress): void {
    if (progress.cell !== this.#progress.cell) {
      this.#cellStarted = performance.now();
      this.#printed = "";
    }
    this.#progress = progress;
    if (progress.printed?.trim()) this.#printed = progress.printed;
    if (progress.state === "done" && !this.#stream.isTTY) this.#writePlain(progress);
  }

  /** Removes the refreshed line, so that what follows begins on a clean one. */
  finish(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stream.write("\r\u001b[2K");
  }

  /** Seconds since the run of the notebook began. */
  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  #writePlain({ cell, cells }: RunProgress): void {
    const seconds = (performance.now() - this.#cellStarted) / 1000;
    this.#stream.write(`${this.#name}: cell ${cell}/${cells}, ${seconds.toFixed(1)} s\n`);
  }

  #redraw(): void {
    const { cell, cells, state } = this.#progress;
    const place = state === "starting" ? "starting the kernel" : `cell ${cell}/${cells}`;
    const line = `${this.#name}  ${place}  ${Math.floor(this.seconds)} s  ${lastLine(this.#printed)}`;
    // Some terminals break a line that reaches the last column.
    this.#stream.write(`\r\u001b[2K${fitColumns(line, (this.#stream.columns ?? 80) - 1)}`);
  }
}

/** Returns the last line of a text that is not blank, without control codes. */
export function lastLine(text: string): string {
  const lines = stripVTControlCharacters(text.slice(-2000)).split(/[\r\n]+/);
  return lines.map((line) => line.replace(/[\s\p{Cc}]+/gu, " ").trim()).findLast((line) => line !== "") ?? "";
}

/** Cuts a line to a number of terminal columns; East Asian characters and emoji take two. */
export function fitColumns(line: string, columns: number): string {
  let width = 0;
  let fitting = "";
  for (const character of line) {
    width += isWide(character) ? 2 : 1;
    if (width > columns) return fitting;
    fitting += character;
  }
  return fitting;
}

function isWide(character: string): boolean {
  return /[\p{Emoji_Presentation}\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]/u.test(
    character,
  );
}
