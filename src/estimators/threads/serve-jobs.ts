/**
 * The loop of both kinds of thread, workers and supervisor: {@link serveJobs} does one job after the other, and ends
 * the thread once it has waited long enough.
 */
import { getHeapStatistics } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import { heldBytes } from "../../simd/web-assembly";
import type { Job, JobRun } from "./messages";
import {
  aborted,
  ENDED,
  type JobMessage,
  messageCount,
  sentError,
  type ThreadData,
  type ThreadMessage,
} from "./messages";

/** How long a thread waits for its next job before it ends, in milliseconds. */
const patience = 60_000;

/** How long a thread waits, in milliseconds, that holds more bytes than `most`, nearly all of them of its last job. */
const shortPatience = 100;
const most = 128 * 2 ** 20;

/** Does the jobs that this thread is sent, and posts the result of each, until it has waited long enough for another. */
export function serveJobs(runJob: (job: Job, run: JobRun<Job["kind"]>) => unknown): void {
  const { jobs } = workerData as ThreadData;
  const senders = new Set<(message: ThreadMessage) => void>();
  let ending: NodeJS.Timeout;

  const wait = (): void => {
    const { total_heap_size, external_memory } = getHeapStatistics();
    const outside = Math.max(external_memory, heldBytes());
    const time = total_heap_size + outside > most ? shortPatience : patience;
    clearTimeout(ending);
    ending = setTimeout(() => {
      if (Atomics.compareExchange(jobs, 0, 0, ENDED) === 0) parentPort!.close();
    }, time);
  };

  process.on("warning", ({ name, message }) => {
    for (const send of senders) send({ kind: "warning", name, message });
  });

  parentPort!.on("message", async ({ job, listens, port, flags }: JobMessage) => {
    const ring = (): void => {
      Atomics.add(flags, messageCount, 1);
      Atomics.notify(flags, messageCount);
    };
    const send = (message: ThreadMessage): void => {
      port.postMessage(message);
      ring();
    };
    port.on("message", ring); // asked for a sign of life
    const signal = {
      get aborted(): boolean {
        return Atomics.load(flags, aborted) === 1;
      },
    };
    senders.add(send);
    let answer: ThreadMessage;
    try {
      const onProgress = (progress: unknown): void => send({ kind: "progress", progress });
      const value = await runJob(job, { signal, onProgress: listens ? onProgress : undefined });
      await new Promise(setImmediate); // warnings come with the next tick
      answer = { kind: "value", value };
    } catch (error) {
      answer = { kind: "error", error: sentError(error) };
    }
    senders.delete(send);
    Atomics.sub(jobs, 0, 1); // before it is told, as who hears it may have another job at once
    send(answer);
    wait();
  });

  wait();
}
