import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { logGamma } from "../random/distributions";
import { serializable } from "../recipe";
import type { Datafit } from "./datafit";
import { bernoulliRelativeEntropy, sigmoid } from "./logistic-function";
import { inName } from "./robust-loss";
import { separableDatafit } from "./separable-datafit";

/** Options of {@link negativeBinomial}: how the variance exceeds the mean, known or estimated. */
export interface NegativeBinomialOptions {
  /**
   * The variance of a count with mean `mu` is `mu + mu^2 / theta`; positive and finite. With `"estimate"` each fit takes the likeliest value, as
   * `glm.nb` of R's MASS does.
   */
  readonly theta: number | "estimate";
}

/**
 * The negative binomial loss `f(eta) = (1/n) sum_i (y_i + theta) log(1 + exp(eta_i) / theta) - y_i eta_i` of counts `y >= 0` with mean
 * `exp(eta)` that vary more than those of `poisson()`, which it is at an infinite `theta`.
 *
 * It is minus the mean log-likelihood up to terms of `y`, as `negative.binomial(theta)` of R's MASS. Numbers that are no integers are
 * welcome.
 *
 * Where `theta` is to be estimated, each fit maximizes the likelihood in turns, over `theta` at its predictors and over coefficients with their
 * penalty, until neither changes (`glmregNB` of mpath); a note of the fit says which it took,
 * `fit.estimatedParameter` has it with its standard error, and a refit estimates it anew. The certificate is that
 * of the coefficients at this `theta`. Counts that vary no more than Poisson's have no largest likelihood: `theta` is 1e6 then. The deviance of a
 * cross-validation has the `theta` of the fit of a constant, so that all fits are scored alike. Evaluated by itself such a loss has `theta` 1.
 *
 * @param options `theta`: positive and finite, or `"estimate"`.
 * @throws InputError when `theta` is outside its domain or not given.
 * @see Hilbe, Negative binomial regression (2011); Venables and Ripley, Modern applied statistics with S (2002), section 7.4
 * @example
 * ```ts
 * negativeBinomial({ theta: 1 }).valueAndGradient(Float64Array.of(3), Float64Array.of(0), new Float64Array(1)); // 2.772589 = 4 log 2
 * ```
 * @example
 * ```ts
 * const X = [[0], [1], [2], [3], [4], [5], [6], [7]];
 * const fit = new SmoothLasso({ datafit: negativeBinomial({ theta: "estimate" }), lambda: 0.01 }).fit(X, [0, 3, 0, 2, 9, 1, 12, 4]);
 * fit.notes[0]; // "theta was estimated in turns with the coefficients: 1.587"
 * ```
 */
export function negativeBinomial(options: NegativeBinomialOptions): Datafit {
  checkKeys("negativeBinomial", options, ["theta"], "write { theta: 2 } for a variance of mu + mu^2 / 2");
  const { theta } = options;
  if (theta === "estimate") return serializable("negativeBinomial", [options], estimating());
  if (!(typeof theta === "number" && theta > 0 && theta < Number.POSITIVE_INFINITY)) {
    throw mustBe("negativeBinomial", "theta", 'a positive finite number or "estimate"', theta);
  }
  const level = Math.log(theta);

  const loss = separableDatafit({
    name: `negativeBinomial(${inName(theta)})`,
    response: "numbers",
    piecewiseQuadratic: false,
    selfConcordance: 1,
    coercive: false,

    checkTarget(where, y) {
      const row = y.findIndex((count) => !(count >= 0));
      if (row !== -1) throw mustBe(where, `y, row ${row}`, "a number >= 0", y[row]);
    },

    value(y, eta) {
      const z = eta - level;
      // (y + theta) z - y eta, where z is positive.
      const line = z > 0 ? theta * z - y * level : -y * eta;
      return (y + theta) * Math.log1p(Math.exp(-Math.abs(z))) + line;
    },

    slope: (y, eta) => theta * sigmoid(eta - level) - y * sigmoid(level - eta),

    evaluate(y, eta, from, to, values, slopes) {
      for (let k = from; k < to; k++) {
        const z = eta[k] - level;
        const odds = Math.exp(-Math.abs(z));
        const line = z > 0 ? theta * z - y[k] * level : -y[k] * eta[k];
        values[k - from] = (y[k] + theta) * Math.log1p(odds) + line;
        slopes[k] = (z > 0 ? theta - y[k] * odds : theta * odds - y[k]) / (1 + odds);
      }
    },

    curvature: (y, eta) => (y + theta) * sigmoid(eta - level) * sigmoid(level - eta),

    inverseLink: Math.exp,
    isLikelihood: true,
    saturatedValue: (y) => (y === 0 ? 0 : (y + theta) * Math.log1p(y / theta) - y * Math.log(y)),
    unitDeviance(y, mean) {
      const ofAll = (y + theta) * Math.log1p((mean - y) / (y + theta));
      return y === 0 ? ofAll : ofAll + y * Math.log(y / mean);
    },
    leastSlope: (y) => -y,
    largestSlope: () => theta,

    fenchelYoung(y, eta, dual) {
      const total = y + theta;
      return total * bernoulliRelativeEntropy((y + dual) / total, (theta - dual) / total, eta - level);
    },
  });
  return serializable("negativeBinomial", [options], loss);
}

/** The loss with a `theta` that is estimated. @param value left out until data are seen. */
function estimating(value?: number): Datafit {
  const own = negativeBinomial({ theta: value ?? 1 });
  const made: Datafit = {
    ...own,
    name: value === undefined ? "negativeBinomial" : own.name,
    estimated: {
      name: "theta",
      value,
      isLargest: value === largestTheta,
      at: estimating,
      atStart(y, weights, offset) {
        let [counts, exposure] = [0, 0];
        y.forEach((count, i) => {
          counts += (weights?.[i] ?? 1) * count;
          exposure += (weights?.[i] ?? 1) * Math.exp(offset?.[i] ?? 0);
        });
        const level = Math.log(counts / exposure);
        return estimating(
          likeliestTheta(
            y,
            Float64Array.from(y, (_, i) => level + (offset?.[i] ?? 0)),
            weights,
          ),
        );
      },
      atPredictors: (y, eta, weights) => estimating(likeliestTheta(y, eta, weights)),
      information(y, eta, weights) {
        let sum = 0;
        for (let i = 0; i < y.length; i++) {
          const weight = weights?.[i] ?? 1;
          if (weight !== 0) sum += weight * thetaCurvature(y[i], Math.exp(eta[i]), value ?? 1);
        }
        return sum / y.length;
      },
      leftOut(y, weights) {
        const theta = value ?? 1;
        const base = logGamma(theta);
        let sum = 0;
        y.forEach((count, i) => {
          const isWhole = Number.isInteger(count) && count <= 100;
          let term = count * Math.log(theta) - (isWhole ? 0 : logGamma(count + theta) - base);
          if (isWhole) {
            term = 0;
            for (let k = 1; k < count; k++) term -= Math.log1p(k / theta);
          }
          sum += (weights?.[i] ?? 1) * term;
        });
        return sum / y.length;
      },
    },
  };
  return value === undefined ? made : serializable("negativeBinomial", [{ theta: value }], made);
}

/** Above it the variance is that of Poisson's distribution to six digits, unless means are large. */
const largestTheta = 1e6;

const smallestTheta = 1e-8;

/** The root of {@link thetaScore}, by the Illinois method in `log theta`. @see Dowell and Jarratt (1971) */
function likeliestTheta(y: Float64Array, eta: Float64Array, weights?: Float64Array): number {
  const means = eta.map(Math.exp);
  const score = (level: number): number => {
    const theta = Math.exp(level);
    let sum = 0;
    for (let i = 0; i < y.length; i++) {
      if (weights?.[i] !== 0) sum += (weights?.[i] ?? 1) * thetaScore(y[i], means[i], theta);
    }
    return theta * sum;
  };
  let [low, high] = [Math.log(smallestTheta), Math.log(largestTheta)];
  let [atLow, atHigh] = [score(low), score(high)];
  if (!(atHigh < 0)) return largestTheta;
  if (!(atLow > 0)) return smallestTheta;
  let last = 0;
  for (let step = 0; step < 200 && high - low > 1e-13 * (1 + Math.abs(low)); step++) {
    // Where the ends are far apart the score is no line, and halves are quicker.
    const middle = step < 8 ? (low + high) / 2 : (low * atHigh - high * atLow) / (atHigh - atLow);
    const value = score(middle);
    if (value === 0) return Math.exp(middle);
    if (value > 0) {
      [low, atLow] = [middle, value];
      if (last > 0) atHigh /= 2;
    } else {
      [high, atHigh] = [middle, value];
      if (last < 0) atLow /= 2;
    }
    last = Math.sign(value);
    if (Math.abs(value) < 1e-15 * y.length) break;
  }
  return Math.exp(Math.abs(atLow) < Math.abs(atHigh) ? low : high);
}

/** The derivative of the log-likelihood of a count in `theta`: `psi(y + theta) - psi(theta) - log(1 + mu / theta) + (mu - y) / (mu + theta)`. */
function thetaScore(y: number, mean: number, theta: number): number {
  return digammaGain(y, theta) - Math.log1p(mean / theta) + (mean - y) / (mean + theta);
}

/**
 * Minus the derivative of {@link thetaScore} in `theta`: `psi'(theta) - psi'(y + theta) - 1 / theta + 2 / (mu + theta) - (y + theta) / (mu + theta)^2`.
 *
 * @see Venables and Ripley, Modern applied statistics with S (2002), `theta.ml`
 */
function thetaCurvature(y: number, mean: number, theta: number): number {
  const total = mean + theta;
  return trigammaLoss(y, theta) - 1 / theta + 2 / total - (y + theta) / total ** 2;
}

/** `psi'(theta) - psi'(y + theta)`, as {@link digammaGain}. */
function trigammaLoss(y: number, theta: number): number {
  let sum = 0;
  if (Number.isInteger(y) && y <= 100) {
    for (let k = 0; k < y; k++) sum += 1 / (theta + k) ** 2;
    return sum;
  }
  let [from, to] = [theta, theta + y];
  for (; from < 10; from++) sum += 1 / from ** 2;
  for (; to < 10; to++) sum -= 1 / to ** 2;
  return sum + trigammaTail(from) - trigammaTail(to);
}

/** `psi'(x)` of a large `x`, by its asymptotic series. */
function trigammaTail(x: number): number {
  const square = 1 / (x * x);
  const series = 1 / 6 - square * (1 / 30 - square * (1 / 42 - square * (1 / 30 - (square * 5) / 66)));
  return 1 / x + square / 2 + (square / x) * series;
}

/** `psi(y + theta) - psi(theta)`: a sum for small whole numbers, else by the asymptotic series, small arguments moved up. */
function digammaGain(y: number, theta: number): number {
  let sum = 0;
  if (Number.isInteger(y) && y <= 100) {
    for (let k = 0; k < y; k++) sum += 1 / (theta + k);
    return sum;
  }
  let [from, to] = [theta, theta + y];
  for (; from < 10; from++) sum += 1 / from;
  for (; to < 10; to++) sum -= 1 / to;
  return sum + Math.log1p((to - from) / from) + digammaTail(from) - digammaTail(to);
}

/** `log x - psi(x)`. */
function digammaTail(x: number): number {
  const square = 1 / (x * x);
  const series = 1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132)));
  return 1 / (2 * x) + square * series;
}
