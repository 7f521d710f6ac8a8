import type { DesignInput, TargetInput } from "../design/design-input";
import { columnMoments } from "../design/design-matrix";
import { Table, TableResult } from "../display/table";
import { mustBe } from "../errors";
import {
  type ModelOptions,
  type PathOptions,
  SmoothElasticNet,
  SmoothLasso,
  type SparseLinearFit,
  SparseLinearModel,
  type SparsePath,
} from "../estimators";
import type { Estimator } from "../estimators/named/estimator";
import { type FrameEstimator, type ModelArguments, readModel } from "../estimators/named/frame-estimator";
import { featureFactors } from "../estimators/options/coefficient-options";
import { countedLoss } from "../estimators/options/model-data";
import { checkRun, pathKeys } from "../estimators/options/run-options";
import { squaredNorm } from "../linalg/vector";
import {
  bounded,
  elasticNet,
  isSeparable,
  nonNegative,
  type Penalty,
  type SeparablePenalty,
} from "../penalties";
import { normalTail } from "../random/distributions";
import { checkEstimator, readSelectionData, type SelectionData } from "./selection-data";

/** Options of {@link marginalFalseDiscovery}: those of a path, without weights. */
export type FalseDiscoveryOptions = Omit<PathOptions, "sampleWeight">;

const optionKeys = pathKeys.filter((key) => key !== "sampleWeight");

/** Losses that are minus a log-likelihood, so that their gradient has their curvature as its variance. */
const likelihoods = ["squaredError", "logistic", "poisson", "cox"];

/** The number of features along a path that would enter by chance alone; an immutable value. */
export class MarginalFalseDiscovery extends TableResult {
  /** The path that was judged. */
  readonly path: SparsePath;
  /** The lambdas of the path. */
  readonly lambdas: Float64Array;
  /** Selected features at each lambda, not counting free ones. */
  readonly selected: Int32Array;
  /** Number of features unrelated to the response that would be selected there, at most as many as are; NaN if unknown. */
  readonly expected: Float64Array;
  /** `expected / selected`, the marginal false discovery rate; 0 where nothing is selected. */
  readonly rates: Float64Array;

  /** @param expected before it is limited by the number of selected features. */
  constructor(path: SparsePath, selected: Int32Array, expected: Float64Array) {
    super();
    this.path = path;
    this.lambdas = path.lambdas;
    this.selected = selected;
    this.expected = expected.map((count, k) => Math.min(count, selected[k]));
    this.rates = this.expected.map((count, k) => (selected[k] === 0 ? 0 : count / selected[k]));
  }

  /**
   * The fit of the smallest lambda of the path at which the rate is at most this.
   *
   * @param rate between 0 and 1.
   * @throws InputError when it is not, or no rate of the path is that small.
   */
  fitAtRate(rate: number): SparseLinearFit {
    const where = "MarginalFalseDiscovery.fitAtRate";
    if (!(typeof rate === "number" && rate >= 0 && rate <= 1)) {
      throw mustBe(where, "rate", "a number from 0 to 1", rate);
    }
    const k = this.rates.findLastIndex((found) => found <= rate);
    if (k === -1)
      throw mustBe(where, "rate", `at least the smallest of the path, ${Math.min(...this.rates)}`, rate);
    return this.path.fits[k];
  }

  /** One line a lambda. */
  summary(): Table {
    return new Table({
      title: `${this.path.fits[0].estimator}, marginal false discoveries along ${this.lambdas.length} lambdas`,
      columns: ["lambda", "selected", "expected by chance", "rate"],
      rows: [...this.lambdas].map((lambda, k) => [lambda, this.selected[k], this.expected[k], this.rates[k]]),
      bars: [...this.rates],
      maxRows: 20,
    });
  }
}

/**
 * The marginal false discovery rate along a path: the share of the selected features that would be selected though they
 * were independent of the response and of every other feature.
 *
 * Such a feature enters where its gradient, about normal, exceeds the slope `l_j(lambda)` of the penalty at zero:
 *
 * `mFDR = sum_j 2 Phi(-sqrt(n) l_j(lambda) / (sigma v_j)) / |S|`, at most 1,
 *
 * with `v_j^2 = (1/n) sum_i w_i x_ij^2` of the centred and scaled column. With squared error `w_i = 1` and
 * `sigma^2 = RSS / (n - df)`, the intercept counted in `df`, so that it is NaN without degrees of freedom left; with
 * logistic, poisson and cox `sigma = 1` and `w_i` is the curvature of the loss. Features that correlate with ones that
 * matter are no false discoveries in this sense, and among correlated features the estimate is conservative.
 *
 * @param estimator with a penalty that has a finite slope at zero: the lasso, the elastic net, scad or mcp.
 * @param options those of `path`, which is run; `sampleWeight` is none of them, as n must be the number of observations.
 * @throws InputError as `path`, and for another penalty or another loss.
 * @see Breheny, Marginal false discovery rates for penalized regression models (2019)
 * @see Miller and Breheny, Marginal false discovery rate control for likelihood-based penalized regression models (2019)
 * @example
 * ```ts
 * const X = Array.from({ length: 40 }, (_, i) => [i % 7, i % 5, i % 3]);
 * const y = X.map(([a, b], i) => a - b + (i % 2));
 * marginalFalseDiscovery(new SmoothLasso(), X, y, { lambdas: [1] }).rates[0] < 0.01; // true
 * ```
 */
export function marginalFalseDiscovery(
  estimator: Estimator<ModelOptions>,
  X: DesignInput,
  y: TargetInput,
  options?: FalseDiscoveryOptions,
): MarginalFalseDiscovery;
/** Does the same for a pipeline and a frame with the response, whose features are encoded once. @throws InputError as with an estimator. */
export function marginalFalseDiscovery(
  model: FrameEstimator,
  frame: DesignInput,
  options?: FalseDiscoveryOptions,
): MarginalFalseDiscovery;
export function marginalFalseDiscovery(
  ...args: ModelArguments<FalseDiscoveryOptions>
): MarginalFalseDiscovery {
  const where = "marginalFalseDiscovery";
  const { estimator, X, y, options } = readModel(where, args);
  checkEstimator(where, estimator);
  checkRun(where, options, optionKeys);
  const { datafit } = estimator;
  const { fitIntercept = true } = estimator.params;
  if (!likelihoods.includes(datafit.name)) {
    throw mustBe(where, "datafit", `one of ${likelihoods.join(", ")}`, datafit.name);
  }
  if (datafit.responses) throw mustBe(where, "the datafit of the estimator", "of one response", datafit.name);
  const levels = entryLevels(where, estimator);
  const data = readSelectionData(where, X, y, estimator, { offset: options.offset });
  const path = estimator.path(data.X, y, options);
  const entry = entryChances(where, data, levels, estimator);

  const { nSamples } = data.design;
  const isCandidate = new Set(data.candidates);
  const selected = Int32Array.from(
    path.fits,
    ({ support }) => support.filter((j) => isCandidate.has(j)).length,
  );
  const weights = new Float64Array(nSamples).fill(1);
  const loss = countedLoss(datafit, { weights: undefined, riskSets: data.riskSets });
  const expected = Float64Array.from(path.fits, (fit) => {
    const eta = fit.decisionFunction(data.X, { offset: options.offset });
    if (datafit.name === "squaredError") {
      const rss = squaredNorm(eta.map((value, i) => data.target[i] - value));
      const freedom = nSamples - fit.support.length - (fitIntercept ? 1 : 0);
      return entry(fit.lambda, weights, freedom > 0 ? Math.sqrt(rss / freedom) : Number.NaN);
    }
    loss.curvature(data.target, eta, weights);
    return entry(
      fit.lambda,
      weights.map((weight) => weight * nSamples),
      1,
    );
  });
  return new MarginalFalseDiscovery(path, selected, expected);
}

/**
 * The sum over the candidates of the probability that one without effect enters at a lambda, given the weights of the
 * rows and sigma.
 */
function entryChances(
  where: string,
  { design, candidates }: SelectionData,
  levels: EntryLevels,
  { datafit, params }: Estimator<ModelOptions>,
): (lambda: number, weights: Float64Array, sigma: number) => number {
  const { fitIntercept = true, standardize = true } = params;
  const { means, deviations } = columnMoments(design);
  const factors = featureFactors(where, params, design);
  // The partial likelihood has no intercept, yet a constant added to a column changes nothing there either.
  const isCentred = fitIntercept || datafit.name === "cox";
  const columns = design.standardizedColumns(
    candidates,
    Float64Array.from(candidates, (j) => (isCentred ? means[j] : 0)),
    Float64Array.from(candidates, (j) => (standardize ? deviations[j] : 1)),
  );
  const squares = new Float64Array(candidates.length);
  return (lambda, weights, sigma) => {
    columns.weightedSquaredNorms(weights, squares);
    let total = 0;
    candidates.forEach((j, k) => {
      // sqrt(n) l / (sigma v) with v^2 = squares / n
      const scale = (design.nSamples * factors[j]) / (sigma * Math.sqrt(squares[k]));
      for (const slope of levels(j, lambda)) total += normalTail(scale * slope);
    });
    return total;
  };
}

/**
 * How steep the penalty of coefficient `j` is at zero, before penalty factors: what a gradient must exceed for it to leave
 * zero. One number for each direction that it may take, up and down unless its sign is fixed.
 */
type EntryLevels = (j: number, lambda: number) => readonly number[];

/** @throws InputError unless the estimator has a penalty of single coordinates with a finite slope at zero, the same for any y. */
function entryLevels(where: string, estimator: Estimator<ModelOptions>): EntryLevels {
  const penalty = penaltyOf(where, estimator);
  if (!penalty || !isSeparable(penalty) || penalty.zeroIsAlwaysLocalMinimum) {
    const rule =
      "one whose penalty has a finite slope at zero in every coordinate: l1, elasticNet, scad or mcp";
    throw mustBe(where, "estimator", rule, penalty?.name ?? estimator);
  }
  return (j, lambda) => slopes(penalty, j, lambda);
}

/** The slopes beside zero, in the directions that the domain of the coefficient has. */
function slopes(
  { domain, coordinateSlope }: SeparablePenalty,
  j: number,
  lambda: number,
  distance: number = Number.MIN_VALUE,
): number[] {
  const [low, high] = domain?.(j) ?? [-1, 1];
  const beside = [...(high > 0 ? [distance] : []), ...(low < 0 ? [-distance] : [])];
  return beside.map((b) => Math.abs(coordinateSlope(j, b, lambda)));
}

function penaltyOf(where: string, estimator: Estimator<ModelOptions>): Penalty | undefined {
  if (estimator instanceof SparseLinearModel) {
    return estimator.params.penalty ?? estimator.params.parametrization?.inducedPenalty;
  }
  const isLasso = estimator instanceof SmoothLasso;
  if (!isLasso && !(estimator instanceof SmoothElasticNet)) return undefined;
  const { nonNegative: oneSided, bounds, adaptive } = estimator.params;
  if (adaptive) throw mustBe(where, "adaptive", "false, since its weights depend on the response", adaptive);
  const penalty = elasticNet({ l1Ratio: isLasso ? 1 : estimator.params.l1Ratio });
  const signed = oneSided ? nonNegative(penalty) : penalty;
  return bounds === undefined ? signed : bounded(signed, bounds);
}
