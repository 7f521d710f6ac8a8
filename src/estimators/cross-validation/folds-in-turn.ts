import { apartFromPools, MemoryPool } from "../../simd/memory-pool";
import type { AnyFit } from "../fit/fit-of";
import { type FitRunner, phraseOf } from "../fit/fit-runner";
import type { RunOptions } from "../options/run-options";
import { type FoldResult, fitFold } from "./fit-fold";
import { rowsOf } from "./folds";
import type { ValidationPlan } from "./validation-plan";

/** The folds of one model. */
export interface FoldsOfModel extends Pick<ValidationPlan, "where" | "data" | "folds" | "bySample"> {
  /** Decreasing. */
  readonly lambdas: Float64Array;
}

/** How far a fold is. */
export interface FoldProgress {
  readonly fold: number;
  /** Its fits so far. */
  readonly done: number;
  readonly message: string;
}

/** How folds are listened to, and ended before their time. */
export interface FoldRun extends Pick<RunOptions, "signal"> {
  onProgress?(progress: FoldProgress): void;
}

/**
 * Fits one fold after the other until aborted.
 *
 * @param take gives the next fold, ascending; there is none once it is no index of one. Default: all of them.
 * @returns one a fold; undefined for one that was not taken, or not fitted to its end.
 */
export function foldsInTurn(
  model: FitRunner<AnyFit>,
  { where, data, folds, lambdas, bySample }: FoldsOfModel,
  { signal, onProgress }: FoldRun,
  take: () => number = counting(),
): (FoldResult | undefined)[] {
  const pool = new MemoryPool();
  const results: (FoldResult | undefined)[] = folds.ids.map(() => undefined);
  while (!signal?.aborted) {
    const fold = take();
    if (fold >= folds.ids.length) break;
    const tell = (fit: AnyFit, done: number): void => onProgress?.({ fold, done, message: phraseOf(fit) });
    results[fold] = pool.run(() =>
      fitFold(
        `${where}, without fold ${folds.ids[fold]}`,
        { data, heldOut: rowsOf(folds, folds.ids[fold]), lambdas, bySample },
        model.datafit,
        (at, rows) => model.prepare(at, rows, signal),
        { init: model.init, signal, onFit: (fit, done) => apartFromPools(() => tell(fit, done)) },
      ),
    );
  }
  return results;
}

function counting(): () => number {
  let next = 0;
  return () => next++;
}
