import { checkKeys, checkPositive } from "../options";
import { serializable } from "../recipe";
import type { Datafit } from "./datafit";
import { halfNormalizer, inName, inUnitsOfResponse } from "./robust-loss";
import { separableDatafit } from "./separable-datafit";

/** The kink of 95 % efficiency in units of the standard deviation of normal noise. */
const EFFICIENT = 1.345;

/** Options of {@link huber}: from which residual on the loss is linear. */
export interface HuberOptions {
  /**
   * Size of the residual beyond which the loss is linear, positive, in units of `y`. Default: 1.345 times the scale of `y`,
   * `min(sd, IQR / 1.34)`.
   */
  readonly delta?: number;
}

/**
 * Huber's loss, the mean of `r^2 / 2` where `|r| <= delta` and `delta |r| - delta^2 / 2` beyond, `r = y - eta`.
 *
 * The derivative of an outlier's loss is at most `delta`. For normal noise of standard deviation `s`, `1.345 s` has 95 % efficiency.
 *
 * The default is taken of the response that is fitted, less its offset, so that a fit follows the unit of `y`: of `c y` with
 * `lambda` times `c` it is `c` times that of `y`. The scale of `y` is that of the noise where the features explain little, else
 * more; where they explain most of it give 1.345 times that of the residuals. A loss that is evaluated by itself takes 1.345.
 *
 * @param options `delta`: default `1.345 min(sd, IQR / 1.34)` of `y`, `1.345 sd` where a half of it is tied.
 * @throws InputError when `delta` is not a positive finite number.
 * @see Huber, Robust estimation of a location parameter (1964)
 * @example
 * ```ts
 * huber({ delta: 1 }).valueAndGradient(Float64Array.of(3), Float64Array.of(0), new Float64Array(1)); // 2.5
 * ```
 */
export function huber(options: HuberOptions = {}): Datafit {
  checkKeys("huber", options, ["delta"], "write { delta: 1.5 } for a kink at 1.5");
  const { delta } = options;
  if (delta === undefined)
    return inUnitsOfResponse("huber", options, EFFICIENT, (width) => huber({ delta: width }));
  checkPositive("huber", "delta", delta);
  const datafit = separableDatafit({
    name: `huber(${inName(delta)})`,
    response: "numbers",
    dependsOnResidual: true,
    piecewiseQuadratic: true,
    coercive: true,

    value(y, eta) {
      const size = Math.abs(eta - y);
      return size <= delta ? size ** 2 / 2 : delta * (size - delta / 2);
    },

    slope: (y, eta) => Math.max(-delta, Math.min(eta - y, delta)),
    curvature: (y, eta) => (Math.abs(eta - y) <= delta ? 1 : 0),
    inverseLink: (eta) => eta,
    saturatedValue: () => 0,
    logNormalizer: (dispersion) => Math.log(2 * halfNormalizer(1, delta, dispersion)),
    leastSlope: () => -delta,
    largestSlope: () => delta,
    fenchelYoung: (y, eta, dual) => huberFenchelYoung(eta - y, dual, delta),
  });
  return serializable("huber", [options], datafit);
}

/** `h(r) + h*(u) - r u` for Huber's `h` with kink `delta`, `h*(u) = u^2 / 2`, and `|u| <= delta`. */
export function huberFenchelYoung(r: number, u: number, delta: number): number {
  const beyond = Math.abs(r) - delta;
  if (beyond <= 0) return (r - u) ** 2 / 2;
  const rest = delta - Math.sign(r) * u;
  return rest * (beyond + rest / 2);
}
