/** Coefficients of a fit whatever its number of responses, and their linear predictors. */
import type { DesignMatrix } from "../../design/design-matrix";
import { supportOf } from "../../linalg/vector";

/**
 * The linear predictors `b0_r + X beta_r`, and their offsets, of the rows of a design: one response after the other.
 *
 * @param coefs one vector a response.
 * @param intercepts one a response.
 * @param offset of one response after the other; undefined for 0 each.
 */
export function linearPredictors(
  design: Pick<DesignMatrix, "nSamples" | "matvec">,
  coefs: readonly Float64Array[],
  intercepts: Float64Array,
  offset: Float64Array | undefined,
): Float64Array {
  const { nSamples } = design;
  const eta = new Float64Array(nSamples * coefs.length);
  coefs.forEach((coef, r) => {
    design.matvec(coef, eta.subarray(r * nSamples, (r + 1) * nSamples));
  });
  for (let k = 0; k < eta.length; k++) {
    eta[k] += intercepts[Math.floor(k / nSamples)] + (offset ? offset[k] : 0);
  }
  return eta;
}

/** The entries of several responses, held one response after the other, as rows of one number a response. */
export function responseRows(long: Float64Array, nResponses: number): Float64Array[] {
  const nSamples = long.length / nResponses;
  return Array.from({ length: nSamples }, (_, i) =>
    Float64Array.from({ length: nResponses }, (_, r) => long[r * nSamples + i]),
  );
}

/** The coefficients of a fit of one response, or of several. */
type FittedCoefficients = { readonly coef: Float64Array } | { readonly coefs: readonly Float64Array[] };

/** Returns the coefficients of a fit, one vector a response. */
export function coefsOf(fit: FittedCoefficients): readonly Float64Array[] {
  return "coefs" in fit ? fit.coefs : [fit.coef];
}

/** Returns the intercepts of a fit, one a response. */
export function interceptsOf(
  fit: { readonly intercept: number } | { readonly intercepts: Float64Array },
): Float64Array {
  return "intercepts" in fit ? fit.intercepts : Float64Array.of(fit.intercept);
}

/** Returns the features with a coefficient that is not zero, for each response. */
export function supportsOf(fit: FittedCoefficients): readonly Int32Array[] {
  return coefsOf(fit).map(supportOf);
}
