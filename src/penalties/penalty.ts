import type { FoldedShape } from "../simd/kernels";

/** The interval in which a coefficient must lie, ends included: `low <= 0 <= high`, each finite or infinite. */
export type Bound = readonly [low: number, high: number];

/** Whether a penalty is a sum over coordinates, a sum over groups of coordinates, or a function of all of them together. */
export type PenaltyStructure = "separable" | "groupwise" | "joint";

/**
 * The properties that a penalty states: estimators and solvers choose by these properties, and never by which of the methods
 * there are.
 */
export interface PenaltyProperties {
  /** The structure tells which further methods there are: those of a {@link SeparablePenalty} or of a `GroupPenalty`. */
  readonly structure: PenaltyStructure;

  /** Whether `beta -> value(beta, lambda)` is convex. */
  readonly convex: boolean;

  /** Whether it is `lambda` times a function of `beta`, as all are but SCAD, MCP and what is made of them. */
  readonly scalesWithLambda: boolean;

  /** Whether zero is a local minimum whatever the loss, as where the slope at zero is infinite. */
  readonly zeroIsAlwaysLocalMinimum: boolean;

  /** Whether the slope is zero beyond some magnitude, so that large coefficients cost no more however large they get. */
  readonly becomesFlat: boolean;

  /** The `q` of a weighted sum of `|beta_j|^q`, or of `||beta_g||_2^q`; left out for any other penalty. */
  readonly exponent?: number;

  /** Whether every coordinate has a kink of its own at zero, which its sign must not cross in a smooth step. */
  readonly elementwise: boolean;

  /** Whether `R` is quadratic as long as no coordinate changes its sign, so that Newton's method there is one step. */
  readonly quadraticOnOrthants: boolean;

  /**
   * How far below zero its second derivatives go at most, in the magnitude of a coefficient or a group. It is left out for
   * convex penalties, where it depends on `lambda`, and where the second derivatives have no bound, as those of a bridge at zero.
   */
  readonly concavity?: number;
}

/**
 * A sparsity penalty `lambda R(beta)`.
 *
 * Every method takes `lambda` because some members (SCAD, MCP) are not `lambda` times a function. `gradient` and
 * `curvature` are those of the datafit in `beta`: `df/dbeta_j`, and `d2f/dbeta_j^2`, which is not negative.
 */
export interface Penalty extends PenaltyProperties {
  /** The name with the parameters, such as `"lq(0.5)"`. */
  readonly name: string;

  /** `lambda R(beta)` */
  value(beta: Float64Array, lambda: number): number;

  /** `out = argmin_b 1/2 ||b - beta||^2 + step * lambda R(b)`, a global minimiser; left out where none is known. */
  prox?(beta: Float64Array, step: number, lambda: number, out: Float64Array): void;

  /**
   * `dist(-gradient, d(lambda R)(beta))` in the maximum norm, for groups the largest Euclidean distance of one: zero
   * exactly at stationary points.
   */
  violation(beta: Float64Array, gradient: Float64Array, lambda: number): number;

  /**
   * `max { dual'b : R(b) <= 1 }`, for norms, also those of one orthant, only: the dual ball that a dual point, which is
   * minus a gradient of the datafit, is scaled into. Between bounds it is that of the rays which stay between them.
   */
  dualNorm?(dual: Float64Array): number;

  /**
   * `lambda R(beta) + (lambda R)*(dual) - beta'dual`, at least 0, summed from terms that are each at least 0 so that
   * nothing cancels; `(lambda R)*` is the convex conjugate. For a norm `dual` is inside the ball
   * `dualNorm(dual) <= lambda`, where the conjugate is zero, or between bounds finite. For convex penalties; without it there is no duality gap.
   */
  fenchelYoung?(beta: Float64Array, dual: Float64Array, lambda: number): number;

  /** Computes all that a certificate needs of a norm, in fewer passes than its parts take; left out where they share nothing. */
  measures?(beta: Float64Array, gradient: Float64Array, lambda: number): NormMeasures;

  /**
   * The smallest `lambda` at which the null model is optimal, for norms; else a lower bound on it (the smallest one coordinate
   * by coordinate, or group by group).
   *
   * @param gradient at the null model: free coordinates already fitted.
   * @param curvature there.
   */
  lambdaMax(gradient: Float64Array, curvature: Float64Array): number;

  /**
   * `out = beta` with those coordinates, or whole groups, set to exactly zero that a smooth method left near zero while
   * the local minimum near by has them at zero.
   */
  exactZeros(
    beta: Float64Array,
    gradient: Float64Array,
    curvature: Float64Array,
    lambda: number,
    out: Float64Array,
  ): void;

  /**
   * A decrease of the objective that minimising one coordinate, or one group, globally is certain to reach, with the
   * quadratic model of the datafit: at least 0, and positive at a zero that is only a local minimum.
   */
  decrease(beta: Float64Array, gradient: Float64Array, curvature: Float64Array, lambda: number): number;

  /** `out[j] += d(lambda R)/dbeta_j` for `beta_j != 0`, where it exists; other entries stay. */
  addGradient(beta: Float64Array, lambda: number, out: Float64Array): void;

  /**
   * Adds the second derivatives in the coordinates `support`, all not zero, to the lower triangle of a row-major
   * matrix of `size` rows; left out where the penalty is not smooth there.
   */
  addHessian?(
    beta: Float64Array,
    lambda: number,
    support: Int32Array,
    matrix: Float64Array,
    size: number,
  ): void;
}

/** A norm at a point with a gradient of the datafit, all by the methods of a {@link Penalty} of the same name. */
export interface NormMeasures {
  readonly value: number;
  readonly violation: number;
  /** The dual norm of the gradient. */
  readonly dualNorm: number;
  /** `fenchelYoung` at the dual point `-scale * gradient`, which is in the ball. */
  fenchelYoung(scale: number): number;
}

/** A penalty that is a sum over coordinates. */
export interface SeparablePenalty extends Penalty {
  readonly structure: "separable";

  /**
   * Whether the slope of each term is a convex function of the magnitude. Then the objective in one coordinate rises and falls
   * at most once before it rises for good.
   */
  readonly hasConvexSlope: boolean;

  prox(beta: Float64Array, step: number, lambda: number, out: Float64Array): void;

  /** The interval on which the term of coordinate `j` is finite, ends included. Default: everywhere. */
  readonly domain?: (j: number) => Bound;

  /** The penalty that is the same on `domain` and finite everywhere, each term even. Left out where there is no `domain`. */
  readonly withoutBounds?: SeparablePenalty;

  /** The term of coordinate `j` at `b`. */
  coordinateValue(j: number, b: number, lambda: number): number;

  /** `argmin_b 1/2 (b - z)^2 + step * coordinateValue(j, b, lambda)`, a global minimiser. */
  coordinateProx(j: number, z: number, step: number, lambda: number): number;

  /** The largest `|z|` for which that minimiser is zero; left out where it has no closed form. */
  proxThreshold?(j: number, step: number, lambda: number): number;

  /** `dist(-gradient, subdifferential at 0)` of the term of coordinate `j`. */
  violationAtZero(j: number, gradient: number, lambda: number): number;

  /** The largest `|gradient|` for which that is exactly 0, where it is the same in every coordinate; else left out. */
  zeroGradientBound?(lambda: number): number;

  /**
   * Whether a coordinate that a smooth method left at `b` is zero at the local minimum near by.
   *
   * @param curvature not negative.
   */
  roundsToZero(j: number, b: number, gradient: number, curvature: number, lambda: number): boolean;

  /**
   * A lower bound on `|b|` at every local minimum where it is not zero; left out where there is no such bound.
   *
   * @param curvature of the datafit in the coordinate, positive.
   */
  smallestMagnitude?(j: number, curvature: number, lambda: number): number;

  /** First derivative of the term of coordinate `j` at `b != 0`. */
  coordinateSlope(j: number, b: number, lambda: number): number;
  /** Second derivative of the term of coordinate `j` at `b != 0`. */
  coordinateCurvature(j: number, b: number, lambda: number): number;

  /**
   * The magnitudes `[from, to]` between which `t -> coordinateValue(j, t, lambda) + convexity t^2 / 2` is concave for `t >= 0`; it is convex before
   * and behind them, and everywhere where `from` is `to`. Convex envelopes, and with them proofs that a minimum is global, are made of it; left
   * out where it is not known.
   */
  concaveRange?(j: number, lambda: number, convexity: number): readonly [from: number, to: number];

  /**
   * By how much the term of coordinate `j` jumps at zero, beside which it is a parabola `curvature b^2 / 2` and no more, as that of `l0`; left out
   * for any other term.
   */
  readonly jumpAtZero?: (j: number, lambda: number) => number;

  /** The parameters with which compiled kernels descend on the penalty; left out where they do not know its shape. */
  readonly foldedConcave?: FoldedConcaveKernel;
}

/** A folded concave penalty as the compiled kernels know it. */
export interface FoldedConcaveKernel {
  readonly shape: FoldedShape;
  /** Where the penalty becomes flat, in units of its level. */
  readonly gamma: number;
  /** The magnitudes at which the second derivative jumps, in units of the level, increasing. */
  readonly knots: readonly number[];
  /** The second derivative in the magnitude up to each knot in turn, and beyond the last one. */
  readonly curvatures: readonly number[];
  /** The slope at zero in coordinate `j`. */
  level(j: number, lambda: number): number;
}
