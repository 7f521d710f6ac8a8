import type { Datafit } from "../datafits";
import type { DesignInput, TargetInput } from "../design/design-input";
import { formatNumber } from "../display/formatting";
import { noProgress, throttledProgress } from "../display/progress-display";
import { Table, TableResult } from "../display/table";
import { mustBe } from "../errors";
import type {
  AnyEstimator,
  FitOf,
  ModelOptions,
  PathStatus,
  RunOptions,
  SparseLinearFit,
} from "../estimators";
import type { Estimator } from "../estimators/named/estimator";
import { type FrameEstimator, type ModelArguments, readModel } from "../estimators/named/frame-estimator";
import { checkRun, runKeys } from "../estimators/options/run-options";
import type { AnyFit } from "../estimators/results/fit-of";
import { coefsOf, interceptsOf } from "../estimators/results/fitted-model";
import { seededRandom } from "../random/random";
import { bootstrapCounts, strataOf } from "./resampling";
import { checkEstimator, readSelectionData } from "./selection-data";

/** Options of {@link bootstrapInclusion}, beside what a fit takes. */
export interface BootstrapInclusionOptions extends RunOptions {
  /** Number of bootstrap samples, an integer of at least 1. Default: 100. */
  readonly nBootstraps?: number;
  /** An integer. Default: 0. */
  readonly seed?: number;
}

const optionKeys = ["nBootstraps", "seed", ...runKeys];

/** One vector for one response, and one vector for each of several. */
type PerResponse<Fit extends AnyFit> = Fit extends SparseLinearFit ? Float64Array : readonly Float64Array[];

/** The fits of bootstrap samples of the data, feature by feature; an immutable value. */
export class BootstrapInclusion<Fit extends AnyFit = SparseLinearFit> extends TableResult {
  /** The fit of the data themselves. */
  readonly fit: Fit;
  /** `coefs[b]` of the bootstrap sample `b`, on the original scale; of several responses `coefs[b][r]` of response `r`. */
  readonly coefs: readonly PerResponse<Fit>[];
  /** `intercepts[b]`, of several responses `intercepts[b][r]`. */
  readonly intercepts: PerResponse<Fit>;
  /** One a feature. */
  readonly featureNames: readonly string[];
  /** One a feature: the share of the samples in whose fit it has a coefficient that is not zero, in any response. */
  readonly inclusion: Float64Array;
  /**
   * One a feature: the share of those in which it has the sign it has most often, of several responses the same signs in
   * all of them; NaN where there are none.
   */
  readonly signConsistency: Float64Array;
  /** `"interrupted"` where a signal was aborted before the last sample. */
  readonly status: PathStatus;
  readonly #coefs: readonly (readonly Float64Array[])[];

  /** @param fits one a bootstrap sample, at least one. */
  constructor(fit: Fit, fits: readonly Fit[], status: PathStatus) {
    super();
    const several = "coefs" in fit;
    const all = fits.map(coefsOf);
    const intercepts = fits.map(interceptsOf);
    this.fit = fit;
    this.coefs = all.map((coefs) => (several ? coefs : coefs[0]) as PerResponse<Fit>);
    const ofOne = Float64Array.from(intercepts, ([own]) => own);
    this.intercepts = (several ? intercepts : ofOne) as PerResponse<Fit>;
    this.featureNames = fit.featureNames;
    this.status = status;
    this.#coefs = all;
    const [inclusion, consistency] = [0, 1].map(() => new Float64Array(fit.featureNames.length));
    for (let j = 0; j < inclusion.length; j++) {
      const counts = signCounts(all.map((coefs) => coefs.map((coef) => coef[j])));
      const included = counts.reduce((sum, count) => sum + count, 0);
      inclusion[j] = included / fits.length;
      consistency[j] = included === 0 ? Number.NaN : Math.max(...counts) / included;
    }
    this.inclusion = inclusion;
    this.signConsistency = consistency;
  }

  /**
   * The quantile of each coefficient over the bootstrap samples, zeros included, linear between order statistics (R's
   * type 7).
   *
   * It is a percentile of a shrunken estimate, so an interval made of two describes how the fit varies; it need not cover
   * the true coefficient.
   *
   * @param share between 0 and 1.
   * @returns one number a feature, of several responses one such vector each.
   * @throws InputError when it is not.
   */
  quantile(share: number): PerResponse<Fit> {
    if (!(typeof share === "number" && share >= 0 && share <= 1)) {
      throw mustBe("BootstrapInclusion.quantile", "share", "a number from 0 to 1", share);
    }
    const quantiles = this.#quantiles(share);
    return ("coefs" in this.fit ? quantiles : quantiles[0]) as PerResponse<Fit>;
  }

  /** The features that any sample includes, most often included first, with 95% percentile intervals. */
  summary(): Table {
    const [lows, highs] = [this.#quantiles(0.025), this.#quantiles(0.975)];
    const coefs = coefsOf(this.fit);
    const several = "responseNames" in this.fit ? this.fit.responseNames : undefined;
    const order = [...this.inclusion.keys()]
      .filter((j) => this.inclusion[j] > 0)
      .sort((a, b) => this.inclusion[b] - this.inclusion[a]);
    return new Table({
      title:
        `${this.fit.estimator}, lambda = ${formatNumber(this.fit.lambda, 4)}: ${this.coefs.length} bootstrap samples` +
        `${this.status === "interrupted" ? " (interrupted)" : ""}`,
      columns: [
        "feature",
        ...(several ? ["response"] : []),
        "coefficient",
        "inclusion",
        several ? "same signs" : "same sign",
        "2.5%",
        "97.5%",
      ],
      rows: order.flatMap((j) =>
        coefs.map((coef, r) => [
          this.featureNames[j],
          ...(several ? [several[r]] : []),
          coef[j],
          this.inclusion[j],
          this.signConsistency[j],
          lows[r][j],
          highs[r][j],
        ]),
      ),
      bars: order.flatMap((j) => coefs.map(() => this.inclusion[j])),
    });
  }

  #quantiles(share: number): Float64Array[] {
    return coefsOf(this.fit).map((coef, r) =>
      coef.map((_, j) => quantile(Float64Array.from(this.#coefs, (coefs) => coefs[r][j]).sort(), share)),
    );
  }
}

/** How often each combination of signs comes that is not all zeros. */
function signCounts(samples: readonly (readonly number[])[]): number[] {
  const counts = new Map<string, number>();
  for (const coefficients of samples) {
    if (coefficients.every((b) => b === 0)) continue;
    const signs = coefficients.map(Math.sign).join();
    counts.set(signs, (counts.get(signs) ?? 0) + 1);
  }
  return [...counts.values()];
}

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
export function bootstrapInclusion<D extends Datafit>(
  estimator: Estimator<ModelOptions<D>, D>,
  X: DesignInput,
  y: TargetInput,
  options?: BootstrapInclusionOptions,
): BootstrapInclusion<FitOf<D>>;
/** Does the same for a pipeline and a frame with the response, whose features are encoded once. @throws InputError as with an estimator. */
export function bootstrapInclusion<E extends AnyEstimator>(
  model: FrameEstimator<E>,
  frame: DesignInput,
  options?: BootstrapInclusionOptions,
): BootstrapInclusion<ReturnType<E["fit"]>>;
export function bootstrapInclusion(
  ...args: ModelArguments<BootstrapInclusionOptions>
): BootstrapInclusion<AnyFit> {
  const where = "bootstrapInclusion";
  const { estimator, X, y, options } = readModel(where, args);
  checkEstimator(where, estimator);
  checkRun(where, options, optionKeys);
  const { nBootstraps = 100, seed = 0, signal } = options;
  if (!Number.isInteger(nBootstraps) || nBootstraps < 1) {
    throw mustBe(where, "nBootstraps", "an integer >= 1", nBootstraps);
  }
  const random = seededRandom(seed);
  const data = readSelectionData(where, X, y, estimator, options);
  const { X: table, target, weights, offset } = data;
  const strata = strataOf(target, weights, estimator.datafit);
  const fit = estimator.fit(table, y, { sampleWeight: weights, offset });

  const tell = throttledProgress(where, nBootstraps, options.onProgress);
  const fits: AnyFit[] = [];
  while (fits.length < nBootstraps && !(signal?.aborted && fits.length > 0)) {
    const counts = bootstrapCounts(strata, weights.length, random);
    const sampleWeight = counts.map((count, i) => count * weights[i]);
    const resampled = estimator.fit(table, data.y, { sampleWeight, offset, onProgress: noProgress });
    fits.push(resampled);
    if (fits.length < nBootstraps)
      tell(fits.length, () => `sample ${fits.length}, ${resampled.support.length} features`);
  }
  const interrupted = fits.length < nBootstraps;
  if (interrupted) tell(fits.length, () => `interrupted after ${fits.length} samples`, { interrupted });
  else tell(nBootstraps, () => `${nBootstraps} samples`);
  return new BootstrapInclusion(fit, fits, interrupted ? "interrupted" : "complete");
}

/**
 * The quantile of a sample, linear between order statistics: R's type 7, numpy's default.
 *
 * @param ascending at least one number.
 * @param share between 0 and 1.
 */
export function quantile(ascending: Float64Array, share: number): number {
  const place = share * (ascending.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, ascending.length - 1);
  return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
}
