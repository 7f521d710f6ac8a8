import type { DesignInput, TargetInput } from "../design/design-input";
import { formatNumber } from "../display/format-number";
import { type Displayable, type MimeBundle, makeDisplayable } from "../display/mime-bundle";
import { Table } from "../display/table";
import { throttledProgress } from "../display/throttled-progress";
import { mustBe } from "../errors";
import type { ModelOptions, RunOptions, SparseLinearFit } from "../estimators";
import type { Estimator } from "../estimators/estimator";
import { checkRun, runKeys } from "../estimators/run-options";
import { seededRandom } from "../random/random";
import { checkEstimator, checkedData } from "./checked-data";
import { quantile } from "./quantile";
import { bootstrapCounts, strataOf } from "./resampling";

/** Options of {@link bootstrapInclusion}, beside what a fit takes. */
export interface BootstrapInclusionOptions extends RunOptions {
  /** Number of bootstrap samples, an integer of at least 1. Default: 100. */
  readonly nBootstraps?: number;
  /** An integer. Default: 0. */
  readonly seed?: number;
}

const optionKeys = ["nBootstraps", "seed", ...runKeys];

/** The fits of bootstrap samples of the data, feature by feature; an immutable value. */
export class BootstrapInclusion implements Displayable {
  /** The fit of the data themselves. */
  readonly fit: SparseLinearFit;
  /** `coefs[b]` of the bootstrap sample `b`, on the original scale. */
  readonly coefs: readonly Float64Array[];
  readonly intercepts: Float64Array;
  readonly featureNames: readonly string[];
  /** One a feature: the share of the samples in whose fit its coefficient is not zero. */
  readonly inclusion: Float64Array;
  /** One a feature: the share of those in which it has the sign it has most often, at least 1/2; NaN where there are none. */
  readonly signConsistency: Float64Array;
  readonly status: "completed" | "interrupted";

  /** @param fits one a bootstrap sample, at least one. */
  constructor(fit: SparseLinearFit, fits: readonly SparseLinearFit[], status: BootstrapInclusion["status"]) {
    this.fit = fit;
    this.coefs = fits.map(({ coef }) => coef);
    this.intercepts = Float64Array.from(fits, ({ intercept }) => intercept);
    this.featureNames = fit.featureNames;
    this.status = status;
    const shareOf = (sign: number): Float64Array =>
      fit.coef.map((_, j) => this.coefs.filter((coef) => Math.sign(coef[j]) === sign).length / fits.length);
    const [positive, negative] = [shareOf(1), shareOf(-1)];
    this.inclusion = positive.map((share, j) => share + negative[j]);
    this.signConsistency = positive.map((share, j) => Math.max(share, negative[j]) / this.inclusion[j]);
  }

  /**
   * The quantile of each coefficient over the bootstrap samples, zeros included, linear between order statistics (R's
   * type 7).
   *
   * It is a percentile of a shrunken estimate, so an interval made of two describes how the fit varies; it need not cover
   * the true coefficient.
   *
   * @param share between 0 and 1.
   * @throws InputError when it is not.
   */
  quantile(share: number): Float64Array {
    if (!(typeof share === "number" && share >= 0 && share <= 1)) {
      throw mustBe("BootstrapInclusion.quantile", "share", "a number from 0 to 1", share);
    }
    return this.fit.coef.map((_, j) =>
      quantile(Float64Array.from(this.coefs, (coef) => coef[j]).sort(), share),
    );
  }

  /** The features that any sample includes, most often included first, with 95% percentile intervals. */
  summary(): Table {
    const [low, high] = [this.quantile(0.025), this.quantile(0.975)];
    const order = [...this.inclusion.keys()]
      .filter((j) => this.inclusion[j] > 0)
      .sort((a, b) => this.inclusion[b] - this.inclusion[a]);
    return new Table({
      title:
        `${this.fit.estimator}, lambda = ${formatNumber(this.fit.lambda, 4)}: ${this.coefs.length} bootstrap samples` +
        `${this.status === "interrupted" ? " (interrupted)" : ""}`,
      columns: ["feature", "coefficient", "inclusion", "same sign", "2.5%", "97.5%"],
      rows: order.map((j) => [
        this.featureNames[j],
        this.fit.coef[j],
        this.inclusion[j],
        this.signConsistency[j],
        low[j],
        high[j],
      ]),
    });
  }

  toString(): string {
    return this.summary().toString();
  }

  toMimeBundle(): MimeBundle {
    return this.summary().toMimeBundle();
  }
}

makeDisplayable(BootstrapInclusion);

/**
 * How often a fit includes each feature, with which sign and how large, over bootstrap samples of the rows.
 *
 * A row that is drawn `k` times gets `k` times its weight, which is as good as `k` copies. Rows are drawn class by class,
 * events and censored rows apart, so that no sample lacks one; rows of weight 0 are never drawn.
 *
 * @param estimator any that has a `lambda`, the same for every sample.
 * @returns a value; once `signal` is aborted, of the samples that were fitted, at least one.
 * @throws InputError as `fit`, and when an option is outside its domain.
 * @see Efron and Tibshirani, An introduction to the bootstrap (1993), chapter 13; Bach, Bolasso (2008)
 * @example
 * ```ts
 * const X = Array.from({ length: 40 }, (_, i) => [i % 7, i % 5, i % 3]);
 * const y = X.map(([a, b]) => a - b);
 * bootstrapInclusion(new SmoothLasso({ lambda: 0.5 }), X, y, { nBootstraps: 20 }).inclusion[0]; // 1
 * ```
 */
export function bootstrapInclusion(
  estimator: Estimator<ModelOptions>,
  X: DesignInput,
  y: TargetInput,
  options: BootstrapInclusionOptions = {},
): BootstrapInclusion {
  const where = "bootstrapInclusion";
  checkEstimator(where, estimator);
  checkRun(where, options, optionKeys);
  const { nBootstraps = 100, seed = 0, signal } = options;
  if (!Number.isInteger(nBootstraps) || nBootstraps < 1) {
    throw mustBe(where, "nBootstraps", "an integer >= 1", nBootstraps);
  }
  const random = seededRandom(seed);
  const { X: table, y: target, weights, offset } = checkedData(where, X, y, estimator.params, options);
  const strata = strataOf(target, weights, estimator.params.datafit);
  const fit = estimator.fit(table, y, { sampleWeight: weights, offset });

  const tell = throttledProgress(where, nBootstraps, options.onProgress);
  const fits: SparseLinearFit[] = [];
  while (fits.length < nBootstraps && !(signal?.aborted && fits.length > 0)) {
    const counts = bootstrapCounts(strata, target.length, random);
    const sampleWeight = counts.map((count, i) => count * weights[i]);
    const resampled = estimator.fit(table, target, { sampleWeight, offset });
    fits.push(resampled);
    if (fits.length < nBootstraps)
      tell(fits.length, `sample ${fits.length}, ${resampled.support.length} features`);
  }
  const interrupted = fits.length < nBootstraps;
  tell(nBootstraps, interrupted ? `interrupted after ${fits.length} samples` : `${nBootstraps} samples`);
  return new BootstrapInclusion(fit, fits, interrupted ? "interrupted" : "completed");
}
