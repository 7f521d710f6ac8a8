/**
 * Does the jobs of a worker thread, whose entry point is `thread-entry.ts`: fits, paths, cross-validations and folds
 * ({@link runJob}).
 */
import { InternalError } from "../../errors";
import { withWorkers } from "../../simd/matvec-workers";
import { validateAlong } from "../cross-validation/cross-validate";
import { runnerOf } from "../named/estimator";
import { estimatorFromJSON } from "../named/estimator-from-json";
import type { EstimatorJson } from "../options/estimator-json";
import { type FitRunner, followedBy, sentPath } from "../path/fit-runner";
import type { AnyFit } from "../results/fit-of";
import { takeFolds } from "./folds-in-threads";
import type { FitJob, FoldsJob, Job, JobRun, ValidationJob, ValueOf } from "./messages";
import { sentError } from "./messages";
import { readShared } from "./shared-data";

/** Does a job, in the thread that it was sent to. */
export function runJob(job: Job, run: JobRun<Job["kind"]>): unknown {
  switch (job.kind) {
    case "folds":
      return performFolds(job, run);
    case "crossValidate":
      return performValidation(job, run);
    case "fit":
    case "path":
      return withWorkers(job.workers, () => performFit(job, run));
    default:
      throw new InternalError(`a thread must be asked for fits, got ${job.kind}`);
  }
}

function performFit(
  { kind, where, estimator, data, grid, global }: FitJob,
  run: JobRun<"fit" | "path">,
): ValueOf["fit"] {
  const [runner, read] = [rebuildEstimator(estimator), readShared(data)];
  if (kind === "fit") return sentPath([runner.fitOf(where, read, { ...run, global })], "complete");
  const { path, scored } = runner.pathOf(
    where,
    read,
    { ...grid, signal: run.signal, global },
    followedBy(where, run),
  );
  return sentPath(scored, path.status);
}

function performValidation(
  { estimators, plan }: ValidationJob,
  run: JobRun<"crossValidate">,
): ValueOf["crossValidate"] {
  const found = validateAlong(
    estimators.map(rebuildEstimator),
    { ...plan, data: readShared(plan.data) },
    run,
  );
  return found.map(({ path, scored, folds }) => ({ path: sentPath(scored, path.status), folds }));
}

function performFolds({ estimator, data, next, ...task }: FoldsJob, run: JobRun<"folds">): ValueOf["folds"] {
  const { results, failed } = takeFolds(
    rebuildEstimator(estimator),
    { ...task, data: readShared(data, true) },
    next,
    run,
  );
  return { results, failed: failed && { ...failed, error: sentError(failed.error) } };
}

function rebuildEstimator(estimator: EstimatorJson): FitRunner<AnyFit> {
  return runnerOf(estimatorFromJSON(estimator));
}
