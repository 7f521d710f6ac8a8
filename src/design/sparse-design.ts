import { sum } from "../linalg/vector";
import type { StoredColumns } from "../simd/kernels";
import { countingSort } from "./counting-sort";
import type { ColumnEntries } from "./design-matrix";
import { sparseGram } from "./sparse-gram";
import { StoredBlock } from "./stored-block";
import type { TableDesign } from "./table-design";

/** The stored entries of each row, which batches of rows need. */
interface StoredRows {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/**
 * A sparse design: every column is a constant, its background, plus few stored entries.
 *
 * The background is what centring leaves of the zeros, so `(x_j - m) / s` is `x_j / s` with background `-m / s`, and no
 * zero is ever stored: everything costs one pass over the stored entries, plus one over the rows for the backgrounds.
 */
export class SparseDesign implements TableDesign {
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly featureNames: readonly string[];
  /** Entries of the columns less their background; owned by the design. */
  readonly stored: StoredColumns;
  /** What every row of a column has, zero for data as they are. */
  readonly backgrounds: Float64Array;
  readonly #block: StoredBlock;
  readonly #isShifted: boolean;
  #storedRows: StoredRows | undefined;

  /** @param stored and `backgrounds` are kept, not copied; rows ascend and are distinct within a column. */
  constructor(
    stored: StoredColumns | StoredBlock,
    backgrounds: Float64Array,
    nSamples: number,
    featureNames: readonly string[],
  ) {
    this.nSamples = nSamples;
    this.nFeatures = featureNames.length;
    this.featureNames = featureNames;
    this.#block =
      stored instanceof StoredBlock ? stored : new StoredBlock(nSamples, featureNames.length, stored);
    this.stored = this.#block.stored;
    this.backgrounds = backgrounds;
    this.#isShifted = backgrounds.some((background) => background !== 0);
  }

  matvec(beta: Float64Array, out: Float64Array): void {
    this.#block.multiply(beta, this.#backgroundOf(beta), out);
  }

  rmatvec(residual: Float64Array, out: Float64Array): void {
    this.#block.dots(residual, out);
    if (!this.#isShifted) return;
    const total = sum(residual);
    for (let j = 0; j < this.nFeatures; j++) out[j] += this.backgrounds[j] * total;
  }

  matvecRows(rows: Int32Array, beta: Float64Array, out: Float64Array): void {
    const { starts, columns, values } = this.#byRows();
    const background = this.#backgroundOf(beta);
    for (let k = 0; k < rows.length; k++) {
      let eta = background;
      for (let e = starts[rows[k]]; e < starts[rows[k] + 1]; e++) eta += values[e] * beta[columns[e]];
      out[k] = eta;
    }
  }

  rmatvecRows(rows: Int32Array, residual: Float64Array, out: Float64Array): void {
    const { starts, columns, values } = this.#byRows();
    const total = sum(residual);
    for (let j = 0; j < this.nFeatures; j++) out[j] = this.backgrounds[j] * total;
    for (let k = 0; k < rows.length; k++) {
      for (let e = starts[rows[k]]; e < starts[rows[k] + 1]; e++) out[columns[e]] += values[e] * residual[k];
    }
  }

  columnDot(j: number, v: Float64Array, total?: number): number {
    const background = this.backgrounds[j];
    return (background === 0 ? 0 : background * (total ?? sum(v))) + this.#dotStored(j, v);
  }

  addColumn(j: number, scale: number, out: Float64Array): void {
    const shift = scale * this.backgrounds[j];
    if (shift !== 0) for (let i = 0; i < out.length; i++) out[i] += shift;
    this.#addStored(j, scale, out);
  }

  weightedSquaredNorms(weights: Float64Array, out: Float64Array): void {
    const { starts, rows, values } = this.stored;
    const total = sum(weights);
    for (let j = 0; j < this.nFeatures; j++) {
      const background = this.backgrounds[j];
      let inside = 0;
      let squares = 0;
      for (let e = starts[j]; e < starts[j + 1]; e++) {
        const weight = weights[rows[e]];
        inside += weight;
        squares += weight * (background + values[e]) ** 2;
      }
      // Where nearly all weight lies on stored rows the difference may round to less than nothing.
      out[j] = squares + Math.max(0, total - inside) * background ** 2;
    }
  }

  rmatvecColumns(columns: Int32Array, residual: Float64Array, out: Float64Array): void {
    this.#block.dotsAt(columns, residual, out);
    if (!this.#isShifted) return;
    const total = sum(residual);
    for (let k = 0; k < columns.length; k++) out[k] += this.backgrounds[columns[k]] * total;
  }

  gram(rows: Int32Array, columns: Int32Array, out: Float64Array, weights?: Float64Array): void {
    sparseGram(this.#block, this.backgrounds, this.nSamples, rows, columns, out, weights);
  }

  columnEntries(j: number): ColumnEntries {
    const { starts, rows, values } = this.stored;
    return {
      background: this.backgrounds[j],
      rows: rows.subarray(starts[j], starts[j + 1]),
      values: values.subarray(starts[j], starts[j + 1]),
    };
  }

  largestEntry(j: number): number {
    const { background, values } = this.columnEntries(j);
    let largest = values.length < this.nSamples ? Math.abs(background) : 0;
    for (const value of values) largest = Math.max(largest, Math.abs(background + value));
    return largest;
  }

  /**
   * Centres by a background where less than half of a column is stored, and stores any other centred column in full,
   * which at most doubles it.
   *
   * With a share `f < 1/2` of stored entries `m^2 <= f (m^2 + s^2)`, hence `|m| < s`: a background is never large against
   * what is left of the column, so no digits are lost. Of a fuller column with a mean far from zero they would be.
   */
  standardizedColumns(columns: Int32Array, centers: Float64Array, scales: Float64Array): SparseDesign {
    const n = this.nSamples;
    const backgrounds = new Float64Array(columns.length);
    const sizes = new Int32Array(columns.length);
    let total = 0;
    const inFull = new Uint8Array(columns.length);
    columns.forEach((j, k) => {
      const nStored = this.stored.starts[j + 1] - this.stored.starts[j];
      const isZero = scales[k] === Infinity;
      const isShifted = !isZero && this.backgrounds[j] !== centers[k];
      if (isShifted && 2 * nStored >= n) inFull[k] = 1;
      else if (isShifted) backgrounds[k] = (this.backgrounds[j] - centers[k]) / scales[k];
      sizes[k] = isZero ? 0 : inFull[k] ? n : nStored;
      total += sizes[k];
    });

    const block = new StoredBlock(n, columns.length, total);
    const { starts, rows, values } = block.stored;
    columns.forEach((j, k) => {
      starts[k + 1] = starts[k] + sizes[k];
      if (starts[k] === starts[k + 1]) return;
      const ownRows = rows.subarray(starts[k], starts[k + 1]);
      const own = values.subarray(starts[k], starts[k + 1]);
      const entries = this.columnEntries(j);
      if (inFull[k]) {
        for (let i = 0; i < n; i++) ownRows[i] = i;
        own.fill((entries.background - centers[k]) / scales[k]);
        entries.rows.forEach((row, e) => {
          own[row] = (entries.background + entries.values[e] - centers[k]) / scales[k];
        });
      } else {
        ownRows.set(entries.rows);
        for (let e = 0; e < own.length; e++) own[e] = entries.values[e] / scales[k];
      }
    });
    const names = Array.from(columns, (j) => this.featureNames[j]);
    return new SparseDesign(block, backgrounds, n, names);
  }

  selectRows(rows: Int32Array): SparseDesign {
    const place = new Int32Array(this.nSamples).fill(-1);
    rows.forEach((row, k) => {
      place[row] = k;
    });
    const { stored } = this;
    const kept = stored.rows.reduce((count, row) => count + (place[row] >= 0 ? 1 : 0), 0);
    const starts = new Int32Array(this.nFeatures + 1);
    const keptRows = new Int32Array(kept);
    const values = new Float64Array(kept);
    let end = 0;
    for (let j = 0; j < this.nFeatures; j++) {
      for (let e = stored.starts[j]; e < stored.starts[j + 1]; e++) {
        if (place[stored.rows[e]] < 0) continue;
        keptRows[end] = place[stored.rows[e]];
        values[end++] = stored.values[e];
      }
      starts[j + 1] = end;
    }
    return new SparseDesign(
      { starts, rows: keptRows, values },
      this.backgrounds,
      rows.length,
      this.featureNames,
    );
  }

  /** What the backgrounds add to every entry of `X beta`. */
  #backgroundOf(beta: Float64Array): number {
    if (!this.#isShifted) return 0;
    let shift = 0;
    for (let j = 0; j < this.nFeatures; j++) shift += beta[j] * this.backgrounds[j];
    return shift;
  }

  #addStored(j: number, scale: number, out: Float64Array): void {
    const { starts, rows, values } = this.stored;
    for (let e = starts[j]; e < starts[j + 1]; e++) out[rows[e]] += scale * values[e];
  }

  #dotStored(j: number, v: Float64Array): number {
    const { starts, rows, values } = this.stored;
    let product = 0;
    for (let e = starts[j]; e < starts[j + 1]; e++) product += values[e] * v[rows[e]];
    return product;
  }

  /** The stored entries by rows, made when first asked for. */
  #byRows(): StoredRows {
    if (!this.#storedRows) {
      const { starts, rows, values } = this.stored;
      const columnOf = new Int32Array(rows.length);
      for (let j = 0; j < this.nFeatures; j++) columnOf.fill(j, starts[j], starts[j + 1]);
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
