import { accessSync, constants } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { folderNotWritable, KernelDiedError, outputNameTwice } from "../errors";
import { KERNEL_NAME } from "../kernelspec/kernelspec";
import { makeFolder } from "../make-folder";
import { checkKernel, type Notebook, readNotebook } from "../runner/notebook";
import { writeNotebook } from "../runner/notebook-format";
import { parseParameter, withParameters } from "../runner/notebook-parameters";
import { type RunResult, runNotebook } from "../runner/run-notebook";
import { describeFailure } from "./run-report";
import { type ProgressStream, TerminalProgress } from "./terminal-progress";

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
