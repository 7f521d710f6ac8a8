/** Adds a known offset to the linear predictor of a datafit ({@link offsetDatafit}). */
import type { Datafit } from "../datafits";

/**
 * The loss of a predictor of which a part is known: `eta -> f(eta + offset)`.
 *
 * Its conjugate is `f*(u) - offset'u`, so that the Fenchel-Young gap is that of `f` at `eta + offset`.
 *
 * @param offset finite, as long as `eta`; kept, not copied.
 */
export function offsetDatafit(datafit: Datafit, offset: Float64Array): Datafit {
  const shifted = new Float64Array(offset.length);
  const whole = (eta: Float64Array): Float64Array => {
    for (let i = 0; i < eta.length; i++) shifted[i] = eta[i] + offset[i];
    return shifted;
  };
  const { nResponses } = datafit;
  const n = offset.length / nResponses;
  return {
    name: datafit.name,
    response: datafit.response,
    hasProbabilities: datafit.hasProbabilities,
    quadratic: datafit.quadratic,
    dependsOnResidual: datafit.dependsOnResidual,
    hasConstantHessian: datafit.hasConstantHessian,
    hasDiagonalHessian: datafit.hasDiagonalHessian,
    piecewiseQuadratic: datafit.piecewiseQuadratic,
    coercive: datafit.coercive,
    comparesSamples: datafit.comparesSamples,
    determinesIntercept: datafit.determinesIntercept,
    nResponses,
    responses: datafit.responses,
    shiftInvariant: datafit.shiftInvariant,
    selfConcordance: datafit.selfConcordance,
    checkTarget: (where, y) => datafit.checkTarget(where, y),
    valueAndGradient: (y, eta, gradient) => datafit.valueAndGradient(y, whole(eta), gradient),
    curvature: (y, eta, out) => datafit.curvature(y, whole(eta), out),
    hessianProduct:
      datafit.hessianProduct && ((y, eta, v, out) => datafit.hessianProduct!(y, whole(eta), v, out)),
    weighted: (weights) => offsetDatafit(datafit.weighted(weights), offset),
    subset:
      datafit.subset &&
      ((rows) => {
        const part = new Float64Array(rows.length * nResponses);
        for (let k = 0; k < part.length; k++) {
          part[k] = offset[Math.floor(k / rows.length) * n + rows[k % rows.length]];
        }
        return offsetDatafit(datafit.subset!(rows), part);
      }),
    inverseLink: (eta, out) => datafit.inverseLink(whole(eta), out),
    saturatedValue: (y) => datafit.saturatedValue(y),
    terms:
      datafit.terms &&
      ((y) => {
        const { center, tilt, width } = datafit.terms!(y);
        return { center: center.map((kink, i) => kink - offset[i]), tilt, width };
      }),
    fenchelYoung: datafit.fenchelYoung && ((y, eta, dual) => datafit.fenchelYoung!(y, whole(eta), dual)),
  };
}
