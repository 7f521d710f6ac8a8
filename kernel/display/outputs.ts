/**
 * Collects everything that a cell outputs and posts it from the main thread to the socket thread: results, displays, and text that
 * the process or its children print.
 *
 * A child that inherits the kernel's standard output would write to a descriptor that no notebook shows. `inherit` is therefore
 * replaced by a pipe that is read here; everything else about starting children stays as it is.
 */
import childProcess, { type ChildProcess, type SpawnSyncReturns } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { StringDecoder } from "node:string_decoder";
import type { MimeBundle } from "../../src/display/mime-bundle";
import { stringify, withBuiltIns } from "../built-ins";
import type { PublishedType, SharedState, ToSocketThread } from "../transport/thread-port";

export type StreamName = "stdout" | "stderr";

/** Posts the outputs of cells, and waits where their readers are slow. */
export class Outputs {
  readonly #post: (message: ToSocketThread) => void;
  readonly #shared: SharedState;
  #held: Promise<unknown>[] = [];
  /** For each progress display that has not ended, the bundle to show where its cell is interrupted. */
  readonly #unfinished: Map<string, MimeBundle> = new Map();

  constructor(post: (message: ToSocketThread) => void, shared: SharedState) {
    this.#post = post;
    this.#shared = shared;
  }

  stream(name: StreamName, text: string): void {
    if (text === "") return;
    this.#post({ kind: "stream", name, text });
    this.#shared.addBytes(text.length);
  }

  /** Makes the running cell end only after `work`, and fail where it is rejected. */
  hold(work: Promise<unknown>): void {
    // The cell reports the rejection.
    work.catch(() => {});
    this.#held.push(work);
  }

  /** Forgets work that an interrupted cell left. */
  forgetPending(): void {
    this.#held = [];
  }

  /** Waits until all held work has ended. */
  async settled(): Promise<void> {
    while (this.#held.length > 0) await this.#held.shift();
  }

  /** Publishes the result of a cell, unless its bundle is empty. */
  result(data: MimeBundle): void {
    if (withBuiltIns(() => Object.keys(data).length) === 0) return;
    this.#publish("execute_result", { data, metadata: {} });
  }

  /** @param id of the output, by which a later call with `update` replaces it */
  display(data: MimeBundle, id: string | undefined, update: boolean): void {
    const content = { data, metadata: {}, transient: id === undefined ? {} : { display_id: id } };
    this.#publish(update ? "update_display_data" : "display_data", content);
  }

  /**
   * Shows the progress of work. The display is marked, so that programs that write notebooks can leave it out.
   *
   * @param ifInterrupted bundle to show where the cell is interrupted before the next call; undefined at the end of the work
   */
  progress(data: MimeBundle, id: string, isFirst: boolean, ifInterrupted: MimeBundle | undefined): void {
    if (ifInterrupted === undefined) this.#unfinished.delete(id);
    else this.#unfinished.set(id, ifInterrupted);
    const content = { data, metadata: {}, transient: { display_id: id, progress: true } };
    this.#publish(isFirst ? "display_data" : "update_display_data", content);
  }

  /** Ends the progress displays of a cell that has ended; those of an interrupted cell show so. */
  endProgress(wasInterrupted: boolean): void {
    const left = [...this.#unfinished];
    this.#unfinished.clear();
    if (wasInterrupted) for (const [id, data] of left) this.progress(data, id, false, undefined);
  }

  /** @param wait keeps the old output until there is a new one */
  clear(wait: boolean): void {
    this.#publish("clear_output", { wait });
  }

  #publish(type: PublishedType, content: object): void {
    const json = withBuiltIns(() => stringify(content));
    this.#post({ kind: "publish", type, content: json });
    this.#shared.addBytes(json.length);
  }
}

/** Sends the text of the process's standard streams to the notebook. */
export function captureStandardStreams(outputs: Outputs): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    const decoder = new StringDecoder("utf8");
    // Libraries print colours where the server was started from a terminal.
    Object.defineProperty(stream, "isTTY", { value: false });
    stream.write = (
      chunk: string | Uint8Array,
      encoding?: BufferEncoding | ((error?: Error | null) => void),
      callback?: (error?: Error | null) => void,
    ): boolean => {
      const done = typeof encoding === "function" ? encoding : callback;
      outputs.stream(name, typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk)));
      if (done) process.nextTick(done);
      return true;
    };
  }
}

type Options = Record<string, unknown> & { stdio?: unknown };
type Start = (...args: unknown[]) => unknown;

/** The descriptors of a child whose text a notebook shows. */
const STREAMS: readonly (readonly [1 | 2, StreamName])[] = [
  [1, "stdout"],
  [2, "stderr"],
];

/** Replaces the functions of `node:child_process` by which a child can inherit descriptors. */
export function captureChildOutput(outputs: Outputs): void {
  const replaced = childProcess as unknown as Record<string, Start>;
  const replace = (
    name: string,
    defaultStdio: unknown,
    forward: Forward,
    adapt: Adapt = (stdio) => stdio,
  ): void => {
    const original = replaced[name] as Start;
    replaced[name] = (...args) => {
      const at = optionsPosition(args);
      const options = (args[at] ?? {}) as Options;
      const { stdio, inherited } = withoutInheriting(options.stdio ?? defaultStdio);
      if (inherited.length === 0) return original(...args);
      const call = [
        ...args.slice(0, at),
        // An inherited descriptor has no limit, while a pipe has one of a megabyte.
        {
          ...(options.stdio !== undefined && { maxBuffer: Infinity }),
          ...options,
          stdio: adapt(stdio, inherited),
        },
        ...args.slice(at + 1),
      ];
      return forward(() => original(...call), inherited, outputs);
    };
  };
  replace("spawn", "pipe", forwardLater);
  replace("fork", ["inherit", "inherit", "inherit", "ipc"], forwardLater);
  replace("spawnSync", "pipe", forwardResult);
  // Without `stdio` these two write a child's errors to the kernel's own stream, and do not return them.
  const leaveErrors: Adapt = (stdio, inherited) => (inherited.includes("stderr") ? undefined : stdio);
  replace("execSync", "pipe", forwardReturned, leaveErrors);
  replace("execFileSync", "pipe", forwardReturned, leaveErrors);
  syncBuiltinESMExports();
}

type Forward = (start: () => unknown, inherited: readonly StreamName[], outputs: Outputs) => unknown;

type Adapt = (stdio: unknown, inherited: readonly StreamName[]) => unknown;

/** Returns the index of the options, which follow the command and, where given, its arguments. */
function optionsPosition(args: readonly unknown[]): number {
  return Array.isArray(args[1]) || args[1] === undefined ? 2 : 1;
}

function withoutInheriting(stdio: unknown): { stdio: unknown; inherited: StreamName[] } {
  const list = Array.isArray(stdio) ? [...stdio] : [stdio, stdio, stdio];
  const inherited: StreamName[] = [];
  for (const [descriptor, name] of STREAMS) {
    const target: unknown = list[descriptor];
    if (target === "inherit" || target === descriptor || target === process[name]) {
      list[descriptor] = "pipe";
      inherited.push(name);
    }
  }
  return { stdio: list, inherited };
}

const forwardLater: Forward = (start, inherited, outputs) => {
  const child = start() as ChildProcess;
  for (const name of inherited) {
    const decoder = new StringDecoder("utf8");
    child[name]?.on("data", (chunk: Buffer) => outputs.stream(name, decoder.write(chunk)));
  }
  return child;
};

const forwardResult: Forward = (start, inherited, outputs) => {
  const result = start() as SpawnSyncReturns<Buffer | string>;
  for (const name of inherited) outputs.stream(name, String(result[name] ?? ""));
  return result;
};

const forwardReturned: Forward = (start, inherited, outputs) => {
  const forward = (stdout: unknown): void => {
    if (inherited.includes("stdout")) outputs.stream("stdout", String(stdout ?? ""));
  };
  try {
    const stdout = start();
    forward(stdout);
    return stdout;
  } catch (error) {
    forward((error as { stdout?: unknown }).stdout);
    throw error;
  }
};
