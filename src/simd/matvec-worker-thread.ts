/**
 * The program of a worker thread: it takes tiles of products while there are some, and ends when none has come for
 * long.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { KernelExports } from "./kernel-exports";
import { LOOKS, leave, type NumberedMemory, takeTiles, Word, type WorkerData } from "./matvec-workers";
import { webAssembly } from "./web-assembly";

/** Milliseconds that the thread waits for the next product before it ends. */
const maxIdle = 60_000;

const data = workerData as WorkerData;
const { module: compiled, words, place } = data;
const known = new Map<number, KernelExports>();

/** Receives memories, and releases those that are no longer used. */
function receiveMemories(): void {
  for (;;) {
    const received = receiveMessageOnPort(parentPort!);
    if (received === undefined) break;
    const { number, memory } = received.message as NumberedMemory;
    const { exports } = new webAssembly!.Instance(compiled, { env: { memory } });
    known.set(number, exports as KernelExports);
  }
  const kept = Atomics.load(words, Word.kept);
  for (const number of known.keys()) if (number < kept) known.delete(number);
}

function kernelsOn(number: number): KernelExports | undefined {
  if (!known.has(number)) receiveMemories();
  return known.get(number);
}

try {
  for (;;) {
    receiveMemories();
    const claim = takeTiles(words, place, data.number, kernelsOn);
    let looks = 0;
    while (looks < LOOKS && Atomics.load(words, Word.claim) === claim) looks++;
    if (looks === LOOKS && Atomics.wait(words, Word.claim, claim, maxIdle) === "timed-out") break;
  }
} catch {
  Atomics.store(words, Word.failed, 1);
  Atomics.notify(words, Word.done);
}
leave(words, data);
parentPort!.close();
