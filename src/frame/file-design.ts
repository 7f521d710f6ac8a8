/** Fits estimators to Parquet and CSV files of any length ({@link fileDesign}), in passes over their rows. */
import type { DesignInput } from "../design/design-input";
import type { ClassLabel } from "../design/targets/class-codes";
import { counted } from "../display/formatting";
import { type Displayable, type MimeBundle, makeDisplayable } from "../display/mime-bundle";
import { Table } from "../display/table";
import { InputError, listOf, mustBe } from "../errors";
import type { CrossValidation, SparseLinearFit, SparsePath } from "../estimators";
import { loadTableFits } from "../estimators/lazy";
import type { TableEstimator, TableRunOptions, TableTask } from "../estimators/out-of-core/fit-table";
import type { TableMoments } from "../estimators/out-of-core/passes";
import { checkKeys, checkMethods } from "../options";
import type { FileDesignOptions } from "./file-columns";
import { FileRows } from "./file-rows";
import { FileTable, type FirstPass, firstPass } from "./file-table";
import type { FrameEncoder } from "./frame-encoder";
import type { MomentSummary } from "./moment-summary";

/** Options of a cross-validation of files: those of a path, and the number of folds. */
export interface FileCrossValidationOptions extends TableRunOptions {
  /** Number of folds, an integer of at least 2. Default: 10. */
  readonly folds?: number;
}

const runKeys = ["onProgress", "signal"];
const pathKeys = ["lambdas", "nLambdas", "lambdaMinRatio", ...runKeys];

/**
 * A table in files, which estimators are fitted to in passes over its rows: only blocks of it are in memory at a time.
 *
 * A squared error takes one pass, for a fit, a path and a cross-validation alike. Another loss takes some ten for a path, whose lambdas, and
 * folds, take their steps side by side; `passes` counts them, and the `trace` of a fit those in which it took part.
 */
export class FileDesign implements Displayable {
  /** One a feature; distinct. */
  readonly featureNames: readonly string[];
  /** One label a feature, as group penalties take them: the indicators of one column are one group. */
  readonly groups: number[];
  /** Name of the response. */
  readonly responseName: string;
  /** The encoder of the features, for new frames in memory. */
  readonly encoder: FrameEncoder;
  readonly #rows: FileRows;
  readonly #reads = { passes: 0 };
  #first: { readonly nFolds: number; readonly found: FirstPass } | undefined;

  constructor(rows: FileRows) {
    this.#rows = rows;
    this.encoder = rows.encoder;
    this.featureNames = rows.featureNames;
    this.groups = rows.encoder.groups;
    this.responseName = rows.responseName;
  }

  /** Number of passes over the rows so far, without those that learnt levels and means. */
  get passes(): number {
    return this.#reads.passes;
  }

  /** Number of rows; undefined before the first pass. */
  get nSamples(): number | undefined {
    return this.#first?.found.nSamples;
  }

  /** The features of a new frame, as those of the files were encoded. */
  encode(frame: DesignInput): ReturnType<FrameEncoder["encode"]> {
    return this.encoder.encode(frame);
  }

  /**
   * Returns the result of `estimator.fit` on the rows in memory, at the estimator's `lambda`.
   *
   * @param estimator of a loss that is a sum over rows of one response.
   * @throws InputError for another loss, and as `estimator.fit`; naming file and row (from 0) of the first value that is no finite number.
   */
  async fit(
    estimator: TableEstimator,
    run: Pick<TableRunOptions, "onProgress" | "signal"> = {},
  ): Promise<SparseLinearFit> {
    const where = "FileDesign.fit";
    checkEstimator(where, estimator);
    checkKeys(where, run, runKeys);
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
   * @param options as of `estimator.path`, but for weights and offsets, which are columns of the files.
   * @throws InputError as `fit`.
   */
  async path(estimator: TableEstimator, options: TableRunOptions = {}): Promise<SparsePath> {
    const where = "FileDesign.path";
    checkEstimator(where, estimator);
    checkKeys(where, options, pathKeys);
    return this.#path(where, estimator, options, 1);
  }

  /**
   * Returns the result of `estimator.crossValidate` on the rows in memory, with the deviance as its measure.
   *
   * The fold of a row is a hash of the value of the column `foldBy`, the lower half of its MD5 as a text modulo 2^32 and then the number of
   * folds, so that rows of one value are in one fold; without the column, a hash of the number of the row.
   *
   * @throws InputError as `path`, and where a fold has no rows.
   */
  async crossValidate(
    estimator: TableEstimator,
    options: FileCrossValidationOptions = {},
  ): Promise<CrossValidation> {
    const where = "FileDesign.crossValidate";
    checkEstimator(where, estimator);
    checkKeys(where, options, [...pathKeys, "folds"]);
    const { folds: nFolds = 10, ...grid } = options;
    if (!(Number.isInteger(nFolds) && nFolds >= 2)) throw mustBe(where, "folds", "an integer >= 2", nFolds);
    const { found, table } = await this.#prepared(where, estimator, nFolds);
    const empty = found.nCounted.indexOf(0);
    if (empty >= 0)
      throw mustBe(where, "folds", "so few that each has rows", nFolds, `fold ${empty} has none`);
    const { tableLossOf, crossValidateTable, crossValidationOf } = loadTableFits();
    if (!tableLossOf(where, estimator).quadratic) {
      const task = await this.#task(where, estimator, table);
      return crossValidateTable(task, grid, { nFolds, foldId: found.foldId });
    }
    const path = await this.#path(where, estimator, grid, nFolds);
    const held = found.moments.map((own, fold) => {
      const { lambdas } = path;
      const trained = this.#pathOfMoments(estimator, table.momentsOf({ fold, isHeldOut: false }), {
        lambdas,
        onProgress: () => {},
      });
      const loss = Float64Array.from(trained.fits, ({ coef, intercept }) =>
        meanSquaredError(own, coef, intercept),
      );
      return { weight: own.nSamples, loss };
    });
    return crossValidationOf(estimator, "mean squared error", path, held, found.foldId);
  }

  /** The columns and how they are read. */
  summary(): Table {
    const table = this.encoder.summary();
    const rows = this.nSamples === undefined ? "" : `${counted(this.nSamples, "row")}; `;
    return new Table({
      ...table,
      title: `${rows}${table.title}, of which ${this.responseName} is predicted`,
    });
  }

  toString(): string {
    return this.summary().toString();
  }

  toMimeBundle(): MimeBundle {
    return this.summary().toMimeBundle();
  }

  async #path(
    where: string,
    estimator: TableEstimator,
    run: TableRunOptions,
    nFolds: number,
  ): Promise<SparsePath> {
    const { table } = await this.#prepared(where, estimator, nFolds);
    const { tableLossOf, pathOfTable } = loadTableFits();
    if (tableLossOf(where, estimator).quadratic)
      return this.#pathOfMoments(estimator, table.momentsOf(), run);
    return pathOfTable(await this.#task(where, estimator, table), run);
  }

  #pathOfMoments(estimator: TableEstimator, { X, y }: TableMoments, run: TableRunOptions): SparsePath {
    // The moments are those of the response less its offset, which predictions have to be given all the same.
    const offset = this.#rows.has("offset") ? { offset: new Float64Array(y.length) } : {};
    return estimator.path(X, y, { ...run, ...offset }) as SparsePath;
  }

  /** The first pass, whose result is kept, and the table that it makes of the files. */
  async #prepared(
    where: string,
    estimator: TableEstimator,
    nFolds: number,
  ): Promise<{ found: FirstPass; table: FileTable }> {
    const { response, quadratic, name } = loadTableFits().tableLossOf(where, estimator);
    const { labels } = this.#rows;
    // Least squares take truth values for 0 and 1.
    if (labels && response !== "classes" && !(quadratic && typeof labels[0] === "boolean"))
      throw mustBe(where, `column ${JSON.stringify(this.responseName)}`, `of numbers with ${name}`, labels);
    if (this.#first?.nFolds !== nFolds && !(nFolds === 1 && this.#first)) {
      this.#reads.passes++;
      this.#first = { nFolds, found: await firstPass(where, this.#rows, nFolds) };
    }
    const { found } = this.#first!;
    const table = new FileTable(where, this.#rows, this.#first!.nFolds, found, this.#reads);
    return { found, table };
  }

  async #task(where: string, estimator: TableEstimator, table: FileTable): Promise<TableTask> {
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
    const loss = datafit.forTarget ? await table.lossFor(datafit) : datafit;
    return { where, estimator, table, datafit: loss, classes };
  }
}

makeDisplayable(FileDesign);

function checkEstimator(where: string, estimator: TableEstimator): void {
  checkMethods(where, "estimator", estimator, ["fit", "path"], "an estimator such as new SmoothLasso()");
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

/**
 * Opens files as a table that estimators are fitted to in passes over its rows, in memory of the order of the square of its columns.
 *
 * Columns are read as `fromFrame` reads them: numbers as they are, texts as indicators of their levels, missing values by a rule. Levels and
 * the values for missing ones take queries of their own over the columns concerned.
 *
 * @param paths a Parquet file, a CSV or TSV file with a header, perhaps gzipped, a pattern of such names with `*` and `?`, or a list; all
 * with the same columns.
 * @param options `response`, the name of the column to predict, and which columns are read in which way.
 * @throws InputError when the package `@duckdb/node-api` is not there, no file matches, the columns of the files differ, or one that is
 * named is not among them.
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 * writeFileSync("flat-1.csv", "area,city,rent\n50,Ulm,9\n70,Kiel,14\n");
 * writeFileSync("flat-2.csv", "area,city,rent\n90,Kiel,15\n60,Ulm,13\n");
 * const flats = await fileDesign("flat-*.csv", { response: "rent" });
 * const path = await flats.path(new SmoothLasso());
 * flats.passes; // 1
 * flats.featureNames; // ["area", "city=Ulm"]
 * ```
 */
export async function fileDesign(
  paths: string | readonly string[],
  options: FileDesignOptions,
): Promise<FileDesign> {
  return new FileDesign(await FileRows.open("fileDesign", paths, options));
}
