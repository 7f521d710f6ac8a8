import { ColumnBlock } from "./column-block";
import { DenseDesign } from "./dense-design";
import type { DesignMatrix } from "./design-matrix";

/** Some columns of a dense design, in any order and some of them twice, each multiplied by a number: nothing is copied. */
export class ScaledColumns implements DesignMatrix {
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly featureNames: readonly string[];
  readonly #design: DenseDesign;
  readonly #places: Int32Array;
  readonly #factors: Float64Array;
  /** Coefficients of the design's columns, or their gradient. */
  readonly #mixed: Float64Array;

  /** @param places column `k` is `factors[k]` times column `places[k]` of `design`; kept, not copied. */
  constructor(
    design: DenseDesign,
    places: Int32Array,
    factors: Float64Array,
    featureNames: readonly string[],
  ) {
    this.nSamples = design.nSamples;
    this.nFeatures = places.length;
    this.featureNames = featureNames;
    this.#design = design;
    this.#places = places;
    this.#factors = factors;
    this.#mixed = new Float64Array(design.nFeatures);
  }

  matvec(beta: Float64Array, out: Float64Array): void {
    this.#design.matvec(this.#mix(beta), out);
  }

  rmatvec(residual: Float64Array, out: Float64Array): void {
    this.#design.rmatvecColumns(this.#places, residual, out);
    for (let k = 0; k < out.length; k++) out[k] *= this.#factors[k];
  }

  rmatvecColumns(columns: Int32Array, residual: Float64Array, out: Float64Array): void {
    this.#design.rmatvecColumns(this.#placesOf(columns), residual, out);
    columns.forEach((column, k) => {
      out[k] *= this.#factors[column];
    });
  }

  gram(rows: Int32Array, columns: Int32Array, out: Float64Array, weights?: Float64Array): void {
    const places = this.#placesOf(columns);
    this.#design.gram(rows === columns ? places : this.#placesOf(rows), places, out, weights);
    const width = columns.length;
    for (let k = 0; k < rows.length; k++) {
      const factor = this.#factors[rows[k]];
      for (let l = 0; l < width; l++) out[k * width + l] *= factor * this.#factors[columns[l]];
    }
  }

  matvecRows(rows: Int32Array, beta: Float64Array, out: Float64Array): void {
    this.#design.matvecRows(rows, this.#mix(beta), out);
  }

  rmatvecRows(rows: Int32Array, residual: Float64Array, out: Float64Array): void {
    this.#design.rmatvecRows(rows, residual, this.#mixed);
    this.#unmix(out);
  }

  columnDot(j: number, v: Float64Array): number {
    return this.#factors[j] * this.#design.columnDot(this.#places[j], v);
  }

  addColumn(j: number, scale: number, out: Float64Array): void {
    this.#design.addColumn(this.#places[j], scale * this.#factors[j], out);
  }

  largestEntry(j: number): number {
    return Math.abs(this.#factors[j]) * this.#design.largestEntry(this.#places[j]);
  }

  weightedSquaredNorms(weights: Float64Array, out: Float64Array): void {
    this.#design.weightedSquaredNorms(weights, this.#mixed);
    this.#unmix(out);
    for (let k = 0; k < out.length; k++) out[k] *= this.#factors[k];
  }

  standardizedColumns(columns: Int32Array, centers: Float64Array, scales: Float64Array): DenseDesign {
    const n = this.nSamples;
    const block = new ColumnBlock(n, columns.length);
    columns.forEach((j, k) => {
      const column = this.#design.column(this.#places[j]);
      const factor = this.#factors[j];
      for (let i = 0; i < n; i++) block.values[k * n + i] = (factor * column[i] - centers[k]) / scales[k];
    });
    const names = Array.from(columns, (j) => this.featureNames[j]);
    return new DenseDesign(block, names);
  }

  #placesOf(columns: Int32Array): Int32Array {
    return columns.map((column) => this.#places[column]);
  }

  /** The coefficients of the design's columns, until the next call. */
  #mix(beta: Float64Array): Float64Array {
    this.#mixed.fill(0);
    for (let k = 0; k < beta.length; k++) this.#mixed[this.#places[k]] += this.#factors[k] * beta[k];
    return this.#mixed;
  }

  /** The products of these columns, by those of the design's. */
  #unmix(out: Float64Array): void {
    for (let k = 0; k < out.length; k++) out[k] = this.#factors[k] * this.#mixed[this.#places[k]];
  }
}
