/**
 * The knockoff filter ({@link knockoffFilter}), which selects features at a given false discovery rate, and the
 * statistics that it can compare.
 */
import type { DesignInput, RowMajorMatrix, TargetInput } from "../design/design-input";
import { formatNumber, isOrAre } from "../display/formatting";
import { Table, TableResult } from "../display/table";
import { mustBe } from "../errors";
import type { ModelOptions, PathOptions, PathStatus } from "../estimators";
import type { Estimator } from "../estimators/named/estimator";
import { type FrameEstimator, type ModelArguments, readModel } from "../estimators/named/frame-estimator";
import { readData } from "../estimators/options/model-data";
import { checkRun, pathKeys } from "../estimators/options/run-options";
import { checkChoice } from "../options";
import { seededRandom } from "../random/random";
import { type CovarianceOptions, featureDistribution, standardizedKnockoffs } from "./gaussian-knockoffs";
import { checkEstimator } from "./selection-data";

/** How features compare with their knockoffs: `W`, whose entry changes its sign when a feature and its knockoff swap. */
interface KnockoffComparison {
  readonly statistics: Float64Array;
  readonly status: PathStatus;
}

/** A comparison, of p features and the p knockoffs after them. */
type Compare = (
  where: string,
  estimator: Estimator<ModelOptions>,
  both: RowMajorMatrix,
  y: Float64Array,
  options: PathOptions,
) => KnockoffComparison;

/**
 * `max(Z_j, Z~_j) sign(Z_j - Z~_j)` with `Z` the largest lambda of the path at which a coefficient is not zero, 0 for none.
 */
export const signedMax: Compare = (_where, estimator, both, y, options) => {
  const { lambdas, nLambdas = 200, lambdaMinRatio = 0.01, ...run } = options;
  const grid = lambdas === undefined ? { nLambdas, lambdaMinRatio } : options;
  const path = estimator.path(both, y, { ...run, ...grid });
  const entry = new Float64Array(both.nFeatures);
  for (const { lambda, support } of path.fits) for (const j of support) entry[j] = Math.max(entry[j], lambda);
  return {
    statistics: compared(entry, (own, knockoff) => Math.max(own, knockoff) * Math.sign(own - knockoff)),
    status: path.status,
  };
};

/** `|b_j| - |b~_j|` of the fit at the estimator's lambda. */
export const coefficientDifference: Compare = (where, estimator, both, y, options) => {
  const { lambdas, nLambdas, lambdaMinRatio, ...run } = options;
  for (const [name, value] of Object.entries({ lambdas, nLambdas, lambdaMinRatio })) {
    if (value !== undefined) {
      throw mustBe(
        where,
        name,
        "left out with coefficientDifference",
        value,
        "lambda is an option of the estimator",
      );
    }
  }
  const fit = estimator.fit(both, y, run);
  return {
    statistics: compared(fit.coef, (own, knockoff) => Math.abs(own) - Math.abs(knockoff)),
    status: fit.status === "interrupted" ? "interrupted" : "complete",
  };
};

function compared(values: Float64Array, difference: (own: number, knockoff: number) => number): Float64Array {
  const p = values.length / 2;
  return Float64Array.from({ length: p }, (_, j) => difference(values[j], values[p + j]));
}

/** How a feature is compared with its knockoff. */
export type KnockoffStatistic = "signedMax" | "coefficientDifference";

const comparisons: Readonly<Record<KnockoffStatistic, Compare>> = { signedMax, coefficientDifference };

/** Options of {@link knockoffFilter}, beside those of the knockoffs and of a path. */
export interface KnockoffFilterOptions extends CovarianceOptions, Omit<PathOptions, "sampleWeight"> {
  /** The false discovery rate aimed at, between 0 and 1. Default: 0.1. */
  readonly fdr?: number;
  /** Whether the threshold is that of knockoff+, which bounds the false discovery rate itself. Default: true. */
  readonly plus?: boolean;
  /**
   * `"signedMax"`: the larger of the lambdas at which feature and knockoff enter the path, negative where the knockoff
   * enters first. `"coefficientDifference"`: `|b_j| - |b_j of the knockoff|` at the estimator's `lambda`, which must not
   * have been chosen from these data. Default: `"signedMax"`.
   */
  readonly statistic?: KnockoffStatistic;
  /** An integer. Default: 0. */
  readonly seed?: number;
}

const ownKeys = ["fdr", "plus", "statistic", "seed", "covariance", "mean"];
const optionKeys = [...ownKeys, ...pathKeys.filter((key) => key !== "sampleWeight")];

/** The fields that a {@link KnockoffFilter} is made of. */
type KnockoffFilterFields = Pick<
  KnockoffFilter,
  "estimator" | "statistics" | "fdr" | "plus" | "featureNames" | "shrinkage" | "status"
>;

/** The features that beat their knockoffs; an immutable value. */
export class KnockoffFilter extends TableResult {
  /** Name of the estimator. */
  readonly estimator: string;
  /** `W`, one a feature: large where it matters more than its knockoff, with a random sign where it has no effect. */
  readonly statistics: Float64Array;
  /** Features with a statistic of at least this are selected; Infinity where none can be. */
  readonly threshold: number;
  /** The selected features, ascending. */
  readonly selected: Int32Array;
  /** The false discovery rate aimed at. */
  readonly fdr: number;
  /** Whether the threshold is that of knockoff+. */
  readonly plus: boolean;
  /** One a feature. */
  readonly featureNames: readonly string[];
  /** Share of the identity in the correlation that was estimated for the knockoffs; 0 where it is as given or sampled. */
  readonly shrinkage: number;
  /** `"interrupted"` where a signal was aborted before the path was whole. */
  readonly status: PathStatus;

  constructor(fields: KnockoffFilterFields) {
    super();
    this.estimator = fields.estimator;
    this.statistics = fields.statistics;
    this.threshold = knockoffThreshold(fields.statistics, fields.fdr, fields.plus ? 1 : 0);
    this.selected = Int32Array.from(fields.statistics.keys()).filter(
      (j) => this.statistics[j] >= this.threshold,
    );
    this.fdr = fields.fdr;
    this.plus = fields.plus;
    this.featureNames = fields.featureNames;
    this.shrinkage = fields.shrinkage;
    this.status = fields.status;
  }

  /** The features whose statistic is not zero, largest magnitude first, and a note where the correlation was shrunk. */
  summary(): Table {
    const { shrinkage } = this;
    const note = `\nNote: the correlation behind the knockoffs is estimated and shrunk, by ${formatNumber(shrinkage, 3)} towards none, so the rate holds approximately.`;
    const chosen = new Set(this.selected);
    const order = [...this.statistics.keys()]
      .filter((j) => this.statistics[j] !== 0)
      .sort((a, b) => Math.abs(this.statistics[b]) - Math.abs(this.statistics[a]));
    return new Table({
      title:
        `${this.estimator}, ${this.plus ? "knockoff+" : "knockoff"} filter: ${chosen.size} of ` +
        `${this.statistics.length} features ${isOrAre(chosen.size)} selected at a false discovery rate of ${formatNumber(this.fdr, 4)}` +
        `${this.status === "interrupted" ? " (interrupted)" : ""}${shrinkage > 0 ? note : ""}`,
      columns: ["feature", "statistic", "selected"],
      rows: order.map((j) => [this.featureNames[j], this.statistics[j], chosen.has(j) ? "yes" : ""]),
      bars: order.map((j) => this.statistics[j]),
    });
  }
}

/**
 * Selects features so that the expected share of false ones, independent of the response given all other features, is at
 * most `fdr`.
 *
 * Each feature competes with a knockoff, a copy that knows nothing of the response: `W_j` compares them in a fit to both,
 * and the threshold is the smallest `t` with `(1 + #{W_j <= -t}) / #{W_j >= t} <= fdr`. The guarantee holds whatever the
 * model of the response, where the features are normal with the given covariance; with an estimated one, approximately.
 * Nothing can be selected with less than `1 / fdr` features in favour.
 *
 * @param estimator of one response, fitted to features and knockoffs, 2p standardized columns, such as `new SmoothLasso()`.
 * @param X n rows and p columns that vary, a random sample of rows.
 * @param options `nLambdas` is 200 and `lambdaMinRatio` 0.01 unless given.
 * @returns a value; once `signal` is aborted, by the part of the path that was fitted.
 * @throws InputError as `path` or `fit`, and when a column is constant, an option is outside its domain, or the loss is of
 * several responses.
 * @see Candès, Fan, Janson and Lv, Panning for gold: model-X knockoffs for high dimensional controlled variable
 * selection (2018)
 * @example
 * ```ts
 * const random = seededRandom(1);
 * const X = Array.from({ length: 80 }, () => Array.from({ length: 8 }, () => random.normal()));
 * const y = X.map((row) => row[0] - row[1] + row[2] - row[3]);
 * knockoffFilter(new SmoothLasso(), X, y, { fdr: 0.25 }).selected; // [0, 1, 2, 3]
 * ```
 */
export function knockoffFilter(
  estimator: Estimator<ModelOptions>,
  X: DesignInput,
  y: TargetInput,
  options?: KnockoffFilterOptions,
): KnockoffFilter;
/** Does the same for a pipeline and a frame with the response, whose features are encoded once. @throws InputError as with an estimator. */
export function knockoffFilter(
  model: FrameEstimator,
  frame: DesignInput,
  options?: KnockoffFilterOptions,
): KnockoffFilter;
export function knockoffFilter(...args: ModelArguments<KnockoffFilterOptions>): KnockoffFilter {
  const where = "knockoffFilter";
  const { estimator, X, y, options } = readModel(where, args);
  checkEstimator(where, estimator);
  checkRun(where, options, optionKeys);
  const { fdr = 0.1, plus = true, statistic = "signedMax", seed = 0 } = options;
  const { lambdas, nLambdas, lambdaMinRatio, offset, onProgress, signal } = options;
  if (!(typeof fdr === "number" && fdr > 0 && fdr < 1)) {
    throw mustBe(where, "fdr", "a number strictly between 0 and 1", fdr);
  }
  if (typeof plus !== "boolean") throw mustBe(where, "plus", "true or false", plus);
  checkChoice(where, "statistic", statistic, Object.keys(comparisons));
  const random = seededRandom(seed);
  const { datafit } = estimator;
  if (datafit.responses) throw mustBe(where, "the datafit of the estimator", "of one response", datafit.name);
  const { design, target } = readData(where, X, y, datafit, {});
  const distribution = featureDistribution(where, design, options);
  const { features, knockoffs } = standardizedKnockoffs(design, distribution, random);
  const both = sideBySide(features, knockoffs, design.featureNames);
  return new KnockoffFilter({
    estimator: estimator.constructor.name,
    ...comparisons[statistic](where, estimator, both, target, {
      lambdas,
      nLambdas,
      lambdaMinRatio,
      offset,
      onProgress,
      signal,
    }),
    fdr,
    plus,
    featureNames: design.featureNames,
    shrinkage: distribution.shrinkage,
  });
}

/** Features on the left, their knockoffs on the right. */
function sideBySide(left: Float64Array, right: Float64Array, names: readonly string[]): RowMajorMatrix {
  const p = names.length;
  const nSamples = left.length / p;
  const data = new Float64Array(2 * left.length);
  for (let i = 0; i < nSamples; i++) {
    data.set(left.subarray(i * p, (i + 1) * p), 2 * i * p);
    data.set(right.subarray(i * p, (i + 1) * p), (2 * i + 1) * p);
  }
  return { data, nSamples, nFeatures: 2 * p };
}

/**
 * The smallest `t` among the `|W_j| > 0` with `(plus + #{W_j <= -t}) / max(1, #{W_j >= t}) <= fdr`; Infinity where there
 * is none.
 *
 * @param plus 1 for knockoff+, which bounds the false discovery rate itself; 0 bounds a modified one.
 * @see Barber and Candès, Controlling the false discovery rate via knockoffs (2015), definitions 2 and 3
 */
export function knockoffThreshold(statistics: Float64Array, fdr: number, plus: 0 | 1): number {
  const magnitudes = statistics.map(Math.abs).sort();
  for (const t of magnitudes) {
    if (t === 0) continue;
    const against = statistics.filter((w) => w <= -t).length;
    const inFavour = statistics.filter((w) => w >= t).length;
    if ((plus + against) / Math.max(1, inFavour) <= fdr) return t;
  }
  return Number.POSITIVE_INFINITY;
}
