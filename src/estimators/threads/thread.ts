/** What a worker thread runs: the jobs it is sent, one after the other. */
import { workerData } from "node:worker_threads";
import { perform } from "./perform";
import { sentError } from "./sent-error";
import { aborted, bell, type JobMessage, type ThreadData, type ThreadMessage } from "./thread-messages";

const { port, flags } = workerData as ThreadData;

const send = (message: ThreadMessage): void => {
  port.postMessage(message);
  Atomics.add(flags, bell, 1);
  Atomics.notify(flags, bell);
};

const signal = {
  get aborted(): boolean {
    return Atomics.load(flags, aborted) === 1;
  },
};

process.on("warning", ({ name, message }) => send({ kind: "warning", name, message }));

port.on("message", async ({ job, listens }: JobMessage) => {
  try {
    const onProgress = (progress: unknown): void => send({ kind: "progress", progress });
    const value = await perform(job, { signal, onProgress: listens ? onProgress : undefined });
    await new Promise(setImmediate); // warnings come with the next tick
    send({ kind: "value", value });
  } catch (error) {
    send({ kind: "error", error: sentError(error) });
  }
});
