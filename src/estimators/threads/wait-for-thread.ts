import { receiveMessageOnPort } from "node:worker_threads";
import { hear } from "./hear";
import type { Job, JobRun, ProgressOf, ValueOf } from "./job";
import { pollInterval, startThread } from "./start-thread";
import { aborted, bell, type JobMessage } from "./thread-messages";

/**
 * Does a job in another thread, while this one stands still but for its listener and its signal.
 *
 * What waits cannot be told that the thread is lost, so this is for jobs that only look after others.
 *
 * @throws what it throws, and what the listener throws.
 */
export function waitForThread<J extends Job>(
  job: J,
  { signal, onProgress }: JobRun<J["kind"]>,
): ValueOf[J["kind"]] {
  const { worker, port, flags } = startThread();
  worker.unref();
  try {
    const sent: JobMessage = { job, listens: onProgress !== undefined };
    port.postMessage(sent);
    for (;;) {
      if (signal?.aborted) Atomics.store(flags, aborted, 1);
      const heard = Atomics.load(flags, bell);
      const received = receiveMessageOnPort(port);
      if (received === undefined) {
        Atomics.wait(flags, bell, heard, pollInterval);
        continue;
      }
      const told = hear<ProgressOf[J["kind"]], ValueOf[J["kind"]]>(received.message, onProgress);
      if (told) return told.value;
    }
  } finally {
    port.close();
    void worker.terminate();
  }
}
