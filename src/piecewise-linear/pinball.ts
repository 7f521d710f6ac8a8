import { mustBe } from "../errors";
import { serializable } from "../recipe";
import { type PiecewiseLinearDatafit, piecewiseLinearDatafit } from "./piecewise-linear-datafit";

/**
 * The pinball loss of quantile regression, exactly,
 *
 * `f(eta) = (1/n) sum_i tau max(y_i - eta_i, 0) + (1 - tau) max(eta_i - y_i, 0)`,
 *
 * which the `tau`-quantile of `y` given the features minimises. `tau = 0.5` is half the mean absolute deviation.
 *
 * @param tau quantile, `0 < tau < 1`. Default: 0.5, the median.
 * @throws InputError when `tau` is outside its domain.
 * @see Koenker and Bassett, Regression quantiles (1978)
 * @example
 * ```ts
 * piecewiseLinearValue(pinball(0.9).terms(Float64Array.of(3, 0)), Float64Array.of(1, 1)); // 0.95
 * ```
 */
export function pinball(tau = 0.5): PiecewiseLinearDatafit {
  if (!(tau > 0 && tau < 1)) throw mustBe("pinball", "tau", "a number strictly between 0 and 1", tau);
  const loss = (y: number, predicted: number): number =>
    y > predicted ? tau * (y - predicted) : (1 - tau) * (predicted - y);
  const datafit = piecewiseLinearDatafit({
    name: `pinball(${tau})`,
    response: "numbers",
    dependsOnResidual: true,
    coercive: true,
    checkTarget() {},
    terms: (y) => ({
      center: y.slice(),
      tilt: new Float64Array(y.length).fill(tau - 0.5),
      width: new Float64Array(y.length).fill(0.5),
    }),
    inverseLink: (eta) => eta,
    unitDeviance: loss,
    bestConstant: (y, weights) => weightedQuantile(y, weights, tau),
    // The density of the asymmetric Laplace distribution.
    logNormalizer: (dispersion) => Math.log(dispersion / (tau * (1 - tau))),
  });
  return serializable("pinball", [tau], datafit);
}

/** The smallest `y` at which the weights of all up to there are a share of `tau`. */
function weightedQuantile(y: Float64Array, weights: Float64Array | undefined, tau: number): number {
  const order = Int32Array.from(y.keys()).sort((a, b) => y[a] - y[b]);
  const weightOf = (i: number): number => weights?.[i] ?? 1;
  const total = order.reduce((sum, i) => sum + weightOf(i), 0);
  let below = 0;
  // Weights that were scaled add up with roundings.
  for (const i of order) {
    below += weightOf(i);
    if (weightOf(i) > 0 && below >= tau * total * (1 - 1e-14)) return y[i];
  }
  return y[order[order.length - 1]];
}
