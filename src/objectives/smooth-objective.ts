/** A smooth function of a vector: all that an optimizer knows of a problem. */
export interface SmoothObjective {
  /** Length of the vector. */
  readonly size: number;

  /** Returns the value at `x` and overwrites `gradient`. */
  valueAndGradient(x: Float64Array, gradient: Float64Array): number;
}
