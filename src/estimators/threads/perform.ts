import { MemoryPool } from "../../simd/memory-pool";
import { fitFold } from "../cross-validation/fit-fold";
import { validateAlong } from "../cross-validation/validate-along";
import { modelOf } from "../estimator";
import type { AnyFit } from "../fit-of";
import { estimatorFromJSON } from "../json/estimator-from-json";
import type { EstimatorJson } from "../json/estimator-to-json";
import { followedBy, phraseOf, type SparseModel } from "../sparse-model";
import type { FitJob, FoldJob, FoldsJob, Job, JobRun, ValidationJob, ValueOf } from "./job";
import { sentPath } from "./sent-fit";
import { readShared } from "./shared-data";
import { WorkerThread } from "./worker-thread";

/** Does a job, in the thread that it was sent to. */
export function perform(job: Job, run: JobRun<Job["kind"]>): unknown {
  switch (job.kind) {
    case "fold":
      return performFold(job, run);
    case "folds":
      return performFolds(job, run);
    case "crossValidate":
      return performValidation(job, run);
    default:
      return performFit(job, run);
  }
}

function performFit(
  { kind, where, estimator, data, grid }: FitJob,
  run: JobRun<"fit" | "path">,
): ValueOf["fit"] {
  const [model, read] = [madeAgain(estimator), readShared(data)];
  if (kind === "fit") return sentPath([model.fitOf(where, read, run)], "complete");
  const { path, scored } = model.pathOf(where, read, { ...grid, signal: run.signal }, followedBy(where, run));
  return sentPath(scored, path.status);
}

function performValidation(
  { estimators, plan }: ValidationJob,
  run: JobRun<"crossValidate">,
): ValueOf["crossValidate"] {
  const found = validateAlong(estimators.map(madeAgain), { ...plan, data: readShared(plan.data) }, run);
  return found.map(({ path, scored, folds }) => ({ path: sentPath(scored, path.status), folds }));
}

/** Of one fold of this thread after the other. */
const foldMemory = new MemoryPool();

function performFold(
  { where, estimator, data, ...task }: FoldJob,
  { signal, onProgress }: JobRun<"fold">,
): ValueOf["fold"] {
  const model = madeAgain(estimator);
  return foldMemory.run(() =>
    fitFold(
      where,
      { ...task, data: readShared(data) },
      model.datafit,
      (at, rows) => model.prepare(at, rows, signal),
      {
        init: model.init,
        signal,
        onFit: (fit, done) => onProgress?.({ done, message: phraseOf(fit) }),
      },
    ),
  );
}

/**
 * Each thread takes the next fold until there is none. Once one has failed no further one is begun, so that the error is
 * that of the first fold that fails, as in one thread.
 */
async function performFolds(
  { folds, workers }: FoldsJob,
  { signal, onProgress }: JobRun<"folds">,
): Promise<ValueOf["folds"]> {
  const results: ValueOf["folds"] = folds.map(() => undefined);
  const errors: unknown[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    const thread = new WorkerThread();
    try {
      while (next < folds.length && errors.length === 0 && !signal?.aborted) {
        const f = next++;
        try {
          results[f] = await thread.run(folds[f], {
            signal,
            onProgress: onProgress && ((progress) => onProgress({ fold: f, ...progress })),
          });
        } catch (error) {
          errors[f] = error;
        }
      }
    } finally {
      await thread.end();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, folds.length) }, work));
  const failed = Object.values(errors);
  if (failed.length > 0) throw failed[0];
  return results;
}

function madeAgain(estimator: EstimatorJson): SparseModel<AnyFit> {
  return modelOf(estimatorFromJSON(estimator));
}
