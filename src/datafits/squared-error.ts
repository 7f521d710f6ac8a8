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
  return squaredErrorWith();
}

function squaredErrorWith(weights?: Float64Array): Datafit {
  const weight = (i: number): number => (weights === undefined ? 1 : weights[i]);
  const datafit: Datafit = {
    name: "squaredError",
    quadratic: weights === undefined,
    nResponses: 1,

    checkTarget() {},

    valueAndGradient(y, eta, gradient) {
      const n = y.length;
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const error = eta[i] - y[i];
        gradient[i] = (weight(i) * error) / n;
        sum += weight(i) * error * error;
      }
      return sum / (2 * n);
    },

    curvature(y, _eta, out) {
      for (let i = 0; i < y.length; i++) out[i] = weight(i) / y.length;
    },

    weighted: squaredErrorWith,

    subset: (rows) => (weights === undefined ? datafit : squaredErrorWith(Float64Array.from(rows, weight))),

    inverseLink(eta, out) {
      out.set(eta);
    },

    saturatedValue() {
      return 0;
    },

    fenchelYoung(y, eta, dual) {
      const n = y.length;
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const difference = n * dual[i] - weight(i) * (eta[i] - y[i]);
        if (difference !== 0) sum += difference ** 2 / weight(i);
      }
      return sum / (2 * n);
    },
  };
  return datafit;
}
