/** The interface that a loss has for proofs ({@link Loss}). */

/** Half the distance of 1 and the next number: the relative error of one operation. */
export const UNIT_ROUNDING: number = Number.EPSILON / 2;

/** A quadratic model `h(b) + gradient'(x - b) + (x - b)'G (x - b) / 2` of a loss at a point `b`, the loss itself if that is a quadratic. */
export interface LossModel {
  readonly gradient: Float64Array;
  /** `G_jj` */
  readonly squares: Float64Array;
  /** Columns of `G` by their index, whose entries are known for these coefficients. */
  gram(known: ArrayLike<number>): (j: number) => Float64Array;
  /**
   * A number `r` such that no row's predictor moves by more than `r` where the model of the loss and a ridge rises by 1/2 from its minimum, in
   * whatever coefficients.
   *
   * @param squaredLength `x'(G + ridge)^-1 x` of a row `x` of the columns.
   */
  longestRow(squaredLength: (row: Float64Array) => number): number;
}

/** A linear function `constant + v'b` that is nowhere above the loss; `v` is written where it was asked for. */
export interface Tangent {
  readonly constant: number;
  /** Rounding may have added so much to the constant. */
  readonly error: number;
  /** Products that it took, by which effort is measured without a clock. */
  readonly effort: number;
}

/** A convex loss `h(b)` of the penalized coefficients, minimized over all that is not penalized. */
export interface Loss {
  /** Number of coefficients. */
  readonly size: number;
  readonly nRows: number;
  /** Whether every model is the loss itself. */
  readonly isQuadratic: boolean;
  /** A number that the loss is nowhere below. */
  readonly least: number;
  /** `h(0)` */
  readonly atZero: number;
  /** One a coefficient, 0 where the loss does not depend on it. */
  readonly columns: readonly Float64Array[];
  /** `|f'''| <= M f''` of each row's loss in its predictor; 0 of a quadratic. */
  readonly selfConcordance: number;
  /** A number that the second derivative in each coefficient is nowhere above, infinite where there is none. */
  readonly largestCurvatures: Float64Array;

  value(b: Float64Array): number;

  /** The gradient, from the residual. */
  gradient(b: Float64Array): Float64Array;

  /** Some second derivative in one coefficient, by which steps are ranked. */
  typicalCurvature(j: number): number;

  modelAt(b: Float64Array): LossModel;

  /**
   * The tangent at `w`, of the coefficients `open[k]`, `k < nOpen`, all others of which are zero.
   *
   * @param v set to its slopes.
   * @param errors set to what rounding may have added to or taken off them.
   */
  tangentAt(w: Float64Array, open: Int32Array, nOpen: number, v: Float64Array, errors: Float64Array): Tangent;

  /** The loss of these coefficients alone. */
  restrictedTo(kept: Int32Array): Loss;
}
