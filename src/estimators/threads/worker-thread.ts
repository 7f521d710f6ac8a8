import { hear } from "./hear";
import type { Job, JobRun, ProgressOf, ValueOf } from "./job";
import { pollInterval, type StartedThread, startThread } from "./start-thread";
import { aborted, type JobMessage, type ThreadMessage } from "./thread-messages";

/** A thread that does jobs, one at a time, while the caller's goes on. */
export class WorkerThread {
  readonly #started: StartedThread;
  /** Comes true with the reason once it is no longer there. */
  readonly #lost: Promise<Error>;

  constructor() {
    this.#started = startThread();
    const { worker } = this.#started;
    this.#lost = new Promise((resolve) => {
      worker.on("error", resolve);
      worker.on("exit", () => resolve(new Error("the worker thread has ended")));
    });
  }

  /**
   * Does a job there, and warns here of what it warns of.
   *
   * @throws what it throws, what the listener throws, and an error when the thread is lost.
   */
  async run<J extends Job>(job: J, { signal, onProgress }: JobRun<J["kind"]>): Promise<ValueOf[J["kind"]]> {
    const { port, flags } = this.#started;
    const look = (): void => {
      if (signal?.aborted) Atomics.store(flags, aborted, 1);
    };
    look();
    const poll = setInterval(look, pollInterval);
    try {
      return await new Promise((resolve, reject) => {
        port.on("message", (message: ThreadMessage) => {
          try {
            const told = hear<ProgressOf[J["kind"]], ValueOf[J["kind"]]>(message, onProgress);
            if (told) resolve(told.value);
          } catch (error) {
            reject(error);
          }
        });
        this.#lost.then(reject);
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
