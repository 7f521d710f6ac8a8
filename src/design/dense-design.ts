import { addScaled, addScaledEntries, dot, dotEntries, maxAbs } from "../linalg/vector";
import type { TableDesign } from "./table-design";

/** A dense design, stored by columns. */
export class DenseDesign implements TableDesign {
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly featureNames: readonly string[];
  /** Entry `(i, j)` at `i + j * nSamples`; owned by the design. */
  readonly values: Float64Array;
  readonly #columns: readonly Float64Array[];

  /** @param values column-major, of length `nSamples * nFeatures`; kept, not copied. */
  constructor(values: Float64Array, nSamples: number, nFeatures: number, featureNames: readonly string[]) {
    this.values = values;
    this.nSamples = nSamples;
    this.nFeatures = nFeatures;
    this.featureNames = featureNames;
    this.#columns = Array.from({ length: nFeatures }, (_, j) =>
      values.subarray(j * nSamples, (j + 1) * nSamples),
    );
  }

  /** Column `j` itself, not a copy. */
  column(j: number): Float64Array {
    return this.#columns[j];
  }

  matvec(beta: Float64Array, out: Float64Array): void {
    out.fill(0);
    for (let j = 0; j < this.nFeatures; j++) {
      if (beta[j] !== 0) addScaled(beta[j], this.#columns[j], out);
    }
  }

  rmatvec(residual: Float64Array, out: Float64Array): void {
    for (let j = 0; j < this.nFeatures; j++) out[j] = dot(this.#columns[j], residual);
  }

  matvecRows(rows: Int32Array, beta: Float64Array, out: Float64Array): void {
    out.fill(0);
    for (let j = 0; j < this.nFeatures; j++) {
      if (beta[j] !== 0) addScaledEntries(beta[j], this.#columns[j], rows, out);
    }
  }

  rmatvecRows(rows: Int32Array, residual: Float64Array, out: Float64Array): void {
    for (let j = 0; j < this.nFeatures; j++) out[j] = dotEntries(this.#columns[j], rows, residual);
  }

  columnDot(j: number, v: Float64Array): number {
    return dot(this.#columns[j], v);
  }

  addColumn(j: number, scale: number, out: Float64Array): void {
    addScaled(scale, this.#columns[j], out);
  }

  largestEntry(j: number): number {
    return maxAbs(this.#columns[j]);
  }

  weightedSquaredNorms(weights: Float64Array, out: Float64Array): void {
    for (let j = 0; j < this.nFeatures; j++) {
      const column = this.#columns[j];
      let sum = 0;
      for (let i = 0; i < this.nSamples; i++) sum += weights[i] * column[i] * column[i];
      out[j] = sum;
    }
  }

  /** Copies: centring a dense column once is more accurate than subtracting its mean from every product. */
  standardizedColumns(columns: Int32Array, centers: Float64Array, scales: Float64Array): DenseDesign {
    const n = this.nSamples;
    const values = new Float64Array(n * columns.length);
    const names: string[] = [];
    for (let k = 0; k < columns.length; k++) {
      const column = this.#columns[columns[k]];
      for (let i = 0; i < n; i++) values[k * n + i] = (column[i] - centers[k]) / scales[k];
      names.push(this.featureNames[columns[k]]);
    }
    return new DenseDesign(values, n, columns.length, names);
  }

  selectRows(rows: Int32Array): DenseDesign {
    const n = rows.length;
    const values = new Float64Array(n * this.nFeatures);
    this.#columns.forEach((column, j) => {
      for (let i = 0; i < n; i++) values[j * n + i] = column[rows[i]];
    });
    return new DenseDesign(values, n, this.nFeatures, this.featureNames);
  }
}
