import { mustBe } from "../errors";
import { checkKeys } from "../options";
import type { ProgressListener } from "./progress";
import { ShownWork } from "./shown-work";

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
  let work = new ShownWork(performance.now(), 0, delay);
  let task: string | undefined;
  return (event) => {
    const now = performance.now();
    if (task !== undefined && task !== event.task) work = new ShownWork(now, event.done, delay);
    task = event.task;
    work.hear(event, now);
    if (event.done < event.total && !event.interrupted) return;
    work = new ShownWork(now, 0, delay);
    task = undefined;
  };
}
