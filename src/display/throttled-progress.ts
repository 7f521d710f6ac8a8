import type { ProgressListener } from "./progress";

/** Least time between two events, in milliseconds. */
const interval = 100;

/** Wraps a listener so that it hears at most ten events a second, and the last one (`done = total`) always. */
export function throttledProgress(
  task: string,
  total: number,
  listener: ProgressListener | undefined,
): (done: number, message: string) => void {
  if (listener === undefined) return () => {};
  let last = Number.NEGATIVE_INFINITY;
  return (done, message) => {
    const now = performance.now();
    if (now - last < interval && done < total) return;
    last = now;
    listener({ task, done, total, message });
  };
}
