/** A table in a database as one that is read in passes ({@link SqlSource}): each pass is a few queries for sums. */
import type { Datafit } from "../../datafits";
import { DenseBlock } from "../../design/dense-block";
import type { ClassLabel } from "../../design/targets/class-codes";
import { counted } from "../../display/formatting";
import { InputError, mustBe } from "../../errors";
import { loadTableFits } from "../../estimators/lazy";
import type {
  PassPoint,
  PassSums,
  RowBlock,
  RowSet,
  TableMoments,
} from "../../estimators/out-of-core/passes";
import type { FrameEncoder } from "../frame-encoder";
import { MomentSummary, mergedSummary } from "../moment-summary";
import {
  type DesignTable,
  momentsOfFolds,
  type PassOptions,
  scalesOf,
  type TableSource,
  type TableSummary,
  targetFault,
} from "../table-design";
import {
  abs,
  alias,
  cases,
  type Expression,
  equals,
  foldOf,
  inSql,
  isMore,
  literal,
  minus,
  over,
  times,
} from "./expression";
import { sqlLossOf } from "./losses";
import { checkCount, checkSum, type RowTotals } from "./row-totals";
import type { SqlColumns } from "./sql-columns";
import { SUMS_PER_QUERY } from "./sql-session";
import { nested, sumsOfPoints } from "./sql-sums";

/** The result of the first two passes. */
interface SqlSummary extends TableSummary {
  /** The least and the largest response of all rows. */
  readonly range: readonly [low: number, high: number];
  /** The means of the response and of the offset. */
  readonly meanResponse: number;
  readonly meanOffset: number;
  /** The mean size of the response. */
  readonly responseSize: number;
}

/** The quantiles of the response from which null models of robust losses begin. */
const SHARES = Array.from({ length: 19 }, (_, k) => (k + 1) / 20);

/** Side of the squares of products that one query asks for. */
const TILE = Math.floor(Math.sqrt(SUMS_PER_QUERY));

/** A database as the source of a table. */
export class SqlSource implements TableSource<SqlSummary> {
  readonly name = "SqlDesign";
  readonly columns: SqlColumns;
  readonly #reads = { passes: 0 };

  constructor(columns: SqlColumns) {
    this.columns = columns;
  }

  get encoder(): FrameEncoder {
    return this.columns.encoder;
  }

  get responseName(): string {
    return this.columns.responseName;
  }

  get labels(): readonly (string | boolean)[] | undefined {
    return this.columns.labels;
  }

  get usesOffset(): boolean {
    return this.columns.offset !== undefined;
  }

  get foldBy(): string | undefined {
    return this.columns.foldColumn?.name;
  }

  get passes(): number {
    return this.#reads.passes;
  }

  async summarize(where: string, nFolds: number, { signal }: PassOptions = {}): Promise<SqlSummary> {
    if (nFolds > 1 && this.columns.foldKey === undefined)
      throw mustBe(where, "foldBy", "the name of a column, by whose hash the rows are divided", undefined);
    const columns = { ...this.columns, session: this.columns.session.during(where, signal) };
    await this.#checkValues(where, nFolds, columns);
    this.#reads.passes += 2;
    return summarize(where, columns, nFolds);
  }

  tableOf(where: string, nFolds: number, summary: SqlSummary, { signal }: PassOptions = {}): DesignTable {
    const columns = { ...this.columns, session: this.columns.session.during(where, signal) };
    return new SqlTable(where, columns, nFolds, summary, this.#reads);
  }

  /** @throws InputError naming the first column with a value that is missing or no finite number. */
  async #checkValues(where: string, nFolds: number, table: SqlColumns): Promise<void> {
    const { session, source, foldColumn } = table;
    const checked = nFolds > 1 && foldColumn ? [...table.checked, foldColumn] : table.checked;
    const written = (of: Expression): string => inSql(of, session.dialect);
    const columns = checked.flatMap(({ isValid, value }) => [
      session.dialect.total(written(minus(1, isValid))),
      `count(*) - count(${written(value)})`,
    ]);
    columns.unshift("count(*)");
    const counts: number[] = [];
    for (let from = 0; from < columns.length; from += SUMS_PER_QUERY)
      counts.push(...(await session.sums(columns.slice(from, from + SUMS_PER_QUERY), source))[0]);
    if (counts[0] < 2)
      throw mustBe(where, "the number of rows without missing values", "at least 2", counts[0]);
    checked.forEach(({ name, rule, isFilled, remedy }, k) => {
      const [nBad, nMissing] = counts.slice(1 + 2 * k);
      if (nBad === 0) return;
      const isMissing = !isFilled && nMissing >= nBad;
      const isEmpty = nMissing === counts[0] && k < this.encoder.columns.length;
      const advice = isEmpty ? "no row has one, so leave the column out of the features" : remedy;
      throw new InputError(
        `${where}: column ${JSON.stringify(name)} must have ${isMissing ? "a value" : rule} in every row, got ${counted(nBad, "row")} without${isMissing && advice ? `; ${advice}` : ""}`,
      );
    });
  }
}

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
async function summarize(where: string, columns: SqlColumns, nFolds: number): Promise<SqlSummary> {
  const { session, source, encoder, responseName } = columns;
  const { featureNames } = encoder;
  const { dialect } = session;
  const p = featureNames.length;
  const [y, w, o] = ["se_y", "se_w", "se_o"].map(alias);
  const total = (of: Expression): string => dialect.total(inSql(of, dialect));
  const [none, nothing] = [literal(0), literal(null)];
  const ofWeight = (of: Expression, otherwise: Expression): string =>
    inSql(cases([[isMore(w, none), of]], otherwise), dialect);
  let nRows: number | undefined;
  /** Sums of each fold. */
  const byFold = async (sums: readonly string[], levels: readonly Map<string, Expression>[]) => {
    const from = `FROM ${nested(session, source, levels)}${nFolds > 1 ? " GROUP BY se_f" : ""}`;
    const asked = [nFolds > 1 ? "se_f" : inSql(none, dialect), ...sums, "count(*)"];
    const rows = await session.sums(asked, from);
    const found = rows.reduce((sum, row) => sum + row[row.length - 1], 0);
    nRows ??= found;
    checkCount(where, nRows, found);
    return Array.from(
      { length: nFolds },
      (_, fold) => rows.find(([of]) => of === fold)?.slice(1, -1) ?? sums.map(() => 0),
    );
  };
  const counts = await byFold(
    [
      "count(*)",
      total(w),
      dialect.total(ofWeight(literal(1), none)),
      "min(se_w)",
      total(times(w, y)),
      total(times(w, o)),
      ...["min", "max"].map((extreme) => `${extreme}(${ofWeight(y, nothing)})`),
      "min(se_y)",
      "max(se_y)",
      total(times(w, abs(y))),
    ],
    [rowLevel(columns, nFolds, [])],
  );
  const filled = counts.filter(([nRows]) => nRows > 0);
  const sumOf = (k: number): number => counts.reduce((sum, row) => sum + row[k], 0);
  const leastWeight = Math.min(...filled.map((row) => row[3]));
  if (leastWeight < 0) throw mustBe(where, "sampleWeight", "numbers >= 0", leastWeight);
  const weight = sumOf(1);
  if (!(weight > 0)) throw mustBe(where, "the sum of sampleWeight", "positive", weight);
  const means = new Float64Array(p + 1);
  means[p] = (sumOf(4) - sumOf(5)) / weight;
  for (let from = 0; from < p; from += SUMS_PER_QUERY - 1) {
    const some = Array.from({ length: Math.min(SUMS_PER_QUERY - 1, p - from) }, (_, k) => from + k);
    const sums = some.map((j) => total(times(w, alias(`se_x${j}`))));
    const [values] = await session.sums(
      [...sums, "count(*)"],
      `FROM ${nested(session, source, [rowLevel(columns, 1, some)])}`,
    );
    checkCount(where, nRows!, values[some.length]);
    some.forEach((j, k) => {
      means[j] = values[k] / weight;
    });
  }
  const centred = (j: number): Expression => alias(`se_z${j}`);
  const firsts = counts.map(() => new Float64Array(p + 1));
  const products = counts.map(() => new Float64Array((p + 1) ** 2));
  for (let top = 0; top <= p; top += TILE)
    for (let left = 0; left <= top; left += TILE) {
      const rows = rangeOf(top, Math.min(top + TILE, p + 1));
      const own = left === top ? rows : rangeOf(left, left + TILE);
      const used = [...new Set([...own, ...rows])];
      const level = new Map(
        used.map((j) => [`se_z${j}`, minus(j < p ? alias(`se_x${j}`) : minus(y, o), means[j])] as const),
      );
      const pairs = rows.flatMap((j) => own.filter((k) => k <= j).map((k) => [j, k] as const));
      const sums = pairs.map(([j, k]) => total(times(w, centred(j), centred(k))));
      if (left === top) sums.push(...rows.map((j) => total(times(w, centred(j)))));
      const base = rowLevel(
        columns,
        nFolds,
        used.filter((j) => j < p),
      );
      const values = await byFold(sums, [base, level]);
      for (const [fold, found] of values.entries()) {
        pairs.forEach(([j, k], at) => {
          products[fold][j * (p + 1) + k] = found[at];
          products[fold][k * (p + 1) + j] = found[at];
        });
        if (left === top)
          rows.forEach((j, at) => {
            firsts[fold][j] = found[pairs.length + at];
          });
      }
    }
  // Means are those of the rows whose products are added up.
  const shifts = means.map((_, j) => firsts.reduce((sum, own) => sum + own[j], 0) / weight);
  shifts.forEach((shift, j) => {
    const square = products.reduce((sum, own) => sum + own[j * (p + 2)], 0) / weight;
    const what = `the mean of ${JSON.stringify(featureNames[j] ?? responseName)}`;
    // Columns whose squares overflow are refused later.
    if (square < Number.POSITIVE_INFINITY)
      checkSum(
        where,
        what,
        means[j] + shift,
        means[j],
        Math.sqrt(square) + Math.abs(means[j]) + (j < p ? 0 : sumOf(10) / weight),
      );
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
        (sum, at) => sum / total - shift[Math.floor(at / (p + 1))] * shift[at % (p + 1)],
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

function rangeOf(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, k) => from + k);
}

/** A table in a database, whose passes are queries. */
class SqlTable implements DesignTable {
  readonly featureNames: readonly string[];
  readonly means: Float64Array;
  readonly deviations: Float64Array;
  readonly spread: Float64Array;
  readonly usesOffset: boolean;
  readonly sampleHasFeatures = false;
  readonly #where: string;
  readonly #columns: SqlColumns;
  readonly #nFolds: number;
  readonly #found: SqlSummary;
  readonly #reads: { passes: number };
  #second: number | undefined;
  #quantiles: readonly number[] | undefined;

  constructor(
    where: string,
    columns: SqlColumns,
    nFolds: number,
    found: SqlSummary,
    reads: { passes: number },
  ) {
    const { means, spread, deviations } = scalesOf(found);
    this.featureNames = columns.encoder.featureNames;
    this.means = means;
    this.spread = spread;
    this.deviations = deviations;
    this.usesOffset = columns.offset !== undefined;
    this.#where = where;
    this.#columns = columns;
    this.#nFolds = nFolds;
    this.#found = found;
    this.#reads = reads;
  }

  codeAs(classes: readonly ClassLabel[] | undefined, loss: Datafit): void {
    // Texts are read as their codes.
    this.#second = this.#columns.labels ? 1 : (classes?.[1] as number | undefined);
    if (classes) return;
    for (const value of this.#found.range) {
      const what = `column ${JSON.stringify(this.#columns.responseName)}`;
      const fault = targetFault(this.#where, what, loss, value);
      if (fault) throw fault;
    }
  }

  async classes(): Promise<ClassLabel[]> {
    const { labels, session, source, response } = this.#columns;
    if (labels) return [...labels];
    this.#reads.passes++;
    const own = inSql(response, session.dialect);
    const found = await session.sums([own], `${source} GROUP BY ${own} LIMIT 3`);
    return found.flat().sort((a, b) => a - b);
  }

  async lossFor(datafit: Datafit): Promise<Datafit> {
    // The best constant of these losses is about a quantile, and of the others what the mean response tells.
    if (datafit.quadratic || !datafit.dependsOnResidual) return datafit;
    const { session, source, response, offset, sampleWeight } = this.#columns;
    this.#reads.passes++;
    const target = offset ? minus(response, offset) : response;
    this.#quantiles = await session.quantiles(source, target, sampleWeight ?? literal(1), SHARES);
    if (!datafit.forTarget) return datafit;
    const [lowest, low, high, highest] = [0.05, 0.25, 0.75, 0.95].map(
      (share) => this.#quantiles![SHARES.indexOf(share)],
    );
    const p = this.featureNames.length;
    const { covariance } = mergedSummary(this.#found.moments);
    return loadTableFits().lossOfScale(
      datafit,
      [lowest, low, high, highest],
      Math.sqrt(covariance[p * (p + 2)]),
    );
  }

  hasConjugate(datafit: Datafit): boolean {
    return sqlLossOf(this.#where, datafit).conjugate !== undefined;
  }

  momentsOf(rows?: RowSet): TableMoments {
    return momentsOfFolds(this.#found, rows);
  }

  get passes(): number {
    return this.#reads.passes;
  }

  /** Rows with the quantiles of the response, where they were asked for; else two with its mean, which tells the best constant of most losses. */
  get sample(): RowBlock {
    return this.#quantiles ? this.#quantileRows(this.#quantiles) : this.#meanRows();
  }

  /** Rows at the means of the features, whose responses less their offsets are these. */
  #quantileRows(quantiles: readonly number[]): RowBlock {
    const p = this.featureNames.length;
    const columns = new DenseBlock(quantiles.length, p + 1);
    columns.values.fill(1, quantiles.length * p);
    const weights = new Float64Array(quantiles.length).fill(1);
    return { columns, target: Float64Array.from(quantiles), weights, offset: undefined };
  }

  #meanRows(): RowBlock {
    const [low, high] = this.#found.range.map((value) => this.#coded(value));
    const { meanResponse, meanOffset, range } = this.#found;
    const share = high > low ? (meanResponse - range[0]) / (range[1] - range[0]) : 0.5;
    const p = this.featureNames.length;
    const columns = new DenseBlock(2, p + 1);
    columns.values.fill(1, 2 * p);
    return {
      columns,
      target: Float64Array.of(low, high),
      weights: Float64Array.of(2 - 2 * share, 2 * share),
      offset: this.usesOffset ? Float64Array.of(meanOffset, meanOffset) : undefined,
    };
  }

  async evaluate(datafit: Datafit, points: readonly PassPoint[]): Promise<PassSums[]> {
    const { session, source, response, sampleWeight, offset, foldKey, features } = this.#columns;
    this.#reads.passes++;
    const rows = {
      target: response,
      features: features.map((feature, j) => over(minus(feature, this.means[j]), this.deviations[j])),
      response: this.#second === undefined ? response : cases([[equals(response, this.#second), 1]], 0),
      sampleWeight,
      offset,
      fold: this.#nFolds > 1 && foldKey ? foldOf(foldKey, this.#nFolds) : undefined,
    };
    const loss = sqlLossOf(this.#where, datafit);
    const sums = await sumsOfPoints(session, source, rows, loss, points, this.#totals);
    points.forEach(({ rows: own }, k) => {
      const isIn = (fold: number): boolean => own === undefined || (fold === own.fold) === own.isHeldOut;
      const weight = this.#found.moments.reduce(
        (sum, { nSamples }, fold) => sum + (isIn(fold) ? nSamples : 0),
        0,
      );
      checkSum(this.#where, "the sum of sampleWeight of a fold", sums[k].weight, weight, weight);
    });
    return sums;
  }

  get #totals(): RowTotals {
    const { nSamples, moments, meanResponse, responseSize } = this.#found;
    return {
      nRows: nSamples,
      weight: moments.reduce((sum, { nSamples: own }) => sum + own, 0),
      meanResponse,
      responseSize,
      distances: this.means.map((mean, j) => mean / this.deviations[j]),
    };
  }

  #coded(value: number): number {
    return this.#second === undefined ? value : value === this.#second ? 1 : 0;
  }
}
