import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { Job, JobRun } from "./job";
import { type StartedThread, startThread } from "./start-thread";
import { aborted, ENDED, type JobMessage } from "./thread-messages";

/**
 * The threads that this one started, at work or waiting: to start one and to warm it up costs more than many a fit. Each ends by
 * itself once it has waited for long, see `serve-jobs.ts`.
 */
const kept = new Set<StartedThread>();

let supervisor: StartedThread | undefined;

/** A thread for one job: one that waits, else a new one. */
export function takeThread(): StartedThread {
  for (const thread of kept) {
    const had = Atomics.compareExchange(thread.jobs, 0, 0, 1);
    if (had === 0) return thread;
    if (had === ENDED) kept.delete(thread);
  }
  return started(1);
}

/** Has so many threads wait for jobs, or begin to start. */
export function readyThreads(count: number): void {
  let waiting = 0;
  for (const { jobs } of kept) if (Atomics.load(jobs, 0) === 0) waiting++;
  for (; waiting < count; waiting++) started(0);
}

/** The one thread that looks after others, which takes further jobs while it has some; it must be sent one. */
export function takeSupervisor(): StartedThread {
  if (supervisor && addJob(supervisor)) return supervisor;
  supervisor = startThread("supervisor", 1);
  return supervisor;
}

/**
 * Sends a job to a thread that was taken for it, and is free again if that fails.
 *
 * @returns where it is answered, and the flags of `thread-messages.ts`.
 * @throws DataCloneError where there is something in the job that cannot be sent.
 */
export function sendJob<J extends Job>(
  { worker, jobs }: StartedThread,
  job: J,
  { signal, onProgress }: JobRun<J["kind"]>,
): { readonly port: MessagePort; readonly flags: Int32Array } {
  const { port1, port2 } = new MessageChannel();
  const flags = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  if (signal?.aborted) flags[aborted] = 1;
  const message: JobMessage = { job, listens: onProgress !== undefined, port: port2, flags };
  try {
    worker.postMessage(message, [port2]);
  } catch (error) {
    Atomics.sub(jobs, 0, 1);
    port1.close();
    throw error;
  }
  return { port: port1, flags };
}

/** Ends a thread, whatever it does. */
export async function endThread(thread: StartedThread): Promise<void> {
  Atomics.store(thread.jobs, 0, ENDED);
  kept.delete(thread);
  await thread.worker.terminate();
}

/** Ends the threads that wait, before their time. */
export async function endWaitingThreads(): Promise<void> {
  const all = supervisor ? [...kept, supervisor] : [...kept];
  await Promise.all(all.filter(({ jobs }) => Atomics.load(jobs, 0) <= 0).map(endThread));
}

function started(nJobs: number): StartedThread {
  const thread = startThread("thread", nJobs);
  kept.add(thread);
  thread.whenLost.add(() => void kept.delete(thread));
  return thread;
}

/** Counts one more job, unless the thread has ended. */
function addJob({ jobs }: StartedThread): boolean {
  for (;;) {
    const had = Atomics.load(jobs, 0);
    if (had === ENDED) return false;
    if (Atomics.compareExchange(jobs, 0, had, had + 1) === had) return true;
  }
}
