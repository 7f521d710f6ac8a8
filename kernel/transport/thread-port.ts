/** What the socket thread and the main thread say to each other, and the memory they share. */
import type { PositionMapSources } from "../cell-positions";
import type { Connection } from "./connection";
import type { JsonObject } from "./wire";

/** How a cell ended badly, as the protocol puts it. */
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
  /** What the cell is called in error traces, e.g. `Cell [3]`. */
  readonly label: string;
  readonly allowStdin: boolean;
  readonly userExpressions: Readonly<Record<string, string>>;
}

/** A question about code, answered with the content of the reply. */
export interface CodeJob {
  readonly kind: "complete" | "inspect" | "is_complete";
  readonly job: number;
  readonly code: string;
  /** In code points. */
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
  /** The cell waits for `released`. */
  readonly mustWait: boolean;
}

/** What a cell asks the person at the front end. */
export interface Question {
  readonly kind: "ask";
  /** Counts the questions that are awaited, from 1; 0 where the main thread sleeps until the answer. */
  readonly question: number;
  readonly prompt: string;
  readonly password: boolean;
}

/** From the socket thread. */
export type ToMain =
  | ExecuteJob
  | CodeJob
  | CommMessage
  /** To a question that is awaited; null where the input was closed. */
  | { readonly kind: "input"; readonly question: number; readonly text: string | null }
  /** The breakpoints of a cell that waits are set. */
  | { readonly kind: "released"; readonly job: number }
  /** Tell the code that watches `interruptSignal`. */
  | { readonly kind: "abort"; readonly job: number }
  | { readonly kind: "interrupt"; readonly job: number }
  /** The inspector ended whatever ran, which had these frames; answered by a pong. */
  | { readonly kind: "terminated"; readonly ping: number; readonly stack: string }
  | { readonly kind: "ping"; readonly ping: number }
  | { readonly kind: "exit" }
  | { readonly kind: "failed"; readonly message: string };

/** The outcome of a cell. */
export type ExecuteOutcome =
  | { readonly status: "ok"; readonly userExpressions: JsonText }
  | { readonly status: "error"; readonly error: ErrorContent };

/** JSON made on the main thread, so that only plain text crosses. */
export type JsonText = string;

/** From the main thread. */
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
  /** A signal asked the main thread to stop what it does. */
  | { readonly kind: "signalled" };

/** Messages that user code can publish. */
export type PublishedType =
  | "execute_result"
  | "display_data"
  | "update_display_data"
  | "clear_output"
  | "error";

/** What the socket thread is started with. */
export interface SocketThreadData {
  readonly connection: Connection;
  readonly shared: SharedArrayBuffer;
  /** Of `ToMain` and `ToSocketThread`. */
  readonly messages: import("node:worker_threads").MessagePort;
  /** Receives the answer to `ask` while the main thread waits in `SharedState.waitForInput`. */
  readonly input: import("node:worker_threads").MessagePort;
  /** Version of this package. */
  readonly version: string;
  /** What the main thread's heap may hold, in bytes. */
  readonly heapLimit: number;
}

/** Output under way to the socket thread above which the main thread waits. */
const MAX_BYTES_UNDER_WAY = 64 * 1024 * 1024;

// Taken here: a cell can replace them.
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
  SocketsHearSignals,
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

  /** The newest job that asked for `interruptSignal`, and so is given time to end by itself. */
  get cooperativeJob(): number {
    return load(this.#slots, Slot.CooperativeJob);
  }

  set cooperativeJob(job: number) {
    store(this.#slots, Slot.CooperativeJob, job);
  }

  /** True while the compiler runs, which must not be cut off in the middle. */
  get uninterruptible(): boolean {
    return load(this.#slots, Slot.Uninterruptible) === 1;
  }

  set uninterruptible(value: boolean) {
    store(this.#slots, Slot.Uninterruptible, value ? 1 : 0);
  }

  /** Main thread: runs the compiler, which the inspector must not end in the middle. */
  compiling<T>(work: () => T): T {
    this.uninterruptible = true;
    try {
      return work();
    } finally {
      this.uninterruptible = false;
    }
  }

  /** True from when the inspector is told to end what runs until the main thread has heard of it. */
  get isTerminating(): boolean {
    return load(this.#slots, Slot.Terminating) === 1;
  }

  set isTerminating(value: boolean) {
    store(this.#slots, Slot.Terminating, value ? 1 : 0);
  }

  /** True where the socket thread hears SIGINT, which the main thread then leaves to it. */
  get socketsHearSignals(): boolean {
    return load(this.#slots, Slot.SocketsHearSignals) === 1;
  }

  set socketsHearSignals(value: boolean) {
    store(this.#slots, Slot.SocketsHearSignals, value ? 1 : 0);
  }

  /** True while a debugger is attached. */
  get isDebugged(): boolean {
    return load(this.#slots, Slot.Debugged) === 1;
  }

  set isDebugged(value: boolean) {
    store(this.#slots, Slot.Debugged, value ? 1 : 0);
  }

  /**
   * Main thread: counts output that was sent off, and waits where too much of it is under way. Counted before it is
   * sent, one text above the limit would wait for ever, and one cut off in the wait would count for ever.
   */
  addBytes(count: number): void {
    this.countBytes(count);
    this.waitForReaders();
  }

  /** Main thread: sleeps while too much is under way. */
  waitForReaders(): void {
    for (;;) {
      const underWay = load(this.#slots, Slot.BytesUnderWay);
      if (underWay <= MAX_BYTES_UNDER_WAY) return;
      // The limit on the wait is for a notification that came between the two calls.
      wait(this.#slots, Slot.BytesUnderWay, underWay, 50);
    }
  }

  /** Socket thread: output waits for its readers. */
  countBytes(count: number): void {
    add(this.#slots, Slot.BytesUnderWay, count);
  }

  /** Socket thread: output has been handed on. */
  removeBytes(count: number): void {
    sub(this.#slots, Slot.BytesUnderWay, count);
    notify(this.#slots, Slot.BytesUnderWay);
  }

  /** Main thread: before asking for input. */
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

  /** Socket thread: a SIGINT of the kernel's own follows. */
  noteOwnSignal(): void {
    add(this.#slots, Slot.OwnSignals, 1);
  }

  /** Whether a SIGINT that arrived, however late on a thread that was busy, is the kernel's own. */
  takeOwnSignal(): boolean {
    if (load(this.#slots, Slot.OwnSignals) === 0) return false;
    sub(this.#slots, Slot.OwnSignals, 1);
    return true;
  }
}
