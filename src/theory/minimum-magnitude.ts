import { mustBe } from "../errors";
import { checkKeys, checkPositive } from "../options";

/** Bounds of the loss at the point of {@link minimumMagnitude}. */
export interface LossBounds {
  /** An upper bound on `|df/dbeta_j|`: holds at every stationary point. */
  readonly gradient?: number;
  /** An upper bound on `d2f/dbeta_j^2`, for squared error `||x_j||^2 / n`: holds at every local minimum. */
  readonly curvature?: number;
  /** The weight `w_j` of the coefficient, positive. Default: 1. */
  readonly weight?: number;
}

/**
 * The smallest magnitude that a coefficient which is not zero can have under `f(beta) + lambda sum_j w_j |beta_j|^q`.
 *
 * At a stationary point `|beta_j| = (lambda w_j q / |df/dbeta_j|)^(1/(1-q))`, which with `q = 2/k` and a bound `G` on the
 * gradient is at least `(2 lambda w_j / (k G))^(k/(k-2))`. At a local minimum the second derivative is not negative, so
 * `|beta_j| >= (lambda w_j q (1-q) / h)^(1/(2-q))`; that bound is usually larger by orders of magnitude. A threshold for
 * zeros belongs below them. For `q = 1` there is no such gap.
 *
 * For groups the same holds of `norm2(beta_g)`, with the norm of the gradient and the largest eigenvalue of the block.
 *
 * @param q the exponent, `0 < q <= 1`: `2 / depth`.
 * @param lambda strength of the penalty, positive and finite.
 * @param bounds at least one of `gradient` and `curvature`, positive.
 * @returns the larger of the bounds that can be known; 0 for `q = 1`.
 * @throws InputError when an argument is outside its domain.
 * @see Chen, Xu and Ye, Lower bound theory of nonzero entries in solutions of l2-lp minimization (2010)
 * @example
 * ```ts
 * minimumMagnitude(0.5, 4, { curvature: 1 }); // 1
 * ```
 */
export function minimumMagnitude(q: number, lambda: number, bounds: LossBounds): number {
  const where = "minimumMagnitude";
  checkKeys(where, bounds, ["gradient", "curvature", "weight"]);
  const { gradient, curvature, weight = 1 } = bounds;
  if (!(q > 0 && q <= 1)) throw mustBe(where, "q", "a number with 0 < q <= 1", q);
  for (const [name, value] of Object.entries({ lambda, gradient, curvature, weight })) {
    if (value !== undefined) checkPositive(where, name, value);
  }
  if (gradient === undefined && curvature === undefined)
    throw mustBe(where, "bounds", "a gradient, a curvature or both", bounds);
  if (q === 1) return 0;
  const slope = lambda * weight * q;
  const stationary = gradient === undefined ? 0 : (slope / gradient) ** (1 / (1 - q));
  const minimal = curvature === undefined ? 0 : ((slope * (1 - q)) / curvature) ** (1 / (2 - q));
  return Math.max(stationary, minimal);
}
