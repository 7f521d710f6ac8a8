/** Everything a cell puts out, on its way from the main thread to the socket thread. */

import childProcess, { type ChildProcess, type SpawnSyncReturns } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { StringDecoder } from "node:string_decoder";
import type { MimeBundle } from "../../src/display/mime-bundle";
import { stringify, withBuiltIns } from "../built-ins";
import type { PublishedType, SharedState, ToSocketThread } from "../transport/thread-port";

export type StreamName = "stdout" | "stderr";

export class Outputs {
  readonly #post: (message: ToSocketThread) => void;
  readonly #shared: SharedState;
  #held: Promise<unknown>[] = [];
  /** What is to stay of each work that has not ended, where its cell is interrupted. */
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

  /** The running cell ends after this, and fails where it is rejected. */
  hold(work: Promise<unknown>): void {
    // The rejection is told by the cell.
    work.catch(() => {});
    this.#held.push(work);
  }

  /** What an interrupted cell left is nothing to the next one. */
  forgetHeld(): void {
    this.#held = [];
  }

  /** Fulfilled when everything held has come to an end. */
  async settled(): Promise<void> {
    while (this.#held.length > 0) await this.#held.shift();
  }

  /** A value with an empty bundle has nothing to show. */
  result(data: MimeBundle): void {
    if (withBuiltIns(() => Object.keys(data).length) === 0) return;
    this.#publish("execute_result", { data, metadata: {} });
  }

  /** @param id names the output, so that a later call with `update` replaces it */
  display(data: MimeBundle, id: string | undefined, update: boolean): void {
    const content = { data, metadata: {}, transient: id === undefined ? {} : { display_id: id } };
    this.#publish(update ? "update_display_data" : "display_data", content);
  }

  /**
   * How work goes: a display that is of no use once it is over, and so marked for who writes notebooks.
   *
   * @param ifInterrupted shown instead where the cell is interrupted before the next call; undefined at the end of the work
   */
  progress(data: MimeBundle, id: string, isFirst: boolean, ifInterrupted: MimeBundle | undefined): void {
    if (ifInterrupted === undefined) this.#unfinished.delete(id);
    else this.#unfinished.set(id, ifInterrupted);
    const content = { data, metadata: {}, transient: { display_id: id, progress: true } };
    this.#publish(isFirst ? "display_data" : "update_display_data", content);
  }

  /** The cell is over; work that an interrupt ended tells nothing any more. */
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

/** Sends what is written to the process's standard streams to the notebook. */
export function captureStandardStreams(outputs: Outputs): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    const decoder = new StringDecoder("utf8");
    // A terminal that the server was started from would otherwise turn on colours.
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

// What child processes print, shown below the cell.
//
// A child that inherits the kernel's standard output writes to a descriptor that no notebook shows. `inherit` is therefore
// turned into a pipe that is read here; everything else about starting children stays as it is.

type Options = Record<string, unknown> & { stdio?: unknown };
type Start = (...args: unknown[]) => unknown;

/** Descriptors of a child that a notebook shows. */
const STREAMS: readonly (readonly [1 | 2, StreamName])[] = [
  [1, "stdout"],
  [2, "stderr"],
];

/** Replaces the functions of `node:child_process` that can hand descriptors on. */
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
        // What a child inherits has no limit, a pipe has one of a megabyte.
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
  // Without a setting these two write a child's errors to our own, and they do not return them.
  const leaveErrors: Adapt = (stdio, inherited) => (inherited.includes("stderr") ? undefined : stdio);
  replace("execSync", "pipe", forwardReturned, leaveErrors);
  replace("execFileSync", "pipe", forwardReturned, leaveErrors);
  syncBuiltinESMExports();
}

type Forward = (start: () => unknown, inherited: readonly StreamName[], outputs: Outputs) => unknown;

type Adapt = (stdio: unknown, inherited: readonly StreamName[]) => unknown;

/** Options follow the command and, where there are any, its arguments. */
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
