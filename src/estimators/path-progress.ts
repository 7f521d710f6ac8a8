import type { ProgressListener } from "../display/progress";
import { throttledProgress } from "../display/throttled-progress";

/** Tells of several paths, one after the other, as of one work. */
export interface PathProgress {
  /** Starts the next path; what it gives listens to the fits done. */
  next(what: string, nLambdas: number): (done: number, message: string) => void;
  /** Tells of an end before the last path's. */
  end(message: string): void;
}

/** @param nPaths of as many lambdas as the first one, or of fewer that count as much. */
export function pathProgress(
  task: string,
  nPaths: number,
  listener: ProgressListener | undefined,
): PathProgress {
  let started = 0;
  let perPath = 0;
  let tell: (done: number, message: string) => void = () => {};
  return {
    next(what, nLambdas) {
      if (started === 0) {
        perPath = nLambdas;
        tell = throttledProgress(task, nPaths * perPath, listener);
      }
      const before = perPath * started++;
      return (done, message) => {
        tell(before + Math.floor((done / nLambdas) * perPath), `${what}, ${message}`);
      };
    },
    end(message) {
      tell(nPaths * perPath, message);
    },
  };
}
