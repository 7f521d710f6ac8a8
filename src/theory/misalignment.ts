import type { Parametrization } from "../parametrizations";
import { featureCount } from "../problem/feature-count";
import { misalignmentOf } from "../problem/surrogate";

/**
 * How far a point is from balanced, `M(xi) = R_xi(xi) - R(K(xi))`: at least 0, and 0 exactly at balanced points.
 *
 * With the sparse problem `P` and its surrogate `Q`, `Q(xi) = P(K(xi)) + lambda M(xi)` everywhere.
 *
 * @param xi a point of any surrogate size of the parametrization.
 * @throws InputError when the length of `xi` is no surrogate size.
 * @see arXiv 2509.23898, where it is called misalignment
 * @example
 * ```ts
 * misalignment(hadamardProduct({ depth: 2 }), [3, 1]); // 2
 * ```
 */
export function misalignment(parametrization: Parametrization, xi: ArrayLike<number>): number {
  const point = Float64Array.from(xi);
  const beta = new Float64Array(featureCount("misalignment", parametrization, point.length));
  parametrization.forward(point, beta);
  return misalignmentOf(parametrization, point, beta);
}
