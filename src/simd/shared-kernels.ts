/** Kernels that spread large products over the threads of `matvec-workers.ts` ({@link sharedKernels}). */
import type { KernelExports, Place } from "./kernel-exports";
import type { Kernels } from "./kernels";
import { currentWorkers, type MatvecWorkers, MOST_TILES, MOST_WORKERS, type Tile } from "./matvec-workers";
import { placesIn, SCRATCH_BYTES } from "./wasm-kernels";
import type { WasmMemory } from "./web-assembly";

/** Number of entries of a tile's buffer, in which one thread leaves its result for the caller. */
const TILE_SIZE = 128 * 128;
const TILE_BUFFERS_AT = MOST_WORKERS * SCRATCH_BYTES;

/** Number of bytes at the start of a memory that these kernels use themselves. */
export const SHARED_SCRATCH_BYTES: number =
  TILE_BUFFERS_AT + MOST_TILES * TILE_SIZE * Float64Array.BYTES_PER_ELEMENT;

/** Minimum number of multiplications for which a product is shared, about a tenth of a millisecond of them. */
const MIN_SHARED_PRODUCTS = 2 ** 19;

/**
 * Kernels on a memory that threads share. They compute larger products side by side, with the same bits as one
 * thread.
 */
export function sharedKernels(singleThreaded: Kernels, exports: unknown, memory: WasmMemory): Kernels {
  const place = placesIn(memory.buffer);
  const products = new SharedProducts(exports, memory);
  return {
    ...singleThreaded,
    columnDots(columns, v, out) {
      const n = v.length;
      const [x, at] = [place(columns, n * out.length), place(v, 0)];
      const isDone = products.dots(n, out, (from, size, room) => [
        "columnDots",
        x + 8 * n * from,
        size,
        at,
        n,
        room,
      ]);
      if (!isDone) singleThreaded.columnDots(columns, v, out);
    },
    columnDotsAt(columns, indices, v, out) {
      const n = v.length;
      const [x, list, at] = [place(columns, 0), place(indices, 0), place(v, 0)];
      place(out, indices.length);
      const dots = out.subarray(0, indices.length);
      const isDone = products.dots(n, dots, (from, size, room) => [
        "columnDotsAt",
        x,
        list + 4 * from,
        size,
        at,
        n,
        room,
      ]);
      if (!isDone) singleThreaded.columnDotsAt(columns, indices, v, out);
    },
    gramBlock(columns, nSamples, rows, others, out, weights) {
      const [x, w] = [place(columns, 0), weights ? place(weights, nSamples) : 0];
      const [a, b] = [place(rows, 0), place(others, 0)];
      place(out, rows.length * others.length);
      const size = { nSamples, nRows: rows.length, nColumns: others.length };
      const isSymmetric = a === b && rows.length === others.length;
      const isDone = products.gram(size, isSymmetric, out, ({ top, height, left, width }, room) => {
        // A kernel takes two lists at the same address for one list, whose product it computes by half.
        const isMistaken = !isSymmetric && b + 4 * left === a && width === height;
        if (isMistaken) return undefined;
        return ["gramBlock", x, nSamples, w, a + 4 * top, height, b + 4 * left, width, room];
      });
      if (!isDone) singleThreaded.gramBlock(columns, nSamples, rows, others, out, weights);
    },
  };
}

/** Computes products in parts, each of which a thread leaves in a buffer. */
class SharedProducts {
  readonly #memory: WasmMemory;
  readonly #exports: KernelExports;
  readonly #buffers: Float64Array;
  /**
   * Whether a product was started and never finished; a lost thread may yet write to the buffers, so they are not
   * used again.
   */
  #isBroken = false;

  constructor(exports: unknown, memory: WasmMemory) {
    this.#memory = memory;
    this.#exports = exports as KernelExports;
    this.#buffers = new Float64Array(memory.buffer, TILE_BUFFERS_AT, MOST_TILES * TILE_SIZE);
  }

  /**
   * Computes products of a vector with columns.
   *
   * @param tileOf the products from one column on, so many, and the place for them.
   * @returns false if the caller has to compute them alone.
   */
  dots(
    nSamples: number,
    out: Float64Array,
    tileOf: (from: number, count: number, room: Place) => Tile,
  ): boolean {
    const workers = this.#workersFor(nSamples * out.length);
    if (!workers) return false;
    const buffers = this.#buffers;
    for (let start = 0; start < out.length; start += buffers.length) {
      const count = Math.min(out.length - start, buffers.length);
      const tiles = parts(count, MOST_TILES).map(([from, size]) =>
        tileOf(start + from, size, buffers.byteOffset + 8 * from),
      );
      if (!this.#share(workers, tiles)) return false;
      out.set(buffers.subarray(0, count), start);
    }
    return true;
  }

  /**
   * Computes a matrix of products of columns, half of it where it is symmetric.
   *
   * @param tileOf computes a block into a place; undefined where no kernel does.
   * @returns false if the caller has to compute it alone.
   */
  gram(
    { nSamples, nRows, nColumns }: { nSamples: number; nRows: number; nColumns: number },
    isSymmetric: boolean,
    out: Float64Array,
    tileOf: (block: Block, room: Place) => Tile | undefined,
  ): boolean {
    const workers = this.#workersFor((nSamples * nRows * nColumns) / (isSymmetric ? 2 : 1));
    if (!workers) return false;
    const buffers = this.#buffers;
    const blocks = isSymmetric ? symmetricBlocks(nRows) : columnBlocks(nRows, nColumns);
    const tiles = blocks.map((block, k) =>
      block.height * block.width <= TILE_SIZE
        ? tileOf(block, buffers.byteOffset + 8 * k * TILE_SIZE)
        : undefined,
    );
    if (!(tiles.every((tile) => tile !== undefined) && this.#share(workers, tiles))) return false;
    blocks.forEach(({ top, height, left, width }, k) => {
      for (let r = 0; r < height; r++) {
        const from = k * TILE_SIZE + r * width;
        const row = buffers.subarray(from, from + width);
        out.set(row, (top + r) * nColumns + left);
        if (!isSymmetric || top === left) continue;
        for (let c = 0; c < width; c++) out[(left + c) * nColumns + top + r] = row[c];
      }
    });
    return true;
  }

  #workersFor(size: number): MatvecWorkers | undefined {
    return this.#isBroken || size < MIN_SHARED_PRODUCTS ? undefined : currentWorkers();
  }

  #share(workers: MatvecWorkers, tiles: readonly Tile[]): boolean {
    this.#isBroken = true;
    this.#isBroken = !workers.share(this.#memory, this.#exports, tiles);
    return !this.#isBroken;
  }
}

/** A block of a matrix: rows from `top`, columns from `left`. */
interface Block {
  readonly top: number;
  readonly height: number;
  readonly left: number;
  readonly width: number;
}

/**
 * Returns the upper half of a symmetric matrix as four blocks of about the same work, two of which are symmetric
 * themselves.
 */
function symmetricBlocks(size: number): Block[] {
  const half = (size >> 1) & ~3; // Rows are computed in groups of four.
  const rest = size - half;
  return [
    ...parts(rest, 2).map(([from, width]) => ({ top: 0, height: half, left: half + from, width })),
    { top: 0, height: half, left: 0, width: half },
    { top: half, height: rest, left: half, width: rest },
  ];
}

function columnBlocks(height: number, nColumns: number): Block[] {
  return parts(nColumns, 4).map(([left, width]) => ({ top: 0, height, left, width }));
}

/** Splits `count` into at most `nParts` parts of the same even size, except the last one. */
function parts(count: number, nParts: number): [from: number, size: number][] {
  const size = 2 * Math.ceil(count / (2 * nParts));
  const all: [number, number][] = [];
  for (let from = 0; from < count; from += size) all.push([from, Math.min(size, count - from)]);
  return all;
}
