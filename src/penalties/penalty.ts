/**
 * A sparsity penalty `lambda R(beta)`.
 *
 * Every method takes `lambda` because some members (SCAD, MCP) are not `lambda` times a function.
 */
export interface Penalty {
  readonly name: string;

  /** Whether `beta -> value(beta, lambda)` is convex. */
  readonly convex: boolean;

  /** `lambda R(beta)` */
  value(beta: Float64Array, lambda: number): number;

  /** `out = argmin_b 1/2 ||b - beta||^2 + step * lambda R(b)`, a global minimiser. */
  prox(beta: Float64Array, step: number, lambda: number, out: Float64Array): void;

  /** `dist(-gradient, d(lambda R)(beta))` in the maximum norm: zero exactly at stationary points. */
  violation(beta: Float64Array, gradient: Float64Array, lambda: number): number;

  /** `max { gradient'b : R(b) <= 1 }`, for norms only; a duality gap needs it. */
  dualNorm?(gradient: Float64Array): number;

  /**
   * A `lambda` at which the null model is optimal: the smallest one for a norm, a lower bound on it otherwise
   * (the smallest one coordinate by coordinate).
   *
   * @param gradient of the datafit at the null model: free coordinates already fitted.
   * @param curvature `d2f/dbeta_j^2` there.
   */
  lambdaMax(gradient: Float64Array, curvature: Float64Array): number;
}

/** A penalty that is a sum over coordinates. */
export interface SeparablePenalty extends Penalty {
  /** The term of coordinate `j` at `b`. */
  coordinateValue(j: number, b: number, lambda: number): number;

  /** `argmin_b 1/2 (b - z)^2 + step * coordinateValue(j, b, lambda)`, a global minimiser. */
  coordinateProx(j: number, z: number, step: number, lambda: number): number;

  /**
   * Whether a coordinate that a smooth method left at `b` is zero at the local minimum near by.
   *
   * @param gradient of the datafit at `b`.
   * @param curvature of the datafit, positive.
   */
  vanishes(j: number, b: number, gradient: number, curvature: number, lambda: number): boolean;

  /** First and second derivative of the term of coordinate `j` at `b != 0`. */
  coordinateSlope(j: number, b: number, lambda: number): number;
  coordinateCurvature(j: number, b: number, lambda: number): number;
}
