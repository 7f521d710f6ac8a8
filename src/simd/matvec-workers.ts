/**
 * The threads that share products with a design. {@link withWorkers} starts them for a call; {@link takeTiles} is
 * their loop, which `matvec-worker-thread.ts` runs.
 */
import { threadsFor } from "#platform";
import type { Thread } from "../platform/platform";
import type { KernelExports } from "./kernel-exports";
import { kernelModule } from "./kernel-module";
import { SCRATCH_BYTES } from "./wasm-kernels";
import type { WasmMemory, WasmModule } from "./web-assembly";
import { withCleanup } from "./web-assembly";

/** The kernels whose products threads share, each with its index as its number in a tile. */
const SHARED = ["columnDots", "columnDotsAt", "gramBlock"] as const;

/** A piece of a product that one thread computes: a kernel and its arguments without the place of its scratch. */
export type Tile = readonly [kernel: (typeof SHARED)[number], ...args: number[]];

/** Maximum number of threads, the calling one among them. */
export const MOST_WORKERS = 4;

/** Maximum number of tiles of a product. */
export const MOST_TILES = 8;

/** The data that a thread is started with. */
export interface WorkerData {
  readonly module: WasmModule;
  readonly words: Int32Array;
  /** The place of the thread from 1 on; the calling thread has 0. */
  readonly place: number;
  /** The number of the thread, unique among all that had its place. */
  readonly number: number;
}

/** A memory that is sent to a thread, with the number by which tiles name it. */
export interface NumberedMemory {
  readonly number: number;
  readonly memory: WasmMemory;
}

/** The positions of the words that all threads share. */
export const Word = {
  /** The number of the product, above four bits for the number of its tiles and four for the number of taken ones. */
  claim: 0,
  /** The number of finished tiles. */
  done: 1,
  /** The number of the memory of the tiles. */
  memory: 2,
  /** The smallest number of a memory that is still in use; threads release those below. */
  kept: 3,
  /** Whether a thread failed. */
  failed: 4,
  /** The number of threads that take part, the calling one among them. */
  workers: 5,
  /** From this word on, the number of the thread at each place, 0 for none. */
  places: 6,
  tiles: 10,
} as const;

const TILE_WORDS = 10;

/** Number of times that a thread checks for a product before it sleeps, about 50 microseconds. */
export const LOOKS = 2000;

/**
 * Maximum number of bytes of memories that sleeping threads hold after a call; above it they are replaced, since
 * their collectors free nothing.
 */
const MOST_BYTES = 128 * 2 ** 20;

/** Milliseconds that a call waits for the last tiles before it gives its threads up. */
const PATIENCE = 5000;

let current: MatvecWorkers | undefined;
let kept: MatvecWorkers | undefined;

/** Returns the threads of the present call. */
export function currentWorkers(): MatvecWorkers | undefined {
  return current;
}

/**
 * Does work whose dense designs lie in memory that threads share, so that they compute their products side by side.
 *
 * If no thread can be started, the calling one does all the work. Calls within such work use the threads of the outer
 * one.
 *
 * @param workers the number of threads, this one among them; more than four find nothing to do.
 */
export function withWorkers<T>(workers: number, work: () => T): T {
  const module = workers > 1 && !current ? kernelModule(true) : undefined;
  if (!module) return work();
  if (!kept?.isSound) {
    void kept?.end();
    kept = new MatvecWorkers();
  }
  const threads = kept;
  const gather = (): void => threads.gather(module, Math.min(workers, MOST_WORKERS));
  gather();
  current = threads;
  return withCleanup(work, () => {
    current = undefined;
    threads.rest();
    if (threads.isSound) gather(); // New threads replace those that ended, so that the next call need not wait for them.
  });
}

/** Ends the threads that wait for the next call before their time. */
export async function endWorkers(): Promise<void> {
  await kept?.end();
}

/**
 * Threads that compute pieces of a product side by side. One thread computes each piece whole, so the bits do not
 * depend on which it is.
 *
 * The calling thread takes pieces itself and never waits for another one to start. If a thread is lost, the caller
 * computes the whole product again by itself. For that reason threads write to buffers of their own, never to the
 * result.
 */
export class MatvecWorkers {
  readonly #words = new Int32Array(
    new SharedArrayBuffer((Word.tiles + MOST_TILES * TILE_WORDS) * Int32Array.BYTES_PER_ELEMENT),
  );
  readonly #threads = new Map<number, Thread>();
  #numbers = new Map<WasmMemory, number>();
  #nMemories = 0;
  /** The memories that the threads have received. */
  #sent = new WeakSet<WasmMemory>();
  /** The bytes of these memories, each counted once. */
  #bytes = 0;
  #nThreads = 0;
  #isSound = true;

  /** Whether all products that were started are finished. */
  get isSound(): boolean {
    return this.#isSound && Atomics.load(this.#words, Word.failed) === 0;
  }

  /** Makes sure that there are so many threads, the calling one among them; new ones start in the background. */
  gather(module: WasmModule, workers: number): void {
    this.#words[Word.workers] = workers;
    for (let place = 1; place < workers; place++) {
      if (Atomics.load(this.#words, Word.places + place) !== 0) continue;
      const number = ++this.#nThreads;
      const workerData: WorkerData = { module, words: this.#words, place, number };
      let thread: Thread;
      try {
        thread = threadsFor("workers").start("simd/matvec-worker-thread", workerData);
      } catch {
        return; // Without a thread, as where its file is missing from a bundle, the calling one does all the work.
      }
      Atomics.store(this.#words, Word.places + place, number);
      thread.on("error", () => {});
      thread.on("exit", () => {
        if (this.#threads.get(place) === thread) this.#threads.delete(place);
        leave(this.#words, workerData);
      });
      this.#threads.set(place, thread);
    }
  }

  /**
   * Computes tiles, in this thread and in every free one.
   *
   * @param memory the memory of the tiles.
   * @param kernels the kernels of this thread on that memory.
   * @returns whether all are finished; if not, a thread was lost, which may yet write to its tile.
   */
  share(memory: WasmMemory, kernels: KernelExports, tiles: readonly Tile[]): boolean {
    if (!this.isSound) return false;
    this.#isSound = false; // The product stays unfinished if this call is ended from outside.
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

  /** Releases all memories. */
  rest(): void {
    if (this.#numbers.size === 0) return;
    this.#numbers = new Map();
    Atomics.store(this.#words, Word.kept, this.#nMemories);
    this.#tell(0);
    if (this.#bytes > MOST_BYTES || !this.isSound) void this.end();
  }

  /** Ends the threads; the next call starts others. */
  async end(): Promise<void> {
    const threads = [...this.#threads.values()];
    this.#threads.clear();
    for (let place = 1; place < MOST_WORKERS; place++) Atomics.store(this.#words, Word.places + place, 0);
    this.#sent = new WeakSet();
    this.#bytes = 0;
    await Promise.all(threads.map((thread) => thread.terminate()));
  }

  /** Announces a product of so many tiles. */
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
 * A tile is read before it is taken, since nobody writes to it while one is left. So is the owner of the place, whose
 * scratch it uses.
 *
 * @param place of this thread.
 * @param number of this thread among those that had the place.
 * @param kernelsOn returns the kernels on the memory of a number, if this thread has it.
 * @returns the claim that it has read last.
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

/** Gives up the place of a thread, unless another one has it. */
export function leave(words: Int32Array, { place, number }: WorkerData): void {
  Atomics.compareExchange(words, Word.places + place, number, 0);
}

function compute(kernels: KernelExports, kernel: Tile[0], args: readonly number[], scratch: number): void {
  const [a, b, c, d, e, f, g, h] = args;
  if (kernel === "columnDots") kernels.columnDots(a, b, c, d, e);
  else if (kernel === "columnDotsAt") kernels.columnDotsAt(a, b, c, d, e, f);
  else kernels.gramBlock(a, b, c, d, e, f, g, scratch, h);
}
