import type { Arena } from "../../simd/arena";
import { addScaledFrom } from "../../simd/typescript/products";
import { typescriptKernels } from "../../simd/typescript-kernels";
import type { GramCache } from "./gram-cache";

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
  /** The same and what is behind it, as long as a row of the matrix. */
  readonly slopesAndRoom: Float64Array;
  /** The slopes of a folded penalty at zero; for others up to where a point is taken to zero, -1 where that is not known. */
  readonly levels: Float64Array;
  /** Room for a number a row. */
  readonly steps: Float64Array;
  /** Rows to go over, copied beside the matrix. */
  order(rows: ArrayLike<number>): Int32Array;
}

/** Members up to which a plain loop takes less than a view of a row and the call of a kernel. */
const fewMembers = 64;

/** Adds a multiple of a row of the matrix to the slopes. */
export function addRow({ kernels, gram, stride, size, slopes }: GramBlock, row: number, scale: number): void {
  if (size <= fewMembers) addScaledFrom(scale, gram, row * stride, size, slopes);
  else kernels.addScaled(scale, gram.subarray(row * stride, row * stride + size), slopes);
}

/** The same for several rows, each by its own scale. */
export function addRows(block: GramBlock, rows: ArrayLike<number>, scales: Float64Array): void {
  const { kernels, gram, steps, slopesAndRoom } = block;
  const given = steps.subarray(0, rows.length);
  given.set(scales);
  // A kernel's column is a row here; beyond the members the matrix is zero.
  kernels.addColumns(gram, block.order(rows), given, slopesAndRoom);
}

/** All columns of a cache, by slot; until the next column comes. */
export function blockOf(cache: GramCache): GramBlock {
  const { size } = cache;
  const [beta, slopes, levels] = cache.vectors.map((vector) => vector.subarray(0, size));
  const [, slopesAndRoom, , steps] = cache.vectors;
  return {
    members: cache.columns,
    size,
    gram: cache.matrix,
    stride: cache.stride,
    kernels: cache.arena?.kernels ?? typescriptKernels,
    beta,
    slopes,
    slopesAndRoom,
    levels,
    steps,
    order: (rows) => cache.order(rows),
  };
}

/** The Gram matrix of so many slots from one on, row-major; a copy. */
export function partOf({ matrix, stride }: GramCache, from: number, size: number): Float64Array {
  const part = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const start = (from + i) * stride + from;
    part.set(matrix.subarray(start, start + size), i * size);
  }
  return part;
}
