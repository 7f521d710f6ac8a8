import { receiveMessageOnPort } from "node:worker_threads";
import type { Job, JobRun, ProgressOf, ValueOf } from "./job";
import { receivedError } from "./sent-error";
import { pollInterval, startThread } from "./start-thread";
import { aborted, bell, type JobMessage, type ThreadMessage } from "./thread-messages";

/**
 * Does a job in another thread, while this one stands still but for its listener and its signal.
 *
 * What waits can not be told that the thread is lost, so this is for jobs that only look after others.
 *
 * @throws what it throws, and what the listener throws.
 */
export function waitForThread<J extends Job>(
  job: J,
  { signal, onProgress }: JobRun<J["kind"]>,
): ValueOf[J["kind"]] {
  const { worker, port, flags } = startThread();
  worker.unref();
  const sent: JobMessage = { job, listens: onProgress !== undefined };
  port.postMessage(sent);
  try {
    for (;;) {
      if (signal?.aborted) Atomics.store(flags, aborted, 1);
      const heard = Atomics.load(flags, bell);
      const received = receiveMessageOnPort(port);
      if (received === undefined) {
        Atomics.wait(flags, bell, heard, pollInterval);
        continue;
      }
      const message: ThreadMessage = received.message;
      if (message.kind === "value") return message.value as ValueOf[J["kind"]];
      if (message.kind === "error") throw receivedError(message.error);
      if (message.kind === "warning") process.emitWarning(message.message, message.name);
      else onProgress?.(message.progress as ProgressOf[J["kind"]]);
    }
  } finally {
    port.close();
    void worker.terminate();
  }
}
