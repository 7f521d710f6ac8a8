import type { Kernels } from "./kernels";

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

/** What is to be tidied up after work that is not over, outermost first. */
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
  const overdue = setImmediate(tidyUp);
  try {
    return work();
  } finally {
    clearImmediate(overdue);
    tidyUp();
  }
}
