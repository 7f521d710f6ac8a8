/**
 * Stops what the main thread does, from the socket thread, in steps.
 *
 * 0. A cell that asked for `interruptSignal` is given a second to end by itself, with its result.
 * 1. A message to the main thread, which rejects whatever the cell awaits, and SIGINT to the children.
 * 2. If that did not help at once, the inspector ends whatever JavaScript runs: a loop, also after an await or in a
 *    timer. No port is opened for it. The code so ended runs no `finally`. A child that was started meanwhile, for which
 *    the main thread may be waiting, gets its SIGINT now.
 *
 * `breakOnSigint` of `node:vm` would end a synchronous loop as well, but around each script it leaves moments in which
 * a SIGINT ends the process.
 */
import { Session } from "node:inspector";
import { groupMembers, signalGroup } from "../process-group";
import type { SharedState, ToMain } from "../transport/thread-port";

const PATIENCE_MS = 50;
const CHECK_MS = 20;
const RETRY_MS = 300;
const COOPERATION_MS = 1000;

/** What the main thread says when it has done something. */
export type Sign = { readonly job: number } | { readonly ping: number };

export class Interrupter {
  readonly #shared: SharedState;
  readonly #toMain: (message: ToMain) => void;
  readonly #onTerminated: () => void;
  /** The main thread is given time to answer by itself. */
  #waiting: { readonly job: number; readonly ping: number; timer: NodeJS.Timeout } | undefined;
  /** The inspector is at work, and may yet hit what the main thread does next. */
  #termination: { readonly ping: number; readonly timer: NodeJS.Timeout } | undefined;
  /** The children that had their SIGINT, with what they started since: a second would cut short how they end. */
  readonly #interrupted: Set<number> = new Set();
  #whenCalm: (() => void)[] = [];
  /** The frames of what the inspector ended. */
  #stack = "";
  #lastPing = 0;

  /** @param onTerminated told when a termination is over: what the main thread had not answered by then is lost */
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
    const isLenient = job > 0 && this.#shared.cooperativeJob === job && !again;
    const timer = isLenient
      ? setTimeout(() => this.interrupt(job), COOPERATION_MS)
      : setTimeout(() => this.#terminate(job), PATIENCE_MS);
    const ping = ++this.#lastPing;
    this.#waiting = { job, ping, timer };
    if (job === 0) {
      this.#toMain({ kind: "ping", ping });
    } else if (isLenient) {
      this.#toMain({ kind: "abort", job });
    } else {
      this.#toMain({ kind: "interrupt", job });
      this.#interrupted.clear();
      for (const { id } of groupMembers()) this.#interrupted.add(id);
      interruptChildren(this.#shared);
    }
  }

  /** The main thread answered a job or a ping. */
  acknowledge(sign: Sign): void {
    if (this.#termination) {
      if ("ping" in sign && sign.ping === this.#termination.ping) this.#calmDown();
    } else if (this.#waiting) {
      const isAnswer = "job" in sign ? sign.job >= this.#waiting.job : sign.ping === this.#waiting.ping;
      if (!isAnswer) return;
      clearTimeout(this.#waiting.timer);
      this.#waiting = undefined;
      this.#release();
    }
  }

  /**
   * Calls `action` when nothing that the main thread starts from now on can be hit by a termination: none is under way, and none
   * may follow as the main thread, which has no cell to run, did not answer yet.
   */
  whenCalm(action: () => void): void {
    if (this.#termination || this.#waiting?.job === 0) this.#whenCalm.push(action);
    else action();
  }

  #terminate(job: number): void {
    const waiting = this.#waiting;
    if (waiting && this.#shared.uninterruptible) {
      // A compiler cut off in the middle would be of no use afterwards; it is done in a moment.
      waiting.timer = setTimeout(() => this.#terminate(job), CHECK_MS);
      return;
    }
    this.#waiting = undefined;
    this.#shared.isTerminating = true;
    const ping = ++this.#lastPing;
    // Native code cannot be ended, and the message can be hit itself: try again until it is answered.
    this.#termination = { ping, timer: setTimeout(() => this.#terminate(job), RETRY_MS) };
    terminateMainThread((stack) => {
      // A second try finds nothing any more of what the first one ended.
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

  #calmDown(): void {
    clearTimeout(this.#termination?.timer);
    this.#stack = "";
    // First, so that what follows on a lost answer is not taken for lost itself.
    this.#onTerminated();
    this.#termination = undefined;
    this.#shared.isTerminating = false;
    this.#release();
  }

  #release(): void {
    for (const action of this.#whenCalm.splice(0)) action();
  }
}

/** Evaluated on top of what runs, whose frames it so lists below its own. */
const STACK = "new Error().stack";

/**
 * Ends the JavaScript that runs on the main thread.
 *
 * @param done called with the frames that it had when it has ended, though the next message that the thread gets can still be hit
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
  // The kernel gets the signal too, and has to know it for its own.
  shared.noteOwnSignal();
  if (!signalGroup("SIGINT")) shared.takeOwnSignal();
}

function interruptChild(id: number): void {
  try {
    process.kill(id, "SIGINT");
  } catch {
    // Gone meanwhile.
  }
}
