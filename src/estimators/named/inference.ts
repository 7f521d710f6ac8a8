import { ofFeatures } from "../../design/of-frames";
import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import { loadStandardErrors } from "../lazy";
import type { CoefficientInference } from "../results/coefficient-inference";
import type { SparseLinearFit } from "../results/sparse-linear-fit";
import type { FrameFit } from "./frame-estimator";

/** Options of {@link inference}: the level of the confidence intervals. */
export interface InferenceOptions {
  /** Probability with which an interval has the coefficient, strictly between 0 and 1. Default: 0.95. */
  readonly level?: number;
}

/**
 * Standard errors, z or t statistics, p-values and intervals of the coefficients of a fit without a penalty, such as `fit.refit()` or
 * `fitOnSupport` gives: those of R's `lm`, `glm` and `coxph`.
 *
 * They take the features as given. Where these were selected on the same data, the errors are too small and the p-values too low; a note of
 * the table says so. The information is the expected one, of `cox()` the observed one; intervals are symmetric.
 *
 * @param given a fit of one response without a penalty, or that of a pipeline.
 * @param options `level`: default 0.95.
 * @throws InputError for a fit with a penalty, of several responses, or without a finite optimum, for one that was read from JSON, for a loss
 * that is no likelihood, such as `huber()`, and where there are not more rows than coefficients or the residuals are rounding.
 * @see McCullagh and Nelder, Generalized linear models (1989), section 4.4
 * @example
 * ```ts
 * const X = [[1, 0], [0, 1], [1, 1], [2, 1], [0, 3]];
 * const fit = new SmoothLasso({ lambda: 0.5 }).fit(X, [1, 0, 1, 2, 1]);
 * inference(fit.refit()).standardErrors[1]; // 0.2608203
 * ```
 */
export function inference(
  given: SparseLinearFit | FrameFit<SparseLinearFit>,
  options: InferenceOptions = {},
): CoefficientInference {
  const where = "inference";
  const fit = ofFeatures<"fit", SparseLinearFit>(given, "fit");
  if (typeof Object(fit).refit !== "function" || !("coef" in fit)) {
    throw mustBe(where, "fit", "one of a single response, such as fit.refit() of SmoothLasso", fit);
  }
  checkKeys(where, options, ["level"]);
  return loadStandardErrors().coefficientInference(where, fit, checkedLevel(where, options.level));
}

/** @throws InputError unless the probability of an interval is strictly between 0 and 1. */
export function checkedLevel(where: string, level = 0.95): number {
  if (typeof level === "number" && level > 0 && level < 1) return level;
  throw mustBe(where, "level", "a number strictly between 0 and 1", level);
}
