import type { Kernels } from "./kernels";

/** A memory, and the kernels that work on it. */
export interface BoundMemory {
  readonly buffer: ArrayBuffer;
  readonly kernels: Kernels;
}

/** How many times as large as it has to be a memory may be that is taken again. */
const mostRoom = 1.5;

/** How many bytes are kept at most beside the first memory, as a multiple of its own. */
const mostBeside = 1.5;

/** How many times as large as it has to be a memory is made for a pool: the next piece may need a row more. What nobody writes to costs no memory. */
export const ROOM_FOR_NEXT: number = 9 / 8;

let current: MemoryPool | undefined;

/** The pool of the piece of work that is under way. */
export function currentPool(): MemoryPool | undefined {
  return current;
}

/** Does what may keep an arena, such as a listener to the work that is under way, with memories of no pool. */
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
 * The memories of pieces of work that follow each other and need about the same: each piece takes those of the one before, which
 * spares the system to clear and to map fresh ones.
 *
 * Nothing that a piece leaves may lie in an arena that was made in it, but for {@link apartFromPools}. Beside the first memory, a copy
 * of its data, it keeps for the next one one and a half times as many bytes, the largest memories first: what else a piece outgrows or
 * makes anew is freed as elsewhere, by the collector.
 */
export class MemoryPool {
  #spare: readonly BoundMemory[] = [];
  #taken: BoundMemory[] = [];

  /** Does a piece of work, in which arenas are made of the memories of the last one; those that it does not need are let go. */
  run<T>(work: () => T): T {
    const outer = current;
    current = this;
    return withCleanup(work, () => {
      current = outer;
      this.#spare = this.#taken;
      this.#taken = [];
    });
  }

  /** A memory of at least so many bytes, and not many more, with whatever it holds; undefined where none is left. */
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

  /** Lets the next piece of work have a memory that this one uses; what is too much is left out, the smallest first. */
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
