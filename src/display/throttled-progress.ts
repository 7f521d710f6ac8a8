import { automaticProgress } from "./automatic-progress";
import type { ProgressListener } from "./progress";

/** Least time between two events, in milliseconds. */
const interval = 100;

/** Told how many units are done, in which state, and the share of the work where units do not tell. */
export type Tell = (done: number, message: string, share?: number) => void;

/**
 * Wraps a listener so that it hears at most ten events a second, and the last one (`done = total`) always.
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
  return (done, message, share) => {
    const now = performance.now();
    if (now - last < interval && done < total) return;
    last = now;
    listener({ task, done, total, message, ...(share !== undefined && { share }) });
  };
}
