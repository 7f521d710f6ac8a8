import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { serializable } from "../recipe";
import type { Datafit } from "./datafit";
import { relativeEntropy } from "./relative-entropy";
import { inName } from "./robust-loss";
import { separableDatafit } from "./separable-datafit";

/** Options of {@link negativeBinomial}. */
export interface NegativeBinomialOptions {
  /** The variance of a count with mean `mu` is `mu + mu^2 / theta`; positive and finite. */
  readonly theta: number;
}

/**
 * The negative binomial loss `f(eta) = (1/n) sum_i (y_i + theta) log(1 + exp(eta_i) / theta) - y_i eta_i` of counts `y >= 0` with mean
 * `exp(eta)` that vary more than those of `poisson()`, which it is at an infinite `theta`.
 *
 * It is minus the mean log-likelihood up to terms of `y`, as `negative.binomial(theta)` of R's MASS. Numbers that are no integers are
 * welcome. `theta` is not estimated: take that of `glm.nb` of MASS, say, or choose among several by cross-validated deviance.
 *
 * @param options `theta`: positive and finite.
 * @throws InputError when `theta` is outside its domain or not given.
 * @see Hilbe, Negative binomial regression (2011)
 * @example
 * ```ts
 * negativeBinomial({ theta: 1 }).valueAndGradient(Float64Array.of(3), Float64Array.of(0), new Float64Array(1)); // 2.772589 = 4 log 2
 * ```
 */
export function negativeBinomial(options: NegativeBinomialOptions): Datafit {
  checkKeys("negativeBinomial", options, ["theta"], "write { theta: 2 } for a variance of mu + mu^2 / 2");
  const { theta } = options;
  if (!(typeof theta === "number" && theta > 0 && theta < Number.POSITIVE_INFINITY)) {
    throw mustBe("negativeBinomial", "theta", "a positive finite number", theta);
  }
  const level = Math.log(theta);

  const loss = separableDatafit({
    name: `negativeBinomial(${inName(theta)})`,
    response: "numbers",
    piecewiseQuadratic: false,
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

    slope(y, eta) {
      const { above, below } = shares(eta - level);
      return theta * above - y * below;
    },

    evaluate(y, eta, from, to, values, slopes) {
      for (let k = from; k < to; k++) {
        const z = eta[k] - level;
        const odds = Math.exp(-Math.abs(z));
        const line = z > 0 ? theta * z - y[k] * level : -y[k] * eta[k];
        values[k - from] = (y[k] + theta) * Math.log1p(odds) + line;
        slopes[k] = (z > 0 ? theta - y[k] * odds : theta * odds - y[k]) / (1 + odds);
      }
    },

    curvature(y, eta) {
      const { above, below } = shares(eta - level);
      return (y + theta) * above * below;
    },

    inverseLink: Math.exp,
    isLikelihood: true,
    saturatedValue: (y) => (y === 0 ? 0 : (y + theta) * Math.log1p(y / theta) - y * Math.log(y)),
    unitDeviance(y, mean) {
      const ofAll = (y + theta) * Math.log1p((mean - y) / (y + theta));
      return y === 0 ? ofAll : ofAll + y * Math.log(y / mean);
    },
    leastSlope: (y) => -y,
    largestSlope: () => theta,

    // y + theta times the relative entropy of two Bernoulli distributions.
    fenchelYoung(y, eta, dual) {
      const total = y + theta;
      const z = eta - level;
      const { above, below } = shares(z);
      const [own, other] = [(y + dual) / total, (theta - dual) / total];
      return total * (relativeEntropy(own, above, z) + relativeEntropy(other, below, -z));
    },
  });
  return serializable("negativeBinomial", [options], loss);
}

/** `1 / (1 + exp(-z))` and `1 / (1 + exp(z))`. */
function shares(z: number): { readonly above: number; readonly below: number } {
  const odds = Math.exp(-Math.abs(z));
  const [likely, unlikely] = [1 / (1 + odds), odds / (1 + odds)];
  return z > 0 ? { above: likely, below: unlikely } : { above: unlikely, below: likely };
}
