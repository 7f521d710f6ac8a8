import { accessSync, constants } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { makeFolder } from "../atomic-write";
import { folderNotWritable, KernelDiedError, outputNameTwice } from "../errors";
import { KERNEL_NAME } from "../kernelspec/kernelspec";
import {
  checkKernel,
  type Notebook,
  parseParameter,
  readNotebook,
  withParameters,
  writeNotebook,
} from "../runner/notebook";
import { type RunProgress, type RunResult, runNotebook } from "../runner/run-notebook";

/** What `smooth-edges run` was asked for. */
export interface RunCommandOptions {
  /** The folder results go to; without it each notebook is replaced by its result. */
  readonly output?: string;
  /** Seconds each cell may take. */
  readonly timeout?: number;
  readonly allowErrors?: boolean;
  /** `name=value`, put into each notebook behind its cell tagged `parameters`. */
  readonly parameter?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Where the command writes: results to `out`, progress and failures to `err`. */
export interface RunStreams {
  readonly out: ProgressStream;
  readonly err: ProgressStream;
}

interface Task {
  readonly path: string;
  readonly target: string;
  readonly notebook: Notebook;
}

/**
 * Runs notebooks one after the other and writes their results; all are checked before the first one runs.
 *
 * @returns the exit code: 0, or 1 where a notebook failed, or 130 where the run was interrupted
 * @throws {UsageError} when a notebook cannot be run as it is or a result could not be written
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
    return { path, target: output === undefined ? path : join(output, basename(path)), notebook };
  });
  for (const [index, { path, target }] of tasks.entries()) {
    const twin = tasks.slice(0, index).find((other) => resolve(other.target) === resolve(target));
    if (twin && resolve(twin.path) !== resolve(path)) throw outputNameTwice(twin.path, path);
  }
  for (const { target } of tasks) checkWritable(dirname(target), output !== undefined);
  return tasks;
}

/** Before anything runs: a result that took an hour should not be lost to a folder one cannot write to. */
function checkWritable(folder: string, create: boolean): void {
  try {
    if (create) makeFolder(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw folderNotWritable(
      "smooth-edges run",
      folder,
      (error as NodeJS.ErrnoException).code ?? String(error),
    );
  }
}

async function runTask(task: Task, options: RunCommandOptions, { out, err }: RunStreams): Promise<number> {
  const { path, target, notebook } = task;
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
  const { cell, cells, failure, forgiven } = result;
  if (failure?.reason === "interrupted" && cell === 0) {
    err.write(`${path}: interrupted while the kernel started; the notebook was left as it was\n`);
    return 130;
  }
  writeNotebook(target, result.notebook);
  if (failure?.reason === "interrupted") {
    err.write(`${path}: interrupted at cell ${cell} of ${cells}; ${written(result, target)}\n`);
    return 130;
  }
  if (failure === undefined) {
    const count = cells === 1 ? "1 cell" : `${cells} cells`;
    const errors = forgiven > 0 ? `, ${forgiven} failed as allowed` : "";
    out.write(`${path}: ${count} run in ${progress.seconds.toFixed(1)} s${errors}, written to ${target}\n`);
    return 0;
  }
  err.write(`\n${describeFailure(path, result, err.isTTY === true)}\n`);
  err.write(`${path}: ${written(result, target)}\n`);
  return 1;
}

function written(result: RunResult, target: string): string {
  const { cell, cells } = result;
  return `the outputs up to cell ${cell} of ${cells} were written to ${target}; ${rest(result)}`;
}

function rest({ cell, cells }: RunResult): string {
  if (cell === cells) return "it was the last cell";
  if (cell + 1 === cells) return `cell ${cells} was not run and has no outputs`;
  return `cells ${cell + 1} to ${cells} were not run and have no outputs`;
}

/** Turns requests to end this process into an abort of what it does. */
interface SignalAbort {
  readonly signal: AbortSignal;
  /** Lets signals end the process again, as work that cannot be aborted should be ended. */
  release(): void;
}

/**
 * Aborts when the user or the system asks this process to end.
 *
 * The first request is for an orderly end, by whoever holds the signal; a second one ends the process at once.
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
 * Why a run ended early, for a person to read: the cell, what went wrong, its source and the traceback.
 *
 * @param name how to call the notebook
 * @param colors keeps the colours of the kernel's traceback
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

/** How often the line in a terminal is redrawn, in milliseconds: the seconds go on even when nothing happens. */
const REDRAW_INTERVAL = 200;

/** Shows how the run of one notebook goes: one refreshed line in a terminal, a plain line a cell elsewhere. */
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

  /** Seconds since the notebook was begun. */
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
    // One column short of the edge, where some terminals break the line.
    this.#stream.write(`\r\u001b[2K${fitColumns(line, (this.#stream.columns ?? 80) - 1)}`);
  }
}

/** The last line of a text that is not blank, without control codes. */
export function lastLine(text: string): string {
  const lines = stripVTControlCharacters(text.slice(-2000)).split(/[\r\n]+/);
  return lines.map((line) => line.replace(/[\s\p{Cc}]+/gu, " ").trim()).findLast((line) => line !== "") ?? "";
}

/** As much of a line as fits into a number of terminal columns; East Asian characters and emoji take two. */
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
