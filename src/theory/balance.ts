import { mustBe } from "../errors";
import { maxAbs } from "../linalg/vector";
import type { Parametrization } from "../parametrizations";

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
