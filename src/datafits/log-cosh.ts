import { checkKeys, checkPositive } from "../options";
import { serializable } from "../recipe";
import type { Datafit } from "./datafit";
import { gammaNormalizer } from "./gamma-normalizer";
import { bernoulliRelativeEntropy } from "./logistic-function";
import { inName, inUnitsOfResponse } from "./robust-loss";
import { separableDatafit } from "./separable-datafit";

/** The `delta` of 95 % efficiency in units of the standard deviation of normal noise. */
const EFFICIENT = 1.205;

/** Options of {@link logCosh}: from about which residual on the loss is linear. */
export interface LogCoshOptions {
  /**
   * Size of the residual about which the loss turns from a parabola into lines, positive, in units of `y`. Default: 1.205 times the
   * scale of `y`, `min(sd, IQR / 1.34)`.
   */
  readonly delta?: number;
}

/**
 * The log-cosh loss, the mean of `delta^2 log cosh(r / delta)`, `r = y - eta`: about `r^2 / 2` for small residuals, and
 * `delta |r| - delta^2 log 2` for large ones.
 *
 * It is a smooth relative of `huber`: the derivative of an outlier's loss is at most `delta`, and the loss of every residual has some curvature. For normal
 * noise of standard deviation `s`, `1.205 s` has 95 % efficiency. As that of `huber`, its default is taken of the response that is
 * fitted, less its offset, so that a fit follows the unit of `y`. A loss that is evaluated by itself takes 1.205.
 *
 * @param options `delta`: default `1.205 min(sd, IQR / 1.34)` of `y`, `1.205 sd` where a half of it is tied.
 * @returns a loss of one response.
 * @throws InputError when `delta` is not a positive finite number.
 * @see Green, Bayesian reconstructions from emission tomography data using a modified EM algorithm (1990)
 * @example
 * ```ts
 * logCosh({ delta: 1 }).valueAndGradient(Float64Array.of(3), Float64Array.of(0), new Float64Array(1)); // 2.309329: 3 - log 2 + log(1 + exp(-6))
 * ```
 */
export function logCosh(options: LogCoshOptions = {}): Datafit {
  checkKeys("logCosh", options, ["delta"], "write { delta: 1.2 } for a bend at 1.2");
  const { delta } = options;
  if (delta === undefined)
    return inUnitsOfResponse("logCosh", options, EFFICIENT, (width) => logCosh({ delta: width }));
  checkPositive("logCosh", "delta", delta);
  const datafit = separableDatafit({
    name: `logCosh(${inName(delta)})`,
    response: "numbers",
    dependsOnResidual: true,
    piecewiseQuadratic: false,
    selfConcordance: 2 / delta,
    coercive: true,

    value(y, eta) {
      const size = Math.abs(eta - y);
      const x = size / delta;
      // The next terms are below the rounding of these.
      if (x < 1e-4) return (size ** 2 / 2) * (1 - x ** 2 / 6);
      if (x > 20) return delta * (size - delta * Math.LN2);
      return delta ** 2 * Math.log1p(2 * Math.sinh(x / 2) ** 2);
    },

    slope: (y, eta) => delta * Math.tanh((eta - y) / delta),

    curvature(y, eta) {
      const odds = Math.exp((-2 * Math.abs(eta - y)) / delta);
      return (4 * odds) / (1 + odds) ** 2;
    },

    inverseLink: (eta) => eta,
    saturatedValue: () => 0,
    logNormalizer: (dispersion) => logNormalizer(delta, ((delta / dispersion) * delta) / 2),
    leastSlope: () => -delta,
    largestSlope: () => delta,

    // The loss is delta^2 (log(1 + exp(z)) - z / 2 - log 2) at z = 2 (eta - y) / delta.
    fenchelYoung(y, eta, dual) {
      const r = eta - y;
      // Shares near 1/2 would lose the digits in which they differ; the parabola is off by rounding only.
      if (Math.max(Math.abs(r), Math.abs(dual)) < 1e-8 * delta) return (r - dual) ** 2 / 2;
      const [share, other] = [(1 + dual / delta) / 2, (1 - dual / delta) / 2];
      return delta ** 2 * bernoulliRelativeEntropy(share, other, (2 * r) / delta);
    },
  });
  return serializable("logCosh", [options], datafit);
}

/** `log` of the integral of `cosh(r / delta)^(-2 half)` over `r`, which is `delta sqrt(pi) Gamma(half) / Gamma(half + 1/2)`. */
function logNormalizer(delta: number, half: number): number {
  const ratio = gammaNormalizer(half) - gammaNormalizer(half + 0.5);
  const powers = 0.5 - half * Math.log1p(0.5 / half) - Math.log(half + 0.5) / 2;
  return Math.log(delta) + Math.log(Math.PI) / 2 + ratio + powers;
}
