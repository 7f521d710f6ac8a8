/** The interface between problems and optimizers ({@link SmoothObjective}). */

/** A smooth function of a vector: all that an optimizer knows of a problem. */
export interface SmoothObjective {
  /** Length of the vector. */
  readonly size: number;

  /** Returns the value at `x` and overwrites `gradient`. */
  valueAndGradient(x: Float64Array, gradient: Float64Array): number;

  /**
   * Refuses a start that no first-order method can leave whether or not it is a minimum; left out where there is none.
   *
   * @param where who was given the start, which opens the message.
   * @throws InputError
   */
  checkStart?(where: string, x: Float64Array): void;
}

/** A smooth objective that is a mean over samples, plus terms that no sample changes, such as a penalty. */
export interface StochasticObjective extends SmoothObjective {
  /** Number of samples. */
  readonly nSamples: number;

  /**
   * Returns the value at `x` with the mean over the samples `rows` in place of that over all, and overwrites
   * `gradient`. Over batches drawn at random both have the full value and gradient as expectation.
   */
  batchValueAndGradient(x: Float64Array, rows: Int32Array, gradient: Float64Array): number;
}
