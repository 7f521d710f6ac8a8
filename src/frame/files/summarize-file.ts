import { DenseBlock } from "../../design/dense-block";
import { counted } from "../../display/formatting";
import { notebookSignal, throttledProgress } from "../../display/progress-display";
import type { PassOptions } from "../../estimators/out-of-core/passes";
import { checkKeys } from "../../options";
import { MomentSummary } from "../moment-summary";
import { FileRows } from "./file-rows";

/** Options of {@link summarizeFile}: the columns, missing values, and who is told of the progress. */
export interface SummarizeOptions {
  /** The column to predict. */
  readonly response: string;
  /** The column, or columns, to predict from, in this order. Default: all others, in the file's. */
  readonly features?: string | readonly string[];
  /** The column, or columns, that are no features, such as texts and dates; without `features`. Default: none. */
  readonly exclude?: string | readonly string[];
  /**
   * The rule for rows with a missing value (NULL or NaN, in a CSV file also `NA` and the other texts of `readCsv`): an error, or dropping
   * the row. Default: `"error"`.
   */
  readonly missing?: "error" | "drop";
  /** The character between the values of a CSV file. Default: a tab in a `.tsv` file, else a comma, as of `readCsv`. */
  readonly delimiter?: string;
  /** Told how many rows are counted, and how many are read then. */
  readonly onProgress?: PassOptions["onProgress"];
  /** Ends the work with an error once it is aborted. */
  readonly signal?: PassOptions["signal"];
}

/** Number of rows of DuckDB's blocks. */
const BLOCK = 2048;

/** Maximum number of columns, of which the covariances and their sums take 1.6 GB. */
const MOST_COLUMNS = 10_000;

/**
 * Reads a file once, block by block, into the means and covariances of its columns, from which models with a squared error
 * are fitted: to `p` columns in memory of the order of `p^2`, however many rows there are.
 *
 * @param path of a Parquet file, or a CSV or TSV file with a header, perhaps gzipped; columns of numbers and truth values. It is
 * the name of one file: `*`, `?` and `[` are letters of it, and nothing else is read, from the network neither.
 * @returns a promise of a summary, which fits estimators.
 * @throws InputError when the package `@duckdb/node-api` is not there, the file cannot be read, more than ten thousand columns or one
 * that is no column of numbers are chosen, or naming column and row (from 0) of the first value that is missing, infinite, or an integer no 64-bit float holds.
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 * writeFileSync("rent.csv", "area,floor,rent\n50,1,9\n70,3,14\n90,2,15\n60,4,13\n");
 * const summary = await summarizeFile("rent.csv", { response: "rent" });
 * summary.fit(new SmoothLasso({ lambda: 0.1 })).support; // [0, 1]
 * ```
 */
export async function summarizeFile(path: string, options: SummarizeOptions): Promise<MomentSummary> {
  const where = "summarizeFile";
  checkKeys(where, options, [
    "response",
    "features",
    "exclude",
    "missing",
    "delimiter",
    "onProgress",
    "signal",
  ]);
  const rows = await FileRows.open(where, path, options, {
    isLiteral: true,
    remedyOfTexts: "leave it out by exclude or features, or encode it first",
    missingRules: ["error", "drop"],
    mostColumns: MOST_COLUMNS,
  });
  const { featureNames, responseName } = rows;
  const moments = new Moments(featureNames.length + 1, BLOCK);
  const { values, nSamples: size } = moments.block;
  const { onProgress, signal = notebookSignal() } = options;
  const tell = throttledProgress(where, Math.max(1, rows.nRows), onProgress);
  let nRead = 0;
  await rows.scan(
    ({ nRows, columns }) => {
      for (let from = 0; from < nRows; from += size) {
        const to = Math.min(nRows, from + size);
        columns.forEach((column, j) => {
          values.set(column.subarray(from, to), j * size);
        });
        moments.add(to - from);
      }
      nRead += nRows;
      if (nRead < rows.nRows) tell(nRead, () => counted(nRead, "row"));
    },
    false,
    signal,
  );
  tell(rows.nRows, () => counted(rows.nRows, "row"));
  const { weight: nSamples, means, products } = moments;
  return new MomentSummary({
    featureNames,
    responseName,
    nSamples,
    nDropped: rows.nRows - nSamples,
    means,
    covariance: products.map((value) => value / Math.max(1, nSamples)),
  });
}

/** Means and centred products of columns, accumulated block by block, so that only one block of rows is in memory. */
export class Moments {
  readonly nColumns: number;
  /** One block: rows of {@link add} are written here, column by column. */
  readonly block: DenseBlock;
  readonly means: Float64Array;
  /** `sum_i (x_ij - mean_j) (x_ik - mean_k)`, row-major. */
  readonly products: Float64Array;
  #weight = 0;
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

  /** The number of rows, or the sum of their weights. */
  get weight(): number {
    return this.#weight;
  }

  /**
   * Adds the first rows of the block, whose entries are lost.
   *
   * Each block is centred by itself and then shifted, so that neither large means nor an atypical first block cost digits.
   *
   * @param weights one a row of the block. Default: 1 each.
   * @see Chan, Golub and LeVeque, Algorithms for computing the sample variance (1983)
   */
  add(nRows: number, weights?: Float64Array): void {
    let own = nRows;
    if (weights) {
      own = 0;
      for (let i = 0; i < nRows; i++) own += weights[i];
      weights.fill(0, nRows);
    }
    if (own === 0) return;
    const { block, nColumns: p, means, products } = this;
    const n = block.nSamples;
    const before = this.#weight;
    const after = before + own;
    const shifts = new Float64Array(p);
    for (let j = 0; j < p; j++) {
      const column = block.values.subarray(j * n, (j + 1) * n);
      let sum = 0;
      if (weights) for (let i = 0; i < nRows; i++) sum += weights[i] * column[i];
      else for (let i = 0; i < nRows; i++) sum += column[i];
      const center = sum / own;
      for (let i = 0; i < nRows; i++) column[i] -= center;
      column.fill(0, nRows);
      shifts[j] = center - means[j];
    }
    block.gram(this.#all, this.#all, this.#own, weights);
    const share = (before / after) * own;
    for (let j = 0; j < p; j++) {
      for (let k = 0; k < p; k++) {
        products[j * p + k] += this.#own[j * p + k] + share * (shifts[j] * shifts[k]);
      }
    }
    for (let j = 0; j < p; j++) means[j] += shifts[j] * (own / after);
    this.#weight = after;
  }
}
