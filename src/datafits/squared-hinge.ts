import { serializable } from "../recipe";
import { checkBinary } from "./checks";
import type { Datafit } from "./datafit";
import { separableDatafit } from "./separable-datafit";

/**
 * The squared hinge loss `f(eta) = (1/n) sum_i max(0, 1 - m_i)^2`, the margin `m_i = (2 y_i - 1) eta_i`, of two classes
 * that are written 0 and 1.
 *
 * As in scikit-learn's `LinearSVC` it has no factor 1/2. Its minimiser models `eta = 2 P(y = 1) - 1`, hence the inverse
 * link `(1 + eta) / 2`, cut to [0, 1].
 *
 * @see Zhang, Statistical behavior and consistency of classification methods based on convex risk minimization (2004)
 * @example
 * ```ts
 * squaredHinge().valueAndGradient(Float64Array.of(0), Float64Array.of(1), new Float64Array(1)); // 4
 * ```
 */
export function squaredHinge(): Datafit {
  const datafit = separableDatafit({
    name: "squaredHinge",
    response: "classes",
    piecewiseQuadratic: true,
    coercive: false,
    checkTarget: checkBinary,
    value: (y, eta) => Math.max(0, 1 - margin(y, eta)) ** 2,
    slope: (y, eta) => 2 * Math.max(0, 1 - margin(y, eta)) * (y === 1 ? -1 : 1),
    curvature: (y, eta) => (margin(y, eta) <= 1 ? 2 : 0),
    inverseLink: (eta) => Math.max(0, Math.min((1 + eta) / 2, 1)),
    saturatedValue: () => 0,
    leastSlope: (y) => (y === 1 ? Number.NEGATIVE_INFINITY : 0),
    largestSlope: (y) => (y === 1 ? 0 : Number.POSITIVE_INFINITY),

    fenchelYoung(y, eta, dual) {
      const missing = 1 - margin(y, eta);
      const half = Math.abs(dual) / 2;
      return missing >= 0 ? (missing - half) ** 2 : half * (half - 2 * missing);
    },
  });
  return serializable("squaredHinge", [], datafit);
}

function margin(y: number, eta: number): number {
  return y === 1 ? eta : -eta;
}
