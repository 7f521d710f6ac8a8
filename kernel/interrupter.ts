/**
 * Stops what the main thread does, from the socket thread, in steps.
 *
 * 0. A cell that asked for `interruptSignal` is given a second to end by itself, with its result.
 * 1. A message to the main thread, which rejects whatever the cell awaits, and SIGINT to the children.
 * 2. If that did not help at once, the inspector ends whatever JavaScript runs: a loop, also after an await or in a
 *    timer. No port is opened for it. The code so ended runs no `finally`.
 *
 * `breakOnSigint` of `node:vm` would end a synchronous loop as well, but around each script it leaves moments in which
 * a SIGINT ends the process.
 */
import { Session } from "node:inspector";
import type { SharedState, ToMain } from "./thread-port";

const PATIENCE_MS = 50;
const RETRY_MS = 500;
const CHECK_MS = 20;
const COOPERATION_MS = 1000;
const SETTLE_MS = 10;

export class Interrupter {
  readonly #shared: SharedState;
  readonly #toMain: (message: ToMain) => void;
  #pending: { readonly job: number; readonly ping: number; timer: NodeJS.Timeout } | undefined;
  #lastPing = 0;

  constructor(shared: SharedState, toMain: (message: ToMain) => void) {
    this.#shared = shared;
    this.#toMain = toMain;
  }

  /** @param job the running cell; 0 where none runs, when a timer of an earlier cell may still hold the thread */
  interrupt(job: number): void {
    const again = this.#pending?.job === job;
    if (this.#pending) clearTimeout(this.#pending.timer);
    const pending = { job, ping: ++this.#lastPing, timer: setTimeout(() => this.#terminate(), PATIENCE_MS) };
    this.#pending = pending;
    if (job === 0) {
      this.#toMain({ kind: "ping", ping: pending.ping });
    } else if (this.#shared.cooperativeJob === job && !again) {
      this.#toMain({ kind: "abort", job });
      clearTimeout(pending.timer);
      pending.timer = setTimeout(() => this.interrupt(job), COOPERATION_MS);
    } else {
      this.#toMain({ kind: "interrupt", job });
      interruptChildren(this.#shared);
    }
  }

  /** The main thread answered a job or a ping: nothing is left to stop if it was the one waited for. */
  acknowledge(sign: { readonly job: number } | { readonly ping: number }): void {
    const pending = this.#pending;
    if (!pending) return;
    const matches = "job" in sign ? sign.job >= pending.job : sign.ping === pending.ping;
    if (!matches) return;
    clearTimeout(pending.timer);
    this.#pending = undefined;
  }

  #terminate(): void {
    const pending = this.#pending;
    if (!pending) return;
    // A compiler cut off in the middle would be of no use afterwards; it is done in a moment.
    if (this.#shared.uninterruptible) {
      pending.timer = setTimeout(() => this.#terminate(), CHECK_MS);
      return;
    }
    // Native code cannot be ended: try again until it has come back.
    pending.timer = setTimeout(() => this.#terminate(), RETRY_MS);
    terminateMainThread(() => {
      if (pending === this.#pending) this.#toMain({ kind: "terminated", job: pending.job });
    });
  }
}

/**
 * Ends the JavaScript that runs on the main thread.
 *
 * @param done called when the main thread runs again
 */
export function terminateMainThread(done: () => void): void {
  const session = new Session();
  session.connectToMainThread();
  session.post("Runtime.terminateExecution", () => {
    // A termination that came too late would hit the next message, so an empty evaluation takes it up. Both in one
    // go would cancel each other, and an evaluation so ended has no answer to wait for.
    setTimeout(() => {
      session.post("Runtime.evaluate", { expression: "" });
      setTimeout(() => {
        session.disconnect();
        done();
      }, SETTLE_MS);
    }, SETTLE_MS);
  });
}

/** Children are in the process group that the kernel leads where Jupyter or our runner started it. */
function interruptChildren(shared: SharedState): void {
  if (process.platform === "win32") return;
  // The kernel gets the signal too, and has to know it for its own.
  shared.noteOwnSignal();
  try {
    process.kill(-process.pid, "SIGINT");
  } catch {
    // Another process leads the group, which is none of the kernel's business.
  }
}
