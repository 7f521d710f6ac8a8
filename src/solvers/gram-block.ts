import { type Arena, arenaOf, bytesOf } from "../simd/arena";
import { typescriptKernels } from "../simd/typescript-kernels";
import type { GramCache } from "./gram-cache";

/** Room for rows at first. */
const firstCapacity = 64;

/** A Gram matrix of some coordinates, with the vectors of a descent on it, all of them where the kernels can take them. */
export interface GramBlock {
  /** Coordinate of each row. */
  readonly members: ArrayLike<number>;
  readonly size: number;
  /** Row-major, rows `stride` apart; only the leading `size` rows and columns count. */
  readonly gram: Float64Array;
  readonly stride: number;
  readonly kernels: Arena["kernels"];
  /** Coefficients of the members. */
  readonly beta: Float64Array;
  /** Minus the gradient of a quadratic in them. */
  readonly slopes: Float64Array;
  /** The slopes of a folded penalty at zero; for others up to where a point is taken to zero, -1 where that is not known. */
  readonly levels: Float64Array;
  /** Rows to go over, copied beside the matrix. */
  order(rows: ArrayLike<number>): Int32Array;
}

/** Adds a multiple of a row of the matrix to the slopes. */
export function addRow({ kernels, gram, stride, size, slopes }: GramBlock, row: number, scale: number): void {
  kernels.addScaled(scale, gram.subarray(row * stride, row * stride + size), slopes);
}

/** All columns of a cache, by slot; until the next column comes. */
export function blockOf(cache: GramCache): GramBlock {
  const { size } = cache;
  const [beta, slopes, levels] = cache.vectors.map((vector) => vector.subarray(0, size));
  return {
    members: cache.columns,
    size,
    gram: cache.matrix,
    stride: cache.stride,
    kernels: cache.arena?.kernels ?? typescriptKernels,
    beta,
    slopes,
    levels,
    order: (rows) => cache.order(rows),
  };
}

/** Room for some rows of a block, copied to lie together. */
export class CompactBlock {
  #capacity = 0;
  #arena!: Arena;
  #gram!: Float64Array;
  #vectors!: readonly Float64Array[];
  #order!: Int32Array;
  /** Of what the matrix is a copy. */
  #copied: { readonly gram: Float64Array; readonly rows: readonly number[] } | undefined;

  constructor() {
    this.#reserve(firstCapacity);
  }

  /** @param rows of `all`. */
  copy(all: GramBlock, rows: readonly number[]): GramBlock {
    const size = rows.length;
    if (size > this.#capacity) this.#reserve(Math.max(size, 2 * this.#capacity));
    const [gram, stride] = [this.#gram, this.#capacity];
    const [beta, slopes, levels] = this.#vectors.map((vector) => vector.subarray(0, size));
    const copied = this.#copied;
    const isCopied =
      copied?.gram === all.gram && copied.rows.length === size && rows.every((k, a) => k === copied.rows[a]);
    for (let a = 0; a < size && !isCopied; a++) {
      const [own, row] = [rows[a] * all.stride, a * stride];
      for (let b = 0; b < size; b++) gram[row + b] = all.gram[own + rows[b]];
    }
    this.#copied = { gram: all.gram, rows };
    for (let a = 0; a < size; a++) {
      beta[a] = all.beta[rows[a]];
      slopes[a] = all.slopes[rows[a]];
      levels[a] = all.levels[rows[a]];
    }
    return {
      members: rows.map((k) => all.members[k]),
      size,
      gram,
      stride,
      kernels: this.#arena.kernels,
      beta,
      slopes,
      levels,
      order: (places) => {
        const order = this.#order.subarray(0, places.length);
        order.set(places);
        return order;
      },
    };
  }

  #reserve(capacity: number): void {
    const arena = arenaOf(bytesOf(capacity * capacity) + 3 * bytesOf(capacity) + bytesOf(capacity, 4));
    this.#arena = arena;
    this.#gram = arena.float64(capacity * capacity);
    this.#vectors = [0, 1, 2].map(() => arena.float64(capacity));
    this.#order = arena.int32(capacity);
    this.#capacity = capacity;
    this.#copied = undefined;
  }
}
