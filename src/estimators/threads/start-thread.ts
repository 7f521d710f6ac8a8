import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { mustBe } from "../../errors";
import { ENDED, type ThreadData } from "./thread-messages";

/** How often a signal is looked at while a thread works, in milliseconds. */
export const pollInterval = 20;

/** A thread that waits for jobs, and keeps no process alive by that. */
export interface StartedThread {
  readonly worker: Worker;
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
export function startThread(role: "thread" | "supervisor", nJobs: number): StartedThread {
  const file = join(__dirname, `${role}.js`);
  if (!existsSync(file)) {
    throw mustBe(
      "worker threads",
      "the file that they run",
      "beside the library",
      file,
      "leave it out of bundles",
    );
  }
  const jobs = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)).fill(nJobs);
  const workerData: ThreadData = { jobs };
  // Without what this process was started with, such as modules to preload; its warnings are told here.
  const worker = new Worker(file, { workerData, execArgv: ["--no-warnings"] });
  worker.unref();
  const whenLost = new Set<(reason: Error) => void>();
  const lose = (reason: Error): void => {
    Atomics.store(jobs, 0, ENDED);
    for (const tell of whenLost) tell(reason);
  };
  worker.on("error", lose);
  worker.on("exit", () => lose(new Error("the worker thread has ended")));
  return { worker, jobs, whenLost };
}
