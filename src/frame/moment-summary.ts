import type { MomentMatrix } from "../design/design-input";
import { type Displayable, type MimeBundle, makeDisplayable } from "../display/mime-bundle";
import { Table } from "../display/table";
import { mustBe } from "../errors";
import type {
  AnyEstimator,
  PathOptions,
  RunOptions,
  SampleOptions,
  SparseLinearFit,
  SparsePath,
} from "../estimators";
import { checkKeys, checkMethods } from "../options";
import { equivalentRows } from "./equivalent-rows";

/** What a fit of a summary takes besides it: rows have neither weights nor offsets any more. */
export type SummaryRunOptions = Omit<RunOptions, keyof SampleOptions>;

/** What a path of a summary takes besides it. */
export type SummaryPathOptions = Omit<PathOptions, keyof SampleOptions>;

/** What a {@link MomentSummary} is made of. */
export interface MomentSummaryFields {
  readonly featureNames: readonly string[];
  readonly responseName: string;
  readonly nSamples: number;
  readonly nDropped: number;
  /** Of the features in their order and then the response. */
  readonly means: Float64Array;
  /** The same, row-major, the divisor `nSamples`. */
  readonly covariance: Float64Array;
}

const runKeys = ["onProgress", "signal"];
const pathKeys = ["lambdas", "nLambdas", "lambdaMinRatio", ...runKeys];

/**
 * The means and covariances of features and a response: all that a squared error, whatever its penalty, asks of rows, and
 * `p^2` numbers however many rows there are.
 */
export class MomentSummary implements Displayable {
  /** One a feature. */
  readonly featureNames: readonly string[];
  /** Name of the response. */
  readonly responseName: string;
  /** Rows that were summed up. */
  readonly nSamples: number;
  /** Rows that were left out for a missing value. */
  readonly nDropped: number;
  /** Of the features, and last of the response. */
  readonly means: Float64Array;
  /** Of the same, row-major, with divisor `nSamples`. */
  readonly covariance: Float64Array;

  constructor(fields: MomentSummaryFields) {
    this.featureNames = fields.featureNames;
    this.responseName = fields.responseName;
    this.nSamples = fields.nSamples;
    this.nDropped = fields.nDropped;
    this.means = fields.means;
    this.covariance = fields.covariance;
  }

  /**
   * What `estimator.fit` gives of the rows themselves.
   *
   * The estimator sees `p + 2` rows of the same means and covariances, so its `standardize`, intercept, penalty factors and
   * groups mean what they always do.
   *
   * @param estimator of a squared error and one response.
   * @throws InputError for another loss, and as `estimator.fit`.
   */
  fit(estimator: AnyEstimator, run: SummaryRunOptions = {}): SparseLinearFit {
    const where = "MomentSummary.fit";
    checkEstimator(where, estimator);
    checkKeys(where, run, runKeys);
    return estimator.fit(...this.#rows(), run) as SparseLinearFit;
  }

  /**
   * What `estimator.path` gives of the rows themselves, criteria and default lambdas too.
   *
   * @param options as of `estimator.path`, but for what is known of single rows.
   * @throws InputError for another loss than squared error, and as `estimator.path`.
   */
  path(estimator: AnyEstimator, options: SummaryPathOptions = {}): SparsePath {
    const where = "MomentSummary.path";
    checkEstimator(where, estimator);
    checkKeys(where, options, pathKeys);
    return estimator.path(...this.#rows(), options) as SparsePath;
  }

  /** Mean and standard deviation of each column. */
  summary(): Table {
    const dropped = this.nDropped > 0 ? `, ${this.nDropped} dropped for missing values` : "";
    const names = [...this.featureNames, this.responseName];
    return new Table({
      title: `${this.nSamples} rows${dropped}; ${this.featureNames.length} features of ${this.responseName}`,
      columns: ["column", "mean", "standard deviation"],
      rows: names.map((name, j) => [name, this.means[j], Math.sqrt(this.covariance[j * names.length + j])]),
    });
  }

  toString(): string {
    return this.summary().toString();
  }

  toMimeBundle(): MimeBundle {
    return this.summary().toMimeBundle();
  }

  #rows(): [MomentMatrix, Float64Array] {
    const columns = equivalentRows(this.means, this.covariance);
    const [nSamples, nFeatures] = [columns[0].length, this.featureNames.length];
    const data = new Float64Array(nSamples * nFeatures);
    for (let j = 0; j < nFeatures; j++) {
      for (let i = 0; i < nSamples; i++) data[i * nFeatures + j] = columns[j][i];
    }
    const { featureNames } = this;
    return [{ data, nSamples, nFeatures, featureNames, nRepresented: this.nSamples }, columns[nFeatures]];
  }
}

makeDisplayable(MomentSummary);

function checkEstimator(where: string, estimator: AnyEstimator): void {
  checkMethods(where, "estimator", estimator, ["fit", "path"], "an estimator such as new SmoothLasso()");
  const { datafit } = estimator.params;
  if (datafit && !(datafit.quadratic && datafit.responses === undefined)) {
    const rule = "squaredError() of one response, of which means and covariances tell all";
    throw mustBe(where, "datafit", rule, datafit.name);
  }
}
