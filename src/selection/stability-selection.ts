import type { Datafit } from "../datafits";
import type { DesignInput, TargetInput } from "../design/design-input";
import { formatNumber, isOrAre } from "../display/formatting";
import { noProgress, throttledProgress } from "../display/progress-display";
import { Table, TableResult } from "../display/table";
import { mustBe } from "../errors";
import type { ModelOptions, PathOptions, PathStatus, SparseLinearFit } from "../estimators";
import type { Estimator } from "../estimators/named/estimator";
import { type FrameEstimator, type ModelArguments, readModel } from "../estimators/named/frame-estimator";
import { checkRun, lambdaGrid, pathKeys } from "../estimators/options/run-options";
import type { AnyFit } from "../estimators/results/fit-of";
import { coefsOf } from "../estimators/results/fitted-model";
import { addScaled, sum } from "../linalg/vector";
import { seededRandom } from "../random/random";
import { complementaryHalves, strataOf } from "./resampling";
import { checkEstimator, readSelectionData, type SelectionData } from "./selection-data";

/** Options of {@link stabilitySelection}, beside the lambdas and what a path takes. */
export interface StabilitySelectionOptions extends PathOptions {
  /** Share of the half-samples that a stable feature must be selected in, above 1/2 and at most 1. Default: 0.9. */
  readonly threshold?: number;
  /**
   * Features that a half-sample selects at most, an integer of at least 1, or Infinity for all that enter along the
   * lambdas. Default: the largest number that bounds the expected false selections by 1, `sqrt((2 threshold - 1) p)`.
   */
  readonly q?: number;
  /** Pairs of complementary half-samples, an integer of at least 1. Default: 50. */
  readonly nPairs?: number;
  /** An integer. Default: 0. */
  readonly seed?: number;
}

const optionKeys = ["threshold", "q", "nPairs", "seed", ...pathKeys];

/** The fields that a {@link StabilitySelection} is made of. */
type StabilitySelectionFields = Pick<
  StabilitySelection,
  | "estimator"
  | "lambdas"
  | "probabilitiesAlong"
  | "featureNames"
  | "candidates"
  | "threshold"
  | "q"
  | "nPairs"
  | "status"
>;

/** How often each feature is selected in random halves of the data; an immutable value. */
export class StabilitySelection extends TableResult {
  /** Name of the estimator. */
  readonly estimator: string;
  /** Decreasing, the same for every half-sample. */
  readonly lambdas: Float64Array;
  /** One a feature: the share of half-samples that select it, the last of `probabilitiesAlong`; 0 for no candidate. */
  readonly probabilities: Float64Array;
  /** `probabilitiesAlong[k][j]`: the share of half-samples in which feature `j` has entered by `lambdas[k]`. */
  readonly probabilitiesAlong: readonly Float64Array[];
  /** One a feature. */
  readonly featureNames: readonly string[];
  /** Features that may or may not be selected, ascending: not free, excluded or constant. */
  readonly candidates: Int32Array;
  /** Share of the half-samples that a stable feature is selected in at least. */
  readonly threshold: number;
  /** Features that a half-sample selects at most; where that was Infinity, the average number. */
  readonly q: number;
  /** Pairs of half-samples that were fitted. */
  readonly nPairs: number;
  /** `"interrupted"` where a signal was aborted before the last half-sample. */
  readonly status: PathStatus;

  constructor(fields: StabilitySelectionFields) {
    super();
    this.estimator = fields.estimator;
    this.lambdas = fields.lambdas;
    this.probabilities = fields.probabilitiesAlong[fields.lambdas.length - 1];
    this.probabilitiesAlong = fields.probabilitiesAlong;
    this.featureNames = fields.featureNames;
    this.candidates = fields.candidates;
    this.threshold = fields.threshold;
    this.q = fields.q;
    this.nPairs = fields.nPairs;
    this.status = fields.status;
  }

  /**
   * The stable features, ascending: candidates selected in at least this share of the half-samples.
   *
   * @param threshold above 1/2 and at most 1. Default: that of the options.
   * @throws InputError when it is not.
   */
  selected(threshold: number = this.threshold): Int32Array {
    checkThreshold("StabilitySelection.selected", threshold);
    // Shares are multiples of 1/(2 nPairs), so one that is meant to be the threshold may differ in the last digit.
    return this.candidates.filter((j) => this.probabilities[j] >= threshold - 1e-12);
  }

  /**
   * At most this many features without effect are expected among the stable ones: `q^2 / ((2 threshold - 1) p)`, `p`
   * candidates, where those are no likelier to enter than a random choice.
   *
   * @param threshold above 1/2 and at most 1. Default: that of the options.
   * @throws InputError when it is not.
   */
  expectedFalseSelections(threshold: number = this.threshold): number {
    checkThreshold("StabilitySelection.expectedFalseSelections", threshold);
    return worstCaseBound(this.q, this.candidates.length, threshold);
  }

  /**
   * The sharper bound of Shah and Samworth where the probabilities of such features have a unimodal distribution; NaN
   * where the theorem does not reach: `q / p` above `1/sqrt(3)`, or a threshold near 1/2.
   *
   * @param threshold above 1/2 and at most 1. Default: that of the options.
   * @throws InputError when it is not.
   */
  expectedFalseSelectionsIfUnimodal(threshold: number = this.threshold): number {
    checkThreshold("StabilitySelection.expectedFalseSelectionsIfUnimodal", threshold);
    return unimodalBound(this.q, this.candidates.length, threshold, this.nPairs);
  }

  /** The candidates that at least a tenth of the half-samples select, most often selected first. */
  summary(): Table {
    const stable = new Set(this.selected());
    const order = [...this.candidates]
      .filter((j) => this.probabilities[j] >= 0.1)
      .sort((a, b) => this.probabilities[b] - this.probabilities[a]);
    const bound = formatNumber(this.expectedFalseSelections(), 3);
    return new Table({
      title:
        `${this.estimator}, stability selection: ${stable.size} of ${this.candidates.length} features ${isOrAre(stable.size)} selected in ` +
        `at least ${formatNumber(100 * this.threshold, 4)}% of ${2 * this.nPairs} half-samples` +
        `${this.status === "interrupted" ? " (interrupted)" : ""}, at most ${bound} of them falsely in expectation`,
      columns: ["feature", "probability", "stable"],
      rows: order.map((j) => [this.featureNames[j], this.probabilities[j], stable.has(j) ? "yes" : ""]),
      bars: order.map((j) => this.probabilities[j]),
    });
  }
}

/**
 * Which features are selected however the data are halved, with a bound on how many of them are false.
 *
 * Random pairs of complementary half-samples are each fitted along the same lambdas, from the largest on until `q` features
 * have entered, in any of several responses; a feature is stable that has entered in a share `threshold` of them. Then
 * `E[false selections] <= q^2 / ((2 threshold - 1) p)`. Halves have all classes, or events and censored rows, in the
 * proportions of the data.
 *
 * @param estimator any with a `path`; its `lambda` plays no part.
 * @param options `lambdas`, or `nLambdas` (100) and `lambdaMinRatio` (1e-4 if n/2 > p, else 1e-2) for a grid from twice the
 * lambda at which the first feature enters with all of the data, since in half of them it enters sooner.
 * @returns a value; once `signal` is aborted, of the pairs that were complete, at least one.
 * @throws InputError as `path`, and when an option is outside its domain or no feature may be selected.
 * @see Meinshausen and Bühlmann, Stability selection (2010); Shah and Samworth, Variable selection with error control (2013)
 * @example
 * ```ts
 * const X = Array.from({ length: 40 }, (_, i) => [i % 7, i % 5, i % 3]);
 * const y = X.map(([a, b]) => a - b);
 * stabilitySelection(new SmoothLasso(), X, y, { q: 2, nPairs: 5 }).selected(); // [0, 1]
 * ```
 */
export function stabilitySelection<D extends Datafit>(
  estimator: Estimator<ModelOptions<D>, D>,
  X: DesignInput,
  y: TargetInput,
  options?: StabilitySelectionOptions,
): StabilitySelection;
/** Does the same for a pipeline and a frame with the response, whose features are encoded once. @throws InputError as with an estimator. */
export function stabilitySelection(
  model: FrameEstimator,
  frame: DesignInput,
  options?: StabilitySelectionOptions,
): StabilitySelection;
export function stabilitySelection(...args: ModelArguments<StabilitySelectionOptions>): StabilitySelection {
  const where = "stabilitySelection";
  const { estimator, X, y, options } = readModel(where, args);
  checkEstimator(where, estimator);
  checkRun(where, options, optionKeys);
  const { threshold = 0.9, nPairs = 50, seed = 0, signal } = options;
  checkThreshold(where, threshold);
  if (!Number.isInteger(nPairs) || nPairs < 1) throw mustBe(where, "nPairs", "an integer >= 1", nPairs);
  const random = seededRandom(seed);
  const data = readSelectionData(where, X, y, estimator, options);
  const { candidates, weights, design } = data;
  if (candidates.length === 0) {
    throw mustBe(where, "the number of penalized features that vary", "positive", 0);
  }
  const { q = Math.max(1, Math.floor(Math.sqrt((2 * threshold - 1) * candidates.length))) } = options;
  if (!((Number.isInteger(q) || q === Infinity) && q >= 1)) {
    throw mustBe(where, "q", "an integer >= 1 or Infinity", q);
  }
  const strata = strataOf(data.target, weights, estimator.datafit);
  const nHalf = Math.floor(strata.reduce((total, rows) => total + rows.length, 0) / 2);
  const { lambdas } = lambdaGrid(
    where,
    options,
    { lambdaMax: 2 * entryLambda(estimator, data, options) },
    nHalf,
    design.nFeatures,
  );

  const entries = Array.from(lambdas, () => new Float64Array(design.nFeatures)); // half-samples in which it enters there
  const tell = throttledProgress(where, nPairs, options.onProgress);
  let done = 0;
  while (done < nPairs && !(signal?.aborted && done > 0)) {
    const halves = complementaryHalves(strata, design.nSamples, random);
    const sizes = halves.map((half) => {
      const counted = half.map((member, i) => member * weights[i]);
      const steps = entrySteps(estimator, data, counted, lambdas, q);
      for (const [j, k] of steps) entries[k][j]++;
      return steps.size;
    });
    done++;
    if (done < nPairs) tell(done, () => `pair ${done}, ${sizes.join(" and ")} features`);
  }
  if (done < nPairs) tell(done, () => `interrupted after ${done} pairs`, { interrupted: true });
  else tell(nPairs, () => `${nPairs} pairs`);
  for (let k = 1; k < entries.length; k++) addScaled(1, entries[k - 1], entries[k]);
  const probabilitiesAlong = entries.map((row) => row.map((count) => count / (2 * done)));
  return new StabilitySelection({
    estimator: estimator.constructor.name,
    lambdas,
    probabilitiesAlong,
    featureNames: design.featureNames,
    candidates,
    threshold,
    q: q === Infinity ? sum(probabilitiesAlong[lambdas.length - 1]) : q,
    nPairs: done,
    status: done < nPairs ? "interrupted" : "complete",
  });
}

/** The largest lambda at which a feature enters with all of the data; of no interest where lambdas are given. */
function entryLambda(
  estimator: Estimator<ModelOptions>,
  { X, y, weights, offset }: SelectionData,
  { lambdas }: PathOptions,
): number {
  if (lambdas !== undefined) return 0;
  return estimator.path(X, y, { nLambdas: 1, sampleWeight: weights, offset }).lambdas[0];
}

function checkThreshold(where: string, threshold: unknown): void {
  if (!(typeof threshold === "number" && threshold > 0.5 && threshold <= 1)) {
    throw mustBe(where, "threshold", "a number above 0.5 and at most 1", threshold);
  }
}

/**
 * Meinshausen and Bühlmann's bound on the expected number of false selections, `q^2 / ((2 pi - 1) p)`.
 *
 * @param q features that a half-sample selects, at most or on average.
 * @param p features that could be selected.
 * @param threshold `pi`, above 1/2 and at most 1.
 * @see Meinshausen and Bühlmann, Stability selection (2010), theorem 1; Shah and Samworth (2013), theorem 1
 */
export function worstCaseBound(q: number, p: number, threshold: number): number {
  return (q * q) / ((2 * threshold - 1) * p);
}

/**
 * The bound of Shah and Samworth where the share of half-samples that select a feature has a unimodal distribution:
 * `C q^2 / p` with `C = 1 / (2 (2 pi - 1 - 1/(2B)))` for `pi <= 3/4`, and `4 (1 - pi + 1/(2B)) / (1 + 1/B)` above.
 *
 * It holds for `q / p <= 1/sqrt(3)` and thresholds of at least `1/2 + 1/B` and above `1/2 + min((q/p)^2, 1/(2B) +
 * 3/4 (q/p)^2)`; elsewhere NaN.
 *
 * @param nPairs `B`, the number of pairs of complementary half-samples.
 * @see Shah and Samworth, Variable selection with error control: another look at stability selection (2013), theorem 2
 */
export function unimodalBound(q: number, p: number, threshold: number, nPairs: number): number {
  const share = q / p;
  const lowest = 0.5 + Math.min(share ** 2, 1 / (2 * nPairs) + 0.75 * share ** 2);
  const isCovered = share <= 1 / Math.sqrt(3) && threshold > lowest && threshold >= 0.5 + 1 / nPairs;
  if (!isCovered) return Number.NaN;
  const constant =
    threshold <= 0.75
      ? 1 / (2 * (2 * threshold - 1 - 1 / (2 * nPairs)))
      : (4 * (1 - threshold + 1 / (2 * nPairs))) / (1 + 1 / nPairs);
  return constant * q * share;
}

/** Lambdas of a path between two looks at how many features have entered. */
const lambdasAtOnce = 10;

/**
 * The step of the lambdas at which each candidate enters a fit, from the first lambda on until `most` have entered. Of
 * those that enter at the same step the ones come first whose part in the linear predictors varies most.
 *
 * @param sampleWeight one a row, not all 0.
 */
function entrySteps(
  estimator: Estimator<ModelOptions>,
  { X, y, offset, candidates, deviations }: SelectionData,
  sampleWeight: Float64Array,
  lambdas: Float64Array,
  most: number,
): Map<number, number> {
  const isCandidate = new Set(candidates);
  const steps = new Map<number, number>();
  let init: SparseLinearFit | undefined; // or of several responses, as y is
  for (let first = 0; first < lambdas.length; first += lambdasAtOnce) {
    const start = init === undefined ? estimator : estimator.withParams({ init });
    const block = lambdas.slice(first, first + lambdasAtOnce);
    const { fits } = start.path(X, y, { lambdas: block, sampleWeight, offset, onProgress: noProgress });
    for (const [k, fit] of fits.entries()) {
      const entering = fit.support.filter((j) => isCandidate.has(j) && !steps.has(j));
      const coefs = coefsOf(fit as AnyFit);
      const spread = (j: number): number => Math.hypot(...coefs.map((coef) => coef[j])) * deviations[j];
      entering.sort((a, b) => spread(b) - spread(a));
      for (const j of entering.subarray(0, most - steps.size)) steps.set(j, first + k);
      if (steps.size === most) return steps;
    }
    init = fits.at(-1);
  }
  return steps;
}
