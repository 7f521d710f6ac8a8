/** What a thread of a crew runs: it takes tiles of products as there are some, and ends when there were none for long. */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { KernelExports } from "./kernel-exports";
import { LOOKS, leave, type NumberedMemory, takeTiles, Word, type WorkerData } from "./matvec-workers";
import { webAssembly } from "./web-assembly";

/** How long it waits for the next product, in milliseconds. */
const patience = 60_000;

const data = workerData as WorkerData;
const { module: compiled, words, place } = data;
const known = new Map<number, KernelExports>();

/** Takes what it was sent, and lets go of what is over. */
function hear(): void {
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
  if (!known.has(number)) hear();
  return known.get(number);
}

try {
  for (;;) {
    hear();
    const claim = takeTiles(words, place, data.number, kernelsOn);
    let looks = 0;
    while (looks < LOOKS && Atomics.load(words, Word.claim) === claim) looks++;
    if (looks === LOOKS && Atomics.wait(words, Word.claim, claim, patience) === "timed-out") break;
  }
} catch {
  Atomics.store(words, Word.failed, 1);
  Atomics.notify(words, Word.done);
}
leave(words, data);
parentPort!.close();
