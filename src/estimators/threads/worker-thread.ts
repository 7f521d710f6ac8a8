import type { Job, JobRun, ProgressOf, ValueOf } from "./job";
import { receivedError } from "./sent-error";
import { pollInterval, type StartedThread, startThread } from "./start-thread";
import { aborted, type JobMessage, type ThreadMessage } from "./thread-messages";

/** A thread that does jobs, one at a time, while the caller's goes on. */
export class WorkerThread {
  readonly #started: StartedThread;
  /** Why it is no longer there. */
  #lost: Error | undefined;

  constructor() {
    this.#started = startThread();
    this.#started.worker.on("error", (error) => {
      this.#lost = error;
    });
    this.#started.worker.on("exit", () => {
      this.#lost ??= new Error("the worker thread has ended");
    });
  }

  /**
   * Does a job there, and warns here of what it warns of.
   *
   * @throws what it throws, and what the listener throws.
   */
  async run<J extends Job>(job: J, { signal, onProgress }: JobRun<J["kind"]>): Promise<ValueOf[J["kind"]]> {
    const { worker, port, flags } = this.#started;
    const poll = setInterval(() => {
      if (signal?.aborted) Atomics.store(flags, aborted, 1);
    }, pollInterval);
    if (signal?.aborted) Atomics.store(flags, aborted, 1);
    try {
      return await new Promise((resolve, reject) => {
        port.on("message", (message: ThreadMessage) => {
          if (message.kind === "value") resolve(message.value as ValueOf[J["kind"]]);
          else if (message.kind === "error") reject(receivedError(message.error));
          else if (message.kind === "warning") process.emitWarning(message.message, message.name);
          else {
            try {
              onProgress?.(message.progress as ProgressOf[J["kind"]]);
            } catch (error) {
              reject(error);
            }
          }
        });
        worker.on("exit", () => reject(this.#lost));
        const message: JobMessage = { job, listens: onProgress !== undefined };
        port.postMessage(message);
      });
    } finally {
      clearInterval(poll);
      port.removeAllListeners("message");
    }
  }

  /** Ends the thread, whatever it does. */
  async end(): Promise<void> {
    this.#started.port.close();
    await this.#started.worker.terminate();
  }
}

/** Does one job in a thread of its own. @throws as {@link WorkerThread.run}. */
export async function inThread<J extends Job>(job: J, run: JobRun<J["kind"]>): Promise<ValueOf[J["kind"]]> {
  const thread = new WorkerThread();
  try {
    return await thread.run(job, run);
  } finally {
    await thread.end();
  }
}
