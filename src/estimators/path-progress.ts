import type { ProgressListener } from "../display/progress";
import { throttledProgress } from "../display/throttled-progress";

/** Tells of several paths, one after the other or side by side, as of one work. */
export interface PathProgress {
  /** Adds a path; what it gives listens to the fits done. */
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
  const shares: number[] = [];
  let perPath = 0;
  let tell: (done: number, message: string) => void = () => {};
  return {
    next(what, nLambdas) {
      if (shares.length === 0) {
        perPath = nLambdas;
        tell = throttledProgress(task, nPaths * perPath, listener);
      }
      const own = shares.push(0) - 1;
      return (done, message) => {
        shares[own] = Math.floor((done / nLambdas) * perPath);
        tell(
          shares.reduce((sum, share) => sum + share),
          `${what}, ${message}`,
        );
      };
    },
    end(message) {
      tell(nPaths * perPath, message);
    },
  };
}
