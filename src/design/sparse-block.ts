/** Sparse columns in the memory of the kernels that run over them ({@link SparseBlock}). */
import { type Arena, arenaOf, bytesOf } from "../simd/arena";
import type { StoredColumns, StoredSummaries } from "../simd/kernels";

/** The stored entries of each row, for products with batches of rows. */
interface StoredRows {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** Multiples of some columns: column `places[k]` times `factors[k]`. */
export interface ScaledPlaces {
  readonly places: Int32Array;
  readonly factors: Float64Array;
}

/**
 * Sparse columns in the memory of the kernels that run over their stored entries, with room there for the vectors that
 * callers bring.
 *
 * A vector that lies elsewhere is copied in or out: `n` or `p` numbers beside the entries of a pass.
 */
export class SparseBlock {
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly #arena: Arena;
  #stored: StoredColumns;
  readonly #bySample: Float64Array;
  readonly #byFeature: Float64Array;
  readonly #indices: Int32Array;
  readonly #summaries: StoredSummaries;
  #isSummarized = false;
  #storedRows: StoredRows | undefined;

  /** Copies columns from other memory. */
  static of(nSamples: number, { starts, rows, values }: StoredColumns): SparseBlock {
    const nEntries = starts[starts.length - 1];
    const block = new SparseBlock(nSamples, starts.length - 1, nEntries);
    block.stored.starts.set(starts);
    block.stored.rows.set(rows.subarray(0, nEntries));
    block.stored.values.set(values.subarray(0, nEntries));
    return block;
  }

  /** Allocates room for `nEntries` entries, all zero. */
  constructor(nSamples: number, nFeatures: number, nEntries: number) {
    const indices = bytesOf(nFeatures + 1, 4) + bytesOf(nFeatures, 4);
    const vectors = bytesOf(nSamples) + 5 * bytesOf(nFeatures);
    const arena = arenaOf(bytesOf(nEntries) + bytesOf(nEntries, 4) + indices + vectors);
    this.nSamples = nSamples;
    this.nFeatures = nFeatures;
    this.#arena = arena;
    this.#stored = {
      starts: arena.int32(nFeatures + 1),
      rows: arena.int32(nEntries),
      values: arena.float64(nEntries),
    };
    this.#bySample = arena.float64(nSamples);
    this.#byFeature = arena.float64(nFeatures);
    this.#indices = arena.int32(nFeatures);
    this.#summaries = {
      sums: arena.float64(nFeatures),
      squares: arena.float64(nFeatures),
      smallest: arena.float64(nFeatures),
      largest: arena.float64(nFeatures),
    };
  }

  /** The entries, for the creator to fill; rows ascend and are distinct within a column. */
  get stored(): StoredColumns {
    return this.#stored;
  }

  /** Drops zeros in one pass, and returns whether rows ascend within the matrix and all entries are finite. */
  compact(): boolean {
    const { starts, rows, values } = this.#stored;
    const nSound = this.#arena.kernels.compactColumns(this.#stored, this.nSamples, this.#summaries);
    const nEntries = starts[this.nFeatures];
    this.#stored = { starts, rows: rows.subarray(0, nEntries), values: values.subarray(0, nEntries) };
    this.#isSummarized = true;
    return nSound === this.nFeatures;
  }

  /** The sum, the sum of squares, the minimum and the maximum of each column, computed once. */
  get summaries(): StoredSummaries {
    if (!this.#isSummarized) this.compact();
    return this.#summaries;
  }

  /** `out[k] = constant + (X beta)_i` for `i = rows[k]` */
  multiplyRows(rows: Int32Array, beta: Float64Array, constant: number, out: Float64Array): void {
    const { starts, columns, values } = this.#byRows();
    for (let k = 0; k < rows.length; k++) {
      let eta = constant;
      for (let e = starts[rows[k]]; e < starts[rows[k] + 1]; e++) eta += values[e] * beta[columns[e]];
      out[k] = eta;
    }
  }

  /** `out = sum_k v[k] x_i'` for `i = rows[k]` */
  dotsOfRows(rows: Int32Array, v: Float64Array, out: Float64Array): void {
    const { starts, columns, values } = this.#byRows();
    out.fill(0);
    for (let k = 0; k < rows.length; k++) {
      for (let e = starts[rows[k]]; e < starts[rows[k] + 1]; e++) out[columns[e]] += values[e] * v[k];
    }
  }

  /** `x_j' v` */
  dot(j: number, v: Float64Array): number {
    const { starts, rows, values } = this.stored;
    let product = 0;
    for (let e = starts[j]; e < starts[j + 1]; e++) product += values[e] * v[rows[e]];
    return product;
  }

  /** `out += scale * x_j` */
  addColumn(j: number, scale: number, out: Float64Array): void {
    const { starts, rows, values } = this.stored;
    for (let e = starts[j]; e < starts[j + 1]; e++) out[rows[e]] += scale * values[e];
  }

  /** `out = constant + sum_k beta[k] factors[k] x_j` for `j = places[k]`, which skips zeros; all columns as they are if left out. */
  multiply(
    beta: Float64Array,
    constant: number,
    out: Float64Array,
    { places, factors }: Partial<ScaledPlaces> = {},
  ): void {
    const sums = this.#bySample.fill(constant);
    let count = 0;
    const add = (): void => {
      const scales = this.#byFeature.subarray(0, count);
      this.#arena.kernels.addSparseColumns(this.stored, this.#indices.subarray(0, count), scales, sums);
      count = 0;
    };
    for (let k = 0; k < beta.length; k++) {
      if (beta[k] === 0) continue;
      if (count === this.nFeatures) add();
      this.#indices[count] = places ? places[k] : k;
      this.#byFeature[count++] = factors ? factors[k] * beta[k] : beta[k];
    }
    add();
    out.set(sums);
  }

  /** `out = X' v` */
  dots(v: Float64Array, out: Float64Array): void {
    this.#bySample.set(v);
    this.#arena.kernels.sparseDots(this.stored, this.#bySample, this.#byFeature);
    out.set(this.#byFeature);
  }

  /** `out[k] = x_j' v` for `j = columns[k]` */
  dotsAt(columns: Int32Array, v: Float64Array, out: Float64Array): void {
    this.#bySample.set(v);
    const most = this.#indices.length;
    for (let start = 0; start < columns.length; start += most) {
      const indices = this.#indices.subarray(0, Math.min(most, columns.length - start));
      indices.set(columns.subarray(start, start + indices.length));
      const dots = this.#byFeature.subarray(0, indices.length);
      this.#arena.kernels.sparseDotsAt(this.stored, indices, this.#bySample, dots);
      out.set(dots, start);
    }
  }

  /**
   * `out[k, l] = sum_i weights[i] x_ia x_ib` for `a = rows[k]`, `b = columns[l]`.
   *
   * @param weights ones if left out.
   */
  gram(rows: Int32Array, columns: Int32Array, out: Float64Array, weights?: Float64Array): void {
    sparseGram(this.stored, this.nSamples, rows, columns, out, weights);
  }

  /** Returns the stored entries by rows, which the first call computes. */
  #byRows(): StoredRows {
    if (!this.#storedRows) {
      const { starts, rows, values } = this.stored;
      const columnOf = new Int32Array(rows.length);
      for (let j = 0; j + 1 < starts.length; j++) columnOf.fill(j, starts[j], starts[j + 1]);
      const { starts: rowStarts, order } = countingSort(rows, this.nSamples);
      this.#storedRows = {
        starts: rowStarts,
        columns: order.map((e) => columnOf[e]),
        values: Float64Array.from(order, (e) => values[e]),
      };
    }
    return this.#storedRows;
  }
}

/** Places in the order of their keys. */
interface SortedByKey {
  /** The places with key `k` are `order[starts[k]]` up to, not including, `order[starts[k + 1]]`. */
  readonly starts: Int32Array;
  readonly order: Int32Array;
}

/**
 * Sorts places by their keys in one pass, places of the same key as they stood.
 *
 * @param keys whole numbers from 0 to `nKeys - 1`.
 */
export function countingSort(keys: ArrayLike<number>, nKeys: number): SortedByKey {
  const starts = new Int32Array(nKeys + 1);
  for (let i = 0; i < keys.length; i++) starts[keys[i] + 1]++;
  for (let k = 0; k < nKeys; k++) starts[k + 1] += starts[k];
  const next = starts.slice();
  const order = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) order[next[keys[i]]++] = i;
  return { starts, order };
}

/** The stored entries of some columns row by row: those of row `i` are at `starts[i]` up to, not including, `starts[i + 1]`. */
interface EntriesByRow {
  readonly starts: Int32Array;
  /** Positions in the list of columns, ascending within a row. */
  readonly positions: Int32Array;
  readonly values: Float64Array;
}

/**
 * A block of the Gram matrix of sparse columns, `out[k, l] = sum_i weights[i] x_ia x_ib` for `a = rows[k]`, `b = columns[l]`.
 *
 * The smaller set of columns is transposed to rows. Each entry of the other set is multiplied with the entries of its row only,
 * so the work is proportional to the number of nonzero products. Sums run over ascending rows.
 *
 * @param rows the same array as `columns` where the block is symmetric: half the work.
 * @param out row-major.
 * @param weights ones if left out.
 */
function sparseGram(
  stored: StoredColumns,
  nSamples: number,
  rows: Int32Array,
  columns: Int32Array,
  out: Float64Array,
  weights?: Float64Array,
): void {
  const { starts, rows: places, values } = stored;
  const width = columns.length;
  const isSymmetric = rows === columns;
  const transposesColumns = columns.length <= rows.length;
  const [transposed, scanned] = transposesColumns ? [columns, rows] : [rows, columns];
  const byRow = entriesByRow(stored, nSamples, transposed);
  out.fill(0);
  for (let m = 0; m < scanned.length; m++) {
    const start = isSymmetric ? m : 0;
    for (let e = starts[scanned[m]]; e < starts[scanned[m] + 1]; e++) {
      const i = places[e];
      const weight = weights ? weights[i] : 1;
      for (let q = byRow.starts[i + 1] - 1; q >= byRow.starts[i] && byRow.positions[q] >= start; q--) {
        const at = transposesColumns ? m * width + byRow.positions[q] : byRow.positions[q] * width + m;
        out[at] += weight * (values[e] * byRow.values[q]);
      }
    }
  }
  if (!isSymmetric) return;
  for (let k = 0; k < width; k++) for (let l = 0; l < k; l++) out[k * width + l] = out[l * width + k];
}

function entriesByRow(
  { starts, rows, values }: StoredColumns,
  nSamples: number,
  columns: Int32Array,
): EntriesByRow {
  const rowStarts = new Int32Array(nSamples + 2);
  let count = 0;
  for (const j of columns) {
    count += starts[j + 1] - starts[j];
    for (let e = starts[j]; e < starts[j + 1]; e++) rowStarts[rows[e] + 2]++;
  }
  for (let i = 2; i < rowStarts.length; i++) rowStarts[i] += rowStarts[i - 1];
  const positions = new Int32Array(count);
  const ownValues = new Float64Array(count);
  for (let position = 0; position < columns.length; position++) {
    const j = columns[position];
    for (let e = starts[j]; e < starts[j + 1]; e++) {
      const to = rowStarts[rows[e] + 1]++; // where the next entry of the row goes, and in the end where the row ends
      positions[to] = position;
      ownValues[to] = values[e];
    }
  }
  return { starts: rowStarts, positions, values: ownValues };
}
