import type { DesignMatrix } from "../../design/design-matrix";

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
