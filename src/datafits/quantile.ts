import { mustBe } from "../errors";
import { checkKeys, checkPositive } from "../options";
import { serializable } from "../recipe";
import type { Datafit } from "./datafit";
import { huberFenchelYoung } from "./huber";
import { halfNormalizer, inName, inUnitsOfResponse } from "./robust-loss";
import { separableDatafit } from "./separable-datafit";

/** The smoothing as a share of the scale of a response. */
const SHARE = 0.1;

/** Options of {@link quantile}: which quantile, and over what width the kink is smoothed. */
export interface QuantileOptions {
  /** The quantile that `eta` models, strictly between 0 and 1. Default: 0.5, the median. */
  readonly tau?: number;
  /**
   * Residuals up to this size, positive, count by a parabola that rounds the kink of the loss, in units of `y`: a smaller one is closer to the
   * quantile loss, and harder to minimize. Default: a tenth of the scale of `y`, `min(sd, IQR / 1.34)`.
   */
  readonly smoothing?: number;
}

/**
 * The smoothed quantile loss: the mean of the pinball loss `rho(r) = max(tau r, (tau - 1) r)`, `r = y - eta`, with a
 * parabola where `|r| < h`, the smoothing.
 *
 * `rho_h(r) = r^2 / (4h) + (tau - 1/2) r + h/4` for `|r| <= h`, and `rho(r)` beyond: the mean of `rho` over `r +- h`. So
 * `0 <= rho_h - rho <= h/4` everywhere, and the optimal objective is at most `h/4` above that of the pinball loss. A
 * smaller `h` is closer, and harder to minimise.
 *
 * Its default is taken of the response that is fitted, less its offset, so that a fit follows the unit of `y`: of `c y` with
 * the same `lambda` it is `c` times that of `y`. Where features explain almost all of `y`, noise is much smaller than its scale;
 * then give one in the order of the noise. A loss that is evaluated by itself takes 0.1.
 *
 * @param options `tau`: default 0.5; `smoothing`: default `min(sd, IQR / 1.34) / 10` of `y`, `sd / 10` where a half of it is tied.
 * @throws InputError when `tau` or `smoothing` is outside its domain.
 * @see He, Pan, Tan and Zhou, Smoothed quantile regression with large-scale inference (2023)
 * @example
 * ```ts
 * quantile({ tau: 0.9 }).valueAndGradient(Float64Array.of(2), Float64Array.of(0), new Float64Array(1)); // 1.8
 * ```
 */
export function quantile(options: QuantileOptions = {}): Datafit {
  checkKeys("quantile", options, ["tau", "smoothing"], "write { tau: 0.9 } for the 0.9 quantile");
  const { tau = 0.5, smoothing } = options;
  if (!(tau > 0 && tau < 1)) throw mustBe("quantile", "tau", "a number strictly between 0 and 1", tau);
  if (smoothing === undefined) {
    const own = (width: number): Datafit => quantile({ tau, smoothing: width });
    return inUnitsOfResponse(`quantile(${tau})`, options, SHARE, own);
  }
  checkPositive("quantile", "smoothing", smoothing);
  const h = smoothing;
  const datafit = separableDatafit({
    name: `quantile(${tau}, ${inName(h)})`,
    response: "numbers",
    dependsOnResidual: true,
    piecewiseQuadratic: true,
    coercive: true,

    value(y, eta) {
      const r = y - eta;
      if (r >= h) return tau * r;
      if (r <= -h) return (tau - 1) * r;
      return (r / (4 * h) + (tau - 0.5)) * r + h / 4;
    },

    slope(y, eta) {
      const r = y - eta;
      if (r >= h) return -tau;
      if (r <= -h) return 1 - tau;
      return -(r / (2 * h) + (tau - 0.5));
    },

    curvature: (y, eta) => (Math.abs(y - eta) <= h ? 1 / (2 * h) : 0),
    inverseLink: (eta) => eta,
    saturatedValue: () => h * tau * (1 - tau),
    // About its minimum rho_h is r^2 / 4h, with the slope tau above it and 1 - tau below.
    logNormalizer: (dispersion) =>
      Math.log(halfNormalizer(2 * h, tau, dispersion) + halfNormalizer(2 * h, 1 - tau, dispersion)),
    leastSlope: () => -tau,
    largestSlope: () => 1 - tau,

    // rho_h is a Huber loss with kink h, divided by 2h and tilted by (tau - 1/2) r.
    fenchelYoung(y, eta, dual) {
      const u = Math.max(-h, h - 2 * h * (tau + dual));
      return huberFenchelYoung(y - eta, u, h) / (2 * h);
    },
  });
  return serializable("quantile", [options], datafit);
}
