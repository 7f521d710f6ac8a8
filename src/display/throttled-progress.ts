import { automaticProgress } from "./automatic-progress";
import type { ProgressEvent, ProgressListener } from "./progress";

/** Least time between two events, in milliseconds. */
const interval = 100;

/** Told how many units are done, in which state, and what else there is to say, which is asked for where someone hears it. */
export type Tell = (
  done: number,
  message: () => string,
  more?: Pick<ProgressEvent, "share" | "interrupted">,
) => void;

/**
 * Wraps a listener so that it hears at most ten events a second, and the last one always.
 *
 * @param listener undefined for none, but for the bar that our kernel shows by itself after a while.
 */
export function throttledProgress(
  task: string,
  total: number,
  listener: ProgressListener | undefined = automaticProgress(),
): Tell {
  if (listener === undefined) return () => {};
  let last = Number.NEGATIVE_INFINITY;
  return (done, message, more) => {
    const now = performance.now();
    if (now - last < interval && done < total && !more?.interrupted) return;
    last = now;
    listener({ task, done, total, message: message(), ...more });
  };
}
