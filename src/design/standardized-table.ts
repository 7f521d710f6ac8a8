/**
 * Dense designs whose columns are standardized in memory ({@link StandardizedTable}), or scaled where they lie
 * ({@link ScaledColumns}).
 */
import { addScaled, dot, maxAbs, sum } from "../linalg/vector";
import { DenseBlock } from "./dense-block";
import { DenseDesign } from "./dense-design";
import type { DenseMatrix } from "./design-input";
import type { ColumnMoments } from "./design-matrix";
import { columnOf, type DesignMatrix, type TableDesign } from "./design-matrix";

/** How columns of a table follow from a design: column `j` is `centers[j] + scales[j] * z` with `z` column `places[j]`. */
export interface ColumnOrigins {
  /** The design's column for each column; -1 for one that is kept as given. */
  readonly places: Int32Array;
  readonly centers: Float64Array;
  /** Positive. */
  readonly scales: Float64Array;
  readonly kept: ReadonlyMap<number, Float64Array>;
}

/**
 * A dense table whose columns are standardized in memory, so that a model of them needs no copy.
 *
 * An entry is recovered as `center + scale * z`, to within a few roundings of its difference from the centre.
 */
export class StandardizedTable implements TableDesign, DenseMatrix {
  readonly format = "dense";
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly featureNames: readonly string[];
  /** The columns in memory; not to be changed. */
  readonly standardized: DenseDesign;
  readonly origins: ColumnOrigins;
  /** Whether the columns came with names, so that tables are matched by them. */
  readonly isNamed: boolean;
  /** Moments of the columns, known where the columns are standardized by them. */
  readonly moments: ColumnMoments | undefined;
  readonly #mixed: Float64Array;

  /**
   * A table with columns `(x_c - centers[k]) / scales[k]` for `c = columns[k]` in memory; those that are not among them, or
   * become zero, are kept as they are.
   *
   * @param columns ascending and distinct.
   * @param isOwn whether the memory of the design is used, which must not be used any more then, and not a copy.
   */
  static of(
    design: DenseDesign,
    isOwn: boolean,
    columns: Int32Array,
    centers: Float64Array,
    scales: Float64Array,
    known?: { readonly isNamed: boolean; readonly moments: ColumnMoments },
  ): StandardizedTable {
    const { nFeatures, featureNames } = design;
    const origins = {
      places: new Int32Array(nFeatures).fill(-1),
      centers: new Float64Array(nFeatures),
      scales: new Float64Array(nFeatures).fill(1),
      kept: new Map<number, Float64Array>(),
    };
    for (let k = 0; k < columns.length; k++) {
      if (scales[k] === Infinity) continue;
      origins.places[columns[k]] = k;
      origins.centers[columns[k]] = centers[k];
      origins.scales[columns[k]] = scales[k];
    }
    for (let j = 0; j < nFeatures; j++) {
      if (origins.places[j] < 0) origins.kept.set(j, design.column(j).slice());
    }
    const standardized = isOwn
      ? design.standardizedInPlace(columns, centers, scales)
      : design.standardizedColumns(columns, centers, scales);
    return new StandardizedTable(standardized, origins, featureNames, known);
  }

  /** @param origins kept, not copied; `places` are distinct. */
  constructor(
    standardized: DenseDesign,
    origins: ColumnOrigins,
    featureNames: readonly string[],
    { isNamed = true, moments }: { readonly isNamed?: boolean; readonly moments?: ColumnMoments } = {},
  ) {
    this.nSamples = standardized.nSamples;
    this.nFeatures = featureNames.length;
    this.featureNames = featureNames;
    this.standardized = standardized;
    this.origins = origins;
    this.isNamed = isNamed;
    this.moments = moments;
    this.#mixed = new Float64Array(standardized.nFeatures);
  }

  matvec(beta: Float64Array, out: Float64Array): void {
    this.standardized.matvec(this.#mix(beta), out);
    this.#addShift(beta, out);
    for (const [j, column] of this.origins.kept) if (beta[j] !== 0) addScaled(beta[j], column, out);
  }

  rmatvec(residual: Float64Array, out: Float64Array): void {
    this.standardized.rmatvec(residual, this.#mixed);
    this.#unmix(residual, out);
    for (const [j, column] of this.origins.kept) out[j] = dot(column, residual);
  }

  matvecRows(rows: Int32Array, beta: Float64Array, out: Float64Array): void {
    this.standardized.matvecRows(rows, this.#mix(beta), out);
    this.#addShift(beta, out);
    for (const [j, column] of this.origins.kept) {
      for (let k = 0; k < rows.length; k++) out[k] += beta[j] * column[rows[k]];
    }
  }

  rmatvecRows(rows: Int32Array, residual: Float64Array, out: Float64Array): void {
    this.standardized.rmatvecRows(rows, residual, this.#mixed);
    this.#unmix(residual, out);
    for (const [j, column] of this.origins.kept) {
      out[j] = 0;
      for (let k = 0; k < rows.length; k++) out[j] += column[rows[k]] * residual[k];
    }
  }

  columnDot(j: number, v: Float64Array): number {
    const { places, centers, scales, kept } = this.origins;
    if (places[j] < 0) return dot(kept.get(j)!, v);
    return centers[j] * sum(v) + scales[j] * this.standardized.columnDot(places[j], v);
  }

  addColumn(j: number, scale: number, out: Float64Array): void {
    const { places, centers, scales, kept } = this.origins;
    if (places[j] < 0) {
      addScaled(scale, kept.get(j)!, out);
      return;
    }
    const z = this.standardized.column(places[j]);
    for (let i = 0; i < out.length; i++) out[i] += scale * (centers[j] + scales[j] * z[i]);
  }

  largestEntry(j: number): number {
    const { places, centers, scales, kept } = this.origins;
    if (places[j] < 0) return maxAbs(kept.get(j)!);
    // The map from standardized values to entries is monotone, so it maps extremes to extremes.
    const [smallest, largest] = this.standardized.rangeOf(places[j]);
    return Math.max(Math.abs(centers[j] + scales[j] * smallest), Math.abs(centers[j] + scales[j] * largest));
  }

  weightedSquaredNorms(weights: Float64Array, out: Float64Array): void {
    for (let j = 0; j < this.nFeatures; j++) {
      const column = columnOf(this, j);
      let squares = 0;
      for (let i = 0; i < column.length; i++) squares += weights[i] * column[i] * column[i];
      out[j] = squares;
    }
  }

  /** Copies nothing where the centres are those of the standardized columns: products are scaled then. */
  standardizedColumns(columns: Int32Array, centers: Float64Array, scales: Float64Array): DesignMatrix {
    const own = this.origins;
    const places = new Int32Array(columns.length);
    const factors = new Float64Array(columns.length);
    let isWhole = columns.length === this.standardized.nFeatures;
    for (let k = 0; k < columns.length; k++) {
      const j = columns[k];
      if (scales[k] !== Number.POSITIVE_INFINITY) {
        const isHere = own.places[j] >= 0 && own.centers[j] === centers[k];
        if (!isHere) return this.#copied(columns, centers, scales);
        places[k] = own.places[j];
      }
      factors[k] = own.scales[j] / scales[k];
      isWhole &&= places[k] === k && factors[k] === 1;
    }
    if (isWhole) return this.standardized;
    const names = Array.from(columns, (j) => this.featureNames[j]);
    return new ScaledColumns(this.standardized, places, factors, names);
  }

  selectRows(rows: Int32Array): DenseDesign {
    const block = new DenseBlock(rows.length, this.nFeatures);
    const { places, centers, scales, kept } = this.origins;
    for (let j = 0; j < this.nFeatures; j++) {
      const out = block.values.subarray(j * rows.length, (j + 1) * rows.length);
      const isKept = places[j] < 0;
      const from = isKept ? kept.get(j)! : this.standardized.column(places[j]);
      const [center, scale] = isKept ? [0, 1] : [centers[j], scales[j]];
      for (let i = 0; i < rows.length; i++) out[i] = center + scale * from[rows[i]];
    }
    return new DenseDesign(block, this.featureNames);
  }

  /** Subtracts the centres from each other first, so that no digits are lost where they hardly differ. */
  #copied(columns: Int32Array, centers: Float64Array, scales: Float64Array): DenseDesign {
    const n = this.nSamples;
    const own = this.origins;
    const block = new DenseBlock(n, columns.length);
    columns.forEach((j, k) => {
      const out = block.values.subarray(k * n, (k + 1) * n);
      const isKept = own.places[j] < 0;
      const from = isKept ? own.kept.get(j)! : this.standardized.column(own.places[j]);
      const [shift, scale] = isKept ? [-centers[k], 1] : [own.centers[j] - centers[k], own.scales[j]];
      for (let i = 0; i < n; i++) out[i] = (shift + scale * from[i]) / scales[k];
    });
    const names = Array.from(columns, (j) => this.featureNames[j]);
    return new DenseDesign(block, names);
  }

  /** Returns the coefficients of the standardized columns; the next call overwrites them. */
  #mix(beta: Float64Array): Float64Array {
    const { places, scales } = this.origins;
    this.#mixed.fill(0);
    for (let j = 0; j < beta.length; j++) if (places[j] >= 0) this.#mixed[places[j]] = scales[j] * beta[j];
    return this.#mixed;
  }

  /** Sets the products with the columns from those with the standardized columns. */
  #unmix(v: Float64Array, out: Float64Array): void {
    const { places, centers, scales } = this.origins;
    const total = sum(v);
    for (let j = 0; j < out.length; j++) {
      if (places[j] >= 0) out[j] = centers[j] * total + scales[j] * this.#mixed[places[j]];
    }
  }

  #addShift(beta: Float64Array, out: Float64Array): void {
    const { places, centers } = this.origins;
    let shift = 0;
    for (let j = 0; j < beta.length; j++) if (places[j] >= 0) shift += centers[j] * beta[j];
    for (let i = 0; i < out.length; i++) out[i] += shift;
  }
}

/** Scaled columns of a dense design, in any order and possibly repeated; nothing is copied. */
export class ScaledColumns implements DesignMatrix {
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly featureNames: readonly string[];
  readonly #design: DenseDesign;
  readonly #places: Int32Array;
  readonly #factors: Float64Array;
  /** The coefficients of the design's columns, or products with them. */
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
    const block = new DenseBlock(n, columns.length);
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

  /** Returns the coefficients of the design's columns; the next call overwrites them. */
  #mix(beta: Float64Array): Float64Array {
    this.#mixed.fill(0);
    for (let k = 0; k < beta.length; k++) this.#mixed[this.#places[k]] += this.#factors[k] * beta[k];
    return this.#mixed;
  }

  /** Sets the products with these columns from those with the design's columns. */
  #unmix(out: Float64Array): void {
    for (let k = 0; k < out.length; k++) out[k] = this.#factors[k] * this.#mixed[this.#places[k]];
  }
}
