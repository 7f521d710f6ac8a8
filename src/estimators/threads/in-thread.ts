import type { Job, JobRun, ProgressOf, ValueOf } from "./job";
import { endThread, sendJob, takeThread } from "./kept-threads";
import { hear } from "./on-thread-message";
import { pollInterval } from "./start-thread";
import { aborted, type ThreadMessage } from "./thread-messages";

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
      port.on("message", (message: ThreadMessage) => {
        try {
          const told = hear<ProgressOf[J["kind"]], ValueOf[J["kind"]]>(message, run.onProgress);
          if (told) resolve(told.value);
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
