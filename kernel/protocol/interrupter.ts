/**
 * Interrupts the main thread from the socket thread, in steps.
 *
 * 0. A cell that uses `interruptSignal` has a second to end by itself, with its result.
 * 1. A message makes the main thread reject whatever the cell awaits, and the children get SIGINT.
 * 2. If the main thread does not answer soon, the inspector terminates the JavaScript that runs: a loop, also after an await or
 *    in a timer. No port is opened for it. Terminated code runs no `finally`. A child that was started meanwhile, for
 *    which the main thread may be waiting, gets its SIGINT now.
 *
 * `breakOnSigint` of `node:vm` would also end a synchronous loop, but before and after each script there are moments in which a
 * SIGINT ends the process.
 */
import { Session } from "node:inspector";
import { groupMembers, signalGroup } from "../process-group";
import type { SharedState, ToMain } from "../transport/thread-port";

/** Time in which the main thread may answer an interrupt before it is terminated. */
const PATIENCE_MS = 50;
/** Time between two checks whether an uninterruptible compiler has finished. */
const CHECK_MS = 20;
/** Time after which an unanswered termination is repeated. */
const RETRY_MS = 300;
/** Time in which a cell that uses `interruptSignal` may end by itself. */
const COOPERATION_MS = 1000;

/** The answer of the main thread to a job or a ping. */
export type Acknowledgement = { readonly job: number } | { readonly ping: number };

/** Carries out the steps, one interrupt at a time. */
export class Interrupter {
  readonly #shared: SharedState;
  readonly #toMain: (message: ToMain) => void;
  readonly #onTerminated: () => void;
  /** The interrupt that the main thread has time to answer by itself. */
  #waiting: { readonly job: number; readonly ping: number; timer: NodeJS.Timeout } | undefined;
  /** The termination by the inspector, which may still end whatever the main thread does next. */
  #termination: { readonly ping: number; readonly timer: NodeJS.Timeout } | undefined;
  /** Ids of the children that got a SIGINT, and of their own children; a second SIGINT would disturb their orderly end. */
  readonly #interrupted: Set<number> = new Set();
  #afterTermination: (() => void)[] = [];
  /** The call stack of the code that the inspector terminated. */
  #stack = "";
  #lastPing = 0;

  /** @param onTerminated called after a termination; requests that the main thread has not answered by then are lost */
  constructor(shared: SharedState, toMain: (message: ToMain) => void, onTerminated: () => void) {
    this.#shared = shared;
    this.#toMain = toMain;
    this.#onTerminated = onTerminated;
  }

  /** @param job the running cell; 0 where none runs, when a timer of an earlier cell may still hold the thread */
  interrupt(job: number): void {
    if (this.#termination) return;
    const again = this.#waiting?.job === job;
    clearTimeout(this.#waiting?.timer);
    const isCooperative = job > 0 && this.#shared.cooperativeJob === job && !again;
    const timer = isCooperative
      ? setTimeout(() => this.interrupt(job), COOPERATION_MS)
      : setTimeout(() => this.#terminate(job), PATIENCE_MS);
    const ping = ++this.#lastPing;
    this.#waiting = { job, ping, timer };
    if (job === 0) {
      this.#toMain({ kind: "ping", ping });
    } else if (isCooperative) {
      this.#toMain({ kind: "abort", job });
    } else {
      this.#toMain({ kind: "interrupt", job });
      this.#interrupted.clear();
      for (const { id } of groupMembers()) this.#interrupted.add(id);
      interruptChildren(this.#shared);
    }
  }

  /** Notes that the main thread answered a job or a ping. */
  acknowledge(acknowledgement: Acknowledgement): void {
    if (this.#termination) {
      if ("ping" in acknowledgement && acknowledgement.ping === this.#termination.ping)
        this.#endTermination();
    } else if (this.#waiting) {
      const isAnswer =
        "job" in acknowledgement
          ? acknowledgement.job >= this.#waiting.job
          : acknowledgement.ping === this.#waiting.ping;
      if (!isAnswer) return;
      clearTimeout(this.#waiting.timer);
      this.#waiting = undefined;
      this.#runDelayed();
    }
  }

  /**
   * Calls `action` once no termination can hit a job that the main thread starts then: none is in progress, and no unanswered
   * interrupt of an idle main thread can lead to one.
   */
  afterTermination(action: () => void): void {
    if (this.#termination || this.#waiting?.job === 0) this.#afterTermination.push(action);
    else action();
  }

  #terminate(job: number): void {
    const waiting = this.#waiting;
    if (waiting && this.#shared.uninterruptible) {
      // A terminated compiler would be unusable, and it finishes soon.
      waiting.timer = setTimeout(() => this.#terminate(job), CHECK_MS);
      return;
    }
    this.#waiting = undefined;
    this.#shared.isTerminating = true;
    const ping = ++this.#lastPing;
    // Native code cannot be terminated, and the message itself can be, so both are repeated until it is answered.
    this.#termination = { ping, timer: setTimeout(() => this.#terminate(job), RETRY_MS) };
    terminateMainThread((stack) => {
      // Only the first try finds the stack of the terminated code.
      this.#stack ||= stack;
      if (this.#termination?.ping === ping) this.#toMain({ kind: "terminated", ping, stack: this.#stack });
    });
    if (job > 0) this.#interruptNewChildren();
  }

  #interruptNewChildren(): void {
    const started: number[] = [];
    for (const { id, parent } of groupMembers()) {
      if (this.#interrupted.has(parent)) this.#interrupted.add(id);
      else if (!this.#interrupted.has(id)) started.push(id);
    }
    for (const id of started) {
      interruptChild(id);
      this.#interrupted.add(id);
    }
  }

  #endTermination(): void {
    clearTimeout(this.#termination?.timer);
    this.#stack = "";
    // This comes first, so that requests that follow a lost answer do not count as lost.
    this.#onTerminated();
    this.#termination = undefined;
    this.#shared.isTerminating = false;
    this.#runDelayed();
  }

  #runDelayed(): void {
    for (const action of this.#afterTermination.splice(0)) action();
  }
}

/** Expression that is evaluated on top of the running code, and so lists its frames. */
const STACK = "new Error().stack";

/**
 * Terminates the JavaScript that runs on the main thread.
 *
 * @param done called afterwards with the frames of the code; the next message of the thread can still be hit
 */
export function terminateMainThread(done: (stack: string) => void): void {
  const session = new Session();
  session.connectToMainThread();
  let stack = "";
  session.post("Runtime.evaluate", { expression: STACK, silent: true }, (error, answer) => {
    if (!error && typeof answer.result.value === "string")
      stack = answer.result.value.split("\n").slice(2).join("\n");
  });
  session.post("Runtime.terminateExecution", () => {
    session.disconnect();
    done(stack);
  });
}

function interruptChildren(shared: SharedState): void {
  // The kernel receives the signal too, and must recognize it as its own.
  shared.noteOwnSignal();
  if (!signalGroup("SIGINT")) shared.takeOwnSignal();
}

function interruptChild(id: number): void {
  try {
    process.kill(id, "SIGINT");
  } catch {
    // The process has ended meanwhile.
  }
}
