/**
 * WebAssembly as the kernels use it: its types, memories that are refused in good time, and pools from which blocks of memory
 * are taken and to which they return.
 */
import { afterTurn } from "#platform";
import type { Kernels } from "./kernels";

/**
 * A memory of WebAssembly. Its standard types come with those of browser documents, which no declaration here may
 * need.
 */
export interface WasmMemory {
  /** A buffer that threads share if the memory was made so. */
  readonly buffer: ArrayBuffer;
}

/** Compiled code that is not bound to a memory yet. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

interface WebAssemblyFace {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Memory: new (pages: { initial: number; maximum: number; shared?: boolean }) => WasmMemory;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: unknown };
}

/** The WebAssembly of this JavaScript engine, `undefined` if it has none. */
export const webAssembly: WebAssemblyFace | undefined = (globalThis as { WebAssembly?: WebAssemblyFace })
  .WebAssembly;

/**
 * Factor between the duration of a refused allocation and the time for which no memory of that size is requested
 * again.
 */
const REST = 10;

/** The last refusal: the number of pages from which on it holds, and until when. */
let refused = { pages: Number.POSITIVE_INFINITY, until: 0 };

let held = 0;
const collected = new FinalizationRegistry<number>((bytes) => {
  held -= bytes;
});

/**
 * Returns the bytes of this thread's memories that the collector has not freed yet; V8 counts them nowhere from Node
 * 26 on.
 */
export function heldBytes(): number {
  return held;
}

/**
 * Allocates a memory of so many pages; returns undefined if there is no room for it, and the caller does without.
 *
 * V8 reserves 10 GiB of addresses for each memory, whatever its size, and a process has room for some 12,700. Before
 * V8 refuses one, it collects all garbage several times, which takes seconds where so many are alive. After a refusal
 * it is therefore asked again only when ten times as long has passed.
 *
 * @param isShared whether threads share it.
 */
export function allocateMemory(pages: number, isShared: boolean): WasmMemory | undefined {
  const start = performance.now();
  if (pages >= refused.pages && start < refused.until) return undefined;
  try {
    const memory = new webAssembly!.Memory({ initial: pages, maximum: pages, shared: isShared });
    const { buffer } = memory;
    held += buffer.byteLength;
    collected.register(buffer, buffer.byteLength);
    return memory;
  } catch {
    const end = performance.now();
    refused = { pages, until: end + REST * (end - start) };
    return undefined;
  }
}

/** A memory with the kernels that work on it. */
export interface BoundMemory {
  readonly buffer: ArrayBuffer;
  readonly kernels: Kernels;
}

/** Maximum ratio of the size of a reused memory to the size needed. */
const mostRoom = 1.5;

/** Maximum number of bytes that are kept beside the first memory, as a multiple of its size. */
const mostBeside = 1.5;

/**
 * Ratio of the size of a new pooled memory to the size needed, since the next piece may need a row more; pages
 * without writes cost nothing.
 */
export const ROOM_FOR_NEXT: number = 9 / 8;

let current: MemoryPool | undefined;

/** Returns the pool of the present piece of work. */
export function currentPool(): MemoryPool | undefined {
  return current;
}

/** Runs work whose arenas may outlive the piece, such as a progress listener, with memories outside all pools. */
export function apartFromPools<T>(work: () => T): T {
  const outer = current;
  current = undefined;
  try {
    return work();
  } finally {
    current = outer;
  }
}

/**
 * The memories of consecutive pieces of work of similar size, such as folds: each piece reuses those of the one
 * before, which spares the system to clear and map new ones.
 *
 * No result of a piece may lie in an arena that was made in it, except inside {@link apartFromPools}. The pool keeps
 * the first memory, a copy of the data, and beside it one and a half times as many bytes, the largest memories first.
 * The collector frees all others.
 */
export class MemoryPool {
  #spare: readonly BoundMemory[] = [];
  #taken: BoundMemory[] = [];

  /** Runs a piece of work with the memories of the last one; those that it does not need are released. */
  run<T>(work: () => T): T {
    const outer = current;
    current = this;
    return withCleanup(work, () => {
      current = outer;
      this.#spare = this.#taken;
      this.#taken = [];
    });
  }

  /**
   * Returns a memory of at least so many bytes, and not many more, with its old contents; undefined if none is left.
   */
  take(bytes: number): BoundMemory | undefined {
    const best = this.#spare
      .filter(({ buffer: { byteLength } }) => byteLength >= bytes && byteLength <= mostRoom * bytes)
      .reduce<BoundMemory | undefined>(
        (least, one) => (least && least.buffer.byteLength <= one.buffer.byteLength ? least : one),
        undefined,
      );
    if (best === undefined) return undefined;
    this.#spare = this.#spare.filter((one) => one !== best);
    this.add(best);
    return best;
  }

  /** Keeps a memory of this piece for the next one, within the limits of the pool. */
  add(memory: BoundMemory): void {
    const [first = memory, ...others] = this.#taken;
    if (this.#taken.length > 0) others.push(memory);
    others.sort((a, b) => b.buffer.byteLength - a.buffer.byteLength);
    let room = mostBeside * first.buffer.byteLength;
    const kept = others.filter(({ buffer: { byteLength } }) => {
      if (byteLength > room) return false;
      room -= byteLength;
      return true;
    });
    this.#taken = [first, ...kept];
  }
}

/** The clean-ups that follow work which is not over, outermost first. */
const pending: (() => void)[] = [];

/**
 * Does work, and tidies up once it is over: at the end of the event loop's turn where not even `finally` runs, as of a cell that is
 * ended from outside. Work within work is tidied up after first.
 */
export function withCleanup<T>(work: () => T, tidy: () => void): T {
  const depth = pending.push(tidy) - 1;
  const tidyUp = (): void => {
    while (pending.length > depth) pending.pop()!();
  };
  const inTime = afterTurn(tidyUp);
  try {
    return work();
  } finally {
    inTime();
    tidyUp();
  }
}
