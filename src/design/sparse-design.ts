import type { StoredColumns } from "../simd/kernels";
import type { ColumnEntries, ColumnMoment, TableDesign } from "./design-matrix";
import { isAccurateSumOfSquares } from "./design-matrix";
import { SparseBlock } from "./sparse-block";
import { StandardizedSparse } from "./standardized-sparse";

/** A sparse table as given: no zero is stored, and every operation costs one pass over the stored entries. */
export class SparseDesign implements TableDesign {
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly featureNames: readonly string[];
  /** The memory that the entries lie in. */
  readonly block: SparseBlock;
  /** All columns unscaled, created with the first standardized design. */
  #unstandardized: StandardizedSparse | undefined;

  /** @param block kept, not copied. */
  constructor(block: SparseBlock, featureNames: readonly string[]) {
    this.nSamples = block.nSamples;
    this.nFeatures = featureNames.length;
    this.featureNames = featureNames;
    this.block = block;
  }

  /** The entries, owned by the design. */
  get stored(): StoredColumns {
    return this.block.stored;
  }

  matvec(beta: Float64Array, out: Float64Array): void {
    this.block.multiply(beta, 0, out);
  }

  rmatvec(residual: Float64Array, out: Float64Array): void {
    this.block.dots(residual, out);
  }

  matvecRows(rows: Int32Array, beta: Float64Array, out: Float64Array): void {
    this.block.multiplyRows(rows, beta, 0, out);
  }

  rmatvecRows(rows: Int32Array, residual: Float64Array, out: Float64Array): void {
    this.block.dotsOfRows(rows, residual, out);
  }

  columnDot(j: number, v: Float64Array): number {
    return this.block.dot(j, v);
  }

  addColumn(j: number, scale: number, out: Float64Array): void {
    this.block.addColumn(j, scale, out);
  }

  weightedSquaredNorms(weights: Float64Array, out: Float64Array): void {
    const { starts, rows, values } = this.stored;
    for (let j = 0; j < this.nFeatures; j++) {
      let squares = 0;
      for (let e = starts[j]; e < starts[j + 1]; e++) squares += weights[rows[e]] * values[e] ** 2;
      out[j] = squares;
    }
  }

  rmatvecColumns(columns: Int32Array, residual: Float64Array, out: Float64Array): void {
    this.block.dotsAt(columns, residual, out);
  }

  gram(rows: Int32Array, columns: Int32Array, out: Float64Array, weights?: Float64Array): void {
    this.block.gram(rows, columns, out, weights);
  }

  columnEntries(j: number): ColumnEntries {
    const { starts, rows, values } = this.stored;
    const [start, end] = [starts[j], starts[j + 1]];
    return { background: 0, rows: rows.subarray(start, end), values: values.subarray(start, end) };
  }

  momentsOf(j: number): ColumnMoment | undefined {
    const { starts } = this.stored;
    const { sums, squares } = this.block.summaries;
    if (2 * (starts[j + 1] - starts[j]) >= this.nSamples || !isAccurateSumOfSquares(squares[j]))
      return undefined;
    const mean = sums[j] / this.nSamples;
    // With most entries zero the square of the mean is less than half of the mean square, so nothing cancels.
    return { mean, deviation: Math.sqrt(squares[j] / this.nSamples - mean ** 2) };
  }

  largestEntry(j: number): number {
    const { smallest, largest } = this.block.summaries;
    return Math.max(0, -smallest[j], largest[j]);
  }

  /** Shares the stored entries, unless centring makes a column dense. */
  standardizedColumns(columns: Int32Array, centers: Float64Array, scales: Float64Array): StandardizedSparse {
    this.#unstandardized ??= StandardizedSparse.ofBlock(this.block, this.featureNames);
    return this.#unstandardized.standardizedColumns(columns, centers, scales);
  }

  selectRows(rows: Int32Array): SparseDesign {
    const place = new Int32Array(this.nSamples).fill(-1);
    rows.forEach((row, k) => {
      place[row] = k;
    });
    const { stored } = this;
    const kept = stored.rows.reduce((count, row) => count + (place[row] >= 0 ? 1 : 0), 0);
    const block = new SparseBlock(rows.length, this.nFeatures, kept);
    const { starts, rows: keptRows, values } = block.stored;
    let end = 0;
    for (let j = 0; j < this.nFeatures; j++) {
      for (let e = stored.starts[j]; e < stored.starts[j + 1]; e++) {
        if (place[stored.rows[e]] < 0) continue;
        keptRows[end] = place[stored.rows[e]];
        values[end++] = stored.values[e];
      }
      starts[j + 1] = end;
    }
    return new SparseDesign(block, this.featureNames);
  }
}
