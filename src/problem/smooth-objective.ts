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
