import type { FoldResult } from "../cross-validation/fit-fold";
import { type FoldRun, type FoldsOfModel, foldsInTurn } from "../cross-validation/folds-in-turn";
import type { AnyFit } from "../fit/fit-of";
import type { FitRunner } from "../fit/fit-runner";

/** What a thread has of the folds that several share. */
export interface TakenFolds<E = unknown> {
  /** One a fold; undefined for one that was another's, or not fitted to its end. */
  readonly results: readonly (FoldResult | undefined)[];
  /** The fold that ended it, and by what. */
  readonly failed: { readonly fold: number; readonly error: E } | undefined;
}

/**
 * Fits one fold after the other that no other thread has taken. Once one has failed no thread begins a further one, so that the
 * first fold that fails is the same as in one thread.
 *
 * @param next at 0 the number of the next fold, which all threads see.
 */
export function takeFolds(
  model: FitRunner<AnyFit>,
  task: FoldsOfModel,
  next: Int32Array,
  run: FoldRun,
): TakenFolds {
  let fold = 0;
  const take = (): number => {
    fold = Atomics.add(next, 0, 1);
    return fold;
  };
  try {
    return { results: foldsInTurn(model, task, run, take), failed: undefined };
  } catch (error) {
    Atomics.store(next, 0, task.folds.ids.length);
    return { results: [], failed: { fold, error } };
  }
}
