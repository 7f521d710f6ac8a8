import type { Datafit } from "../../datafits";
import { mustBe } from "../../errors";
import { elasticNetProduct } from "../../parametrizations";
import { elasticNet } from "../../penalties";
import { onOrthant } from "../../penalties/bounded";
import {
  type BoundOptions,
  checkBounds,
  coefficientFactors,
  featureFactors,
  forEachCoefficient,
  isWeight,
  weighed,
} from "../options/coefficient-options";
import { checkInducedPenalty } from "../options/induced-penalty";
import { checkNonNegative, checkOptions, factorRemedy, type ModelOptions } from "../options/model-options";
import { responseDeviations } from "../options/response-deviations";
import { type AdaptiveOptions, adaptively, type WeightedSpecOf } from "./adaptive";
import { Estimator } from "./estimator";

/** Options of {@link SmoothElasticNet}: those of every estimator, the share of the lasso, sign, bounds and adaptive weights. */
export interface SmoothElasticNetOptions<D extends Datafit = Datafit>
  extends ModelOptions<D>,
    BoundOptions,
    AdaptiveOptions {
  /** Share of the lasso in the penalty, in [0, 1]: glmnet's `alpha`, scikit-learn's `l1_ratio`; 0 is ridge regression. Default: 0.5. */
  readonly l1Ratio?: number;
  /** Whether coefficients must not be negative, by coordinate descent. Default: false. */
  readonly nonNegative?: boolean;
}

/**
 * The elastic net, fitted by its smooth surrogate and certified by a duality gap:
 *
 * `min f(b0 + X beta) + lambda sum_j w_j (l1Ratio s_j |beta_j| + (1 - l1Ratio)/2 s_j^2 beta_j^2 / c)`
 *
 * with `f` the datafit, `s_j` the standard deviation of column j (1 with `standardize: false`) and `w_j` its penalty factor. For a loss
 * of `y - eta`, such as `squaredError()`, `c` is the standard deviation of the response less its offset (divisor n, weights counted; without
 * an intercept the root mean square), of several responses each its own, as in glmnet: then `lambda` has the unit of the response
 * for every `l1Ratio`, and another unit scales the coefficients and `lambda` alike (with `adaptive`, `lambda` by its square). For other losses, whose predictors have no unit, `c` is 1.
 *
 * scikit-learn's `ElasticNet(alpha, l1_ratio)` has `c = 1`: it is this one with `lambda = alpha (l1_ratio + (1 - l1_ratio) c)` and
 * `l1Ratio = alpha l1_ratio / lambda`. With `bounds` each `beta_j` is between them.
 * With `l1Ratio: 0` it is ridge regression: no coefficient is zero, and a path begins where one of `l1Ratio` 0.001 would, as in glmnet.
 * With `adaptive` `w_j` is divided by `|s_j beta_j|` of a pilot fit, the elastic net of lowest BIC, in both parts.
 *
 * @throws InputError when an option is unknown or outside its domain, or a `parametrization` is given for a loss of `y - eta` with a
 * ridge part, which depends on the data; `SparseLinearModel` takes `elasticNetProduct` as it is.
 * @see Zou and Hastie, Regularization and variable selection via the elastic net (2005)
 * @example
 * ```ts
 * const X = [[1, 0], [0, 1], [1, 1], [2, 1]];
 * new SmoothElasticNet({ lambda: 0.5, l1Ratio: 0.9 }).fit(X, [1, 0, 1, 2]).support; // [0]
 * ```
 */
export class SmoothElasticNet<D extends Datafit = Datafit> extends Estimator<SmoothElasticNetOptions<D>, D> {
  /** Whether there is a ridge part that is divided by the standard deviation of the response. */
  readonly dividesRidge: boolean;

  constructor(options: SmoothElasticNetOptions<D> = {}) {
    const name = "SmoothElasticNet";
    const checked = checkOptions(name, options, ["l1Ratio", "nonNegative", "bounds", "adaptive"]);
    const { l1Ratio = 0.5 } = options;
    if (!(typeof l1Ratio === "number" && l1Ratio >= 0 && l1Ratio <= 1)) {
      throw mustBe(name, "l1Ratio", "a number from 0 to 1", l1Ratio);
    }
    const oneSided = checkNonNegative(name, options.nonNegative);
    const boundsOf = checkBounds(name, options, checked);
    const own = options.parametrization;
    const dividesRidge = checked.datafit.dependsOnResidual === true && l1Ratio < 1;
    if (own && dividesRidge) {
      const rule = `left out with ${checked.datafit.name}, where the ridge part depends on the response`;
      throw mustBe(name, "parametrization", rule, own.name, "SparseLinearModel takes it");
    }
    if (own) checkInducedPenalty(name, elasticNet({ l1Ratio }), own, 1, factorRemedy);
    const specOf: WeightedSpecOf = (where, data, adapted) => {
      const given = featureFactors(where, options, data.design);
      const { factors, multiples } = coefficientFactors(given, adapted?.coefficients);
      const ofAll = weighed(forEachCoefficient(factors, data.responseNames.length), multiples);
      const weights = ofAll.map((factor) => (isWeight(factor) ? factor : 1));
      const nResponses = data.responseNames.length;
      const deviations = dividesRidge ? responseDeviations(data, checked.fitIntercept) : Float64Array.of(1);
      const isOneUnit = deviations.every((deviation) => deviation === deviations[0]);
      const alike = isOneUnit && weights.every((weight) => weight === 1);
      const scales = isOneUnit
        ? deviations[0]
        : weights.map((_, k) => deviations[Math.floor((k * nResponses) / weights.length)]);
      const choice = alike ? { l1Ratio, scales } : { l1Ratio, weights, scales };
      const penalty = oneSided ? onOrthant(elasticNet(choice)) : elasticNet(choice);
      const hasSurrogate = l1Ratio > 0 && !oneSided && !boundsOf;
      const parametrization = own ?? (hasSurrogate ? elasticNetProduct(choice) : undefined);
      // Weights act on both parts alike, which no scaling of a column does.
      const roles = {
        factors: factors.map((factor) => (isWeight(factor) ? 1 : factor)),
        multiples: multiples?.map((weight) => (weight === Infinity ? Infinity : 1)),
      };
      const bounded = boundsOf?.(where, factors, data.design);
      return { penalty, parametrization, interchangeable: alike, ...roles, ...bounded };
    };
    super(name, options, checked, adaptively(name, options.adaptive, checked, specOf));
    this.dividesRidge = dividesRidge;
  }
}
