/** Means and covariances in place of rows ({@link MomentSummary}), from which models with squared error are fitted. */
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
import { pivotedCholesky } from "../linalg/cholesky";
import { checkKeys, checkMethods } from "../options";

/** Options of a fit of a summary, in which rows have neither weights nor offsets. */
export type SummaryRunOptions = Omit<RunOptions, keyof SampleOptions>;

/** Options of a path of a summary. */
export type SummaryPathOptions = Omit<PathOptions, keyof SampleOptions>;

/** The fields of a {@link MomentSummary}. */
export interface MomentSummaryFields {
  readonly featureNames: readonly string[];
  readonly responseName: string;
  readonly nSamples: number;
  readonly nDropped: number;
  /** Means of the features in their order and then of the response. */
  readonly means: Float64Array;
  /** Covariances in the same order, row-major, with divisor `nSamples`. */
  readonly covariance: Float64Array;
}

const runKeys = ["onProgress", "signal"];
const pathKeys = ["lambdas", "nLambdas", "lambdaMinRatio", ...runKeys];

/**
 * The means and covariances of features and a response, `p^2` numbers for any number of rows, which determine a fit with squared
 * error and any penalty.
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
  /** Means of the features, and last of the response. */
  readonly means: Float64Array;
  /** Covariances in the same order, row-major, with divisor `nSamples`. */
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
   * Returns the result of `estimator.fit` on the rows themselves.
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
   * Returns the result of `estimator.path` on the rows themselves, with the same criteria and default lambdas.
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

/**
 * Returns a few rows with given means and covariances (divisor: the number of rows), which a squared error cannot distinguish from
 * the original rows.
 *
 * `Z = sqrt(m) H [0; R]` with `R'R` the covariance and `H` the reflection that takes the first unit vector to a constant one, so
 * that the columns of `Z` have mean 0. `R` is computed on the scale of correlations.
 *
 * @param covariance row-major, of `means.length` columns.
 * @returns columns, each of as many rows as the covariance has rank, and one more; at least 2.
 */
export function equivalentRows(means: Float64Array, covariance: Float64Array): Float64Array[] {
  const p = means.length;
  const deviations = Float64Array.from({ length: p }, (_, j) => Math.sqrt(covariance[j * p + j]));
  const correlation = covariance.map((value, at) => {
    const scale = deviations[Math.floor(at / p)] * deviations[at % p];
    return scale > 0 ? value / scale : 0;
  });
  const factor = pivotedCholesky(correlation, p);
  const m = Math.max(2, factor.length + 1);
  const entry = 1 / Math.sqrt(m);
  // H = I - 2 v v' / v'v with v = e_1 - entry.
  const [first, others, square] = [1 - entry, -entry, 2 - 2 * entry];
  return Array.from(means, (mean, j) => {
    const scale = deviations[j] * Math.sqrt(m);
    const sum = factor.reduce((total, row) => total + row[j], 0);
    const share = (2 * others * sum) / square;
    return Float64Array.from({ length: m }, (_, i) => {
      const own = i > 0 && i <= factor.length ? factor[i - 1][j] : 0;
      return mean + scale * (own - share * (i === 0 ? first : others));
    });
  });
}
