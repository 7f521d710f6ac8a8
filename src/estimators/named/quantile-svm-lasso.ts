/** The estimators of losses with kinks, fitted exactly: {@link QuantileLasso} and {@link SvmLasso}. */
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { l1 } from "../../penalties";
import { hinge, type PiecewiseLinearDatafit, pinball } from "../../piecewise-linear";
import type { SparseProblem } from "../../problem/problem";
import type { NullProgram } from "../../solvers/piecewise/linear-program";
import { devianceTolerance, type NullModel } from "../fit/null-model";
import type { LinearPrograms, PenaltySpecOf } from "../fit/penalty-spec";
import { loadLinearPrograms } from "../lazy";
import { type FactorOptions, featureFactors } from "../options/coefficient-options";
import { type CheckedOptions, checkOptions, type ModelOptions, modelWords } from "../options/model-options";
import { Estimator } from "./estimator";

/** Options of {@link SvmLasso}: the penalty, the intercept, and when to stop. */
export interface SvmLassoOptions
  extends Pick<ModelOptions, "lambda" | "fitIntercept" | "penaltyFactors" | "exclude" | "tol"> {
  /** Whether columns are divided by their standard deviation (divisor n), so that the penalty acts on `s_j beta_j`. Default: true. */
  readonly standardize?: boolean;
  /** Largest number of pivots, an integer of at least 1. Default: 10000. */
  readonly maxIter?: number;
}

/** Options of {@link QuantileLasso}: the quantile, and those of {@link SvmLasso}. */
export interface QuantileLassoOptions extends SvmLassoOptions {
  /** The quantile, strictly between 0 and 1. Default: 0.5, the median. */
  readonly tau?: number;
}

const keys = [
  "lambda",
  "fitIntercept",
  "standardize",
  "penaltyFactors",
  "exclude",
  "maxIter",
  "tol",
] as const;

/**
 * Quantile regression with a lasso, without smoothing the loss:
 *
 * `min (1/n) sum_i rho(y_i - b0 - x_i'beta) + lambda sum_j s_j w_j |beta_j|`, `rho(r) = max(tau r, (tau - 1) r)`
 *
 * with `s_j` the standard deviation of column j (1 with `standardize: false`) and `w_j` its penalty factor. It is a linear program, solved
 * by the simplex method along the path and certified by a feasible point of its dual. With `standardize: false` it is scikit-learn's
 * `QuantileRegressor(quantile, alpha)`, and `rq.fit.lasso(tau, lambda = 2 n lambda)` of quantreg.
 *
 * `score` is scikit-learn's `d2_pinball_score`: 1 less the pinball loss over that of the best constant. A cross-validation measures
 * twice the mean pinball loss, of the median the mean absolute error. A path begins at lambdaMax, exactly: the least `max_j |x_j'u|` of the dual points `u` of the null model.
 *
 * @throws InputError when an option is unknown or outside its domain.
 * @see Koenker and Bassett, Regression quantiles (1978); Belloni and Chernozhukov, l1-penalized quantile regression (2011)
 * @example
 * ```ts
 * const fit = new QuantileLasso({ tau: 0.5, lambda: 0.1 }).fit([[0], [1], [2], [3], [4]], [0, 1, 2, 3, 400]);
 * fit.coef; // [1]
 * ```
 */
export class QuantileLasso extends Estimator<QuantileLassoOptions> {
  constructor(options: QuantileLassoOptions = {}) {
    const name = "QuantileLasso";
    const checked = checkExactOptions(name, options, ["tau"], () => {
      const { tau = 0.5 } = options;
      if (tau > 0 && tau < 1) return pinball(tau);
      throw mustBe(name, "tau", "a number strictly between 0 and 1", tau);
    });
    super(name, options, checked, specWith(options));
  }
}

/**
 * The support vector machine with a lasso, of two classes:
 *
 * `min (1/n) sum_i max(0, 1 - y_i (b0 + x_i'beta)) + lambda sum_j s_j w_j |beta_j|`
 *
 * with `y_i` -1 for the first class and 1 for the second, `s_j` the standard deviation of column j (1 with `standardize: false`) and `w_j`
 * its penalty factor. Labels are numbers, texts or truth values. It is solved and certified as {@link QuantileLasso} is.
 *
 * `decisionFunction` gives the distance to the boundary in units of the margin, `score` the share of the labels that are right. A
 * cross-validation measures twice the mean hinge loss, `"misclassification"` or the `"auc"`.
 *
 * @throws InputError when an option is unknown or outside its domain.
 * @see Zhu, Rosset, Hastie and Tibshirani, 1-norm support vector machines (2003)
 * @example
 * ```ts
 * const fit = new SvmLasso({ lambda: 0.1 }).fit([[0], [1], [2], [3]], ["no", "no", "yes", "yes"]);
 * fit.predictLabels([[0.5], [2.5]]); // ["no", "yes"]
 * ```
 */
export class SvmLasso extends Estimator<SvmLassoOptions> {
  constructor(options: SvmLassoOptions = {}) {
    const checked = checkExactOptions("SvmLasso", options, [], hinge);
    super("SvmLasso", options, checked, specWith(options));
  }
}

function checkExactOptions(
  name: string,
  options: SvmLassoOptions,
  own: readonly string[],
  lossOf: () => PiecewiseLinearDatafit,
): CheckedOptions {
  checkKeys(name, options, [...keys, ...own], undefined, {
    ...modelWords,
    alpha: "scikit-learn's alpha is lambda here",
    quantile: 'did you mean "tau"?',
  });
  return checkOptions(name, { ...options, datafit: lossOf() }, own);
}

function specWith(options: FactorOptions): PenaltySpecOf {
  const penalty = l1();
  return (where, { design }) => ({
    penalty,
    parametrization: undefined,
    interchangeable: true,
    factors: featureFactors(where, options, design),
    linearPrograms,
  });
}

function linearPrograms(): LinearPrograms {
  const { linearProgram, nullProgram } = loadLinearPrograms();
  return { linearProgram, nullModel: (problem, y) => nullModelOf(nullProgram(problem), problem, y) };
}

/** @param y the responses as they were given, beside which a null deviance may be rounding. */
function nullModelOf(
  { profile, lambdaMax, magnitude }: NullProgram,
  { datafit }: SparseProblem,
  y: Float64Array,
): NullModel {
  const { loss } = profile;
  const isExplained = loss <= devianceTolerance(datafit, y, loss);
  return {
    nullProfile: profile,
    lambdaMax: isExplained ? 0 : lambdaMax,
    obstacle: isExplained ? "nothing-to-explain" : undefined,
    endless: false,
    nullDeviance: isExplained ? 0 : loss,
    magnitude,
    notes: isExplained ? [{ code: "nothing-to-explain" }] : [],
  };
}
