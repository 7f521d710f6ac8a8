/** Means and covariances in place of rows ({@link MomentSummary}), from which models with squared error are fitted. */
import type { MomentMatrix } from "../design/design-input";
import { Table, TableResult } from "../display/table";
import { InputError, mustBe } from "../errors";
import type {
  AnyEstimator,
  PathOptions,
  RunOptions,
  SampleOptions,
  SparseLinearFit,
  SparsePath,
} from "../estimators";
import { checkNotOfFrames } from "../estimators/named/frame-estimator";
import { headerOf, type JsonNumber, type JsonRecord, recordOf, toJsonNumber } from "../json-record";
import { pivotedCholesky } from "../linalg/cholesky";
import { checkKeys, checkMethods } from "../options";

/** Options of a fit of a summary, in which rows have neither weights nor offsets. */
export type SummaryRunOptions = Omit<RunOptions, keyof SampleOptions>;

/** Options of a path of a summary. */
export type SummaryPathOptions = Omit<PathOptions, keyof SampleOptions>;

/** The fields of a {@link MomentSummary}. */
export interface MomentSummaryFields {
  /** One a feature. */
  readonly featureNames: readonly string[];
  /** Name of the response. */
  readonly responseName: string;
  /** Rows that were summed up. */
  readonly nSamples: number;
  /** Rows that were left out for a missing value. */
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
export class MomentSummary extends TableResult {
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
    super();
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
    return estimator.fit(...this.#rows(where), run) as SparseLinearFit;
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
    return estimator.path(...this.#rows(where), options) as SparsePath;
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

  /** The summary as plain JSON, which `JSON.stringify(summary)` calls and `momentSummaryFromJSON` reads. */
  toJSON(): MomentSummaryJson {
    const { featureNames, responseName, nSamples, nDropped, means, covariance } = this;
    return {
      ...headerOf("smooth-edges/moment-summary"),
      featureNames,
      responseName,
      nSamples,
      nDropped,
      means: Array.from(means, toJsonNumber),
      covariance: Array.from(covariance, toJsonNumber),
    };
  }

  #rows(where: string): [MomentMatrix, Float64Array] {
    if (this.nSamples < 2) {
      throw mustBe(where, "the number of rows without missing values", "at least 2", this.nSamples);
    }
    return momentRows(this, this.nSamples);
  }
}

function checkEstimator(where: string, estimator: AnyEstimator): void {
  checkNotOfFrames(where, estimator);
  checkMethods(where, "estimator", estimator, ["fit", "path"], "an estimator such as new SmoothLasso()");
  const { datafit } = estimator;
  if (!(datafit.quadratic && datafit.responses === undefined)) {
    const rule = "squaredError() of one response, of which means and covariances tell all";
    throw mustBe(where, "datafit", rule, datafit.name);
  }
}

/** A {@link MomentSummary} as plain JSON. */
export interface MomentSummaryJson extends Omit<MomentSummaryFields, "means" | "covariance"> {
  /** Kind of the file. */
  readonly format: "smooth-edges/moment-summary";
  /** Version of the format; files of other versions are refused. */
  readonly version: number;
  /** Means of the features in their order and then of the response. */
  readonly means: readonly JsonNumber[];
  /** Covariances in the same order, row-major, with divisor `nSamples`. */
  readonly covariance: readonly JsonNumber[];
}

/**
 * Returns the summary that `JSON.stringify(summary)` wrote, to the same bits.
 *
 * @param json the text, or what `JSON.parse` made of it.
 * @throws InputError naming the field that is not as it was written, or when another version of the format wrote it.
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 * writeFileSync("rent.csv", "area,floor,rent\n50,1,9\n70,3,14\n90,2,15\n60,4,13\n");
 * const summary = await summarizeFile("rent.csv", { response: "rent" });
 * momentSummaryFromJSON(JSON.stringify(summary)).nSamples; // 4
 * ```
 */
export function momentSummaryFromJSON(json: string | MomentSummaryJson | object): MomentSummary {
  const record = recordOf("momentSummaryFromJSON", json, "smooth-edges/moment-summary");
  const fields = {
    featureNames: record.strings("featureNames"),
    responseName: record.text("responseName"),
    nSamples: record.count("nSamples"),
    nDropped: record.count("nDropped"),
    means: record.finites("means"),
    covariance: record.finites("covariance"),
  };
  checkMoments(record, fields);
  return new MomentSummary(fields);
}

function checkMoments(
  record: JsonRecord,
  { featureNames, responseName, means, covariance }: MomentSummaryFields,
): void {
  const p = featureNames.length + 1;
  if (new Set([...featureNames, responseName]).size !== p || p < 2) {
    throw record.mustBe("featureNames", "at least one name, each another than the others and the response");
  }
  if (means.length !== p) throw record.mustBe("means", `an array of ${p}, one a feature and the response`);
  const isCovariance =
    covariance.length === p * p &&
    covariance.every((value, at) => {
      const [j, k] = [Math.floor(at / p), at % p];
      const bound = Math.sqrt(covariance[j * p + j]) * Math.sqrt(covariance[k * p + k]);
      return value === covariance[k * p + j] && Math.abs(value) <= bound * (1 + 1e-9);
    });
  if (!isCovariance) throw record.mustBe("covariance", `a symmetric matrix of ${p} x ${p} covariances`);
}

/**
 * Returns the summary of all rows from those of parts of them, such as the files of a table or the tasks of a cluster.
 *
 * The order of the parts and their nesting change the result by rounding only. Parts without rows are allowed.
 *
 * @param summaries at least one, all of the same features in the same order and of the same response.
 * @throws InputError for an empty list, or naming the first part that has other columns, or the very means and covariances of an earlier one
 * although it has more rows than columns and one more, and a column that varies: its rows would be counted twice.
 * @see Chan, Golub and LeVeque, Algorithms for computing the sample variance (1983)
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 * writeFileSync("part-1.csv", "area,rent\n50,9\n70,14\n");
 * writeFileSync("part-2.csv", "area,rent\n90,15\n60,13\n");
 * const one = await summarizeFile("part-1.csv", { response: "rent" });
 * const two = await summarizeFile("part-2.csv", { response: "rent" });
 * mergeMomentSummaries([one, two]).means; // [67.5, 12.75]
 * ```
 */
export function mergeMomentSummaries(summaries: readonly MomentSummary[]): MomentSummary {
  const where = "mergeMomentSummaries";
  if (!Array.isArray(summaries) || summaries.length === 0) {
    throw mustBe(where, "summaries", "an array of at least one summary", summaries);
  }
  const [first] = summaries;
  summaries.forEach((summary, k) => {
    checkMethods(where, `summaries[${k}]`, summary, ["fit", "path"], "a summary, such as of summarizeFile");
    const difference = differenceOfColumns(first, summary);
    if (difference)
      throw new InputError(`${where}: summaries[${k}] must have the columns of summaries[0], ${difference}`);
  });
  const places = new Map<string, number>();
  for (const [k, summary] of (summaries as readonly MomentSummary[]).entries()) {
    const { nSamples, means, covariance } = summary;
    // Few rows, and rows in which no column varies, may well have equal moments and be distinct.
    if (nSamples <= means.length + 1 || covariance.every((value) => value === 0)) continue;
    const key = [nSamples, ...means, ...covariance.subarray(0, means.length)].join();
    const other = places.get(key);
    const known = other === undefined ? undefined : (summaries[other] as MomentSummary).covariance;
    if (known?.every((value, at) => value === covariance[at])) {
      const rule = `of other rows than summaries[${other}]`;
      throw new InputError(
        `${where}: summaries[${k}] must be ${rule}, got the same means and covariances of ${nSamples} rows; leave one of them out`,
      );
    }
    places.set(key, k);
  }
  return mergedSummary(summaries);
}

/** The summary of all rows, where the parts are known to be distinct and of the same columns. */
export function mergedSummary(summaries: readonly MomentSummary[]): MomentSummary {
  return new MomentSummary(summaries.map((summary): MomentSummaryFields => summary).reduce(merged));
}

function differenceOfColumns(
  { featureNames, responseName }: MomentSummary,
  other: MomentSummary,
): string | undefined {
  if (other.responseName !== responseName) {
    return `got the response ${JSON.stringify(other.responseName)} for ${JSON.stringify(responseName)}`;
  }
  if (other.featureNames.length !== featureNames.length) {
    return `got ${other.featureNames.length} features for ${featureNames.length}`;
  }
  const at = featureNames.findIndex((name, j) => other.featureNames[j] !== name);
  return at < 0
    ? undefined
    : `got ${JSON.stringify(other.featureNames[at])} for feature ${at}, ${JSON.stringify(featureNames[at])}`;
}

/** The moments of the rows of two parts, from the difference of their means, so that large means cost no digits. */
function merged(one: MomentSummaryFields, two: MomentSummaryFields): MomentSummaryFields {
  const nSamples = one.nSamples + two.nSamples;
  const share = nSamples > 0 ? two.nSamples / nSamples : 0;
  const p = one.means.length;
  const shift = two.means.map((mean, j) => mean - one.means[j]);
  const between = share * (1 - share);
  return {
    ...one,
    nSamples,
    nDropped: one.nDropped + two.nDropped,
    means: one.means.map((mean, j) => mean + share * shift[j]),
    covariance: one.covariance.map((value, at) => {
      const within = (1 - share) * value + share * two.covariance[at];
      return within + between * (shift[Math.floor(at / p)] * shift[at % p]); // in this order symmetric to the last bit
    }),
  };
}

/** Returns features and response of a few rows that stand for many. */
export function momentRows(
  { featureNames, means, covariance }: Pick<MomentSummaryFields, "featureNames" | "means" | "covariance">,
  nRepresented: number,
): [MomentMatrix, Float64Array] {
  const columns = equivalentRows(means, covariance);
  const [nSamples, nFeatures] = [columns[0].length, featureNames.length];
  const data = new Float64Array(nSamples * nFeatures);
  for (let j = 0; j < nFeatures; j++) {
    for (let i = 0; i < nSamples; i++) data[i * nFeatures + j] = columns[j][i];
  }
  return [{ data, nSamples, nFeatures, featureNames, nRepresented }, columns[nFeatures]];
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
