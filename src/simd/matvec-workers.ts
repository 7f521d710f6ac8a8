import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { KernelExports } from "./kernel-exports";
import { kernelModule } from "./kernel-module";
import { withCleanup } from "./memory-pool";
import { SCRATCH_BYTES } from "./wasm-kernels";
import type { WasmMemory, WasmModule } from "./web-assembly";

/** The kernels whose products are shared out, each by its number in a tile. */
const SHARED = ["columnDots", "columnDotsAt", "gramBlock"] as const;

/** A piece of a product that one thread computes: a kernel, and its arguments without the place of scratch. */
export type Tile = readonly [kernel: (typeof SHARED)[number], ...args: number[]];

/** Threads of a crew, that of the call among them. */
export const MOST_WORKERS = 4;

/** Tiles of a product. */
export const MOST_TILES = 8;

/** What a thread of a crew is started with. */
export interface WorkerData {
  readonly module: WasmModule;
  readonly words: Int32Array;
  /** From 1; that of the call has 0. */
  readonly place: number;
  /** Its own among all that had the place. */
  readonly number: number;
}

/** What it is sent: a memory, by the number that tiles name it with. */
export interface NumberedMemory {
  readonly number: number;
  readonly memory: WasmMemory;
}

/** Where the words lie that all threads of a crew see. */
export const Word = {
  /** The number of the product, above four bits for how many tiles it has and four for how many are taken. */
  claim: 0,
  /** How many are done. */
  done: 1,
  /** The memory that they are of. */
  memory: 2,
  /** Memories of lower numbers are let go. */
  kept: 3,
  /** Whether a thread failed. */
  failed: 4,
  /** How many threads take part, that of the call among them. */
  workers: 5,
  /** From here on the number of the thread that has a place, 0 where none has. */
  places: 6,
  tiles: 10,
} as const;

const TILE_WORDS = 10;

/** How often a thread looks for news before it sleeps: some 50 microseconds. */
export const LOOKS = 2000;

/** Bytes of memories whose threads are ended after the call, as others take their places: collectors that sleep free nothing. */
const MOST_BYTES = 128 * 2 ** 20;

/** How long the call waits for the last tiles before it gives the crew up, in milliseconds. */
const PATIENCE = 5000;

let current: MatvecWorkers | undefined;
let kept: MatvecWorkers | undefined;

/** The crew of the call that is under way. */
export function currentWorkers(): MatvecWorkers | undefined {
  return current;
}

/**
 * Does work whose dense designs lie in memory that threads share, which compute their products side by side. Where no thread can be
 * started, this one does it all; so does who calls this within such work, with the crew that there is.
 *
 * @param workers number of threads, this one among them; more than four find nothing to do.
 */
export function withWorkers<T>(workers: number, work: () => T): T {
  const module = workers > 1 && !current ? kernelModule(true) : undefined;
  if (!module) return work();
  if (!kept?.isSound) {
    void kept?.end();
    kept = new MatvecWorkers();
  }
  const crew = kept;
  const gather = (): void => crew.gather(module, Math.min(workers, MOST_WORKERS));
  gather();
  current = crew;
  return withCleanup(work, () => {
    current = undefined;
    crew.rest();
    if (crew.isSound) gather(); // in the place of those that ended, so that the next call need not wait for them
  });
}

/** Ends the threads that wait for the next call, before their time. */
export async function endWorkers(): Promise<void> {
  await kept?.end();
}

/**
 * Threads that compute pieces of a product side by side, each piece whole by one of them, so that the bits do not depend on who did it.
 *
 * The call takes pieces itself and never waits for a thread to begin. A thread that is lost costs the piece that it had: the call
 * then computes the product anew by itself, which is why threads write to rooms of their own, never to the result.
 */
export class MatvecWorkers {
  readonly #words = new Int32Array(
    new SharedArrayBuffer((Word.tiles + MOST_TILES * TILE_WORDS) * Int32Array.BYTES_PER_ELEMENT),
  );
  readonly #threads = new Map<number, Worker>();
  #numbers = new Map<WasmMemory, number>();
  #nMemories = 0;
  /** That its threads were sent. */
  #sent = new WeakSet<WasmMemory>();
  /** Of those, each once. */
  #bytes = 0;
  #nThreads = 0;
  #isSound = true;

  /** Whether all products are done that were begun. */
  get isSound(): boolean {
    return this.#isSound && Atomics.load(this.#words, Word.failed) === 0;
  }

  /** Has so many threads, this one among them, of which new ones begin to start. */
  gather(module: WasmModule, workers: number): void {
    this.#words[Word.workers] = workers;
    for (let place = 1; place < workers; place++) {
      if (Atomics.load(this.#words, Word.places + place) !== 0) continue;
      const number = ++this.#nThreads;
      const workerData: WorkerData = { module, words: this.#words, place, number };
      const file = join(__dirname, "matvec-worker-thread.js");
      let thread: Worker;
      try {
        thread = new Worker(file, { workerData, execArgv: ["--no-warnings"] });
      } catch {
        return; // the call does without, as where the file is missing from a bundle
      }
      Atomics.store(this.#words, Word.places + place, number);
      thread.unref();
      thread.on("error", () => {});
      thread.on("exit", () => {
        if (this.#threads.get(place) === thread) this.#threads.delete(place);
        leave(this.#words, workerData);
      });
      this.#threads.set(place, thread);
    }
  }

  /**
   * Computes tiles, here and wherever a thread is free.
   *
   * @param memory where they lie.
   * @param kernels on this memory, of this thread.
   * @returns whether all are done: if not, a thread was lost, which may yet write to where its tile is.
   */
  share(memory: WasmMemory, kernels: KernelExports, tiles: readonly Tile[]): boolean {
    if (!this.isSound) return false;
    this.#isSound = false; // as it stays where this call is ended from outside
    const words = this.#words;
    words[Word.memory] = this.#numberOf(memory);
    words[Word.done] = 0;
    tiles.forEach(([kernel, ...args], k) => {
      words.set([SHARED.indexOf(kernel), ...args], Word.tiles + k * TILE_WORDS);
    });
    this.#tell(tiles.length);
    takeTiles(words, 0, 0, () => kernels);
    this.#isSound = this.#areDone(tiles.length);
    return this.#isSound;
  }

  /** Lets go of all memories. */
  rest(): void {
    if (this.#numbers.size === 0) return;
    this.#numbers = new Map();
    Atomics.store(this.#words, Word.kept, this.#nMemories);
    this.#tell(0);
    if (this.#bytes > MOST_BYTES || !this.isSound) void this.end();
  }

  /** Ends its threads; the next call starts others. */
  async end(): Promise<void> {
    const threads = [...this.#threads.values()];
    this.#threads.clear();
    for (let place = 1; place < MOST_WORKERS; place++) Atomics.store(this.#words, Word.places + place, 0);
    this.#sent = new WeakSet();
    this.#bytes = 0;
    await Promise.all(threads.map((thread) => thread.terminate()));
  }

  /** Begins a product of so many tiles. */
  #tell(nTiles: number): void {
    const product = (Atomics.load(this.#words, Word.claim) >> 8) + 1;
    Atomics.store(this.#words, Word.claim, (product << 8) | (nTiles << 4));
    Atomics.notify(this.#words, Word.claim);
  }

  #areDone(nTiles: number): boolean {
    const words = this.#words;
    for (let k = 0; k < 10 * LOOKS; k++) if (Atomics.load(words, Word.done) === nTiles) return true;
    const end = performance.now() + PATIENCE;
    for (;;) {
      const done = Atomics.load(words, Word.done);
      if (done === nTiles) return true;
      if (Atomics.load(words, Word.failed) !== 0 || performance.now() > end) return false;
      Atomics.wait(words, Word.done, done, 20);
    }
  }

  #numberOf(memory: WasmMemory): number {
    const known = this.#numbers.get(memory);
    if (known !== undefined) return known;
    const message: NumberedMemory = { number: this.#nMemories++, memory };
    for (const thread of this.#threads.values()) thread.postMessage(message);
    this.#numbers.set(memory, message.number);
    if (!this.#sent.has(memory)) this.#bytes += memory.buffer.byteLength;
    this.#sent.add(memory);
    return message.number;
  }
}

/**
 * Takes tiles and computes them until none is left.
 *
 * A tile is read before it is taken: nobody writes to it while one is left. So is who has the place, as scratch comes with it.
 *
 * @param place of this thread in its crew.
 * @param number of this thread among those that had the place.
 * @param kernelsOn the kernels on the memory of a number, as far as this thread has it.
 * @returns the claim that it has seen last.
 */
export function takeTiles(
  words: Int32Array,
  place: number,
  number: number,
  kernelsOn: (memory: number) => KernelExports | undefined,
): number {
  for (;;) {
    const claim = Atomics.load(words, Word.claim);
    const next = claim & 15;
    if (next >= ((claim >> 4) & 15) || place >= words[Word.workers]) return claim;
    if (Atomics.load(words, Word.places + place) !== number) return claim;
    const start = Word.tiles + next * TILE_WORDS;
    const [kernel, ...args] = words.slice(start, start + TILE_WORDS);
    const kernels = kernelsOn(words[Word.memory]);
    if (!kernels) return claim;
    if (Atomics.compareExchange(words, Word.claim, claim, claim + 1) !== claim) continue;
    compute(kernels, SHARED[kernel], args, place * SCRATCH_BYTES);
    Atomics.add(words, Word.done, 1);
    Atomics.notify(words, Word.done);
  }
}

/** Gives back the place of a thread, unless another one has it. */
export function leave(words: Int32Array, { place, number }: WorkerData): void {
  Atomics.compareExchange(words, Word.places + place, number, 0);
}

function compute(kernels: KernelExports, kernel: Tile[0], args: readonly number[], scratch: number): void {
  const [a, b, c, d, e, f, g, h] = args;
  if (kernel === "columnDots") kernels.columnDots(a, b, c, d, e);
  else if (kernel === "columnDotsAt") kernels.columnDotsAt(a, b, c, d, e, f);
  else kernels.gramBlock(a, b, c, d, e, f, g, scratch, h);
}
