/**
 * {@link selectiveInference}: tests and intervals of the coefficients that a lasso selected, given that it selected them.
 */
import type { Datafit } from "../datafits";
import { columnOf } from "../design/design-matrix";
import { ofFeatures } from "../design/of-frames";
import { formatNumber } from "../display/formatting";
import { InputError, mustBe, noDataAtHand } from "../errors";
import type { FrameFit, SparseLinearFit } from "../estimators";
import { solvedProblemOf } from "../estimators/fit/fitter";
import type { SolvedProblem } from "../estimators/fit/solve";
import { type FactoredMatrix, factoredInformation, modelColumns } from "../estimators/fit/standard-errors";
import { checkedLevel } from "../estimators/named/inference";
import { countedLoss, type SampleColumns } from "../estimators/options/model-data";
import { CoefficientInference, type InferenceFields } from "../estimators/results/coefficient-inference";
import { linearPredictors, lossOf, notesOf } from "../estimators/results/fitted-model";
import { choleskySolve } from "../linalg/cholesky";
import { dot, squaredNorm } from "../linalg/vector";
import { checkKeys } from "../options";
import { UnpenalizedColumns } from "../problem/unpenalized-columns";
import { truncatedNormalMean, truncatedNormalTail } from "../random/distributions";

/** Options of {@link selectiveInference}: the noise, and the level of the intervals. */
export interface SelectiveInferenceOptions {
  /**
   * The standard deviation of the errors of a squared error, above 0. Default: that of the residuals of least squares on all features, which takes
   * more rows than features.
   */
  readonly sigma?: number;
  /** Probability with which an interval has the coefficient, strictly between 0 and 1. Default: 0.95. */
  readonly level?: number;
}

/** Losses with a theory of the lasso's selection. */
const losses = ["squaredError", "logistic", "cox", "cox(efron)"];

/** Share of the response that is rounding where columns explain the rest. */
const rounding = 1e-13;

/** Penalties whose coefficients are 0 or have a slope of lambda, by their names. */
const penalties = ["l1", "nonNegative(l1)"];

/**
 * Tests and intervals of the features that a lasso selected, one entry a feature, given its selection; an immutable value.
 *
 * @see Lee, Sun, Sun and Taylor, Exact post-selection inference, with application to the lasso (2016)
 */
export class SelectiveInference extends CoefficientInference {
  /** The standard deviation of the errors of a squared error; 1 with another loss. */
  readonly sigma: number;
  /** Lower limits of the estimates: with the features and signs that the lasso selected, they are above. */
  readonly truncatedFrom: Float64Array;
  /** Upper limits of the estimates. */
  readonly truncatedTo: Float64Array;

  constructor(fields: InferenceFields & Pick<SelectiveInference, "sigma" | "truncatedFrom" | "truncatedTo">) {
    super(fields);
    this.sigma = fields.sigma;
    this.truncatedFrom = fields.truncatedFrom;
    this.truncatedTo = fields.truncatedTo;
  }
}

/**
 * Tests and intervals of the coefficients of the features that a lasso selected, which account for the selection.
 *
 * They are of the fit without a penalty on these features, R's `type = "partial"`. Given that the lasso gives these features and signs, its estimate
 * of a coefficient is normal between two limits, where the others are held; p-values and intervals are of this truncated distribution. Statistics and
 * standard errors are those before the truncation. A p-value is one-sided, towards the sign that was selected, as in R; that of a feature without
 * a penalty has both sides. With squared error all this is exact for normal errors of deviation `sigma`. Logistic and Cox losses are taken for
 * their quadratic approximation at the fit, whose minimizer is the estimate.
 *
 * The guarantee holds for a `lambda` that was fixed before `y` was seen, or taken from other rows. It is void for one that was chosen on the same
 * rows, as by `crossValidate`, which no fit can tell.
 *
 * @param given a lasso of one response with squared, logistic or Cox loss: of `SmoothLasso`, not adaptive, relaxed or refitted, without bounds; or
 * that of a pipeline.
 * @param options `sigma`: where there are not more rows than features; `level`: default 0.95.
 * @returns estimates, standard errors, p-values and intervals, whose ends can be infinite; one entry a feature in the support.
 * @throws InputError for another fit, one that was read from JSON, where nothing is selected, and where `sigma` is needed.
 * @see Lee, Sun, Sun and Taylor, Exact post-selection inference, with application to the lasso (2016)
 * @see Taylor and Tibshirani, Post-selection inference for l1-penalized likelihood models (2018)
 * @example
 * ```ts
 * const X = [[1, 0], [0, 1], [1, 1], [2, 1], [0, 3], [3, 2]];
 * const fit = new SmoothLasso({ lambda: 0.3 }).fit(X, [1, 0, 1, 2.5, 1, 3]);
 * selectiveInference(fit).names; // ["x0"]
 * ```
 */
export function selectiveInference(
  given: SparseLinearFit | FrameFit<SparseLinearFit>,
  options: SelectiveInferenceOptions = {},
): SelectiveInference {
  const where = "selectiveInference";
  const fit = ofFeatures<"fit", SparseLinearFit>(given, "fit");
  if (typeof Object(fit).refit !== "function" || !("coef" in fit)) {
    throw mustBe(where, "fit", "one of a single response, such as that of SmoothLasso", fit);
  }
  checkKeys(where, options, ["sigma", "level"]);
  const level = checkedLevel(where, options.level);
  const solved = solvedLasso(where, fit);
  const { datafit: loss } = lossOf(fit);
  const { samples } = solved.working.data;
  const known = checkedSigma(where, options.sigma, loss);
  const sigma = loss.quadratic ? (known ?? fullModelDeviation(where, solved)) : 1;
  const selected = selectedModel(where, fit, solved, sigma);
  const tails = Array.from(selected.signs, (_, k) => conditionalTails(selected, k, (1 - level) / 2));
  const column = (of: (k: number) => number): Float64Array => Float64Array.from(tails.keys(), of);
  const estimates = column((k) => selected.estimates[k] / selected.scales[k]);
  const standardErrors = column((k) => selected.deviations[k] / selected.scales[k]);
  const ofErrors = loss.quadratic ? `, sigma ${formatNumber(sigma, 4)}` : "";
  return new SelectiveInference({
    title: `${fit.estimator}, ${loss.name}, lambda = ${formatNumber(fit.lambda, 4)}: ${estimates.length} coefficients selected from ${samples.nCounted} rows${ofErrors}`,
    names: fit.supportNames,
    estimates,
    standardErrors,
    statistics: column((k) => estimates[k] / standardErrors[k]),
    pValues: column((k) => tails[k].p),
    lower: column((k) => tails[k].lower / selected.scales[k]),
    upper: column((k) => tails[k].upper / selected.scales[k]),
    truncatedFrom: column((k) => tails[k].from / selected.scales[k]),
    truncatedTo: column((k) => tails[k].to / selected.scales[k]),
    level,
    df: Number.POSITIVE_INFINITY,
    dispersion: sigma ** 2,
    sigma,
    notes: [
      `p-values, one-sided towards the selected sign, and intervals account for the selection of features and signs at this lambda, if it was not chosen on the same data${
        loss.quadratic ? "" : ", up to a quadratic approximation of the loss"
      }`,
    ],
  });
}

/** @throws InputError unless a fit is of a lasso whose penalty was given, with its data at hand. */
function solvedLasso(where: string, fit: SparseLinearFit): SolvedProblem {
  const { datafit } = lossOf(fit);
  if (!losses.includes(datafit.name)) {
    throw mustBe(where, "datafit", "squaredError(), logistic() or cox()", datafit.name);
  }
  const solved = solvedProblemOf(fit);
  if (solved === undefined) throw noDataAtHand(where);
  if (!(fit.lambda > 0)) {
    throw mustBe(where, "lambda", "above 0, that of a lasso", fit.lambda, "take inference(fit)");
  }
  const { penalty } = solved.working.problem;
  if (!penalties.includes(penalty.name)) {
    throw mustBe(where, "penalty", "l1, that of a lasso without bounds", penalty.name);
  }
  const changed = notesOf(fit).find(({ code }) => code === "adaptive" || code === "relaxed");
  if (changed) throw mustBe(where, "fit", "that of a lasso by itself", `one that is ${changed.code}`);
  if (fit.status !== "converged") {
    throw mustBe(where, "fit", "converged, since its optimum selects", fit.status, fit.notes[0]);
  }
  if (fit.support.length === 0) {
    throw new InputError(`${where}: fit must have at least one feature, got none; take a smaller lambda`);
  }
  return solved;
}

/** @throws InputError unless a standard deviation is above 0, where one is given, and the loss has one. */
export function checkedSigma(where: string, sigma: number | undefined, loss: Datafit): number | undefined {
  if (sigma === undefined) return undefined;
  if (!loss.quadratic) throw mustBe(where, "sigma", `left out where the loss is ${loss.name}`, sigma);
  if (typeof sigma === "number" && sigma > 0 && sigma < Infinity) return sigma;
  throw mustBe(where, "sigma", "a positive finite number", sigma);
}

/** @throws InputError where rows are too few to tell the deviation of the errors. */
function fullModelDeviation(where: string, { working }: SolvedProblem): number {
  const { problem, data } = working;
  const { offset } = data.samples;
  const columns = Array.from({ length: problem.design.nFeatures }, (_, k) => columnOf(problem.design, k));
  const y = data.target.map((value, i) => value - (offset?.[i] ?? 0));
  const all = [...problem.free.basis, ...columns];
  const found = residualDeviation(all, y, data.samples);
  if (found !== undefined) return found;
  const { nCounted } = data.samples;
  const isShort = all.length >= nCounted;
  const rule = isShort
    ? `given where there are not more rows than coefficients, here ${nCounted} rows`
    : "given where least squares on all features leaves no error";
  const example = isShort ? ", such as debiasedLasso(X, y).sigma" : "";
  throw mustBe(where, "sigma", rule, undefined, `pass the standard deviation of the errors${example}`);
}

/**
 * Estimates the standard deviation of the errors by the residuals of least squares on columns; undefined without degrees of freedom, and
 * where the residuals are rounding.
 */
export function residualDeviation(
  columns: readonly Float64Array[],
  y: Float64Array,
  { weights, nCounted, totalWeight }: SampleColumns,
): number | undefined {
  if (columns.length >= nCounted) return undefined;
  const scaled = (column: Float64Array): Float64Array =>
    weights ? column.map((entry, i) => entry * Math.sqrt(weights[i])) : column;
  const basis = new UnpenalizedColumns(y.length, columns.map(scaled));
  const response = scaled(y);
  const residuals = response.slice();
  basis.projectOut(residuals);
  const left = squaredNorm(residuals);
  if (left <= rounding ** 2 * squaredNorm(response)) return undefined;
  return Math.sqrt((left * totalWeight) / y.length / (nCounted - basis.size));
}

/** The estimates without a penalty on the selected features, per standard deviation of each, and what the selection says of them. */
interface SelectedModel {
  readonly estimates: Float64Array;
  /** Their standard deviations if nothing were selected. */
  readonly deviations: Float64Array;
  /** Column by column. */
  readonly covariances: readonly Float64Array[];
  /** The penalty reduces the estimates by this: the rest has the selected signs. */
  readonly shifts: Float64Array;
  /** 1 or -1, of a feature without a penalty 0. */
  readonly signs: Float64Array;
  /** The standard deviations of the features. */
  readonly scales: Float64Array;
}

/**
 * One step of Newton's method without a penalty from the lasso, on its support: with `H` the information there, `s` the gradient of the penalty
 * and `g` that of the loss, the estimates are `gamma - H^-1 g` and the lasso's own coefficients `gamma - H^-1 (g + s)`.
 *
 * @throws InputError where columns depend on each other, or the fit is too far from its optimum for its signs to be those of the step.
 */
function selectedModel(
  where: string,
  fit: SparseLinearFit,
  { working }: SolvedProblem,
  sigma: number,
): SelectedModel {
  const { datafit: loss, fitIntercept } = lossOf(fit);
  const { design, samples, target } = working.data;
  const observed = countedLoss(loss, samples);
  const eta = linearPredictors(design, [fit.coef], Float64Array.of(fit.intercept), samples.offset);
  const columns = modelColumns(design, fit.support, samples.weights, fitIntercept);
  const information = factoredInformation(where, columns.vectors, observed, target, eta);
  const first = fitIntercept ? 1 : 0;
  const gradient = new Float64Array(eta.length);
  observed.valueAndGradient(target, eta, gradient);
  const slopes = Float64Array.from(columns.vectors, (column) => dot(column, gradient));
  const scales = Float64Array.from(fit.support, (_, k) => 1 / columns.toCoefficients[k + first][k + first]);

  const signs = new Float64Array(fit.support.length);
  const penaltySlopes = new Float64Array(columns.vectors.length);
  fit.support.forEach((j, k) => {
    const unit = new Float64Array(design.nFeatures);
    unit[j] = 1;
    // The penalty of a coefficient is lambda times its working coefficient, of which one without a penalty has none.
    const factor = working.toWorking([unit]).reduce((sum, entry) => sum + entry, 0);
    signs[k] = factor === 0 ? 0 : Math.sign(fit.coef[j]);
    penaltySlopes[k + first] = (fit.lambda * factor * signs[k]) / scales[k];
  });
  const step = solvedBy(information, slopes).subarray(first);
  const shifts = solvedBy(information, penaltySlopes).subarray(first);
  const estimates = Float64Array.from(fit.support, (j, k) => fit.coef[j] * scales[k] - step[k]);
  const wrong = signs.findIndex((sign, k) => sign * (estimates[k] - shifts[k]) < 0);
  if (wrong !== -1) {
    throw mustBe(
      where,
      "fit",
      "close enough to its optimum that a step of Newton's method leaves its signs",
      `another sign of ${JSON.stringify(fit.supportNames[wrong])}`,
      "fit it with a smaller tol",
    );
  }
  const covariances = Array.from(fit.support, (_, k) => {
    const unit = new Float64Array(columns.vectors.length);
    unit[k + first] = sigma ** 2 / samples.totalWeight;
    return solvedBy(information, unit).subarray(first);
  });
  const deviations = Float64Array.from(covariances, (column, k) => Math.sqrt(column[k]));
  return { estimates, deviations, covariances, shifts, signs, scales };
}

function solvedBy({ factor, size }: FactoredMatrix, v: Float64Array): Float64Array {
  const solution = v.slice();
  choleskySolve(factor, size, solution);
  return solution;
}

/** The p-value of a coefficient, its interval, and the limits that the selection sets to its estimate. */
interface ConditionalTails {
  readonly p: number;
  readonly lower: number;
  readonly upper: number;
  readonly from: number;
  readonly to: number;
}

/**
 * What the selection leaves to estimate `k`, where that part of the other estimates is held which is independent of it, and its tails there.
 *
 * @param tail probability of each side that an interval leaves out.
 */
function conditionalTails(
  { estimates, deviations, covariances, shifts, signs }: SelectedModel,
  k: number,
  tail: number,
): ConditionalTails {
  const [estimate, deviation] = [estimates[k], deviations[k]];
  let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  signs.forEach((sign, m) => {
    const slope = (sign * covariances[k][m]) / deviation ** 2;
    const limit = estimate - (sign * (estimates[m] - shifts[m])) / slope;
    if (slope > 0) from = Math.max(from, limit);
    if (slope < 0) to = Math.min(to, limit);
  });
  const variable = { value: estimate / deviation, low: from / deviation, high: to / deviation };
  const mirrored = { value: -variable.value, low: -variable.high, high: -variable.low };
  const above = truncatedNormalTail(variable, 0);
  const below = truncatedNormalTail(mirrored, 0);
  return {
    p: signs[k] > 0 ? above : signs[k] < 0 ? below : 2 * Math.min(above, below),
    lower: deviation * truncatedNormalMean(variable, tail),
    upper: -deviation * truncatedNormalMean(mirrored, tail),
    from,
    to,
  };
}
