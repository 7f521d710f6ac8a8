import { mustBe } from "../errors";
import { checkKeys } from "../options";
import type { ProgressEvent, ProgressListener } from "./progress";
import { notebookOutput, ProgressDisplay } from "./progress-display";

/** How a {@link progressBar} shows itself. */
export interface ProgressBarOptions {
  /** Milliseconds that work must take before it is shown. Default: 0. */
  readonly delay?: number;
}

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
  let work = new ProgressDisplay(performance.now(), 0, delay);
  let task: string | undefined;
  return (event) => {
    const now = performance.now();
    if (task !== undefined && task !== event.task) work = new ProgressDisplay(now, event.done, delay);
    task = event.task;
    work.update(event, now);
    if (event.done < event.total && !event.interrupted) return;
    work = new ProgressDisplay(now, 0, delay);
    task = undefined;
  };
}

/** Milliseconds that work must take before a bar appears that was not requested. */
const AUTOMATIC_DELAY = 2000;

/** Returns the listener of work that has none: in our kernel a bar that appears after two seconds, elsewhere undefined. */
export function automaticProgress(): ProgressListener | undefined {
  return notebookOutput() && progressBar({ delay: AUTOMATIC_DELAY });
}

/** A listener that shows nothing, for work that is part of other work with a bar of its own. */
export const noProgress: ProgressListener = () => {};

/** Minimum time between two events, in milliseconds, which bounds the cost of listeners. */
const MIN_INTERVAL = 100;

/** Reports how many units are done; `message` is called only if the event reaches a listener. */
export type ProgressReporter = (
  done: number,
  message: () => string,
  more?: Pick<ProgressEvent, "share" | "interrupted">,
) => void;

/**
 * Wraps a listener so that it receives at most ten events a second, and always the last one.
 *
 * @param listener Default: the bar that our kernel shows after two seconds.
 */
export function throttledProgress(
  task: string,
  total: number,
  listener: ProgressListener | undefined = automaticProgress(),
): ProgressReporter {
  if (listener === undefined) return () => {};
  let last = Number.NEGATIVE_INFINITY;
  return (done, message, more) => {
    const now = performance.now();
    if (now - last < MIN_INTERVAL && done < total && !more?.interrupted) return;
    last = now;
    listener({ task, done, total, message: message(), ...more });
  };
}
