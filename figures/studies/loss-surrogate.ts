import type { Parametrization, SmoothObjective } from "smooth-edges/surrogate";

/** A loss of the coefficients, which writes its gradient. */
export type Loss = (beta: Float64Array, slope: Float64Array) => number;

/** `Q`, and the coefficients `K(xi)` of a point. */
export interface LossSurrogate extends SmoothObjective {
  coefficients(xi: Float64Array): Float64Array;
}

/** `Q(xi) = f(K(xi)) + lambda R_xi(xi)` of a loss that is no datafit of the library's. */
export function lossSurrogate(
  loss: Loss,
  nCoefs: number,
  parametrization: Parametrization,
  lambda: number,
): LossSurrogate {
  const beta = new Float64Array(nCoefs);
  const slope = new Float64Array(nCoefs);
  return {
    size: parametrization.surrogateSize(nCoefs),
    valueAndGradient(xi, gradient) {
      parametrization.forward(xi, beta);
      const value = loss(beta, slope);
      gradient.fill(0);
      parametrization.pullback(xi, slope, gradient);
      parametrization.addSurrogateGradient(xi, lambda, gradient);
      return value + lambda * parametrization.surrogatePenalty(xi);
    },
    coefficients(xi) {
      const coef = new Float64Array(nCoefs);
      parametrization.forward(xi, coef);
      return coef;
    },
  };
}
