import { setTimeout as sleep } from "node:timers/promises";
import { KernelDiedError } from "../errors";
import type { JsonObject } from "../transport/wire";
import { CellOutputs, type DisplaysById, isProgress } from "./cell-outputs";
import type { KernelClient } from "./kernel-client";
import { type CodeCell, sourceOf } from "./notebook";

/** How long an interrupted cell may take to end, in milliseconds, before it is given up. */
const INTERRUPT_GRACE = 10000;

/** How one cell is run. */
export interface RunCellOptions {
  /** Seconds the cell may take; without it there is no limit. */
  readonly timeout?: number | undefined;
  /** Interrupts the cell when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each piece of text the cell prints, and with how long work in it goes. */
  readonly onPrint?: (text: string) => void;
}

/** Why a cell did not end well. */
export interface CellFailure {
  /** It threw, took too long, was interrupted from outside, or took the kernel down. */
  readonly reason: "error" | "timeout" | "interrupted" | "died";
  /** The name of the exception, e.g. `"TypeError"`. */
  readonly name: string;
  readonly message: string;
  readonly traceback: readonly string[];
}

/** Runs one cell, fills in its outputs and count, and returns what went wrong, if anything. */
export async function runCell(
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

/** Waits for the reply, the deadline or an abort; undefined where the reply was first. */
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
