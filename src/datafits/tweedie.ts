import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { serializable } from "../recipe";
import type { Datafit } from "./datafit";
import { relativeEntropy } from "./relative-entropy";
import { separableDatafit } from "./separable-datafit";

/** Options of {@link tweedie}. */
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

  const loss = separableDatafit({
    name: `tweedie(${power})`,
    response: "numbers",
    piecewiseQuadratic: false,
    selfConcordance: Math.max(above, below),
    coercive: false,

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
    saturatedValue: (y) => y ** below / (above * below),
    unitDeviance: (y, mean) => {
      const ofZero = mean ** below / below;
      return y === 0 ? ofZero : ofZero + (y * mean ** -above) / above - y ** below / (above * below);
    },
    logNormalizer: (dispersion) => Math.log(2 * Math.PI * dispersion) / 2,
    leastSlope: (y) => (y === 0 ? 0 : Number.NEGATIVE_INFINITY),
    largestSlope: () => Number.POSITIVE_INFINITY,

    // The Bregman divergence of the predictor and of the one whose slope the dual is, an entropy of each exponential.
    fenchelYoung(y, eta, dual) {
      if (y === 0 && dual === 0) return Math.exp(below * eta) / below;
      const other = predictorOf(y, dual, above, below);
      const [up, down] = [below * (eta - other), -above * (eta - other)];
      const gain = (Math.exp(below * other) / below) * relativeEntropy(1, Math.exp(up), up);
      return y === 0 ? gain : gain + (riskOf(y, other) / above) * relativeEntropy(1, Math.exp(down), down);
    },
  });
  return serializable("tweedie", [options], loss);
}

/** The predictor at which the loss of `y` has the slope `dual`, by Newton's method within an interval that has it. */
function predictorOf(y: number, dual: number, above: number, below: number): number {
  if (y === 0) return Math.log(dual) / below;
  // With x = exp(eta): x^below = dual + y x^-above, of which one term is known to be no larger than at the mean y.
  const level = Math.log(y);
  let [low, high] =
    dual < 0
      ? [-Math.log((y ** below - dual) / y) / above, level]
      : [level, Math.log(y ** below + dual) / below];
  let eta = dual < 0 ? low : high;
  for (let k = 0; k < 100; k++) {
    const [mean, risk] = [Math.exp(below * eta), y * Math.exp(-above * eta)];
    const excess = mean - risk - dual;
    if (excess > 0) high = eta;
    else low = eta;
    const step = excess / (below * mean + above * risk);
    if (Math.abs(step) <= 4 * Number.EPSILON * Math.max(1, Math.abs(eta))) return eta - step;
    const next = eta - step;
    eta = next >= low && next <= high ? next : (low + high) / 2;
  }
  return eta;
}
