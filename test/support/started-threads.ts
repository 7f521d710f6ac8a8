/** Which threads a test starts. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Worker } from "node:worker_threads";
import { endWaitingThreads } from "../../src/estimators/threads/kept-threads";

/** The threads that the running test of a suite has started, in order; none is kept of tests before. */
export function startedThreads(): readonly Worker[] {
  const started: Worker[] = [];
  const add = (message: unknown): void => void started.push((message as { worker: Worker }).worker);
  beforeEach(async () => {
    await endWaitingThreads();
    started.length = 0;
    subscribe("worker_threads", add);
  });
  afterEach(() => void unsubscribe("worker_threads", add));
  return started;
}
