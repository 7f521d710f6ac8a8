import { InternalError } from "../../errors";
import { inThread } from "./in-thread";
import type { Job, JobRun, SpreadJob, ValueOf } from "./job";
import { readyThreads } from "./kept-threads";

/** What a supervisor does: it has threads ready, and spreads folds over them. */
export function supervise(job: Job, run: JobRun<Job["kind"]>): unknown {
  if (job.kind === "ready") return readyThreads(job.threads);
  if (job.kind === "spread") return spread(job, run);
  throw new InternalError(`a supervisor must be asked for threads, got ${job.kind}`);
}

/** Once a thread is lost, the others are asked to stop. */
async function spread(
  { folds, threads }: SpreadJob,
  { signal, onProgress }: JobRun<"spread">,
): Promise<ValueOf["spread"]> {
  let isLost = false;
  const stops = {
    get aborted(): boolean {
      return isLost || signal?.aborted === true;
    },
  };
  const work = async (): Promise<ValueOf["folds"]> => {
    try {
      return await inThread(folds, { signal: stops, onProgress });
    } catch (error) {
      isLost = true;
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: threads }, work));
  return ends.map((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
}
