/**
 * Looks from the thread of the sockets at how full the heap of the main thread is while a cell runs: where it is full, V8 ends the
 * process at once, and nobody could say why afterwards.
 */
import { Session } from "node:inspector";

/** A heap fills by some gigabytes a second at most. */
const INTERVAL_MS = 100;
/** The part of the limit from which on it is told, and below which it is told anew the next time. */
const NEARLY_FULL = 0.85;
const CALM = 0.6;

export class HeapWatch {
  readonly #limit: number;
  readonly #tell: (usedBytes: number, limitBytes: number) => void;
  readonly #isBusy: () => boolean;
  #isAsking = false;
  #isTold = false;

  /**
   * @param limit of the heap, in bytes
   * @param isBusy whether a cell runs
   */
  constructor(limit: number, isBusy: () => boolean, tell: (usedBytes: number, limitBytes: number) => void) {
    this.#limit = limit;
    this.#isBusy = isBusy;
    this.#tell = tell;
    setInterval(() => this.#look(), INTERVAL_MS).unref();
  }

  #look(): void {
    if (this.#isAsking || !this.#isBusy()) return;
    this.#isAsking = true;
    const session = new Session();
    session.connectToMainThread();
    session.post("Runtime.getHeapUsage", (error, usage) => {
      session.disconnect();
      this.#isAsking = false;
      if (!error) this.#hear((usage as { readonly usedSize: number }).usedSize);
    });
  }

  #hear(used: number): void {
    if (used < CALM * this.#limit) this.#isTold = false;
    if (this.#isTold || used < NEARLY_FULL * this.#limit) return;
    this.#isTold = true;
    this.#tell(used, this.#limit);
  }
}
