import type { FoldResult } from "../cross-validation/fit-fold";
import { rowsOf } from "../cross-validation/folds";
import type { ValidationPlan } from "../cross-validation/validation-plan";
import type { AnyFit } from "../fit-of";
import type { RunOptions } from "../run-options";
import type { SparseModel } from "../sparse-model";
import { sharedData } from "./shared-data";
import { waitForThread } from "./wait-for-thread";

/**
 * Fits folds side by side, in as many threads as the plan says.
 *
 * A further thread looks after those, as only one that does not stand still is told when another one is lost.
 *
 * @param follow gives what listens to the fits of a fold.
 */
export function foldsInThreads(
  model: SparseModel<AnyFit>,
  plan: ValidationPlan,
  lambdas: Float64Array,
  follow: (fold: number) => (done: number, message: string) => void,
  { signal, onProgress }: RunOptions,
): (FoldResult | undefined)[] {
  const { where, folds, bySample, workers } = plan;
  const [estimator, data] = [model.describe(where), sharedData(plan.data)];
  const jobs = folds.ids.map((id) => ({
    kind: "fold" as const,
    where: `${where}, without fold ${id}`,
    estimator,
    data,
    heldOut: rowsOf(folds, id),
    lambdas,
    bySample,
  }));
  const listeners = folds.ids.map((_, f) => follow(f));
  return waitForThread(
    { kind: "folds", folds: jobs, workers },
    {
      signal,
      onProgress: onProgress && (({ fold, done, message }) => listeners[fold](done, message)),
    },
  );
}
