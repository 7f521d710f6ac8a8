import { mustBe } from "../errors";
import type { PiecewiseLinearDatafit } from "./piecewise-linear-datafit";

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
  return {
    name: `pinball(${tau})`,
    checkTarget() {},
    terms: (y) => ({
      center: y.slice(),
      tilt: new Float64Array(y.length).fill(tau - 0.5),
      width: new Float64Array(y.length).fill(0.5),
    }),
  };
}
