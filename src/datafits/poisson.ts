import { mustBe } from "../errors";
import { serializable } from "../recipe";
import type { Datafit } from "./datafit";
import { relativeEntropy } from "./relative-entropy";
import { separableDatafit } from "./separable-datafit";

/**
 * The Poisson loss `f(eta) = (1/n) sum_i exp(eta_i) - y_i eta_i` of counts `y >= 0` with mean `exp(eta)`.
 *
 * It is minus the mean log-likelihood without `log y!`. As in glmnet, numbers that are no integers are welcome, rates
 * say. Where `exp(eta)` overflows the loss is Infinity.
 *
 * @see Friedman, Hastie and Tibshirani, Regularization paths for generalized linear models via coordinate descent (2010)
 * @example
 * ```ts
 * poisson().valueAndGradient(Float64Array.of(3), Float64Array.of(0), new Float64Array(1)); // 1
 * ```
 */
export function poisson(): Datafit {
  return shared;
}

/** One object for all calls: V8 keeps what it has compiled of these functions as long as they live. */
const shared = serializable(
  "poisson",
  [],
  separableDatafit({
    name: "poisson",
    response: "numbers",
    piecewiseQuadratic: false,
    selfConcordance: 1,
    coercive: false,

    checkTarget(where, y) {
      const row = y.findIndex((count) => !(count >= 0));
      if (row !== -1) throw mustBe(where, `y, row ${row}`, "a number >= 0", y[row]);
    },

    value(y, eta) {
      const mean = Math.exp(eta);
      return mean === Number.POSITIVE_INFINITY ? mean : mean - y * eta;
    },

    slope: (y, eta) => Math.exp(eta) - y,

    // One exponential serves both `value` and `slope`.
    evaluate(y, eta, from, to, values, slopes) {
      for (let k = from; k < to; k++) {
        const mean = Math.exp(eta[k]);
        values[k - from] = mean === Number.POSITIVE_INFINITY ? mean : mean - y[k] * eta[k];
        slopes[k] = mean - y[k];
      }
    },

    curvature: (_y, eta) => Math.exp(eta),
    inverseLink: Math.exp,
    isLikelihood: true,
    saturatedValue: (y) => (y === 0 ? 0 : y - y * Math.log(y)),
    unitDeviance: (y, mean) => (y === 0 ? mean : y * Math.log(y / mean) - y + mean),
    leastSlope: (y) => -y,
    largestSlope: () => Number.POSITIVE_INFINITY,
    fenchelYoung: (y, eta, dual) => relativeEntropy(y + dual, Math.exp(eta), eta),
  }),
);
