/** Dense columns in the memory of the kernels that run over them ({@link DenseBlock}). */
import { type Arena, arenaOf, bytesOf, plainArena } from "../simd/arena";
import type { ColumnSummaries } from "../simd/kernels";
import { currentWorkers } from "../simd/matvec-workers";
import { typescriptKernels } from "../simd/typescript-kernels";

/** Number of rows and columns of a Gram matrix that one kernel call computes: tiles of at most 128 KiB. */
const TILE = 128;

/** Largest Gram matrix that is computed as one tile, provided that it is small against the columns. */
const MAX_SINGLE_TILE = 256;

/**
 * Dense columns with the kernels that run over them, and room there for the vectors that callers bring.
 *
 * A vector that lies elsewhere is copied in or out: `n` or `p` numbers, against the `n p` of a pass.
 */
export class DenseBlock {
  /** Entry `(i, j)` at `i + j * nSamples`. */
  readonly values: Float64Array;
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly #arena: Arena;
  readonly #bySample: Float64Array;
  readonly #weights: Float64Array;
  readonly #byFeature: Float64Array;
  readonly #indices: Int32Array;
  readonly #rowIndices: Int32Array;
  #tile: Float64Array | undefined;

  /**
   * @param given entries that are kept and not copied: another block, whose first columns these are, or an array that may
   * lie anywhere; then the kernels run in TypeScript and give the same bits. Default: zeros, to be filled.
   * @param isShared whether threads share its memory. Default: whether matvec workers are active.
   */
  constructor(
    nSamples: number,
    nFeatures: number,
    given?: Float64Array | DenseBlock,
    isShared: boolean = currentWorkers() !== undefined,
  ) {
    this.nSamples = nSamples;
    this.nFeatures = nFeatures;
    if (given instanceof DenseBlock) {
      this.values = given.values.subarray(0, nSamples * nFeatures);
      this.#arena = given.#arena;
      this.#bySample = given.#bySample;
      this.#weights = given.#weights;
      this.#byFeature = given.#byFeature.subarray(0, nFeatures);
      this.#indices = given.#indices.subarray(0, nFeatures);
      this.#rowIndices = given.#rowIndices.subarray(0, nFeatures);
      return;
    }
    const isSingleTile = nFeatures <= MAX_SINGLE_TILE && nSamples >= 16 * nFeatures;
    const edge = isSingleTile ? nFeatures : Math.min(nFeatures, TILE);
    const bytes =
      bytesOf(nSamples * nFeatures) +
      2 * bytesOf(nSamples) +
      bytesOf(nFeatures) +
      bytesOf(nFeatures, 4) +
      bytesOf(edge, 4) +
      bytesOf(edge * edge);
    const arena = given ? plainArena : arenaOf(bytes, isShared);
    this.values = given ?? arena.float64(nSamples * nFeatures);
    this.#arena = arena;
    this.#bySample = arena.float64(nSamples);
    this.#weights = arena.float64(nSamples);
    this.#byFeature = arena.float64(nFeatures);
    this.#indices = arena.int32(nFeatures);
    this.#rowIndices = arena.int32(edge);
  }

  /** Returns the mean, the centred sum of squares, the minimum and the maximum of each column. */
  summarize(): ColumnSummaries {
    const [means, squares, smallest, largest] = Array.from(
      { length: 4 },
      () => new Float64Array(this.nFeatures),
    );
    const most = Math.min(this.nFeatures, this.#byFeature.length >> 2);
    if (this.#arena === plainArena || most === 0) {
      const out = { means, squares, smallest, largest };
      typescriptKernels.summarizeColumns(this.values, this.nSamples, out);
      return out;
    }
    for (let start = 0; start < this.nFeatures; start += most) {
      const count = Math.min(most, this.nFeatures - start);
      const part = (k: number): Float64Array => this.#byFeature.subarray(k * most, k * most + count);
      const columns = this.values.subarray(start * this.nSamples, (start + count) * this.nSamples);
      const out = { means: part(0), squares: part(1), smallest: part(2), largest: part(3) };
      this.#arena.kernels.summarizeColumns(columns, this.nSamples, out);
      means.set(out.means, start);
      squares.set(out.squares, start);
      smallest.set(out.smallest, start);
      largest.set(out.largest, start);
    }
    return { means, squares, smallest, largest };
  }

  /** `out = X beta`, which skips zeros. */
  multiply(beta: Float64Array, out: Float64Array): void {
    let count = 0;
    for (let j = 0; j < beta.length; j++) {
      if (beta[j] === 0) continue;
      this.#indices[count] = j;
      this.#byFeature[count++] = beta[j];
    }
    const sums = this.#arena.holds(out) ? out : this.#bySample;
    sums.fill(0);
    this.#arena.kernels.addColumns(
      this.values,
      this.#indices.subarray(0, count),
      this.#byFeature.subarray(0, count),
      sums,
    );
    if (sums !== out) out.set(sums);
  }

  /** `out = X' v` */
  dots(v: Float64Array, out: Float64Array): void {
    const dots = this.#arena.holds(out) ? out : this.#byFeature;
    this.#arena.kernels.columnDots(this.values, this.#near(v, this.#bySample), dots);
    if (dots !== out) out.set(dots);
  }

  /** `out[k] = x_j' v` for `j = columns[k]` */
  dotsAt(columns: Int32Array, v: Float64Array, out: Float64Array): void {
    const near = this.#near(v, this.#bySample);
    const most = this.#indices.length;
    for (let start = 0; start < columns.length; start += most) {
      const count = Math.min(most, columns.length - start);
      this.#indices.set(columns.subarray(start, start + count));
      const dots = this.#byFeature.subarray(0, count);
      this.#arena.kernels.columnDotsAt(this.values, this.#indices.subarray(0, count), near, dots);
      out.set(dots, start);
    }
  }

  /** `out[j] = sum_i weights[i] x_ij^2` */
  squaredNorms(weights: Float64Array, out: Float64Array): void {
    this.#arena.kernels.weightedSquaredNorms(
      this.values,
      this.#near(weights, this.#weights),
      this.#byFeature,
    );
    out.set(this.#byFeature);
  }

  /** `out[k] = sum_i weights[i] x_ij^2` for `j = columns[k]`, of which there are `nFeatures` at most. */
  squaredNormsAt(columns: Int32Array, weights: Float64Array, out: Float64Array): void {
    const indices = this.#indices.subarray(0, columns.length);
    indices.set(columns);
    const norms = this.#byFeature.subarray(0, columns.length);
    this.#arena.kernels.weightedSquaredNorms(this.values, this.#near(weights, this.#weights), norms, indices);
    out.set(norms);
  }

  /** `out[k, l] = sum_i weights[i] x_ia x_ib` for `a = rows[k]`, `b = columns[l]`, by tiles. */
  gram(rows: Int32Array, columns: Int32Array, out: Float64Array, weights?: Float64Array): void {
    const near = weights && this.#near(weights, this.#weights);
    const edge = this.#rowIndices.length;
    this.#tile ??= this.#arena.float64(edge * edge);
    const width = columns.length;
    const isSymmetric = rows === columns;
    for (let k = 0; k < rows.length; k += edge) {
      const height = Math.min(edge, rows.length - k);
      const tileRows = this.#rowIndices.subarray(0, height);
      tileRows.set(rows.subarray(k, k + height));
      for (let l = isSymmetric ? k : 0; l < width; l += edge) {
        const breadth = Math.min(edge, width - l);
        const isDiagonal = isSymmetric && l === k;
        const tileColumns = isDiagonal ? tileRows : this.#indices.subarray(0, breadth);
        if (!isDiagonal) tileColumns.set(columns.subarray(l, l + breadth));
        const tile = this.#tile.subarray(0, height * breadth);
        this.#arena.kernels.gramBlock(this.values, this.nSamples, tileRows, tileColumns, tile, near);
        for (let r = 0; r < height; r++) {
          out.set(tile.subarray(r * breadth, (r + 1) * breadth), (k + r) * width + l);
        }
        if (isSymmetric && !isDiagonal) mirror(tile, height, breadth, out, l * width + k, width);
      }
    }
  }

  #near(v: Float64Array, room: Float64Array): Float64Array {
    if (this.#arena.holds(v)) return v;
    room.set(v);
    return room;
  }
}

/** Writes the transpose of a tile into a matrix of rows `stride` apart. */
function mirror(
  tile: Float64Array,
  height: number,
  breadth: number,
  out: Float64Array,
  from: number,
  stride: number,
): void {
  for (let c = 0; c < breadth; c++) {
    for (let r = 0; r < height; r++) out[from + c * stride + r] = tile[r * breadth + c];
  }
}
