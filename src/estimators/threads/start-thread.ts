import { existsSync } from "node:fs";
import { join } from "node:path";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { mustBe } from "../../errors";
import type { ThreadData } from "./thread-messages";

const file = join(__dirname, "thread.js");

/** How often a signal is looked at while a thread works, in milliseconds. */
export const pollInterval = 20;

/** A thread that waits for jobs at the other end of `port`. */
export interface StartedThread {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly flags: Int32Array;
}

/** @throws InputError where the library was bundled into a file of its own, without the one that threads run. */
export function startThread(): StartedThread {
  if (!existsSync(file)) {
    throw mustBe(
      "worker threads",
      "the file that they run",
      "beside the library",
      file,
      "leave it out of bundles",
    );
  }
  const { port1: port, port2: there } = new MessageChannel();
  const flags = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const workerData: ThreadData = { port: there, flags };
  // Without what this process was started with, such as modules to preload; its warnings are told here.
  const worker = new Worker(file, { workerData, transferList: [there], execArgv: ["--no-warnings"] });
  return { worker, port, flags };
}
