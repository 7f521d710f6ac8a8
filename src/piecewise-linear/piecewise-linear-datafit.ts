import type { Datafit, PiecewiseLinearTerms } from "../datafits";

/**
 * A loss with kinks instead of curvature,
 * `f(eta) = (1/n) sum_i tilt_i (c_i - eta_i) + width_i |c_i - eta_i|`, averaged over samples.
 *
 * As a `Datafit` it is evaluated, with a subgradient for its gradient; no smooth method fits it. But
 * `|r| = min { (s^2 + t^2) / 2 : s t = r }`, the same identity that smooths the lasso penalty, smooths it without changing it.
 */
export interface PiecewiseLinearDatafit extends Datafit {
  /** Where each sample's loss has its kink and how steep it is on either side. */
  terms(y: Float64Array): PiecewiseLinearTerms;

  weighted(weights: Float64Array): PiecewiseLinearDatafit;
}

/** `f(eta)` of a loss with these terms. */
export function piecewiseLinearValue(
  { center, tilt, width }: PiecewiseLinearTerms,
  eta: Float64Array,
): number {
  let sum = 0;
  for (let i = 0; i < eta.length; i++) {
    const residual = center[i] - eta[i];
    sum += tilt[i] * residual + width[i] * Math.abs(residual);
  }
  return sum / eta.length;
}

/** The parts of a loss that its terms do not say. */
interface PiecewiseLinearLoss
  extends Pick<
    Datafit,
    | "name"
    | "response"
    | "dependsOnResidual"
    | "coercive"
    | "checkTarget"
    | "unitDeviance"
    | "bestConstant"
    | "logNormalizer"
  > {
  terms(y: Float64Array): PiecewiseLinearTerms;
  inverseLink(eta: number): number;
}

/** Completes a loss given by its terms, which is 0 at the kinks of all samples. */
export function piecewiseLinearDatafit(
  loss: PiecewiseLinearLoss,
  weights?: Float64Array,
): PiecewiseLinearDatafit {
  const terms = (y: Float64Array): PiecewiseLinearTerms => {
    const { center, tilt, width } = loss.terms(y);
    if (weights === undefined) return { center, tilt, width };
    const weighed = (slopes: Float64Array): Float64Array => slopes.map((slope, i) => weights[i] * slope);
    return { center, tilt: weighed(tilt), width: weighed(width) };
  };
  return {
    ...loss,
    hasProbabilities: false,
    quadratic: false,
    hasConstantHessian: false,
    hasDiagonalHessian: true,
    piecewiseQuadratic: true,
    comparesSamples: false,
    determinesIntercept: true,
    shiftInvariant: false,
    nResponses: 1,
    terms,

    valueAndGradient(y, eta, gradient) {
      const own = terms(y);
      // At a kink the slope is that to its right, so that a level at which it is not negative is a minimum.
      for (let i = 0; i < eta.length; i++)
        gradient[i] = -(own.tilt[i] + (own.center[i] > eta[i] ? 1 : -1) * own.width[i]) / eta.length;
      return piecewiseLinearValue(own, eta);
    },

    curvature: (_, __, out) => void out.fill(0),

    weighted: (given) => piecewiseLinearDatafit(loss, given.slice()),

    inverseLink(eta, out) {
      for (let i = 0; i < eta.length; i++) out[i] = loss.inverseLink(eta[i]);
    },

    saturatedValue: () => 0,
  };
}
