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
  /** Comes true with the reason once it is no longer there. */
  readonly lost: Promise<Error>;
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
  const lost = new Promise<Error>((resolve) => {
    worker.on("error", resolve);
    worker.on("exit", () => {
      Atomics.store(jobs, 0, ENDED);
      resolve(new Error("the worker thread has ended"));
    });
  });
  return { worker, jobs, lost };
}
