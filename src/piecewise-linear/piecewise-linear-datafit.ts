/**
 * A loss with kinks instead of curvature,
 * `f(eta) = (1/n) sum_i tilt_i (c_i - eta_i) + width_i |c_i - eta_i|`, averaged over samples.
 *
 * It is no `Datafit`: it has neither a gradient nor a curvature. But `|r| = min { (s^2 + t^2) / 2 : s t = r }`, the same
 * identity that smooths the lasso penalty, smooths it without changing it.
 */
export interface PiecewiseLinearDatafit {
  /** With its parameters, such as `"pinball(0.5)"`. */
  readonly name: string;

  /** @throws InputError when `y` is outside the loss's domain. */
  checkTarget(where: string, y: Float64Array): void;

  /** Where each sample's loss has its kink and how steep it is on either side. */
  terms(y: Float64Array): PiecewiseLinearTerms;
}

/**
 * One entry a sample. The slope in `c_i - eta_i` is `tilt_i + width_i` where that is positive and `tilt_i - width_i`
 * where it is negative: these two bound the dual variable, and have zero between them since the loss is least at its
 * kink or constant on one side of it.
 */
export interface PiecewiseLinearTerms {
  /** `c_i` */
  readonly center: Float64Array;
  /** At most `width_i` in magnitude. */
  readonly tilt: Float64Array;
  /** Positive. */
  readonly width: Float64Array;
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
