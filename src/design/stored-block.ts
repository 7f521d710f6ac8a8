import { type Arena, arenaOf, bytesOf } from "../simd/arena";
import type { StoredColumns, StoredSummaries } from "../simd/kernels";
import { countingSort } from "./counting-sort";
import { sparseGram } from "./sparse-gram";

/** The stored entries of each row, which batches of rows need. */
interface StoredRows {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** Multiples of some columns: of column `places[k]` that by `factors[k]`. */
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
export class StoredBlock {
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

  /** A copy of columns that lie elsewhere. */
  static of(nSamples: number, { starts, rows, values }: StoredColumns): StoredBlock {
    const nEntries = starts[starts.length - 1];
    const block = new StoredBlock(nSamples, starts.length - 1, nEntries);
    block.stored.starts.set(starts);
    block.stored.rows.set(rows.subarray(0, nEntries));
    block.stored.values.set(values.subarray(0, nEntries));
    return block;
  }

  /** Room for so many entries, all zero. */
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

  /** The entries, to be filled; rows ascend and are distinct within a column. */
  get stored(): StoredColumns {
    return this.#stored;
  }

  /** Looks at every entry once, and drops zeros; whether rows ascend and are rows, and all entries are finite. */
  compact(): boolean {
    const { starts, rows, values } = this.#stored;
    const nSound = this.#arena.kernels.compactColumns(this.#stored, this.nSamples, this.#summaries);
    const nEntries = starts[this.nFeatures];
    this.#stored = { starts, rows: rows.subarray(0, nEntries), values: values.subarray(0, nEntries) };
    this.#isSummarized = true;
    return nSound === this.nFeatures;
  }

  /** Sums, squares and extremes of the columns, computed once. */
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

  /** The stored entries by rows, made when first asked for. */
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
