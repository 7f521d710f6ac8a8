import type { ProgressListener } from "../../display/progress";
import { type ProgressReporter, throttledProgress } from "../../display/progress-bar";

/** Tells of several paths, one after the other or side by side, as of one work. */
export interface PathProgress {
  /** Adds a path; what it gives listens to the fits done. */
  next(what: string, nLambdas: number): (done: number, message: () => string) => void;
  /** Tells that the paths end before the last. */
  interrupt(): void;
}

/** @param nPaths of as many lambdas as the first one, or of fewer that count as much. */
export function pathProgress(
  task: string,
  nPaths: number,
  listener: ProgressListener | undefined,
): PathProgress {
  const shares: number[] = [];
  let perPath = 0;
  let tell: ProgressReporter = () => {};
  const done = (): number => shares.reduce((sum, share) => sum + share, 0);
  return {
    next(what, nLambdas) {
      if (shares.length === 0) {
        perPath = nLambdas;
        tell = throttledProgress(task, nPaths * perPath, listener);
      }
      const own = shares.push(0) - 1;
      return (nFits, message) => {
        shares[own] = Math.floor((nFits / nLambdas) * perPath);
        tell(done(), () => `${what}, ${message()}`);
      };
    },
    interrupt() {
      tell(done(), () => "interrupted", { interrupted: true });
    },
  };
}
