import { duckDbFor, filesFor } from "#platform";
import { DenseBlock } from "../design/dense-block";
import { checkFeatureNames } from "../design/design-matrix";
import { InputError, mustBe, placeOf } from "../errors";
import { checkChoice, checkKeys, didYouMean } from "../options";
import {
  chunksOf,
  NUMBERS,
  type NumberVector,
  otherFormat,
  query,
  quoted,
  READERS,
  selectedColumn,
  withDuckDb,
} from "./duckdb";
import { MomentSummary } from "./moment-summary";

/** Options of {@link summarizeFile}. */
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
  checkKeys(where, options, ["response", "features", "exclude", "missing"]);
  const { missing = "error" } = options;
  checkChoice(where, "missing", missing, ["error", "drop"]);
  const reader = READERS.find(([pattern]) => typeof path === "string" && pattern.test(path));
  if (!reader)
    throw mustBe(where, "path", "that of a .parquet, .csv or .tsv file", path, otherFormat(String(path)));
  await duckDbFor(where); // A package that is not there is the first error.
  const file = fileAt(where, path);
  // In brackets, `*`, `?` and `[` stand for themselves; without the option, folders such as `year=2024` would be columns.
  const pattern = file.replace(/[*?[]/g, "[$&]");
  const table = `${reader[1]}(${quoted(pattern)}, hive_partitioning = false${reader[2]})`;
  return withDuckDb(where, async (connection) => {
    await connection.run(`SET allowed_paths = [${quoted(file)}, ${quoted(pattern)}]`);
    await connection.run("SET enable_external_access = false");
    const described = await query(where, () => connection.runAndReadAll(`DESCRIBE SELECT * FROM ${table}`));
    const types = new Map(described.getRows().map(([name, type]) => [String(name), String(type)]));
    const names = columnsOf(where, options, types);
    const selected = names.map((name) => selectedColumn(name, types.get(name)!)).join(", ");
    const moments = new Moments(names.length, BLOCK);
    let first = 0;
    for await (const chunk of chunksOf(where, connection, `SELECT ${selected} FROM ${table}`)) {
      const columns = names.map((_, j) => chunk.getColumnVector(j) as unknown as NumberVector);
      moments.add(copyRows(where, { names, columns, nRows: chunk.rowCount, first, missing }, moments));
      first += chunk.rowCount;
    }
    return summaryOf(names, moments, first);
  });
}

/** @throws InputError unless `path` is that of a file; the address of a page is none. */
function fileAt(where: string, path: string): string {
  const { isFolder, resolve } = filesFor(where);
  const file = resolve(path);
  const found = isFolder(file);
  if (found === false) return file;
  const reason = found ? "it is a folder" : "there is no such file";
  throw mustBe(where, "path", "the path of a file that can be read", path, `${reason}: ${file}`);
}

/** Returns the names of the features and then of the response. */
function columnsOf(
  where: string,
  { response, features, exclude = [] }: SummarizeOptions,
  types: ReadonlyMap<string, string>,
): string[] {
  const known = [...types.keys()];
  const excluded = [exclude].flat();
  if (features !== undefined && excluded.length > 0)
    throw new InputError(`${where}: exclude must come without features, got both`);
  const notThere = (what: string, name: string): InputError =>
    mustBe(where, what, "a column of the file", name, didYouMean(name, known));
  for (const name of excluded) {
    if (!types.has(name)) throw notThere("exclude", name);
    if (name === response) throw mustBe(where, "exclude", "another column than the response", name);
  }
  if (!types.has(response)) throw notThere("response", response);
  const isExcluded = new Set(excluded);
  const others = known.filter((name) => name !== response && !isExcluded.has(name));
  const names = [...[features ?? others].flat(), response];
  names.forEach((name) => {
    if (!types.has(name)) throw notThere("features", name);
    const type = types.get(name)!;
    if (NUMBERS.test(type)) return;
    const rule = "of numbers or truth values";
    throw mustBe(
      where,
      `column ${JSON.stringify(name)}`,
      rule,
      type,
      "leave it out by exclude or features, or encode it first",
    );
  });
  checkFeatureNames(where, names);
  if (names.length > MOST_COLUMNS) {
    const remedy = "choose fewer by features or exclude";
    throw mustBe(where, "the number of columns", `at most ${MOST_COLUMNS}`, names.length, remedy);
  }
  if (names.length < 2) throw mustBe(where, "features", "the name of at least one column", features ?? []);
  return names;
}

interface Rows {
  readonly names: readonly string[];
  readonly columns: readonly NumberVector[];
  readonly nRows: number;
  /** The number of the first row in the file. */
  readonly first: number;
  readonly missing: "error" | "drop";
}

/** Copies the rows without missing values into the block. @returns their number. */
function copyRows(
  where: string,
  { names, columns, nRows, first, missing }: Rows,
  { block }: Moments,
): number {
  const kept: number[] = [];
  for (let i = 0; i < nRows; i++) {
    const lacking = columns.findIndex(
      ({ items, validity }) => !validity.itemValid(i) || Number.isNaN(items[i]),
    );
    if (lacking < 0) kept.push(i);
    else if (missing === "error") {
      const remedy = 'missing: "drop" leaves such rows out';
      throw mustBe(where, placeOf(names[lacking], first + i), "a number", null, remedy);
    }
  }
  columns.forEach(({ items }, j) => {
    const start = j * block.nSamples;
    kept.forEach((i, k) => {
      const value = Number(items[i]);
      if (!Number.isFinite(value))
        throw mustBe(where, placeOf(names[j], first + i), "a finite number", value);
      block.values[start + k] = value;
    });
  });
  return kept.length;
}

function summaryOf(names: readonly string[], moments: Moments, nRows: number): MomentSummary {
  const { weight: nSamples, means, products } = moments;
  return new MomentSummary({
    featureNames: names.slice(0, -1),
    responseName: names[names.length - 1],
    nSamples,
    nDropped: nRows - nSamples,
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
