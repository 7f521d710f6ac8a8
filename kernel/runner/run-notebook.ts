/** Runs all cells of a notebook in a fresh kernel, with a time limit and an abort signal, and reports progress and failures. */
import { setTimeout as sleep } from "node:timers/promises";
import { KernelDiedError } from "../errors";
import {
  compilerCacheIn,
  KERNEL_NAME,
  type KernelSpec,
  kernelFolder,
  ownKernelSpec,
  userDataFolder,
} from "../kernelspec/kernelspec";
import { strictEnvironment } from "../kernelspec/strictness";
import type { JsonObject } from "../transport/wire";
import { CellOutputs, type DisplaysById, isProgress } from "./cell-outputs";
import { KernelClient } from "./kernel-client";
import { type Cell, type CodeCell, hasTag, type Notebook, sourceOf } from "./notebook";

/** A progress event of a run. */
export interface RunProgress {
  /** The number of the cell among the code cells that are not empty, from 1; 0 while the kernel starts. */
  readonly cell: number;
  readonly cells: number;
  readonly state: "starting" | "running" | "done";
  /** The text that the cell has just printed, if any. */
  readonly printed?: string;
}

/** Options of {@link runNotebook}: where it runs, when it stops, and who is told of its progress. */
export interface RunNotebookOptions {
  /** The folder the kernel works in: the notebook's own. */
  readonly cwd: string;
  /** Seconds each cell may take; without it there is no limit. */
  readonly timeout?: number | undefined;
  /** Goes on after a cell that fails. Default false. */
  readonly allowErrors?: boolean | undefined;
  /** Interrupts the run when aborted. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  /** The kernel; this package's own by default, with the compiler's code where `kernel install` keeps it for the user. */
  readonly kernel?: KernelSpec | undefined;
}

/** The result of a run. */
export interface RunResult {
  /** A copy of the notebook with the outputs so far. */
  readonly notebook: Notebook;
  /** The cell the run ended at, as in `RunProgress`. */
  readonly cell: number;
  readonly cells: number;
  /** The source of that cell. */
  readonly source: string;
  /** Number of cells that failed and were allowed to. */
  readonly allowedFailures: number;
  /** The failure that ended the run before the last cell. */
  readonly failure: CellFailure | undefined;
}

/**
 * Runs all code cells of a notebook in a fresh kernel.
 *
 * Cells that are not reached have no outputs, because those of an earlier run would contradict the new ones. As in nbclient, a
 * cell tagged `raises-exception` may fail, and one tagged `skip-execution` does not run and keeps its outputs.
 *
 * @throws {KernelDiedError} when the kernel does not start.
 */
export async function runNotebook(given: Notebook, options: RunNotebookOptions): Promise<RunResult> {
  const notebook = structuredClone(given);
  const queue = clearOutputs(notebook);
  const { signal, onProgress, kernel = installedKernelSpec(), cwd } = options;
  let allowedFailures = 0;
  const end = (cell: number, failure?: CellFailure): RunResult => {
    const last = queue[cell - 1];
    return {
      notebook,
      cell,
      cells: queue.length,
      source: last ? sourceOf(last) : "",
      allowedFailures,
      failure,
    };
  };

  onProgress?.({ cell: 0, cells: queue.length, state: "starting" });
  const env = { ...kernel.env, ...strictEnvironment(notebook.metadata) };
  const client = await launchUnlessAborted({ ...kernel, env }, cwd, signal);
  if (client === undefined) return end(0, interruptedAtStart);
  try {
    describeKernel(notebook, kernel, client.info);
    const displays: DisplaysById = new Map();
    for (const [index, cell] of queue.entries()) {
      const place = { cell: index + 1, cells: queue.length };
      onProgress?.({ ...place, state: "running" });
      const failure = await runCell(client, cell, displays, {
        ...options,
        onPrint: (printed) => onProgress?.({ ...place, state: "running", printed }),
      });
      const isAllowed =
        failure?.reason === "error" && (options.allowErrors || hasTag(cell, "raises-exception"));
      if (failure && !isAllowed) return end(place.cell, failure);
      if (failure) allowedFailures++;
      onProgress?.({ ...place, state: "done" });
    }
    return end(queue.length);
  } finally {
    await client.shutdown();
  }
}

function installedKernelSpec(): KernelSpec {
  return ownKernelSpec(compilerCacheIn(kernelFolder(userDataFolder())));
}

const interruptedAtStart: CellFailure = {
  reason: "interrupted",
  name: "Interrupted",
  message: "the run was interrupted while the kernel started",
  traceback: [],
};

/** Empties the code cells that are not skipped and returns those that have something to run. */
function clearOutputs(notebook: Notebook): CodeCell[] {
  const cells = notebook.cells.filter(isCode).filter((cell) => !hasTag(cell, "skip-execution"));
  for (const cell of cells) {
    cell.outputs = [];
    cell.execution_count = null;
  }
  return cells.filter((cell) => sourceOf(cell).trim() !== "");
}

async function launchUnlessAborted(
  kernel: KernelSpec,
  cwd: string,
  signal: AbortSignal | undefined,
): Promise<KernelClient | undefined> {
  try {
    return await KernelClient.launch(kernel, cwd, signal);
  } catch (error) {
    if (signal?.aborted) return undefined;
    throw error;
  }
}

/** Notes the language as the kernel describes it, and the kernel where the notebook names none. */
function describeKernel(notebook: Notebook, kernel: KernelSpec, info: KernelClient["info"]): void {
  notebook.metadata.language_info = info.language_info as { name?: string };
  notebook.metadata.kernelspec ??= {
    display_name: kernel.display_name,
    language: kernel.language,
    name: KERNEL_NAME,
  };
}

function isCode(cell: Cell): cell is CodeCell {
  return cell.cell_type === "code";
}

/** Milliseconds that an interrupted cell may take to end before it is abandoned. */
const INTERRUPT_GRACE = 10000;

/** Options for running one cell. */
interface RunCellOptions {
  /** Seconds the cell may take; without it there is no limit. */
  readonly timeout?: number | undefined;
  /** Interrupts the cell when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each piece of text that the cell prints, and with the progress of long work. */
  readonly onPrint?: (text: string) => void;
}

/** The failure of a cell. */
interface CellFailure {
  /** Whether the cell threw, took too long, was interrupted, or ended the kernel. */
  readonly reason: "error" | "timeout" | "interrupted" | "died";
  /** The name of the exception, e.g. `"TypeError"`. */
  readonly name: string;
  readonly message: string;
  readonly traceback: readonly string[];
}

/** Runs one cell, stores its outputs and count, and returns its failure, if any. */
async function runCell(
  client: KernelClient,
  cell: CodeCell,
  displays: DisplaysById,
  { timeout, signal, onPrint }: RunCellOptions = {},
): Promise<CellFailure | undefined> {
  const outputs = new CellOutputs(cell.outputs, displays);
  const reply = client.execute(sourceOf(cell), (message) => {
    outputs.add(message);
    const { content } = message;
    if (message.header.msg_type === "stream") onPrint?.(String(content.text));
    if (isProgress(content)) onPrint?.(String((content.data as JsonObject)["text/plain"]));
  });
  try {
    const stopped = await firstStop(reply, timeout, signal);
    if (stopped) {
      client.interrupt();
      await Promise.race([reply, sleep(INTERRUPT_GRACE, undefined, { ref: false })]);
      return stopped;
    }
    const content = await reply;
    if (typeof content.execution_count === "number") cell.execution_count = content.execution_count;
    return content.status === "ok" ? undefined : errorOf(content);
  } catch (error) {
    if (!(error instanceof KernelDiedError)) throw error;
    return { reason: "died", name: error.name, message: error.message, traceback: [] };
  } finally {
    outputs.finish();
  }
}

/** Waits for the reply, the deadline or an abort; returns undefined where the reply came first. */
async function firstStop(
  reply: Promise<unknown>,
  timeout: number | undefined,
  signal: AbortSignal | undefined,
): Promise<CellFailure | undefined> {
  const replied = new AbortController();
  const stops: Promise<CellFailure | undefined>[] = [reply.then(() => undefined)];
  if (timeout !== undefined) {
    const message = `the cell must end within ${timeout} s, got no end; --timeout sets the limit`;
    stops.push(
      sleep(timeout * 1000, stop("timeout", "Timeout", message), { signal: replied.signal }).catch(
        () => undefined,
      ),
    );
  }
  if (signal) {
    stops.push(
      new Promise((resolve) => {
        const interrupted = (): void =>
          resolve(stop("interrupted", "Interrupted", "the run was interrupted"));
        if (signal.aborted) interrupted();
        signal.addEventListener("abort", interrupted, { once: true, signal: replied.signal });
      }),
    );
  }
  try {
    return await Promise.race(stops);
  } finally {
    replied.abort();
  }
}

function stop(reason: CellFailure["reason"], name: string, message: string): CellFailure {
  return { reason, name, message, traceback: [] };
}

function errorOf(content: JsonObject): CellFailure {
  return {
    reason: "error",
    name: String(content.ename ?? "Error"),
    message: String(content.evalue ?? ""),
    traceback: Array.isArray(content.traceback) ? content.traceback.map(String) : [],
  };
}
