/**
 * {@link debiasedLasso}: tests and intervals of every coefficient by a lasso whose bias is estimated and taken off.
 */
import { type Datafit, squaredError } from "../datafits";
import type { DesignInput, TargetInput } from "../design/design-input";
import { columnMoments, columnOf, type DesignMatrix } from "../design/design-matrix";
import { formatNumber } from "../display/formatting";
import type { ProgressListener } from "../display/progress";
import { noProgress, throttledProgress } from "../display/progress-display";
import { InputError, listOf, mustBe } from "../errors";
import { SmoothLasso, type SparseLinearFit } from "../estimators";
import { checkedLevel } from "../estimators/named/inference";
import { CoefficientInference, type InferenceFields } from "../estimators/results/coefficient-inference";
import { linearPredictors } from "../estimators/results/fitted-model";
import { dot, maxAbs, mean, squaredNorm } from "../linalg/vector";
import { checkKeys } from "../options";
import { UnpenalizedColumns } from "../problem/unpenalized-columns";
import { normalTail, studentQuantile } from "../random/distributions";
import { readSelectionData, type SelectionData } from "./selection-data";
import { checkedSigma, residualDeviation } from "./selective-inference";

/** Options of {@link debiasedLasso}: the loss, the strengths of the penalties, the noise, and the level of the intervals. */
export interface DebiasedLassoOptions {
  /** `squaredError()` or `logistic()`. Default: `squaredError()`. */
  readonly datafit?: Datafit;
  /**
   * Strength of the penalty of the lasso whose bias is removed, at least 0, for columns of deviation 1. Default: `s L sqrt(2 / n)`, as in the scaled
   * lasso of Sun and Zhang (2013). `s` is the standard deviation of the errors, and for classes that of the response; a normal variable exceeds `L`
   * with probability `(L^4 + 2 L^2) / p`.
   */
  readonly lambda?: number;
  /**
   * Strength of the penalty of the lasso of each column on the others, at least 0, all of deviation 1. Default: of the lambdas on a path whose standard
   * error is at most 5/4 of that at which the bias is at most `sqrt(2 log(p))`, the one with the least bias (Zhang and Zhang 2014).
   */
  readonly nodewiseLambda?: number;
  /**
   * The standard deviation of the errors of a squared error, above 0. Default: that of the residuals of least squares on all features, or where there
   * are not more rows than features, of the scaled lasso.
   */
  readonly sigma?: number;
  /** Probability with which an interval has the coefficient, strictly between 0 and 1. Default: 0.95. */
  readonly level?: number;
  /** Told how the work goes, at most ten times a second: `progressBar()`, or a function of your own. */
  readonly onProgress?: ProgressListener;
}

const optionKeys = ["datafit", "lambda", "nodewiseLambda", "sigma", "level", "onProgress"];

/** The factor by which the standard error may grow for less bias. */
const inflation = 1.25;

/** Share of the deviation of the response that is rounding where a lasso explains the rest. */
const leastError = 1e-8;

/** Share of a column that is rounding where the others explain the rest. */
const leastShare = 1e-16;

/** The share by which two columns of deviation 1 may differ in a product if they are the same but for rounding. */
const sameShare = 1e-9;

/** Number of lambdas of the path of a column. */
const nLambdas = 50;

/** Steps after which the lambda of the scaled lasso is taken as it is: they converge linearly, most in ten. */
const mostSteps = 100;

/**
 * Estimates, tests and intervals of every coefficient by a lasso without its bias, one entry a feature; an immutable value.
 *
 * @see van de Geer, Bühlmann, Ritov and Dezeure, On asymptotically optimal confidence regions and tests for high-dimensional models (2014)
 */
export class DebiasedLasso extends CoefficientInference {
  /** The lasso whose bias was taken off. */
  readonly fit: SparseLinearFit;
  /** The standard deviation of the errors of a squared error; 1 of classes. */
  readonly sigma: number;
  /** One a feature: the lambda of the lasso of its column on the others. */
  readonly nodewiseLambdas: Float64Array;

  constructor(fields: InferenceFields & Pick<DebiasedLasso, "fit" | "sigma" | "nodewiseLambdas">) {
    super(fields);
    this.fit = fields.fit;
    this.sigma = fields.sigma;
    this.nodewiseLambdas = fields.nodewiseLambdas;
  }
}

/**
 * Tests and intervals of every coefficient, also with more features than rows: the debiased, or desparsified, lasso.
 *
 * With `b` a lasso, `r` its residuals and `z_j` those of a lasso of column `x_j` on the others, the estimates are
 *
 * `b_j + z_j'r / z_j'x_j`, with standard errors `sigma ||z_j|| / |z_j'x_j|`.
 *
 * With logistic loss the products are weighted by its curvature at `b`. No coefficient is selected, so nothing has to be accounted for but the number
 * of tests. What is left of the bias vanishes for many rows where few features have an effect. It takes a path for each feature.
 *
 * @param X any table of n rows, no column of which is constant or a combination of a few others.
 * @param y n responses, or labels of two classes.
 * @returns estimates, standard errors, normal p-values with both sides and intervals, one entry a feature; its table has the least p first.
 * @throws InputError as `fit`, for a constant column, for one that is a combination of fewer than n - 1 others, so that no number of rows like these tells its effect, another loss, an option outside its domain, where rows are too few to estimate `sigma`, and
 * where the lasso does not converge.
 * @see van de Geer, Bühlmann, Ritov and Dezeure, On asymptotically optimal confidence regions and tests for high-dimensional models (2014)
 * @see Zhang and Zhang, Confidence intervals for low dimensional parameters in high dimensional linear models (2014)
 * @example
 * ```ts
 * const X = Array.from({ length: 40 }, (_, i) => [i % 7, i % 5, i % 3]);
 * const y = X.map(([a, b], i) => a - b + (i % 2));
 * debiasedLasso(X, y).pValues[0] < 0.001; // true
 * ```
 */
export function debiasedLasso(
  X: DesignInput,
  y: TargetInput,
  options: DebiasedLassoOptions = {},
): DebiasedLasso {
  const where = "debiasedLasso";
  const { datafit, level } = checkedOptions(where, options);
  const data = readSelectionData(where, X, y, new SmoothLasso({ datafit }), {});
  const { nFeatures, nSamples, featureNames } = data.design;
  const constant = data.deviations.findIndex((deviation) => !(deviation > 0));
  if (constant !== -1) {
    throw mustBe(
      where,
      "every column",
      "one that varies",
      `constant ${JSON.stringify(featureNames[constant])}`,
    );
  }
  const columns = Array.from({ length: nFeatures }, (_, j) => columnOf(data.design, j));
  if (nFeatures < nSamples - 1) checkIndependent(where, data.design, [...columns.keys()]);
  const { fit, sigma } = initialLasso(where, data, columns, datafit, options);
  if (fit.status !== "converged") {
    const rule = "one at which the lasso converges, since its optimum is what the bias is taken off";
    throw mustBe(where, "lambda", rule, fit.lambda, fit.notes[0]);
  }

  const eta = predictorOf(fit, data);
  const [gradient, curvature] = [new Float64Array(nSamples), new Float64Array(nSamples)];
  datafit.valueAndGradient(data.target, eta, gradient);
  datafit.curvature(data.target, eta, curvature);
  const total = curvature.reduce((sum, entry) => sum + entry, 0);
  const { deviations } = columnMoments(
    data.design,
    curvature.map((entry) => (entry * nSamples) / total),
  );
  const products = new Float64Array(nFeatures);
  const tell = throttledProgress(where, nFeatures, options.onProgress);
  const [estimates, standardErrors, nodewiseLambdas] = [0, 1, 2].map(() => new Float64Array(nFeatures));
  columns.forEach((column, j) => {
    const { lambda, residuals } = nodewiseLasso(where, data, column, j, curvature, options.nodewiseLambda);
    const weighted = residuals.map((z, i) => z * curvature[i]);
    const product = dot(weighted, column);
    data.design.rmatvec(weighted, products);
    // No other column has as large a product with these residuals, unless it is a multiple of this one.
    const least = ((1 - sameShare) * Math.abs(product)) / deviations[j];
    const twin = products.findIndex((other, k) => k !== j && Math.abs(other) >= least * deviations[k]);
    if (twin !== -1) throw dependentColumn(where, featureNames[j], [featureNames[twin]]);
    estimates[j] = fit.coef[j] - dot(residuals, gradient) / product;
    standardErrors[j] = (sigma * Math.sqrt(dot(weighted, residuals) / nSamples)) / Math.abs(product);
    nodewiseLambdas[j] = lambda;
    tell(j + 1, () => `column ${j + 1} of ${nFeatures}`);
  });

  const width = studentQuantile((1 - level) / 2, Number.POSITIVE_INFINITY);
  const statistics = estimates.map((estimate, j) => estimate / standardErrors[j]);
  const ofErrors = datafit.quadratic ? `, sigma ${formatNumber(sigma, 4)}` : "";
  return new DebiasedLasso({
    title: `Debiased lasso, ${datafit.name}, lambda = ${formatNumber(fit.lambda, 4)}: ${nFeatures} coefficients from ${nSamples} rows${ofErrors}`,
    names: featureNames,
    order: [...estimates.keys()].sort((a, b) => Math.abs(statistics[b]) - Math.abs(statistics[a])),
    estimates,
    standardErrors,
    statistics,
    pValues: statistics.map((statistic) => 2 * normalTail(Math.abs(statistic))),
    lower: estimates.map((estimate, j) => estimate - width * standardErrors[j]),
    upper: estimates.map((estimate, j) => estimate + width * standardErrors[j]),
    level,
    df: Number.POSITIVE_INFINITY,
    dispersion: sigma ** 2,
    notes: [
      "p-values and intervals are of each feature by itself, selected or not; they hold for many rows where few features have an effect",
    ],
    fit,
    sigma,
    nodewiseLambdas,
  });
}

/** @throws InputError for an option that is unknown or outside its domain. */
function checkedOptions(
  where: string,
  options: DebiasedLassoOptions,
): { readonly datafit: Datafit; readonly level: number } {
  checkKeys(where, options, optionKeys);
  const { datafit = squaredError() } = options;
  if (datafit?.name !== "squaredError" && datafit?.name !== "logistic") {
    throw mustBe(where, "datafit", "squaredError() or logistic()", datafit?.name ?? datafit);
  }
  if (datafit.responses) throw mustBe(where, "datafit", "of one response", datafit.name);
  const level = checkedLevel(where, options.level);
  for (const key of ["lambda", "nodewiseLambda"] as const) {
    const value = options[key];
    if (value !== undefined && !(typeof value === "number" && value >= 0 && value < Infinity)) {
      throw mustBe(where, key, "a finite number >= 0", value);
    }
  }
  return { datafit, level };
}

/** @throws InputError where a column is a combination of others and a constant, so that the rows do not tell their effects apart. */
function checkIndependent(where: string, design: DesignMatrix, among: readonly number[]): void {
  const { nSamples, featureNames } = design;
  const given = among.map((j) => columnOf(design, j));
  const basis = new UnpenalizedColumns(nSamples, [new Float64Array(nSamples).fill(1), ...given]);
  const dependent = given.findIndex((_, k) => !basis.kept.includes(k + 1));
  if (dependent === -1) return;
  const psi = basis.projectOut(given[dependent].slice());
  const shares = basis.coefficients(psi, given.length + 1).subarray(1);
  const least = 1e-8 * maxAbs(given[dependent]);
  const others = among.filter((_, k) => Math.abs(shares[k]) * maxAbs(given[k]) > least);
  const nameOf = (j: number): string => featureNames[j];
  throw dependentColumn(where, nameOf(among[dependent]), others.map(nameOf));
}

function dependentColumn(where: string, name: string, others: readonly string[]): InputError {
  return new InputError(
    `${where}: column ${JSON.stringify(name)} must be no combination of others, got one of ${listOf(others, "and")}, so that the rows do not tell their effects apart; leave one of them out`,
  );
}

function predictorOf(fit: SparseLinearFit, { design }: SelectionData): Float64Array {
  return linearPredictors(design, [fit.coef], Float64Array.of(fit.intercept), undefined);
}

/**
 * Returns the lasso whose bias is taken off, and the standard deviation of the errors.
 *
 * @throws InputError where the rows do not tell the deviation.
 */
function initialLasso(
  where: string,
  data: SelectionData,
  columns: readonly Float64Array[],
  datafit: Datafit,
  options: DebiasedLassoOptions,
): Pick<DebiasedLasso, "fit" | "sigma"> {
  const { target } = data;
  const { nSamples, nFeatures } = data.design;
  const fitAt = (lambda: number): SparseLinearFit =>
    new SmoothLasso({ datafit, lambda }).fit(data.X, data.y, { onProgress: noProgress });
  const level = penaltyLevel(nFeatures) * Math.sqrt(2 / nSamples);
  const centre = mean(target);
  const spread = Math.sqrt(squaredNorm(target.map((value) => value - centre)) / nSamples);
  const sigmaGiven = checkedSigma(where, options.sigma, datafit);
  if (!datafit.quadratic) return { fit: fitAt(options.lambda ?? spread * level), sigma: 1 };
  const samples = { weights: undefined, offset: undefined, nCounted: nSamples, totalWeight: nSamples };
  const ofAll = residualDeviation([new Float64Array(nSamples).fill(1), ...columns], target, samples);
  const known = sigmaGiven ?? ofAll;
  if (known !== undefined) return { fit: fitAt(options.lambda ?? known * level), sigma: known };
  const scaled = scaledLasso(fitAt, level, spread, data);
  if (!(scaled.sigma > leastError * spread)) {
    const rule = "given where the scaled lasso leaves no error";
    throw mustBe(where, "sigma", rule, undefined, "pass the standard deviation of the errors");
  }
  return options.lambda === undefined ? scaled : { fit: fitAt(options.lambda), sigma: scaled.sigma };
}

/**
 * Returns the lasso whose lambda is in proportion to the deviation of its own residuals, and that deviation.
 *
 * @param start a deviation to begin with.
 * @see Sun and Zhang, Scaled sparse linear regression (2012)
 */
function scaledLasso(
  fitAt: (lambda: number) => SparseLinearFit,
  level: number,
  start: number,
  data: SelectionData,
): Pick<DebiasedLasso, "fit" | "sigma"> {
  let [sigma, fit] = [start, fitAt(start * level)];
  for (let k = 0; k < mostSteps; k++) {
    const residuals = predictorOf(fit, data).map((value, i) => data.target[i] - value);
    const next = Math.sqrt(squaredNorm(residuals) / residuals.length);
    if (Math.abs(next - sigma) <= 1e-6 * sigma) break;
    [sigma, fit] = [next, fitAt(next * level)];
  }
  return { fit, sigma };
}

/** The `L` that a normal variable exceeds with probability `(L^4 + 2 L^2) / p`, by bisection. @see Sun and Zhang, Sparse matrix inversion with scaled lasso (2013) */
function penaltyLevel(p: number): number {
  let [low, high] = [0, 1];
  const isLow = (level: number): boolean => p * normalTail(level) > level ** 4 + 2 * level ** 2;
  while (isLow(high)) [low, high] = [high, 2 * high];
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (isLow(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Returns the residuals of the weighted lasso of a column on the others.
 *
 * On a path, `n lambda / ||z||` bounds the share of the bias in a statistic, and `||z|| / |z'x|` is in proportion to the standard error.
 *
 * @throws InputError where the others leave nothing of the column at the lambda that was given.
 */
function nodewiseLasso(
  where: string,
  data: SelectionData,
  column: Float64Array,
  j: number,
  sampleWeight: Float64Array,
  given: number | undefined,
): { readonly lambda: number; readonly residuals: Float64Array } {
  const { nSamples, nFeatures } = data.design;
  const total = sampleWeight.reduce((sum, weight) => sum + weight, 0);
  const weights = sampleWeight.map((weight) => (weight * nSamples) / total);
  const centre = dot(weights, column) / nSamples;
  const deviation = Math.sqrt(
    dot(
      weights,
      column.map((x) => (x - centre) ** 2),
    ) / nSamples,
  );
  const target = column.map((x) => (x - centre) / deviation);
  const run = { sampleWeight: weights, onProgress: noProgress };
  const residualsOf = (fit: SparseLinearFit): Float64Array =>
    predictorOf(fit, data).map((value, i) => target[i] - value);
  if (given !== undefined || nFeatures === 1) {
    const lambda = given ?? 0;
    const fit = new SmoothLasso({ exclude: [j], lambda }).fit(data.X, target, run);
    const residuals = residualsOf(fit);
    if (squaredNorm(residuals) <= leastShare * squaredNorm(target)) {
      const rule = `large enough that column ${JSON.stringify(data.design.featureNames[j])} is no combination of the others`;
      throw mustBe(where, "nodewiseLambda", rule, lambda);
    }
    return { lambda, residuals };
  }
  const { fits } = new SmoothLasso({ exclude: [j] }).path(data.X, target, { ...run, nLambdas });
  const { support } = fits[fits.length - 1];
  // Any column is a combination of as many independent columns as there are rows.
  if (support.length < nSamples - 2) checkIndependent(where, data.design, [...support, j]);
  const choices = fits.map((fit) => {
    const residuals = residualsOf(fit);
    const weighted = residuals.map((z, i) => z * weights[i]);
    const norm = Math.sqrt(dot(weighted, residuals));
    const { lambda } = fit;
    return {
      lambda,
      residuals,
      bias: (nSamples * lambda) / norm,
      error: norm / Math.abs(dot(weighted, target)),
    };
  });
  const least = choices.reduce((smallest, { bias }) => Math.min(smallest, bias), Infinity);
  const allowed = Math.max(Math.sqrt(2 * Math.log(nFeatures)), 1.5 * least);
  const reference = choices.reduce(
    (smallest, { bias, error }) => (bias <= allowed ? Math.min(smallest, error) : smallest),
    Infinity,
  );
  return choices
    .filter(({ error }) => error <= inflation * reference)
    .reduce((best, choice) => (choice.bias < best.bias ? choice : best));
}
