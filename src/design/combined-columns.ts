/** A design in which linear combinations replace some columns ({@link combinedColumns}), as orthonormal groups do. */
import { addScaled, maxAbs } from "../linalg/vector";
import { DenseBlock } from "./dense-block";
import { DenseDesign } from "./dense-design";
import type { DesignMatrix } from "./design-matrix";
import { columnOf } from "./design-matrix";

/** Some columns of a design and the linear combinations of them that replace them. */
export interface Combination {
  /** Columns of the underlying design. */
  readonly sources: Int32Array;
  /** Positions of the new columns. */
  readonly targets: Int32Array;
  /** New column `targets[c]` is the sum of `matrix[k * targets.length + c]` times column `sources[k]`. */
  readonly matrix: Float64Array;
}

/**
 * The design whose columns are sums of multiples of those of another, block by block; as many, and zero where no
 * combination has its target.
 *
 * A dense design is combined once, into a copy. Of a sparse one nothing is made: each product combines the coefficients, or
 * their gradient, and what works on one column at a time pays for all its sources.
 *
 * @param combinations with distinct sources, and distinct targets.
 */
export function combinedColumns(design: DesignMatrix, combinations: readonly Combination[]): DesignMatrix {
  const lazy = new CombinedDesign(design, combinations);
  const columns = Int32Array.from({ length: design.nFeatures }, (_, j) => j);
  return design.columnEntries ? lazy : lazy.inFull(columns);
}

class CombinedDesign implements DesignMatrix {
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly featureNames: readonly string[];
  readonly #design: DesignMatrix;
  readonly #combinations: readonly Combination[];
  /** The combination that gives each column, and its position there; undefined where the column is zero. */
  readonly #origins: readonly ({ readonly from: Combination; readonly c: number } | undefined)[];
  /** Coefficients of the underlying columns, or products with them. */
  readonly #mixed: Float64Array;

  constructor(design: DesignMatrix, combinations: readonly Combination[]) {
    this.#design = design;
    this.#combinations = combinations;
    this.nSamples = design.nSamples;
    this.nFeatures = design.nFeatures;
    this.featureNames = design.featureNames;
    this.#mixed = new Float64Array(design.nFeatures);
    const origins = new Array<{ from: Combination; c: number } | undefined>(design.nFeatures).fill(undefined);
    for (const from of combinations) {
      from.targets.forEach((target, c) => {
        origins[target] = { from, c };
      });
    }
    this.#origins = origins;
  }

  matvec(beta: Float64Array, out: Float64Array): void {
    this.#design.matvec(this.#mix(beta), out);
  }

  rmatvec(residual: Float64Array, out: Float64Array): void {
    this.#design.rmatvec(residual, this.#mixed);
    this.#unmix(out);
  }

  matvecRows(rows: Int32Array, beta: Float64Array, out: Float64Array): void {
    this.#design.matvecRows(rows, this.#mix(beta), out);
  }

  rmatvecRows(rows: Int32Array, residual: Float64Array, out: Float64Array): void {
    this.#design.rmatvecRows(rows, residual, this.#mixed);
    this.#unmix(out);
  }

  columnDot(j: number, v: Float64Array): number {
    let product = 0;
    this.#eachSource(j, (source, share) => {
      product += share * this.#design.columnDot(source, v);
    });
    return product;
  }

  addColumn(j: number, scale: number, out: Float64Array): void {
    this.#eachSource(j, (source, share) => this.#design.addColumn(source, scale * share, out));
  }

  largestEntry(j: number): number {
    return maxAbs(columnOf(this, j));
  }

  weightedSquaredNorms(weights: Float64Array, out: Float64Array): void {
    const column = new Float64Array(this.nSamples);
    out.fill(0);
    for (const { sources, targets, matrix } of this.#combinations) {
      const blocks = Array.from(sources, (source) => columnOf(this.#design, source));
      targets.forEach((target, c) => {
        column.fill(0);
        for (let k = 0; k < blocks.length; k++) addScaled(matrix[k * targets.length + c], blocks[k], column);
        let sum = 0;
        for (let i = 0; i < column.length; i++) sum += weights[i] * column[i] * column[i];
        out[target] = sum;
      });
    }
  }

  standardizedColumns(columns: Int32Array, centers: Float64Array, scales: Float64Array): DenseDesign {
    return this.inFull(columns).standardizedColumns(
      columns.map((_, k) => k),
      centers,
      scales,
    );
  }

  /** Copies of some columns. */
  inFull(columns: Int32Array): DenseDesign {
    const n = this.nSamples;
    const block = new DenseBlock(n, columns.length);
    columns.forEach((j, k) => {
      this.addColumn(j, 1, block.values.subarray(k * n, (k + 1) * n));
    });
    const names = Array.from(columns, (j) => this.featureNames[j]);
    return new DenseDesign(block, names);
  }

  /** Returns the coefficients of the underlying design's columns; the next call overwrites them. */
  #mix(beta: Float64Array): Float64Array {
    this.#mixed.fill(0);
    for (const { sources, targets, matrix } of this.#combinations) {
      for (let k = 0; k < sources.length; k++) {
        let sum = 0;
        for (let c = 0; c < targets.length; c++) sum += matrix[k * targets.length + c] * beta[targets[c]];
        this.#mixed[sources[k]] = sum;
      }
    }
    return this.#mixed;
  }

  /** Sets the products with the new columns from those with the underlying columns. */
  #unmix(out: Float64Array): void {
    out.fill(0);
    for (const { sources, targets, matrix } of this.#combinations) {
      for (let c = 0; c < targets.length; c++) {
        let sum = 0;
        for (let k = 0; k < sources.length; k++)
          sum += matrix[k * targets.length + c] * this.#mixed[sources[k]];
        out[targets[c]] = sum;
      }
    }
  }

  #eachSource(j: number, visit: (source: number, share: number) => void): void {
    const origin = this.#origins[j];
    if (!origin) return;
    const { sources, targets, matrix } = origin.from;
    for (let k = 0; k < sources.length; k++) visit(sources[k], matrix[k * targets.length + origin.c]);
  }
}
