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
 * @see arXiv 2307.03571, the minimizers of a smooth variational form
 * @example
 * ```ts
 * balance(hadamardProduct(2), [-9, 4]); // [-3, 2, 3, 2]
 * ```
 */
export function balance(parametrization: Parametrization, beta: ArrayLike<number>): Float64Array {
  const coefficients = Float64Array.from(beta);
  const xi = new Float64Array(parametrization.surrogateSize(coefficients.length));
  parametrization.rightInverse(coefficients, xi);
  return xi;
}
