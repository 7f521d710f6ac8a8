/** The estimators with MCP and SCAD on single coefficients: {@link SmoothMcp} and {@link SmoothScad}. */

import type { Datafit } from "../../datafits";
import { mustBe } from "../../errors";
import { checkAbove } from "../../options";
import { mcp, type SeparablePenalty, scad, type WeightOptions } from "../../penalties";
import type { PenaltySpec, PenaltySpecOf } from "../fit/penalty-spec";
import { loadAdaptiveRescaling, loadGlobalProofs, loadNonConvexRules } from "../lazy";
import {
  type FactorOptions,
  featureFactors,
  forEachCoefficient,
  isWeight,
} from "../options/coefficient-options";
import type { ModelData } from "../options/model-data";
import { type CheckedOptions, checkOptions, type ModelOptions } from "../options/model-options";
import { Estimator } from "./estimator";

/** Options of {@link SmoothMcp}: those of every estimator, and where the penalty becomes flat. */
export interface SmoothMcpOptions<D extends Datafit = Datafit> extends ModelOptions<D> {
  /**
   * The penalty is constant beyond `gamma lambda w_j`, so that larger coefficients are not shrunk; a larger `gamma` is closer to the lasso. Above 1.
   * Default: 3.
   */
  readonly gamma?: number;
  /**
   * `"adaptive"`: `gamma` counts on the scale on which the second derivative of the loss in each coefficient is 1 at the fit, as in
   * ncvreg; with `logistic()` and `poisson()` MCP then shrinks as it does with a squared error. Default: the loss as it is.
   */
  readonly rescale?: "adaptive";
}

/** Options of {@link SmoothScad}: those of every estimator, and where the penalty becomes flat. */
export interface SmoothScadOptions<D extends Datafit = Datafit> extends ModelOptions<D> {
  /**
   * The penalty is constant beyond `gamma lambda w_j`, so that larger coefficients are not shrunk; a larger `gamma` (the authors' `a`) is closer to
   * the lasso. Above 2. Default: 3.7.
   */
  readonly gamma?: number;
  /**
   * `"adaptive"`: `gamma` counts on the scale on which the second derivative of the loss in each coefficient is 1 at the fit, as in
   * ncvreg; with `logistic()` and `poisson()` MCP then shrinks as it does with a squared error. Default: the loss as it is.
   */
  readonly rescale?: "adaptive";
}

/**
 * The minimax concave penalty, `ncvreg(penalty = "MCP")` with squared error:
 *
 * `min f(b0 + X beta) + sum_j mcp(s_j beta_j)`
 *
 * with `f` the datafit, `s_j` the standard deviation of column j (1 with `standardize: false`) and `mcp` the integral of the slope
 * `max(lambda w_j - t / gamma, 0)`, so that coefficients above `gamma lambda w_j` are not shrunk. The penalty factor `w_j` multiplies `lambda`,
 * as ncvreg's `penalty.factor`. It has no smooth surrogate and is not convex: a fit is a local minimum, the lowest of several with
 * `search: "thorough"`. It is stationary, and no single coefficient can improve it. With `rescale: "adaptive"` it is `ncvreg(family = "binomial")` of `logistic()`, and so of other losses: `v_j` being
 * the second derivative of `f` in `s_j beta_j` at the fit, `gamma / v_j` takes the place of `gamma`. The fit is certified for these `v_j`.
 *
 * @throws InputError when an option is unknown or outside its domain.
 * @see Zhang, Nearly unbiased variable selection under minimax concave penalty (2010); Breheny and Huang (2011), section 3, on rescaling
 * @example
 * ```ts
 * const X = [[1, 0], [0, 1], [1, 1], [2, 1]];
 * new SmoothMcp({ lambda: 0.5 }).fit(X, [1, 0, 1, 2]).support; // [0]
 * ```
 */
export class SmoothMcp<D extends Datafit = Datafit> extends Estimator<SmoothMcpOptions<D>, D> {
  constructor(options: SmoothMcpOptions<D> = {}) {
    const name = "SmoothMcp";
    const checked = checkOptions(name, options, ["gamma", "rescale"]);
    const { gamma = 3 } = options;
    checkAbove(name, "gamma", gamma, 1);
    super(
      name,
      options,
      checked,
      specWith(name, options, checked, (weights) => mcp({ gamma, ...weights })),
    );
  }
}

/**
 * The smoothly clipped absolute deviation, `ncvreg(penalty = "SCAD")` with squared error:
 *
 * `min f(b0 + X beta) + sum_j scad(s_j beta_j)`
 *
 * with `f` the datafit, `s_j` the standard deviation of column j (1 with `standardize: false`) and `scad` the penalty whose slope is
 * `lambda w_j` up to there, falls in proportion to `t` and is 0 from `gamma lambda w_j` on. The penalty factor `w_j` multiplies `lambda`, as
 * ncvreg's `penalty.factor`. It has no smooth surrogate and is not convex: a fit is a local minimum, the lowest of several with
 * `search: "thorough"`. It is stationary, and no single coefficient can improve it.
 *
 * @throws InputError when an option is unknown or outside its domain.
 * @see Fan and Li, Variable selection via nonconcave penalized likelihood and its oracle properties (2001)
 * @example
 * ```ts
 * const X = [[1, 0], [0, 1], [1, 1], [2, 1]];
 * new SmoothScad({ lambda: 0.5 }).fit(X, [1, 0, 1, 2]).support; // [0]
 * ```
 */
export class SmoothScad<D extends Datafit = Datafit> extends Estimator<SmoothScadOptions<D>, D> {
  constructor(options: SmoothScadOptions<D> = {}) {
    const name = "SmoothScad";
    const checked = checkOptions(name, options, ["gamma", "rescale"]);
    const { gamma = 3.7 } = options;
    checkAbove(name, "gamma", gamma, 2);
    super(
      name,
      options,
      checked,
      specWith(name, options, checked, (weights) => scad({ gamma, ...weights })),
    );
  }
}

/** Weights are the penalty's own, since they multiply `lambda`, which no scaling of a column does. */
function specWith(
  name: string,
  options: FactorOptions & Pick<SmoothMcpOptions, "parametrization" | "rescale">,
  checked: CheckedOptions,
  penaltyOf: (weights: WeightOptions) => SeparablePenalty,
): PenaltySpecOf {
  const { rescale, parametrization } = options;
  const specAt = (where: string, data: ModelData, curvatures?: Float64Array): PenaltySpec => {
    const factors = featureFactors(where, options, data.design);
    const own = factors.map((factor) => (isWeight(factor) ? factor : 1));
    const alike = curvatures === undefined && own.every((weight) => weight === 1);
    const weights = curvatures ? own.map((weight, j) => weight / Math.sqrt(curvatures[j])) : own;
    const penalty = penaltyOf(
      alike ? {} : { weights: forEachCoefficient(weights, data.responseNames.length) },
    );
    return {
      penalty,
      parametrization,
      interchangeable: alike,
      nonConvexRules: loadNonConvexRules,
      globalProofs: loadGlobalProofs,
      factors: factors.map((factor, j) => (isWeight(factor) ? Math.sqrt(curvatures?.[j] ?? 1) : factor)),
    };
  };
  if (rescale === undefined) return (where, data) => specAt(where, data);
  if (rescale !== "adaptive") throw mustBe(name, "rescale", '"adaptive" or left out', rescale);
  if (checked.datafit.responses)
    throw mustBe(name, "rescale", "left out where there are several responses", rescale);
  return loadAdaptiveRescaling().adaptivelyRescaled(name, checked, specAt);
}
