/** The messages between the socket thread and the main thread, and the memory that they share. */
import type { PositionMapSources } from "../cell-positions";
import type { Connection } from "./connection";
import type { JsonObject } from "./wire";

/** The error of a cell, in the form of the protocol. */
export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** One cell to run. */
export interface ExecuteJob {
  readonly kind: "execute";
  readonly job: number;
  readonly code: string;
  readonly silent: boolean;
  /** The name of the cell in error traces, e.g. `Cell [3]`. */
  readonly label: string;
  readonly allowStdin: boolean;
  readonly userExpressions: Readonly<Record<string, string>>;
}

/** A request about code, answered with the content of the reply. */
export interface CodeJob {
  readonly kind: "complete" | "inspect" | "is_complete";
  readonly job: number;
  readonly code: string;
  /** The position of the cursor in code points. */
  readonly cursor: number;
  /** Whether an inspection shows the declaration too. */
  readonly withDeclaration: boolean;
}

export type CommType = "comm_open" | "comm_msg" | "comm_close";

/** A message of a comm from a front end. */
export interface CommMessage {
  readonly kind: "comm";
  readonly job: number;
  readonly type: CommType;
  readonly content: JsonObject;
  readonly buffers: readonly Uint8Array[];
}

/** A message of a comm from a cell. */
export interface CommOutput {
  readonly kind: "comm";
  readonly type: CommType;
  readonly id: string;
  /** The name of the target that a `comm_open` is for. */
  readonly target: string | undefined;
  readonly content: JsonText;
  readonly metadata: JsonText;
  readonly buffers: readonly Uint8Array[];
}

/** A compiled cell that is about to run, for the debugger. */
export interface CellScript {
  readonly kind: "script";
  readonly job: number;
  readonly label: string;
  readonly code: string;
  readonly maps: PositionMapSources;
  /** Whether the cell waits for `released`. */
  readonly mustWait: boolean;
}

/** A question of a cell to the person at the front end. */
export interface Question {
  readonly kind: "ask";
  /** Counts the questions that are awaited, from 1; 0 where the main thread sleeps until the answer. */
  readonly question: number;
  readonly prompt: string;
  readonly password: boolean;
}

/** The messages from the socket thread. */
export type ToMain =
  | ExecuteJob
  | CodeJob
  | CommMessage
  /** The answer to an awaited question; null where the input was closed. */
  | { readonly kind: "input"; readonly question: number; readonly text: string | null }
  /** The breakpoints of a cell that waits are set. */
  | { readonly kind: "released"; readonly job: number }
  /** The code that watches `interruptSignal` is to end by itself. */
  | { readonly kind: "abort"; readonly job: number }
  | { readonly kind: "interrupt"; readonly job: number }
  /** The inspector terminated the code that ran, which had these frames; answered by a pong. */
  | { readonly kind: "terminated"; readonly ping: number; readonly stack: string }
  | { readonly kind: "ping"; readonly ping: number }
  | { readonly kind: "exit" }
  | { readonly kind: "failed"; readonly message: string };

/** The outcome of a cell. */
export type ExecuteOutcome =
  | { readonly status: "ok"; readonly userExpressions: JsonText }
  | { readonly status: "error"; readonly error: ErrorContent };

/** JSON from the main thread, so that only plain text passes between the threads. */
export type JsonText = string;

/** The messages from the main thread. */
export type ToSocketThread =
  | { readonly kind: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | { readonly kind: "publish"; readonly type: PublishedType; readonly content: JsonText }
  | { readonly kind: "executed"; readonly job: number; readonly outcome: ExecuteOutcome }
  | { readonly kind: "answered"; readonly job: number; readonly content: JsonText }
  | CommOutput
  /** The handlers of a comm's message start. */
  | { readonly kind: "handling"; readonly job: number }
  | { readonly kind: "handled"; readonly job: number }
  | Question
  | CellScript
  | { readonly kind: "pong"; readonly ping: number }
  /** The main thread received SIGINT. */
  | { readonly kind: "signalled" };

/** Messages that user code can publish. */
export type PublishedType =
  | "execute_result"
  | "display_data"
  | "update_display_data"
  | "clear_output"
  | "error";

/** The data with which the socket thread is started. */
export interface SocketThreadData {
  readonly connection: Connection;
  readonly shared: SharedArrayBuffer;
  /** Carries `ToMain` and `ToSocketThread`. */
  readonly messages: import("node:worker_threads").MessagePort;
  /** Receives the answer to `ask` while the main thread waits in `SharedState.waitForInput`. */
  readonly input: import("node:worker_threads").MessagePort;
  /** Version of this package. */
  readonly version: string;
  /** Maximum size of the main thread's heap, in bytes. */
  readonly heapLimit: number;
}

/** Number of bytes on the way to readers above which the main thread waits. */
const MAX_BYTES_UNDER_WAY = 64 * 1024 * 1024;

// Cells can replace these functions.
const { add, load, notify, store, sub, wait } = Atomics;

enum Slot {
  InterruptedJob,
  CooperativeJob,
  Uninterruptible,
  BytesUnderWay,
  Input,
  OwnSignals,
  Debugged,
  Terminating,
  SocketThreadHandlesSignals,
  Length,
}

enum Input {
  Waiting,
  Answered,
  Interrupted,
}

/** Flags that either thread can read while the other is busy. */
export class SharedState {
  readonly buffer: SharedArrayBuffer;
  readonly #slots: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(4 * Slot.Length)) {
    this.buffer = buffer;
    this.#slots = new Int32Array(buffer);
  }

  /** The newest job that the user interrupted; jobs count up from 1. */
  get interruptedJob(): number {
    return load(this.#slots, Slot.InterruptedJob);
  }

  set interruptedJob(job: number) {
    store(this.#slots, Slot.InterruptedJob, job);
  }

  /** The newest job that uses `interruptSignal`, and so has time to end by itself. */
  get cooperativeJob(): number {
    return load(this.#slots, Slot.CooperativeJob);
  }

  set cooperativeJob(job: number) {
    store(this.#slots, Slot.CooperativeJob, job);
  }

  /** True while the compiler runs, which must not be terminated. */
  get uninterruptible(): boolean {
    return load(this.#slots, Slot.Uninterruptible) === 1;
  }

  set uninterruptible(value: boolean) {
    store(this.#slots, Slot.Uninterruptible, value ? 1 : 0);
  }

  /** Main thread: runs the compiler, which the inspector must not terminate. */
  compiling<T>(work: () => T): T {
    this.uninterruptible = true;
    try {
      return work();
    } finally {
      this.uninterruptible = false;
    }
  }

  /** True from the termination by the inspector until the main thread has received the message about it. */
  get isTerminating(): boolean {
    return load(this.#slots, Slot.Terminating) === 1;
  }

  set isTerminating(value: boolean) {
    store(this.#slots, Slot.Terminating, value ? 1 : 0);
  }

  /** True where the socket thread handles SIGINT, so that the main thread ignores it. */
  get socketThreadHandlesSignals(): boolean {
    return load(this.#slots, Slot.SocketThreadHandlesSignals) === 1;
  }

  set socketThreadHandlesSignals(value: boolean) {
    store(this.#slots, Slot.SocketThreadHandlesSignals, value ? 1 : 0);
  }

  /** True while a debugger is attached. */
  get isDebugged(): boolean {
    return load(this.#slots, Slot.Debugged) === 1;
  }

  set isDebugged(value: boolean) {
    store(this.#slots, Slot.Debugged, value ? 1 : 0);
  }

  /**
   * Main thread: counts output that was sent, and waits where too much of it is on the way. Counted before it is sent, one
   * text above the limit would wait for ever, and one whose wait is terminated would count for ever.
   */
  addBytes(count: number): void {
    this.countBytes(count);
    this.waitForReaders();
  }

  /** Main thread: sleeps while too much output is on the way. */
  waitForReaders(): void {
    for (;;) {
      const underWay = load(this.#slots, Slot.BytesUnderWay);
      if (underWay <= MAX_BYTES_UNDER_WAY) return;
      // The wait has a limit, because a notification may have come between the two calls.
      wait(this.#slots, Slot.BytesUnderWay, underWay, 50);
    }
  }

  /** Socket thread: counts output that waits for its readers. */
  countBytes(count: number): void {
    add(this.#slots, Slot.BytesUnderWay, count);
  }

  /** Socket thread: removes output that was sent from the count. */
  removeBytes(count: number): void {
    sub(this.#slots, Slot.BytesUnderWay, count);
    notify(this.#slots, Slot.BytesUnderWay);
  }

  /** Main thread: prepares to wait for input; called before the question is sent. */
  expectInput(): void {
    store(this.#slots, Slot.Input, Input.Waiting);
  }

  /** Main thread: sleeps until the input is there (true) or the cell is interrupted (false). */
  waitForInput(): boolean {
    wait(this.#slots, Slot.Input, Input.Waiting);
    return load(this.#slots, Slot.Input) === Input.Answered;
  }

  /** Socket thread: wakes the main thread from `waitForInput`. */
  endInput(answered: boolean): void {
    store(this.#slots, Slot.Input, answered ? Input.Answered : Input.Interrupted);
    notify(this.#slots, Slot.Input);
  }

  /** Socket thread: notes that the kernel sends itself a SIGINT. */
  noteOwnSignal(): void {
    add(this.#slots, Slot.OwnSignals, 1);
  }

  /** Whether a SIGINT that arrived, perhaps late on a busy thread, is the kernel's own. */
  takeOwnSignal(): boolean {
    if (load(this.#slots, Slot.OwnSignals) === 0) return false;
    sub(this.#slots, Slot.OwnSignals, 1);
    return true;
  }
}
