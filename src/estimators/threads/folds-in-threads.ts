import { withCleanup } from "../../simd/with-cleanup";
import type { FoldResult } from "../cross-validation/fit-fold";
import type { FoldProgress, FoldRun } from "../cross-validation/folds-in-turn";
import type { ValidationPlan } from "../cross-validation/validation-plan";
import type { AnyFit } from "../fit/fit-of";
import type { FitRunner } from "../fit/fit-runner";
import type { FoldsJob } from "./job";
import { receivedError, type SentError } from "./sent-error";
import { sharedData } from "./shared-data";
import { SupervisedJob } from "./supervised-job";
import { type TakenFolds, takeFolds } from "./take-folds";

/**
 * Fits folds side by side, here and in as many threads more as the plan says, which begin to start at once.
 *
 * A further thread looks after those, as only one that does no work is told when another one is lost.
 *
 * @returns what fits the folds of a model.
 */
export function foldsInThreads(
  plan: ValidationPlan,
): (model: FitRunner<AnyFit>, lambdas: Float64Array, run: FoldRun) => (FoldResult | undefined)[] {
  const { where, folds, bySample, workers } = plan;
  const threads = Math.min(workers, folds.ids.length) - 1;
  new SupervisedJob({ kind: "ready", threads }, {}).end();
  const data = sharedData(plan.data);
  return (model, lambdas, { signal, onProgress }) => {
    if (signal?.aborted) return folds.ids.map(() => undefined); // else it would be waited until threads have started
    const next = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const estimator = model.describe(where);
    const job: FoldsJob = { kind: "folds", where, estimator, data, folds, lambdas, bySample, next };
    const others = new SupervisedJob({ kind: "spread", job, threads }, { signal, onProgress });
    let stop: { readonly error: unknown } | undefined;
    const listened = (progress: FoldProgress): void => {
      try {
        others.hear();
        onProgress?.(progress);
      } catch (error) {
        stop = { error };
        throw error;
      }
    };
    const work = (): (FoldResult | undefined)[] => {
      const here = takeFolds(model, { ...plan, lambdas }, next, { signal, onProgress: listened });
      if (stop) throw stop.error;
      // Threads may not even have started; but one that has may yet fail at an earlier fold.
      const isAll = here.failed ? here.failed.fold === 0 : !here.results.includes(undefined);
      return joined(here, isAll ? [] : others.wait());
    };
    return withCleanup(work, () => others.end()); // else the job of a call that was ended would hold up all others
  };
}

/** @throws the error of the first fold that failed. */
function joined(here: TakenFolds, others: readonly TakenFolds<SentError>[]): (FoldResult | undefined)[] {
  const failures = others.flatMap(({ failed }) =>
    failed ? [{ fold: failed.fold, error: receivedError(failed.error) as unknown }] : [],
  );
  if (here.failed) failures.push(here.failed);
  if (failures.length > 0) throw failures.reduce((first, one) => (one.fold < first.fold ? one : first)).error;
  return here.results.map((own, f) => own ?? others.find(({ results }) => results[f])?.results[f]);
}
