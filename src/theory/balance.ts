import { mustBe } from "../errors";
import { maxAbs } from "../linalg/vector";
import type { Parametrization } from "../parametrizations";
import { featureCount } from "../problem/feature-count";
import { misalignmentOf } from "../problem/surrogate";

/**
 * The balanced point over given coefficients: `K(xi) = beta` and `R_xi(xi) = R(beta)`, the least that the surrogate
 * penalty can be there.
 *
 * Every local minimum of a surrogate is balanced. Where there are several balanced points, as for products, which may
 * flip two signs, this is one of them.
 *
 * @param beta one number a coefficient.
 * @returns `xi`, a new vector of length `surrogateSize(beta.length)`.
 * @throws InputError where no factors give a coefficient, such as a negative one for a square.
 * @see arXiv 2307.03571, the minimizers of a smooth variational form
 * @example
 * ```ts
 * balance(hadamardProduct({ depth: 2 }), [-9, 4]); // [-3, 2, 3, 2]
 * ```
 */
export function balance(parametrization: Parametrization, beta: ArrayLike<number>): Float64Array {
  const coefficients = Float64Array.from(beta);
  const xi = new Float64Array(parametrization.surrogateSize(coefficients.length));
  parametrization.rightInverse(coefficients, xi);
  const reached = new Float64Array(coefficients.length);
  parametrization.forward(xi, reached);
  const j = reached.findIndex((b, k) => !(Math.abs(b - coefficients[k]) <= 1e-9 * maxAbs(coefficients)));
  if (j >= 0) {
    throw mustBe(
      "balance",
      `beta[${j}]`,
      `a coefficient that ${parametrization.name} reaches`,
      coefficients[j],
    );
  }
  return xi;
}

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
