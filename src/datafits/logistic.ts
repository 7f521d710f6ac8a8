import { serializable } from "../recipe";
import { checkBinary } from "./checks";
import type { Datafit } from "./datafit";
import { bernoulliRelativeEntropy, sigmoid, softplus } from "./logistic-function";
import { separableDatafit } from "./separable-datafit";

/**
 * The logistic loss `f(eta) = (1/n) sum_i log(1 + exp(eta_i)) - y_i eta_i` of two classes, 0 and 1.
 *
 * It is minus the mean log-likelihood of `P(y = 1) = 1 / (1 + exp(-eta))`, glmnet's `binomial`. Every part is accurate
 * for whatever `eta`: with `z` the predictor of the class that did not occur, the loss is `log(1 + exp(z))`.
 *
 * @see Friedman, Hastie and Tibshirani, Regularization paths for generalized linear models via coordinate descent (2010)
 * @example
 * ```ts
 * logistic().valueAndGradient(Float64Array.of(1), Float64Array.of(0), new Float64Array(1)); // 0.693147 = log 2
 * ```
 */
export function logistic(): Datafit {
  return shared;
}

/** One object for all calls: V8 keeps what it has compiled of these functions as long as they live. */
const shared = serializable(
  "logistic",
  [],
  separableDatafit({
    name: "logistic",
    response: "classes",
    hasProbabilities: true,
    piecewiseQuadratic: false,
    selfConcordance: 1,
    coercive: false,
    checkTarget: checkBinary,
    value: (y, eta) => softplus(y === 1 ? -eta : eta),
    slope: (y, eta) => (y === 1 ? -sigmoid(-eta) : sigmoid(eta)),

    curvature(_y, eta) {
      const odds = Math.exp(-Math.abs(eta));
      return odds / ((1 + odds) * (1 + odds));
    },

    // One exponential serves both `value` and `slope`.
    evaluate(y, eta, from, to, values, slopes) {
      for (let k = from; k < to; k++) {
        // No branch by the class, which processors guess wrong every other time.
        const sign = 1 - 2 * y[k];
        const z = sign * eta[k];
        const odds = Math.exp(-Math.abs(z));
        values[k - from] = Math.max(z, 0) + Math.log1p(odds);
        slopes[k] = (sign * (z >= 0 ? 1 : odds)) / (1 + odds);
      }
    },

    inverseLink: sigmoid,
    isLikelihood: true,
    saturatedValue: () => 0,
    leastSlope: (y) => -y,
    largestSlope: (y) => 1 - y,

    // P(the other class) is |dual|, and sigmoid(z) by the predictor.
    fenchelYoung: (y, eta, dual) =>
      bernoulliRelativeEntropy(Math.abs(dual), 1 - Math.abs(dual), (1 - 2 * y) * eta),
  }),
);
