import { InternalError } from "../errors";
import { addScaled, addScaledEntries, dot, dotEntries } from "../linalg/vector";
import type { ColumnSummaries } from "../simd/kernels";
import { ColumnBlock } from "./column-block";
import { type ColumnMoment, haveDigits } from "./column-moment";
import type { TableDesign } from "./table-design";

type Extremes = Pick<ColumnSummaries, "smallest" | "largest">;

/** A dense design, stored by columns. */
export class DenseDesign implements TableDesign {
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly featureNames: readonly string[];
  #memory: ColumnBlock | undefined;
  #cut: readonly Float64Array[] | undefined;
  #summaries: ColumnSummaries | undefined;
  readonly #extremes: Extremes | undefined;

  /**
   * @param block kept, not copied.
   * @param extremes of its columns, where they are known to rounding.
   */
  constructor(block: ColumnBlock, featureNames: readonly string[], extremes?: Extremes) {
    this.nSamples = block.nSamples;
    this.nFeatures = block.nFeatures;
    this.featureNames = featureNames;
    this.#memory = block;
    this.#extremes = extremes;
  }

  get #block(): ColumnBlock {
    if (this.#memory === undefined) throw new InternalError("a design without its memory must not be used");
    return this.#memory;
  }

  /** Views of the columns, which some designs are never asked for. */
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
    return dot(this.#columns[j], v);
  }

  addColumn(j: number, scale: number, out: Float64Array): void {
    addScaled(scale, this.#columns[j], out);
  }

  /** Of the columns, computed once. */
  get summaries(): ColumnSummaries {
    this.#summaries ??= this.#block.summarize();
    return this.#summaries;
  }

  momentsOf(j: number): ColumnMoment | undefined {
    const { means, squares } = this.summaries;
    return haveDigits(squares[j])
      ? { mean: means[j], deviation: Math.sqrt(squares[j] / this.nSamples) }
      : undefined;
  }

  /** The smallest and the largest entry of column `j`. */
  rangeOf(j: number): readonly [number, number] {
    const { smallest, largest } = this.#extremes ?? this.summaries;
    return [smallest[j], largest[j]];
  }

  largestEntry(j: number): number {
    const [smallest, largest] = this.rangeOf(j);
    return Math.max(Math.abs(smallest), Math.abs(largest));
  }

  weightedSquaredNorms(weights: Float64Array, out: Float64Array): void {
    this.#block.squaredNorms(weights, out);
  }

  weightedSquaredNormsAt(columns: Int32Array, weights: Float64Array, out: Float64Array): void {
    this.#block.squaredNormsAt(columns, weights, out);
  }

  /** Copies: centring a dense column once is more accurate than subtracting its mean from every product. */
  standardizedColumns(columns: Int32Array, centers: Float64Array, scales: Float64Array): DenseDesign {
    const n = this.nSamples;
    const block = new ColumnBlock(n, columns.length);
    const { values } = block;
    const { values: own } = this.#block;
    const names: string[] = [];
    for (let k = 0; k < columns.length; k++) {
      const from = columns[k] * n;
      for (let i = 0; i < n; i++) values[k * n + i] = (own[from + i] - centers[k]) / scales[k];
      names.push(this.featureNames[columns[k]]);
    }
    return new DenseDesign(block, names, this.#scaledExtremes(columns, centers, scales));
  }

  /**
   * The design that {@link standardizedColumns} gives, in the memory of this one, which has none from now on: any further
   * use of it throws. For who knows that nobody else uses it.
   *
   * @param columns ascending and distinct.
   */
  standardizedInPlace(columns: Int32Array, centers: Float64Array, scales: Float64Array): DenseDesign {
    const n = this.nSamples;
    const block = this.#block;
    const { values } = block;
    const names: string[] = [];
    const extremes = this.#scaledExtremes(columns, centers, scales);
    for (let k = 0; k < columns.length; k++) {
      names.push(this.featureNames[columns[k]]);
      if (columns[k] === k && centers[k] === 0 && scales[k] === 1) continue;
      // A column moves to a lower place only, which none that is still to be read has.
      const from = columns[k] * n;
      for (let i = 0; i < n; i++) values[k * n + i] = (values[from + i] - centers[k]) / scales[k];
    }
    this.#memory = undefined;
    this.#cut = undefined;
    return new DenseDesign(new ColumnBlock(n, columns.length, block), names, extremes);
  }

  /** What is known of columns tells, to rounding, between what those are that they are centred and scaled to. */
  #scaledExtremes(columns: Int32Array, centers: Float64Array, scales: Float64Array): Extremes | undefined {
    const known = this.#extremes ?? this.#summaries;
    if (!known) return undefined;
    const of = (values: Float64Array): Float64Array => {
      const scaled = new Float64Array(columns.length);
      for (let k = 0; k < scaled.length; k++) scaled[k] = (values[columns[k]] - centers[k]) / scales[k];
      return scaled;
    };
    return { smallest: of(known.smallest), largest: of(known.largest) };
  }

  selectRows(rows: Int32Array): DenseDesign {
    const n = rows.length;
    const block = new ColumnBlock(n, this.nFeatures);
    this.#columns.forEach((column, j) => {
      for (let i = 0; i < n; i++) block.values[j * n + i] = column[rows[i]];
    });
    return new DenseDesign(block, this.featureNames);
  }
}
