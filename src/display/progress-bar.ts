import { mustBe } from "../errors";
import { checkKeys } from "../options";
import type { ProgressEvent, ProgressListener } from "./progress";
import type { WorkState } from "./progress-line";
import { notebookPlace, type ProgressPlace, streamPlace } from "./progress-place";

/** How a {@link progressBar} shows itself. */
export interface ProgressBarOptions {
  /** Milliseconds that work must take before it is shown. Default: 0. */
  readonly delay?: number;
}

/** Least time between two pictures, in milliseconds. */
const interval = 100;

/**
 * A bar that moves while work goes on, with rate, remaining time and the certificate of what was found last: pass it as
 * `onProgress`.
 *
 * In our kernel it is an output of the cell, which `smooth-edges run` does not write into notebooks, in a terminal the last
 * line, and in a log file one line a quarter of the work. In our kernel work of more than two seconds shows one by itself.
 *
 * @returns a listener; the same one may follow several works, one after the other.
 * @throws InputError when `delay` is not a number of at least 0.
 * @example
 * ```ts
 * new SmoothLasso().path([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2], { nLambdas: 5, onProgress: progressBar({ delay: 500 }) });
 * ```
 */
export function progressBar(options: ProgressBarOptions = {}): ProgressListener {
  checkKeys("progressBar", options, ["delay"]);
  const { delay = 0 } = options;
  if (!(typeof delay === "number" && delay >= 0)) {
    throw mustBe("progressBar", "delay", "a number >= 0", delay);
  }
  let work = new ShownWork(performance.now(), 0, delay);
  let task: string | undefined;
  return (event) => {
    const now = performance.now();
    if (task !== undefined && task !== event.task) work = new ShownWork(now, event.done, delay);
    task = event.task;
    work.hear(event, now);
    if (event.done < event.total) return;
    work = new ShownWork(now, 0, delay);
    task = undefined;
  };
}

/** One work, from its first event to its last. */
class ShownWork {
  readonly #started: number;
  readonly #doneAtStart: number;
  readonly #delay: number;
  #place: ProgressPlace | undefined;
  #shown: number = Number.NEGATIVE_INFINITY;
  #share = 0;
  /** Whether units tell how much of the work is done. */
  #byUnits = true;

  /** @param doneAtStart units that were done when it was first heard of. */
  constructor(started: number, doneAtStart: number, delay: number) {
    this.#started = started;
    this.#doneAtStart = doneAtStart;
    this.#delay = delay;
  }

  hear(event: ProgressEvent, now: number): void {
    const state = this.#stateOf(event, (now - this.#started) / 1000);
    // What was too short to be shown while it ran is not shown at its end.
    const isTooShort = now - this.#started < this.#delay || (state.isLast && this.#delay > 0);
    if (this.#place === undefined && isTooShort) return;
    if (now - this.#shown < interval && !state.isLast) return;
    this.#shown = now;
    this.#place ??= notebookPlace() ?? streamPlace(process.stderr);
    this.#place.show(state);
  }

  #stateOf({ task, done, total, share, message }: ProgressEvent, elapsed: number): WorkState {
    const isLast = done >= total;
    // Estimates may fall; a bar that goes back tells nothing.
    this.#share = isLast ? 1 : Math.max(this.#share, Math.min(share ?? done / total, 1));
    if (share !== undefined) this.#byUnits = false;
    // Of the most that there could have been, the last event counts all.
    const rate = isLast && !this.#byUnits ? Number.NaN : (done - this.#doneAtStart) / elapsed;
    const remaining = (elapsed * (1 - this.#share)) / this.#share;
    return {
      task,
      units: this.#byUnits ? `${done} of ${total}` : undefined,
      share: this.#share,
      elapsed,
      rate,
      remaining,
      message,
      isLast,
    };
  }
}
