/** A table in a database as one that is read in passes ({@link SqlSource}): each pass is a few queries for sums. */
import type { Datafit } from "../../datafits";
import { DenseBlock } from "../../design/dense-block";
import type { ClassLabel } from "../../design/targets/class-codes";
import { counted } from "../../display/formatting";
import { InputError, mustBe } from "../../errors";
import type {
  PassOptions,
  PassPoint,
  PassSums,
  RowBlock,
  RowSet,
  TableMoments,
} from "../../estimators/out-of-core/passes";
import type { FrameEncoder } from "../frame-encoder";
import { mergedSummary } from "../moment-summary";
import {
  type DesignTable,
  loadTableFits,
  momentsOfFolds,
  scalesOf,
  type TableSource,
  targetFault,
} from "../table-design";
import { cases, type Expression, equals, foldOf, inSql, literal, minus, over } from "./expression";
import { sqlLossOf } from "./losses";
import { checkSum, type RowTotals } from "./row-totals";
import type { SqlColumns } from "./sql-columns";
import { SUMS_PER_QUERY } from "./sql-session";
import { type SqlSummary, summarize } from "./sql-summary";
import { sumsOfPoints } from "./sql-sums";

/** The quantiles of the response from which null models of robust losses begin. */
const SHARES = Array.from({ length: 19 }, (_, k) => (k + 1) / 20);

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
