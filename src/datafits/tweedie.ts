import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { serializable } from "../recipe";
import { completedLoss } from "./convex-loss";
import type { Datafit } from "./datafit";

/** Options of {@link tweedie}: which power of the mean the variance is. */
export interface TweedieOptions {
  /** The variance of a response is in proportion to its mean to this power, strictly between 1 and 2. Default: 1.5. */
  readonly power?: number;
}

/**
 * The Tweedie loss `f(eta) = (1/n) sum_i exp((2 - p) eta_i) / (2 - p) + y_i exp((1 - p) eta_i) / (p - 1)` of responses `y >= 0` with mean
 * `exp(eta)`, many of them 0: rainfall, claims. Their variance is in proportion to the mean to the power `p`.
 *
 * It is half of the mean deviance up to terms of `y`, as `tweedie(var.power = p, link.power = 0)` of R's statmod and `TweedieRegressor` of
 * scikit-learn. At `p = 1` it would be `poisson()`, at 2 `gamma()`; beyond, as for the inverse Gaussian at 3, it is not convex in `eta`,
 * so that no fit could be certified. Information criteria take the dispersion that suits a fit best, by the saddlepoint approximation of the
 * density.
 *
 * @param options `power` strictly between 1 and 2, default 1.5.
 * @throws InputError when `power` is outside its domain.
 * @see Jorgensen, Exponential dispersion models (1987)
 * @example
 * ```ts
 * tweedie().valueAndGradient(Float64Array.of(3), Float64Array.of(0), new Float64Array(1)); // 8
 * ```
 */
export function tweedie(options: TweedieOptions = {}): Datafit {
  checkKeys("tweedie", options, ["power"]);
  const { power = 1.5 } = options;
  if (!(typeof power === "number" && power > 1 && power < 2)) {
    const remedy =
      power === 1
        ? "take poisson()"
        : power === 2
          ? "take gamma()"
          : "beyond it the loss of a logarithmic link is not convex";
    throw mustBe("tweedie", "power", "a number strictly between 1 and 2", power, remedy);
  }
  const [above, below] = [power - 1, 2 - power];
  const riskOf = (y: number, eta: number): number => (y === 0 ? 0 : y * Math.exp(-above * eta));

  const loss = completedLoss({
    name: `tweedie(${power})`,
    selfConcordance: Math.max(above, below),

    checkTarget(where, y) {
      const row = y.findIndex((value) => !(value >= 0));
      if (row !== -1) throw mustBe(where, `y, row ${row}`, "a number >= 0", y[row]);
    },

    value: (y, eta) => Math.exp(below * eta) / below + riskOf(y, eta) / above,

    // Far away one of the two overflows, never both.
    slope: (y, eta) => Math.exp(below * eta) - riskOf(y, eta),

    evaluate(y, eta, from, to, values, slopes) {
      for (let k = from; k < to; k++) {
        const [mean, risk] = [Math.exp(below * eta[k]), riskOf(y[k], eta[k])];
        values[k - from] = mean / below + risk / above;
        slopes[k] = mean - risk;
      }
    },

    curvature: (y, eta) => below * Math.exp(below * eta) + above * riskOf(y, eta),
    inverseLink: Math.exp,
    isLikelihood: true,
    varianceAt: (mean) => mean ** power,
    logNormalizer: (dispersion) => Math.log(2 * Math.PI * dispersion) / 2,
    leastSlope: (y) => (y === 0 ? 0 : Number.NEGATIVE_INFINITY),
    largestSlope: () => Number.POSITIVE_INFINITY,
  });
  return serializable("tweedie", [options], loss);
}
