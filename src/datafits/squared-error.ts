import type { Datafit } from "./datafit";

/**
 * The squared error `f(eta) = (1/2n) ||y - eta||^2`.
 *
 * @example
 * ```ts
 * const gradient = new Float64Array(2);
 * squaredError().valueAndGradient(Float64Array.of(1, 3), Float64Array.of(0, 1), gradient); // 1.25
 * ```
 */
export function squaredError(): Datafit {
  return datafit;
}

const datafit: Datafit = {
  name: "squaredError",
  quadratic: true,

  checkTarget() {},

  valueAndGradient(y, eta, gradient) {
    const n = y.length;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const error = eta[i] - y[i];
      gradient[i] = error / n;
      sum += error * error;
    }
    return sum / (2 * n);
  },

  curvature(y, _eta, out) {
    out.fill(1 / y.length);
  },

  inverseLink(eta, out) {
    out.set(eta);
  },

  saturatedValue() {
    return 0;
  },

  fenchelYoung(y, eta, dual) {
    const n = y.length;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (n * dual[i] - (eta[i] - y[i])) ** 2;
    return sum / (2 * n);
  },
};
