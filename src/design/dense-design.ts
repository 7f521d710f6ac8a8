/** The dense design matrix ({@link DenseDesign}), stored by columns. */
import { InternalError } from "../errors";
import { addScaledEntries, dotEntries, isConstant } from "../linalg/vector";
import type { ColumnSummaries } from "../simd/kernels";
import { addScaledFrom, dotFrom } from "../simd/typescript/dense";
import { DenseBlock } from "./dense-block";
import type { ColumnMoment, TableDesign } from "./design-matrix";
import { isAccurateSumOfSquares } from "./design-matrix";

/** Summaries of columns that are known without another pass over them, to rounding. */
export interface KnownColumns extends Pick<ColumnSummaries, "smallest" | "largest"> {
  /** `sum_i x_ij^2`; NaN where the sum is not known. */
  readonly squaredNorms: Float64Array;
}

/** A dense design, stored by columns. */
export class DenseDesign implements TableDesign {
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly featureNames: readonly string[];
  #memory: DenseBlock | undefined;
  #cut: readonly Float64Array[] | undefined;
  #summaries: ColumnSummaries | undefined;
  readonly known: KnownColumns | undefined;

  /**
   * @param block kept, not copied.
   * @param known summaries of the columns, which centring and scaling leave known.
   */
  constructor(block: DenseBlock, featureNames: readonly string[], known?: KnownColumns) {
    this.nSamples = block.nSamples;
    this.nFeatures = block.nFeatures;
    this.featureNames = featureNames;
    this.#memory = block;
    this.known = known;
  }

  get #block(): DenseBlock {
    if (this.#memory === undefined) throw new InternalError("a design without its memory must not be used");
    return this.#memory;
  }

  /** Views of the columns, created when one is first read. */
  get #columns(): readonly Float64Array[] {
    const { values } = this.#block;
    const n = this.nSamples;
    this.#cut ??= Array.from({ length: this.nFeatures }, (_, j) => values.subarray(j * n, (j + 1) * n));
    return this.#cut;
  }

  /** Entry `(i, j)` at `i + j * nSamples`; owned by the design. */
  get values(): Float64Array {
    return this.#block.values;
  }

  /** Column `j` itself, not a copy. */
  column(j: number): Float64Array {
    return this.#columns[j];
  }

  matvec(beta: Float64Array, out: Float64Array): void {
    this.#block.multiply(beta, out);
  }

  rmatvec(residual: Float64Array, out: Float64Array): void {
    this.#block.dots(residual, out);
  }

  rmatvecColumns(columns: Int32Array, residual: Float64Array, out: Float64Array): void {
    this.#block.dotsAt(columns, residual, out);
  }

  gram(rows: Int32Array, columns: Int32Array, out: Float64Array, weights?: Float64Array): void {
    this.#block.gram(rows, columns, out, weights);
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
    return dotFrom(this.#block.values, j * this.nSamples, v, this.nSamples);
  }

  addColumn(j: number, scale: number, out: Float64Array): void {
    addScaledFrom(scale, this.#block.values, j * this.nSamples, this.nSamples, out);
  }

  /** Summaries of the columns, computed once. */
  get summaries(): ColumnSummaries {
    this.#summaries ??= this.#block.summarize();
    return this.#summaries;
  }

  momentsOf(j: number): ColumnMoment | undefined {
    const { means, squares } = this.summaries;
    return isAccurateSumOfSquares(squares[j])
      ? { mean: means[j], deviation: Math.sqrt(squares[j] / this.nSamples) }
      : undefined;
  }

  /** The smallest and the largest entry of column `j`. */
  rangeOf(j: number): readonly [number, number] {
    const { smallest, largest } = this.known ?? this.summaries;
    return [smallest[j], largest[j]];
  }

  largestEntry(j: number): number {
    const [smallest, largest] = this.rangeOf(j);
    return Math.max(Math.abs(smallest), Math.abs(largest));
  }

  /** Reads known squared norms where all weights are equal, and passes over the columns otherwise. */
  weightedSquaredNorms(weights: Float64Array, out: Float64Array): void {
    const [weight] = weights;
    const squares = isConstant(weights) ? this.known?.squaredNorms : undefined;
    if (squares === undefined || squares.some(Number.isNaN)) this.#block.squaredNorms(weights, out);
    else for (let j = 0; j < out.length; j++) out[j] = weight * squares[j];
  }

  weightedSquaredNormsAt(columns: Int32Array, weights: Float64Array, out: Float64Array): void {
    this.#block.squaredNormsAt(columns, weights, out);
  }

  /** Copies: centring a dense column once is more accurate than subtracting its mean from every product. */
  standardizedColumns(columns: Int32Array, centers: Float64Array, scales: Float64Array): DenseDesign {
    const n = this.nSamples;
    const block = new DenseBlock(n, columns.length);
    const { values } = block;
    const { values: own } = this.#block;
    const names: string[] = [];
    for (let k = 0; k < columns.length; k++) {
      const from = columns[k] * n;
      for (let i = 0; i < n; i++) values[k * n + i] = (own[from + i] - centers[k]) / scales[k];
      names.push(this.featureNames[columns[k]]);
    }
    return new DenseDesign(block, names, this.#knownOfScaled(columns, centers, scales));
  }

  /**
   * Returns the design that {@link standardizedColumns} gives, in the memory of this one. Any further use of this design throws,
   * so the caller must be its only owner.
   *
   * @param columns ascending and distinct.
   */
  standardizedInPlace(columns: Int32Array, centers: Float64Array, scales: Float64Array): DenseDesign {
    const n = this.nSamples;
    const block = this.#block;
    const { values } = block;
    const names: string[] = [];
    const known = this.#knownOfScaled(columns, centers, scales);
    for (let k = 0; k < columns.length; k++) {
      names.push(this.featureNames[columns[k]]);
      if (columns[k] === k && centers[k] === 0 && scales[k] === 1) continue;
      // Columns ascend, so each is written to its own position or to one that has been read already.
      const from = columns[k] * n;
      for (let i = 0; i < n; i++) values[k * n + i] = (values[from + i] - centers[k]) / scales[k];
    }
    this.#memory = undefined;
    this.#cut = undefined;
    return new DenseDesign(new DenseBlock(n, columns.length, block), names, known);
  }

  /** Returns the summaries of the centred and scaled columns, which follow to rounding from those of the columns. */
  #knownOfScaled(columns: Int32Array, centers: Float64Array, scales: Float64Array): KnownColumns | undefined {
    if (columns.length === 0) return undefined;
    const { smallest, largest } = this.known ?? this.summaries;
    const of = (values: Float64Array): Float64Array => {
      const scaled = new Float64Array(columns.length);
      for (let k = 0; k < scaled.length; k++) scaled[k] = (values[columns[k]] - centers[k]) / scales[k];
      return scaled;
    };
    const squaredNorms = new Float64Array(columns.length);
    for (let k = 0; k < columns.length; k++) {
      const scale = scales[k];
      if (scale !== Infinity) squaredNorms[k] = this.#squaresAbout(columns[k], centers[k]) / scale / scale;
    }
    return { smallest: of(smallest), largest: of(largest), squaredNorms };
  }

  /**
   * Returns `sum_i (x_ij - center)^2`, or NaN where it is not known: for a centre close to the mean, the rounding of the mean would
   * dominate.
   */
  #squaresAbout(j: number, center: number): number {
    let known = NaN;
    if (this.known) {
      if (center === 0) known = this.known.squaredNorms[j];
    } else {
      const { means, squares } = this.summaries;
      if (center === means[j]) known = squares[j];
      else if (center === 0) known = squares[j] + this.nSamples * means[j] ** 2;
    }
    return isAccurateSumOfSquares(known) ? known : NaN;
  }

  selectRows(rows: Int32Array): DenseDesign {
    const n = rows.length;
    const block = new DenseBlock(n, this.nFeatures);
    this.#columns.forEach((column, j) => {
      for (let i = 0; i < n; i++) block.values[j * n + i] = column[rows[i]];
    });
    return new DenseDesign(block, this.featureNames);
  }
}
