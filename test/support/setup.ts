/**
 * Loaded before the test files in each process that runs some: one time zone, one seed for property tests, no warning passes
 * unseen, and a file whose tests leave a timer, a socket, a child process or a worker thread running fails. A test that talks
 * to another process has a second try, which is printed: it meets races between processes that nobody else's machine repeats.
 */
import { subscribe } from "node:diagnostics_channel";
import type { Worker } from "node:worker_threads";
import fc from "fast-check";
import { endWaitingThreads } from "../../src/estimators/threads/kept-threads";
import { endWorkers } from "../../src/simd/matvec-workers";

process.env.TZ = "UTC";
fc.configureGlobal({ seed: 20230707, numRuns: 100 });
process.on("warning", (warning) => {
  throw warning;
});

/** How long what the tests of a file started may take to end, in milliseconds. */
const patience = 10_000;

/** Folders of compiled tests that talk to other processes. */
const WITH_PROCESSES = /[\\/]test[\\/](kernel|browser)[\\/]/;

/** Worker threads, which Node does not count among the resources that keep a process alive. */
let workers = 0;
subscribe("worker_threads", (message) => {
  workers++;
  (message as { worker: Worker }).worker.once("exit", () => workers--);
});

/** What keeps the process alive, counted by name. */
function running(): Map<string, number> {
  const counts = new Map([["Worker", workers]]);
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

let before = new Map<string, number>();

/** @param timers of mocha's own among what runs. */
function leftRunning(timers: number): string[] {
  return [...running()].flatMap(([name, count]) => {
    const more = count - (before.get(name) ?? 0) - (name === "Timeout" ? timers : 0);
    return more > 0 ? [`${more} ${name}`] : [];
  });
}

export const mochaHooks = {
  beforeAll(): void {
    before = running();
  },
  beforeEach(this: Mocha.Context): void {
    const test = this.currentTest as Mocha.Test & { currentRetry(): number };
    if (WITH_PROCESSES.test(test.file ?? "")) test.retries(1);
    if (test.currentRetry() > 0) process.stdout.write(`      second try: ${test.fullTitle()}\n`);
  },
  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(2 * patience);
    const since = Date.now();
    // Mocha sets a timer for this hook once it sees that it waits.
    for (let left = leftRunning(0); left.length > 0; left = leftRunning(1)) {
      // The library keeps them for the next job; one that still starts, or was asked to stop, waits a little later.
      await Promise.all([endWaitingThreads(), endWorkers()]);
      if (Date.now() - since > patience) {
        throw new Error(
          `10 s after the last test, something that a test started still runs: ${left.join(", ")}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  },
};
