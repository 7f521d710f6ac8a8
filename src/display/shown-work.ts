import type { ProgressEvent } from "./progress";
import type { WorkState } from "./progress-line";
import { notebookPlace, type ProgressPlace, streamPlace } from "./progress-place";

/** Least time between two pictures, in milliseconds. */
const interval = 100;

/** One work, from its first event to its last. */
export class ShownWork {
  readonly #started: number;
  readonly #doneAtStart: number;
  readonly #delay: number;
  #place: ProgressPlace | undefined;
  #shown: number = Number.NEGATIVE_INFINITY;
  #share = 0;
  #last: WorkState | undefined;
  /** Whether units tell how much of the work is done. */
  #byUnits = true;

  /**
   * @param started when it began, by the clock of `performance.now()`.
   * @param doneAtStart units that were done when it was first heard of.
   * @param delay milliseconds that it must take before it is shown.
   */
  constructor(started: number, doneAtStart: number, delay: number) {
    this.#started = started;
    this.#doneAtStart = doneAtStart;
    this.#delay = delay;
  }

  /** @param event a `total` of Infinity where nobody knows how much work there is. */
  hear(event: ProgressEvent, now: number): void {
    const state = this.#stateOf(event, (now - this.#started) / 1000);
    const isLast = state.status !== "running";
    this.#last = state;
    // What was too short to be shown while it ran is not shown at its end.
    const isTooShort = now - this.#started < this.#delay || (isLast && this.#delay > 0);
    if (this.#place === undefined && isTooShort) return;
    if (now - this.#shown < interval && !isLast) return;
    this.#shown = now;
    this.#place ??= notebookPlace() ?? streamPlace(process.stderr);
    this.#place.show(state);
  }

  /** The work ends before its end. */
  stop(): void {
    if (this.#last?.status === "running") this.#place?.show({ ...this.#last, status: "stopped" });
  }

  #stateOf({ task, done, total, share, interrupted, message }: ProgressEvent, elapsed: number): WorkState {
    const isLast = done >= total;
    const isCounted = total < Number.POSITIVE_INFINITY;
    // Estimates may fall; a bar that goes back tells nothing.
    this.#share = isLast ? 1 : Math.max(this.#share, Math.min(share ?? done / total, 1));
    if (share !== undefined) this.#byUnits = false;
    // Of the most that there could have been, the last event counts all.
    const rate = isLast && !this.#byUnits ? Number.NaN : (done - this.#doneAtStart) / elapsed;
    const remaining = (elapsed * (1 - this.#share)) / this.#share;
    return {
      task,
      units: !this.#byUnits ? undefined : isCounted ? `${done} of ${total}` : `${done}`,
      share: isCounted ? this.#share : undefined,
      elapsed,
      rate,
      remaining,
      message,
      status: interrupted ? "interrupted" : isLast ? "done" : "running",
    };
  }
}
