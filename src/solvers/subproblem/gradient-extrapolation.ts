/** Where the slopes of a datafit are heading along a path: between its solutions they move nearly on a line. */
export class GradientExtrapolation {
  readonly #last: Float64Array;
  readonly #foreseen: Float64Array;
  /** Whose solution the last slopes are of. */
  #lambda = Number.NaN;

  constructor(nFeatures: number) {
    this.#last = new Float64Array(nFeatures);
    this.#foreseen = new Float64Array(nFeatures);
  }

  /**
   * The gradient foreseen at the solution of the next lambda, by those at the last two; undefined where only one is known.
   *
   * @param gradient at the solution of lambda `from`, copied.
   * @param from larger than `to`.
   * @returns until the next call.
   */
  foresee(gradient: Float64Array, from: number, to: number): Float64Array | undefined {
    const [last, foreseen, lambda] = [this.#last, this.#foreseen, this.#lambda];
    const ahead = (from - to) / (lambda - from);
    for (let j = 0; j < last.length; j++) {
      foreseen[j] = gradient[j] + ahead * (gradient[j] - last[j]);
      last[j] = gradient[j];
    }
    this.#lambda = from;
    return lambda > from ? foreseen : undefined;
  }
}
