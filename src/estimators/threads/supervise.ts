/**
 * Does the jobs of the supervisor thread, whose entry point is `supervisor-entry.ts`: it starts worker threads and
 * spreads folds over them ({@link supervise}).
 */
import { InternalError } from "../../errors";
import { inThread, readyThreads } from "./kept-threads";
import type { Job, JobRun, SpreadJob, ValueOf } from "./messages";

/** The last job, done or not. */
let last: Promise<unknown> = Promise.resolve();

/**
 * The work of a supervisor: it has threads ready, and spreads folds over them.
 *
 * One job after the other: who asks for the next has no need of the one before, whose threads are to be taken again and not
 * replaced, though they may only be starting.
 */
export async function supervise(job: Job, run: JobRun<Job["kind"]>): Promise<unknown> {
  const own = last.then(() => superviseNow(job, run));
  last = own.catch(() => {});
  return own;
}

function superviseNow(job: Job, run: JobRun<Job["kind"]>): unknown {
  if (job.kind === "ready") return readyThreads(job.threads);
  if (job.kind === "spread") return spread(job, run);
  throw new InternalError(`a supervisor must be asked for threads, got ${job.kind}`);
}

/** Once a thread is lost, the others are asked to stop. */
async function spread(
  { job, threads }: SpreadJob,
  { signal, onProgress }: JobRun<"spread">,
): Promise<ValueOf["spread"]> {
  if (signal?.aborted) return [];
  let isLost = false;
  const stops = {
    get aborted(): boolean {
      return isLost || signal?.aborted === true;
    },
  };
  const work = async (): Promise<ValueOf["folds"]> => {
    try {
      return await inThread(job, { signal: stops, onProgress });
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
