/**
 * Starts worker threads from the files `thread-entry.js` and `supervisor-entry.js`, keeps them for further jobs, and
 * does a job in one of them ({@link inThread}).
 */
import { threadsFor } from "#platform";
import type { Thread, ThreadPort } from "../../platform/platform";
import {
  aborted,
  ENDED,
  type Job,
  type JobMessage,
  type JobRun,
  type ProgressOf,
  readMessage,
  type ThreadData,
  type ThreadMessage,
  type ValueOf,
} from "./messages";

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
 * @returns where it is answered, and the flags of `messages.ts`.
 * @throws DataCloneError where there is something in the job that cannot be sent.
 */
export function sendJob<J extends Job>(
  { worker, jobs }: StartedThread,
  job: J,
  { signal, onProgress }: JobRun<J["kind"]>,
): { readonly port: ThreadPort; readonly flags: Int32Array } {
  const { port1, port2 } = new (threadsFor("worker threads").MessageChannel)();
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

/** How often a signal is looked at while a thread works, in milliseconds. */
export const pollInterval = 20;

/** A thread that waits for jobs, and keeps no process alive by that. */
export interface StartedThread {
  readonly worker: Thread;
  /** At 0 how many jobs it has, or {@link ENDED}. */
  readonly jobs: Int32Array;
  /** Called with the reason once it is no longer there; no promise, which would hold all that ever waited for it. */
  readonly whenLost: Set<(reason: Error) => void>;
}

/**
 * @param role `thread` does the work, `supervisor` looks after those that do.
 * @param nJobs that it will be sent at once.
 * @throws InputError where the library was bundled into a file of its own, without those that threads run.
 */
function startThread(role: "thread" | "supervisor", nJobs: number): StartedThread {
  const jobs = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)).fill(nJobs);
  const workerData: ThreadData = { jobs };
  const worker = threadsFor("worker threads").start(`estimators/threads/${role}-entry`, workerData);
  const whenLost = new Set<(reason: Error) => void>();
  const lose = (reason: Error): void => {
    Atomics.store(jobs, 0, ENDED);
    for (const tell of whenLost) tell(reason);
  };
  worker.on("error", lose);
  worker.on("exit", (code) =>
    lose(
      new Error(
        `worker threads: a thread must stay until its job is done, got exit code ${code}; call again`,
      ),
    ),
  );
  return { worker, jobs, whenLost };
}

/**
 * Does a job in a thread of its own while the caller's goes on, and warns here of what it warns of.
 *
 * @throws what it throws, what the listener throws, and an error when the thread is lost.
 */
export async function inThread<J extends Job>(job: J, run: JobRun<J["kind"]>): Promise<ValueOf[J["kind"]]> {
  const thread = takeThread();
  const { port, flags } = sendJob(thread, job, run);
  const look = (): void => {
    if (run.signal?.aborted) Atomics.store(flags, aborted, 1);
  };
  const poll = setInterval(look, pollInterval);
  let failed!: (error: unknown) => void;
  try {
    return await new Promise((resolve, reject) => {
      failed = (error) => {
        reject(error);
        void endThread(thread); // which may not know yet
      };
      port.on("message", (received) => {
        const message = received as ThreadMessage;
        try {
          const result = readMessage<ProgressOf[J["kind"]], ValueOf[J["kind"]]>(message, run.onProgress);
          if (result) resolve(result.value);
        } catch (error) {
          if (message.kind === "error") reject(error);
          else failed(error);
        }
      });
      thread.whenLost.add(failed);
    });
  } finally {
    clearInterval(poll);
    port.close();
    thread.whenLost.delete(failed);
  }
}
