/** Fits estimators to tables that are read in passes ({@link TableDesign}), as files and databases are. */
import type { Datafit } from "../datafits";
import type { DesignInput } from "../design/design-input";
import { textInTarget } from "../design/finite-values";
import { type OfFrames, ofFeatures } from "../design/of-frames";
import type { ClassLabel } from "../design/targets/class-codes";
import { counted } from "../display/formatting";
import { Table, TableResult } from "../display/table";
import { InputError, listOf, mustBe, placeOf } from "../errors";
import type { CrossValidation, SparseLinearFit, SparsePath } from "../estimators";
import { checkNotOfFrames } from "../estimators/named/frame-estimator";
import { checkRun } from "../estimators/options/run-options";
import type { TableEstimator, TableRunOptions, TableTask } from "../estimators/out-of-core/fit-table";
import type { PassOptions, PassTable, RowSet, TableMoments } from "../estimators/out-of-core/passes";
import type { RowMeasure } from "../estimators/results/score";
import { checkMethods } from "../options";
import type { PlacedText } from "./files/file-texts";
import type { FrameEncoder } from "./frame-encoder";
import { type MomentSummary, mergedSummary, momentRows } from "./moment-summary";

/** Options of a cross-validation of a table: those of a path, and the number of folds. */
export interface TableCrossValidationOptions extends TableRunOptions {
  /** Number of folds, an integer of at least 2. Default: 10. */
  readonly folds?: number;
  /** The measure of rows held out, as in memory; misclassification is of two classes. Default: `"deviance"`. */
  readonly measure?: "deviance" | RowMeasure;
}

/** The features of a fit. */
type RefitFeatures = Pick<SparseLinearFit, "support" | "featureNames">;

const runKeys = ["onProgress", "signal"];
const pathKeys = ["lambdas", "nLambdas", "lambdaMinRatio", ...runKeys];

/** Why options of a cross-validation in memory are none of a table. */
const refusedOfFolds: Readonly<Record<string, string>> = Object.fromEntries([
  ...["foldId", "sampleGroups"].map((key) => [key, "the column foldBy decides the fold of a row"]),
  ...["stratified", "seed", "repeats", "timeOrdered"].map((key) => [
    key,
    `${key} must have the rows in memory, since a hash decides the fold of a row`,
  ]),
  ...["grid", "relax", "keep", "preprocess", "workers"].map((key) => [
    key,
    `${key} must have the rows in memory`,
  ]),
]);

/** The sums over the rows of a table, one entry a fold. */
export interface TableSummary {
  /** Number of rows. */
  readonly nSamples: number;
  readonly moments: readonly MomentSummary[];
  /** Number of rows of positive weight. */
  readonly nCounted: readonly number[];
  /** The least and the largest response of the rows of positive weight. */
  readonly ranges: readonly (readonly [low: number, high: number])[];
  /** The number of each row's fold; empty where there are none, and where rows are never read. */
  readonly foldId: Int32Array;
}

/** A table that is read in passes, and its response. */
export interface DesignTable extends PassTable {
  /** Has passes take the response as a loss does: 0 and 1 of two classes. The next pass checks that it is in the domain of the loss. */
  codeAs(classes: readonly ClassLabel[] | undefined, loss: Datafit): void;
  /** The labels of the response, ascending; of numbers at most a few. */
  classes(): Promise<ClassLabel[]>;
  /** The loss in the unit of the response, from which the table learns where its null model may begin. */
  lossFor(datafit: Datafit): Promise<Datafit>;
}

/** Where the rows of a {@link TableDesign} lie. */
export interface TableSource<Summary extends TableSummary> {
  /** Name of the class, for errors. */
  readonly name: string;
  readonly encoder: FrameEncoder;
  readonly responseName: string;
  /** The labels of a response of texts or truth values, ascending. */
  readonly labels: readonly (string | boolean)[] | undefined;
  readonly usesOffset: boolean;
  /** The first text of the response that is no number; left out where rows have no places. */
  textInResponse?(): Promise<PlacedText | undefined>;
  /** The column that decides the fold of a row. */
  readonly foldBy: string | undefined;
  /** Number of passes over the rows so far. */
  readonly passes: number;
  /** Sums up the rows of each fold. */
  summarize(where: string, nFolds: number, run: PassOptions): Promise<Summary>;
  tableOf(where: string, nFolds: number, summary: Summary, run: PassOptions): DesignTable;
}

/** A table that estimators are fitted to in passes over its rows, wherever they lie. */
export abstract class TableDesign<Summary extends TableSummary = TableSummary> extends TableResult {
  /** One a feature; distinct. */
  readonly featureNames: readonly string[];
  /** One label a feature, as group penalties take them: the indicators of one column are one group. */
  readonly groups: number[];
  /** Name of the response. */
  readonly responseName: string;
  /** The encoder of the features, for new frames in memory. */
  readonly encoder: FrameEncoder;
  readonly #source: TableSource<Summary>;
  #first: { readonly nFolds: number; readonly summary: Summary } | undefined;

  constructor(source: TableSource<Summary>) {
    super();
    this.#source = source;
    this.encoder = source.encoder;
    this.featureNames = source.encoder.featureNames;
    this.groups = source.encoder.groups;
    this.responseName = source.responseName;
  }

  /** Number of passes over the rows so far, without those that learnt levels and means and, in a database, checked the values. */
  get passes(): number {
    return this.#source.passes;
  }

  /** Number of rows; undefined before the first pass. */
  get nSamples(): number | undefined {
    return this.#first?.summary.nSamples;
  }

  /** The features of a new frame, as those of the table were encoded. */
  encode(frame: DesignInput): ReturnType<FrameEncoder["encode"]> {
    return this.encoder.encode(frame);
  }

  /**
   * Returns the result of `estimator.fit` on the rows in memory, at the estimator's `lambda`.
   *
   * @param estimator of a loss that is a sum over rows of one response.
   * @throws InputError for another loss, and as `estimator.fit`; naming the first value that is no finite number.
   */
  async fit(
    estimator: TableEstimator,
    run: Pick<TableRunOptions, "onProgress" | "signal"> = {},
  ): Promise<SparseLinearFit> {
    const where = `${this.#source.name}.fit`;
    checkEstimator(where, estimator);
    checkRun(where, run, runKeys);
    const { lambda } = estimator.params;
    if (lambda === undefined)
      throw mustBe(
        where,
        "lambda",
        "given",
        lambda,
        "use path(estimator) to see a whole grid of them, crossValidate(estimator) to choose one",
      );
    const path = await this.#path(where, estimator, { lambdas: [lambda], ...run }, 1);
    return path.fits[0];
  }

  /**
   * Returns the result of `estimator.path` on the rows in memory.
   *
   * @param options as of `estimator.path`, but for weights and offsets, which are columns of the table.
   * @throws InputError as `fit`.
   */
  async path(estimator: TableEstimator, options: TableRunOptions = {}): Promise<SparsePath> {
    const where = `${this.#source.name}.path`;
    checkEstimator(where, estimator);
    checkRun(where, options, pathKeys);
    return this.#path(where, estimator, options, 1);
  }

  /**
   * Returns the result of `estimator.crossValidate` on the rows in memory, by a measure that is a mean over rows.
   *
   * The fold of a row is a hash of the value of the column `foldBy`, the lower half of its MD5 as a text modulo 2^32 and then the number of
   * folds, so that rows of one value are in one fold; of files without the column, a hash of the number of the row.
   *
   * @throws InputError as `path`, and where a fold has no rows.
   */
  async crossValidate(
    estimator: TableEstimator,
    options: TableCrossValidationOptions = {},
  ): Promise<CrossValidation> {
    const where = `${this.#source.name}.crossValidate`;
    checkEstimator(where, estimator);
    checkRun(where, options, [...pathKeys, "folds", "measure"], refusedOfFolds);
    const { folds: nFolds = 10, measure, ...grid } = options;
    const { tableLossOf, tableMeasureOf } = loadTableFits();
    const { crossValidateTable, crossValidationOf, scoreFolds } = loadTableValidation();
    const { quadratic } = tableLossOf(where, estimator);
    const { label, row } = tableMeasureOf(where, estimator, measure);
    if (!(Number.isInteger(nFolds) && nFolds >= 2)) throw mustBe(where, "folds", "an integer >= 2", nFolds);
    const { summary, table } = await this.#prepared(where, estimator, nFolds, grid);
    const empty = summary.nCounted.indexOf(0);
    if (empty >= 0) {
      const { foldBy } = this.#source;
      const remedy = foldBy === undefined ? "take fewer" : "take fewer, or a column with more values";
      const hashed = foldBy === undefined ? "rows" : `the values of ${JSON.stringify(foldBy)}`;
      throw mustBe(
        where,
        "folds",
        "so few that each has rows",
        nFolds,
        `fold ${empty} has none, since a hash divides ${hashed} into folds, so ${remedy}`,
      );
    }
    const { foldId } = summary;
    const task = await this.#task(where, estimator, table);
    if (!quadratic) return crossValidateTable(task, grid, { nFolds, foldId, label, measure: row });
    const path = await this.#path(where, estimator, grid, nFolds);
    const trained = summary.moments.map((_, fold) => {
      const { fits } = this.#pathOfMoments(estimator, table.momentsOf({ fold, isHeldOut: false }), {
        lambdas: path.lambdas,
        onProgress: () => {},
      });
      return fits;
    });
    const ofMoments = (own: MomentSummary, fold: number): { weight: number; loss: Float64Array } => {
      const loss = trained[fold].map(({ coef, intercept }) => meanSquaredError(own, coef, intercept));
      return { weight: own.nSamples, loss: Float64Array.from(loss) };
    };
    const held =
      row && row !== "squaredError" ? await scoreFolds(task, row, trained) : summary.moments.map(ofMoments);
    return crossValidationOf(estimator, label, path, held, foldId);
  }

  /**
   * Fits without a penalty on the features of a fit, as `fit.refit()` does for rows in memory.
   *
   * @param estimator the one that was fitted, whose loss and intercept count.
   * @param fit of this table, or of rows in memory with the same features.
   * @throws InputError as `fit`, and where the fit is of other features.
   */
  async refit(
    estimator: TableEstimator,
    fit: RefitFeatures | OfFrames<"fit", RefitFeatures>,
    run: Pick<TableRunOptions, "onProgress" | "signal"> = {},
  ): Promise<SparseLinearFit> {
    const where = `${this.#source.name}.refit`;
    checkEstimator(where, estimator);
    checkRun(where, run, runKeys);
    const { support, featureNames } = ofFeatures<"fit", RefitFeatures>(fit, "fit");
    if (featureNames?.join("\n") !== this.featureNames.join("\n"))
      throw mustBe(where, "fit", "of the features of the table", featureNames);
    const unpenalized = loadTableFits().withoutPenalty(where, estimator, support, featureNames.length);
    const path = await this.#path(where, unpenalized, { lambdas: [0], ...run }, 1);
    return path.fits[0];
  }

  /** The columns and how they are read. */
  summary(): Table {
    const table = this.encoder.summary();
    const rows = this.nSamples === undefined ? "" : `${counted(this.nSamples, "row")}; `;
    return new Table({
      ...table,
      title: `${rows}${table.title}, from which ${this.responseName} is predicted`,
    });
  }

  async #path(
    where: string,
    estimator: TableEstimator,
    run: TableRunOptions,
    nFolds: number,
  ): Promise<SparsePath> {
    const { table } = await this.#prepared(where, estimator, nFolds, run);
    const { tableLossOf, pathOfTable } = loadTableFits();
    if (tableLossOf(where, estimator).quadratic)
      return this.#pathOfMoments(estimator, table.momentsOf(), run);
    return pathOfTable(await this.#task(where, estimator, table), run);
  }

  #pathOfMoments(estimator: TableEstimator, { X, y }: TableMoments, run: TableRunOptions): SparsePath {
    // The moments are those of the response less its offset, which predictions have to be given all the same.
    const offset = this.#source.usesOffset ? { offset: new Float64Array(y.length) } : {};
    return estimator.path(X, y, { ...run, ...offset }) as SparsePath;
  }

  /** The first pass, whose result is kept, and the table that it makes of the rows. */
  async #prepared(
    where: string,
    estimator: TableEstimator,
    nFolds: number,
    run: TableRunOptions,
  ): Promise<{ summary: Summary; table: DesignTable }> {
    const { response, quadratic, name } = loadTableFits().tableLossOf(where, estimator);
    const { labels } = this.#source;
    // Least squares take truth values for 0 and 1.
    if (labels && response !== "classes" && !(quadratic && typeof labels[0] === "boolean")) {
      const found = await this.#source.textInResponse?.();
      if (found)
        throw textInTarget(where, placeOf(this.responseName, found.row, found.file), found.text, labels);
      const remedy = labels.length === 2 ? "; two classes are fitted with datafit: logistic()" : "";
      throw new InputError(
        `${where}: column ${JSON.stringify(this.responseName)} must be of numbers with ${name}, got ${listOf(labels, "and")}${remedy}`,
      );
    }
    if (this.#first?.nFolds !== nFolds && !(nFolds === 1 && this.#first)) {
      const found = await this.#source.summarize(where, nFolds, run);
      for (const moments of found.moments) checkSizes(where, moments);
      this.#first = { nFolds, summary: found };
    }
    const { summary, nFolds: own } = this.#first!;
    return { summary, table: this.#source.tableOf(where, own, summary, run) };
  }

  async #task(where: string, estimator: TableEstimator, table: DesignTable): Promise<TableTask> {
    const datafit = loadTableFits().tableLossOf(where, estimator);
    let classes: ClassLabel[] | undefined;
    if (datafit.response === "classes") {
      classes = await table.classes();
      if (classes.length !== 2)
        throw new InputError(
          `${where}: ${this.responseName} must have two classes with ${datafit.name}, got ${listOf(classes, "and")}`,
        );
    }
    table.codeAs(classes, datafit);
    const loss = await table.lossFor(datafit);
    return { where, estimator, table, datafit: loss, classes };
  }
}

function checkEstimator(where: string, estimator: TableEstimator): void {
  checkNotOfFrames(where, estimator);
  checkMethods(where, "estimator", estimator, ["fit", "path"], "an estimator such as new SmoothLasso()");
}

/** @throws InputError naming the first column whose squares overflow. */
function checkSizes(where: string, { means, covariance, featureNames, responseName }: MomentSummary): void {
  const j = means.findIndex((_, k) => !Number.isFinite(covariance[k * (means.length + 1)]));
  if (j < 0) return;
  const name = JSON.stringify(j < featureNames.length ? featureNames[j] : responseName);
  throw new InputError(
    `${where}: column ${name} must be of a size below 1e140, got values whose squares overflow; rescale it`,
  );
}

/** `(m_y - b - m'beta)^2 + (-beta, 1)' C (-beta, 1)` with the means `m` and the covariances `C`. */
function meanSquaredError(
  { means, covariance }: MomentSummary,
  coef: Float64Array,
  intercept: number,
): number {
  const p = coef.length;
  const v = Float64Array.from(means, (_, j) => (j < p ? -coef[j] : 1));
  let [bias, variance] = [-intercept, 0];
  for (let j = 0; j <= p; j++) {
    bias += means[j] * v[j];
    if (v[j] !== 0) for (let k = 0; k <= p; k++) variance += v[j] * v[k] * covariance[j * (p + 1) + k];
  }
  return bias * bias + variance;
}

/** The error for a response that a loss does not take, in the words that it has for rows in memory; undefined for one that it takes. */
export function targetFault(
  where: string,
  what: string,
  loss: Datafit,
  value: number,
): InputError | undefined {
  try {
    loss.checkTarget(where, Float64Array.of(value));
    return undefined;
  } catch (error) {
    const inMemory = `${where}: y, row 0 `;
    const { message } = error as Error;
    if (!message.startsWith(inMemory)) return mustBe(where, what, `a response of ${loss.name}`, value);
    // Remedies are for rows in memory.
    const [rule] = message.slice(inMemory.length).split("; ");
    return new InputError(`${where}: ${what} ${rule}`);
  }
}

/** The moments of some folds of a table. */
export function momentsOfFolds({ moments, nCounted, ranges }: TableSummary, rows?: RowSet): TableMoments {
  const isIn = (_: unknown, fold: number): boolean =>
    rows === undefined || (fold === rows.fold) === rows.isHeldOut;
  const own = mergedSummary(moments.filter(isIn));
  const count = nCounted.filter(isIn).reduce((sum, each) => sum + each, 0);
  const [X, y] = momentRows(own, count);
  const inRows = ranges.filter(isIn);
  const low = inRows.reduce((least, [value]) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = inRows.reduce((most, [, value]) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return { X, y, nCounted: count, responseVaries: low < high };
}

/** The means and standard deviations of features by which passes standardize them; the spread of a constant one is 0, its deviation 1. */
export function scalesOf({ moments }: TableSummary): Pick<PassTable, "means" | "deviations" | "spread"> {
  const { means: all, covariance, featureNames } = mergedSummary(moments);
  const p = featureNames.length;
  const means = all.slice(0, p);
  const spread = Float64Array.from(means, (mean, j) => {
    const deviation = Math.sqrt(covariance[j * (p + 2)]);
    return deviation > 1e-14 * Math.abs(mean) ? deviation : 0;
  });
  return { means, spread, deviations: spread.map((value) => value || 1) };
}

/** Loads what fits models to tables that are read in passes. */
export function loadTableFits(): typeof import("../estimators/out-of-core/fit-table") {
  return require("../estimators/out-of-core/fit-table");
}

/** Loads what cross-validates models on such tables. */
function loadTableValidation(): typeof import("../estimators/out-of-core/cross-validate-table") {
  return require("../estimators/out-of-core/cross-validate-table");
}
