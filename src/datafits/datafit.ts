/**
 * A smooth loss `f(eta)` of the linear predictor, averaged over samples: the `L` of the paper.
 *
 * Every method takes the target `y` and works on vectors of its length.
 */
export interface Datafit {
  readonly name: string;

  /** Whether `f` is a multiple of `||y - eta||^2`, so that the curvature is one number and `y` may be shifted. */
  readonly quadratic: boolean;

  /** @throws InputError when `y` is outside the loss's domain. */
  checkTarget(where: string, y: Float64Array): void;

  /** Returns `f(eta)` and sets `gradient = df/deta` (which includes the `1/n`). */
  valueAndGradient(y: Float64Array, eta: Float64Array, gradient: Float64Array): number;

  /** `out[i] = d2f/deta_i^2` (which includes the `1/n`). */
  curvature(y: Float64Array, eta: Float64Array, out: Float64Array): void;

  /** `out = E[y | eta]` */
  inverseLink(eta: Float64Array, out: Float64Array): void;

  /** `inf f` over all `eta`: the objective of the saturated model. */
  saturatedValue(y: Float64Array): number;

  /**
   * `f(eta) + f*(dual) - eta'dual`, at least 0, summed from terms that are each at least 0 so that nothing
   * cancels; `f*` is the convex conjugate. Infinity outside its domain. Without it there is no duality gap.
   */
  fenchelYoung?(y: Float64Array, eta: Float64Array, dual: Float64Array): number;
}
