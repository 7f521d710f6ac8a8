import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { madeBy } from "../recipe";
import type { Datafit } from "./datafit";
import { halfNormalizer } from "./half-normalizer";
import { separableDatafit } from "./separable-datafit";

/** Options of {@link huber}. */
export interface HuberOptions {
  /** Size of the residual beyond which the loss is linear, positive, in units of `y`. Default: 1.345. */
  readonly delta?: number;
}

/**
 * Huber's loss, the mean of `r^2 / 2` where `|r| <= delta` and `delta |r| - delta^2 / 2` beyond, `r = y - eta`.
 *
 * An outlier pulls with the force `delta` at most. The default 1.345 has 95 % efficiency for normal noise of unit
 * variance: for noise of standard deviation `s` take `1.345 s`.
 *
 * @param options `delta`: default 1.345.
 * @throws InputError when `delta` is not a positive finite number.
 * @see Huber, Robust estimation of a location parameter (1964)
 * @example
 * ```ts
 * huber({ delta: 1 }).valueAndGradient(Float64Array.of(3), Float64Array.of(0), new Float64Array(1)); // 2.5
 * ```
 */
export function huber(options: HuberOptions = {}): Datafit {
  checkKeys("huber", options, ["delta"], "write { delta: 1.5 } for a kink at 1.5");
  const { delta = 1.345 } = options;
  if (!(delta > 0 && delta < Number.POSITIVE_INFINITY)) {
    throw mustBe("huber", "delta", "a positive finite number", delta);
  }
  const datafit = separableDatafit({
    name: `huber(${delta})`,

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
  return madeBy("huber", [options], datafit);
}

/** `h(r) + h*(u) - r u` for Huber's `h` with kink `delta`, `h*(u) = u^2 / 2`, and `|u| <= delta`. */
export function huberFenchelYoung(r: number, u: number, delta: number): number {
  const beyond = Math.abs(r) - delta;
  if (beyond <= 0) return (r - u) ** 2 / 2;
  const rest = delta - Math.sign(r) * u;
  return rest * (beyond + rest / 2);
}
