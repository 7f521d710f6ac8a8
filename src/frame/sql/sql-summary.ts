/** Summarizes a table in a database by the queries of two passes ({@link summarize}). */
import { mustBe } from "../../errors";
import { MomentSummary } from "../moment-summary";
import type { TableSummary } from "../table-design";
import {
  abs,
  alias,
  cases,
  type Expression,
  foldOf,
  inSql,
  isMore,
  literal,
  minus,
  times,
} from "./expression";
import { checkCount, checkSum } from "./row-totals";
import type { SqlColumns } from "./sql-columns";
import { SUMS_PER_QUERY } from "./sql-session";
import { nested } from "./sql-sums";

/** The result of the first two passes. */
export interface SqlSummary extends TableSummary {
  /** The least and the largest response of all rows. */
  readonly range: readonly [low: number, high: number];
  /** The means of the response and of the offset. */
  readonly meanResponse: number;
  readonly meanOffset: number;
  /** The mean size of the response. */
  readonly responseSize: number;
}

/** Side of the squares of products that one query asks for. */
const TILE = Math.floor(Math.sqrt(SUMS_PER_QUERY));

/** The expressions of rows, in columns of a subquery; features by their numbers. */
function rowLevel(columns: SqlColumns, nFolds: number, features: Iterable<number>): Map<string, Expression> {
  const { response, sampleWeight, offset, foldKey } = columns;
  const level = new Map([
    ["se_y", response],
    ["se_w", sampleWeight ?? literal(1)],
    ["se_o", offset ?? literal(0)],
    ["se_f", nFolds > 1 && foldKey ? foldOf(foldKey, nFolds) : literal(0)],
  ]);
  for (const j of features) level.set(`se_x${j}`, columns.features[j]);
  return level;
}

/** The first pass finds means, the second one the products of what columns differ from them by. */
export async function summarize(where: string, columns: SqlColumns, nFolds: number): Promise<SqlSummary> {
  const queries = new SummaryQueries(where, columns, nFolds);
  const { featureNames } = columns.encoder;
  const { responseName } = columns;
  const counts = await queries.counts();
  const filled = counts.filter(([nRows]) => nRows > 0);
  const sumOf = (k: number): number => counts.reduce((sum, row) => sum + row[k], 0);
  const leastWeight = Math.min(...filled.map((row) => row[3]));
  if (leastWeight < 0) throw mustBe(where, "sampleWeight", "numbers >= 0", leastWeight);
  const weight = sumOf(1);
  if (!(weight > 0)) throw mustBe(where, "the sum of sampleWeight", "positive", weight);
  const means = await queries.means(weight, (sumOf(4) - sumOf(5)) / weight);
  const { firsts, products } = await queries.products(means);
  // Means are those of the rows whose products are added up.
  means.forEach((mean, j) => {
    const shift = firsts.reduce((sum, own) => sum + own[j], 0) / weight;
    const square = products.reduce((sum, own) => sum + own[j * (means.length + 1)], 0) / weight;
    const what = `the mean of ${JSON.stringify(featureNames[j] ?? responseName)}`;
    const size = Math.sqrt(square) + Math.abs(mean) + (j < featureNames.length ? 0 : sumOf(10) / weight);
    // Columns whose squares overflow are refused later.
    if (square < Number.POSITIVE_INFINITY) checkSum(where, what, mean + shift, mean, size);
  });
  const moments = counts.map((row, fold) => {
    const total = row[1] || 1;
    const shift = firsts[fold].map((sum) => sum / total);
    return new MomentSummary({
      featureNames,
      responseName,
      nSamples: row[1],
      nDropped: 0,
      means: means.map((mean, j) => mean + shift[j]),
      covariance: products[fold].map(
        (sum, at) => sum / total - shift[Math.floor(at / means.length)] * shift[at % means.length],
      ),
    });
  });
  return {
    nSamples: sumOf(0),
    moments,
    nCounted: counts.map((row) => row[2]),
    ranges: counts.map((row) =>
      row[2] > 0 ? [row[6], row[7]] : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ),
    foldId: new Int32Array(0),
    range: [Math.min(...filled.map((row) => row[8])), Math.max(...filled.map((row) => row[9]))],
    meanResponse: sumOf(4) / weight,
    meanOffset: sumOf(5) / weight,
    responseSize: sumOf(10) / weight,
  };
}

const [y, w, o] = ["se_y", "se_w", "se_o"].map(alias);

/** The queries of a summary, which must all find the same number of rows. */
class SummaryQueries {
  readonly #where: string;
  readonly #columns: SqlColumns;
  readonly #nFolds: number;
  readonly #nFeatures: number;
  #nRows: number | undefined;

  constructor(where: string, columns: SqlColumns, nFolds: number) {
    this.#where = where;
    this.#columns = columns;
    this.#nFolds = nFolds;
    this.#nFeatures = columns.encoder.featureNames.length;
  }

  /**
   * One row a fold: the number of rows, the sum of weights, the number of rows of positive weight, the least weight, the sums of response
   * and offset, the range of the response where the weight is positive and that of all, and the sum of its absolute values.
   */
  async counts(): Promise<readonly number[][]> {
    const { dialect } = this.#columns.session;
    const [none, nothing] = [literal(0), literal(null)];
    const ofWeight = (of: Expression, otherwise: Expression): string =>
      inSql(cases([[isMore(w, none), of]], otherwise), dialect);
    return this.#byFold(
      [
        "count(*)",
        this.#total(w),
        dialect.total(ofWeight(literal(1), none)),
        "min(se_w)",
        this.#total(times(w, y)),
        this.#total(times(w, o)),
        ...["min", "max"].map((extreme) => `${extreme}(${ofWeight(y, nothing)})`),
        "min(se_y)",
        "max(se_y)",
        this.#total(times(w, abs(y))),
      ],
      [rowLevel(this.#columns, this.#nFolds, [])],
    );
  }

  /** The means of the features, and last that of the response. */
  async means(weight: number, ofResponse: number): Promise<Float64Array> {
    const { session, source } = this.#columns;
    const p = this.#nFeatures;
    const means = new Float64Array(p + 1);
    means[p] = ofResponse;
    for (let from = 0; from < p; from += SUMS_PER_QUERY - 1) {
      const some = Array.from({ length: Math.min(SUMS_PER_QUERY - 1, p - from) }, (_, k) => from + k);
      const sums = some.map((j) => this.#total(times(w, alias(`se_x${j}`))));
      const rows = `FROM ${nested(session, source, [rowLevel(this.#columns, 1, some)])}`;
      const [values] = await session.sums([...sums, "count(*)"], rows);
      checkCount(this.#where, this.#nRows!, values[some.length]);
      some.forEach((j, k) => {
        means[j] = values[k] / weight;
      });
    }
    return means;
  }

  /** The sums of each fold of what columns differ from means by, and of the products of two of them, in square tiles. */
  async products(
    means: Float64Array,
  ): Promise<{ readonly firsts: readonly Float64Array[]; readonly products: readonly Float64Array[] }> {
    const size = means.length;
    const firsts = Array.from({ length: this.#nFolds }, () => new Float64Array(size));
    const products = firsts.map(() => new Float64Array(size ** 2));
    for (let top = 0; top < size; top += TILE)
      for (let left = 0; left <= top; left += TILE) {
        const rows = rangeOf(top, Math.min(top + TILE, size));
        const own = left === top ? rows : rangeOf(left, left + TILE);
        const pairs = rows.flatMap((j) => own.filter((k) => k <= j).map((k) => [j, k] as const));
        const singles = left === top ? rows : [];
        const values = await this.#centredSums(means, pairs, singles);
        for (const [fold, found] of values.entries()) {
          pairs.forEach(([j, k], at) => {
            products[fold][j * size + k] = found[at];
            products[fold][k * size + j] = found[at];
          });
          singles.forEach((j, at) => {
            firsts[fold][j] = found[pairs.length + at];
          });
        }
      }
    return { firsts, products };
  }

  /** The weighted sums of products of two centred columns, and then those of single ones, of each fold. */
  async #centredSums(
    means: Float64Array,
    pairs: readonly (readonly [number, number])[],
    singles: readonly number[],
  ): Promise<readonly number[][]> {
    const p = this.#nFeatures;
    const centred = (j: number): Expression => alias(`se_z${j}`);
    const used = [...new Set([...pairs.map(([, k]) => k), ...pairs.map(([j]) => j)])];
    const level = new Map(
      used.map((j) => [`se_z${j}`, minus(j < p ? alias(`se_x${j}`) : minus(y, o), means[j])] as const),
    );
    const sums = [
      ...pairs.map(([j, k]) => this.#total(times(w, centred(j), centred(k)))),
      ...singles.map((j) => this.#total(times(w, centred(j)))),
    ];
    const features = used.filter((j) => j < p);
    return this.#byFold(sums, [rowLevel(this.#columns, this.#nFolds, features), level]);
  }

  #total(of: Expression): string {
    const { dialect } = this.#columns.session;
    return dialect.total(inSql(of, dialect));
  }

  /** Sums of each fold. */
  async #byFold(
    sums: readonly string[],
    levels: readonly Map<string, Expression>[],
  ): Promise<readonly number[][]> {
    const { session, source } = this.#columns;
    const nFolds = this.#nFolds;
    const from = `FROM ${nested(session, source, levels)}${nFolds > 1 ? " GROUP BY se_f" : ""}`;
    const asked = [nFolds > 1 ? "se_f" : inSql(literal(0), session.dialect), ...sums, "count(*)"];
    const rows = await session.sums(asked, from);
    const found = rows.reduce((sum, row) => sum + row[row.length - 1], 0);
    this.#nRows ??= found;
    checkCount(this.#where, this.#nRows, found);
    return Array.from(
      { length: nFolds },
      (_, fold) => rows.find(([of]) => of === fold)?.slice(1, -1) ?? sums.map(() => 0),
    );
  }
}

function rangeOf(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, k) => from + k);
}
