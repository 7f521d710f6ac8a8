import { DenseBlock } from "../design/dense-block";

/** Means and centred products of columns, gathered block by block, so that no more than a block of rows is in memory. */
export class Moments {
  readonly nColumns: number;
  /** One block: rows of {@link add} are written here, column by column. */
  readonly block: DenseBlock;
  readonly means: Float64Array;
  /** `sum_i (x_ij - mean_j) (x_ik - mean_k)`, row-major. */
  readonly products: Float64Array;
  #nRows = 0;
  readonly #own: Float64Array;
  readonly #all: Int32Array;

  constructor(nColumns: number, blockRows: number) {
    this.nColumns = nColumns;
    this.block = new DenseBlock(blockRows, nColumns);
    this.means = new Float64Array(nColumns);
    this.products = new Float64Array(nColumns * nColumns);
    this.#own = new Float64Array(nColumns * nColumns);
    this.#all = Int32Array.from({ length: nColumns }, (_, j) => j);
  }

  get nRows(): number {
    return this.#nRows;
  }

  /**
   * Adds the first rows of the block, whose entries are lost.
   *
   * Each block is centred by itself and then moved, so that digits are lost neither to large means nor to a start that is
   * unlike the rest.
   *
   * @see Chan, Golub and LeVeque, Algorithms for computing the sample variance (1983)
   */
  add(nRows: number): void {
    if (nRows === 0) return;
    const { block, nColumns: p, means, products } = this;
    const n = block.nSamples;
    const before = this.#nRows;
    const after = before + nRows;
    const shifts = new Float64Array(p);
    for (let j = 0; j < p; j++) {
      const column = block.values.subarray(j * n, (j + 1) * n);
      let sum = 0;
      for (let i = 0; i < nRows; i++) sum += column[i];
      const center = sum / nRows;
      for (let i = 0; i < nRows; i++) column[i] -= center;
      column.fill(0, nRows);
      shifts[j] = center - means[j];
    }
    block.gram(this.#all, this.#all, this.#own);
    const weight = (before / after) * nRows;
    for (let j = 0; j < p; j++) {
      for (let k = 0; k < p; k++) {
        products[j * p + k] += this.#own[j * p + k] + weight * shifts[j] * shifts[k];
      }
    }
    for (let j = 0; j < p; j++) means[j] += shifts[j] * (nRows / after);
    this.#nRows = after;
  }
}
