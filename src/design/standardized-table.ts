import { addScaled, dot, maxAbs, sum } from "../linalg/vector";
import { ColumnBlock } from "./column-block";
import type { ColumnMoments } from "./column-moments";
import { columnOf } from "./column-of";
import { DenseDesign } from "./dense-design";
import type { DenseMatrix } from "./design-input";
import type { DesignMatrix } from "./design-matrix";
import { ScaledColumns } from "./scaled-columns";
import type { TableDesign } from "./table-design";

/** Where the columns of a table are: column `j` is `centers[j] + scales[j] * z` with `z` column `places[j]` of a design. */
export interface ColumnOrigins {
  /** -1 for a column that was kept as it is. */
  readonly places: Int32Array;
  readonly centers: Float64Array;
  /** Positive. */
  readonly scales: Float64Array;
  readonly kept: ReadonlyMap<number, Float64Array>;
}

/**
 * A dense table whose columns are standardized in memory, so that a model of them needs no copy.
 *
 * An entry comes back as `center + scale * z`, to within a few roundings of what it differs from the centre by.
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
  /** Known where it is by them that the columns are standardized. */
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
    // Entries come back in the order that they have in memory.
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

  /** Where columns are centred as they are in memory nothing is copied, and each only scaled within products. */
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
    const block = new ColumnBlock(rows.length, this.nFeatures);
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

  /** Centred before anything is added, so that no digits are lost where the centres hardly differ. */
  #copied(columns: Int32Array, centers: Float64Array, scales: Float64Array): DenseDesign {
    const n = this.nSamples;
    const own = this.origins;
    const block = new ColumnBlock(n, columns.length);
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

  /** The coefficients of the columns in memory, until the next call. */
  #mix(beta: Float64Array): Float64Array {
    const { places, scales } = this.origins;
    this.#mixed.fill(0);
    for (let j = 0; j < beta.length; j++) if (places[j] >= 0) this.#mixed[places[j]] = scales[j] * beta[j];
    return this.#mixed;
  }

  /** The products of the columns, by those of the ones in memory. */
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
