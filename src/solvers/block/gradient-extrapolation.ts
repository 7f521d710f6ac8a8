/** Extrapolates the gradient of the datafit along a path, between whose solutions it moves nearly on a line. */
export class GradientExtrapolation {
  readonly #last: Float64Array;
  readonly #predicted: Float64Array;
  /** The lambda of the last gradient. */
  #lambda = Number.NaN;

  constructor(nFeatures: number) {
    this.#last = new Float64Array(nFeatures);
    this.#predicted = new Float64Array(nFeatures);
  }

  /**
   * Predicts the gradient at the solution of the next lambda from those at the last two.
   *
   * @param gradient the gradient at the solution of lambda `from`; it is copied.
   * @param from a lambda larger than `to`.
   * @returns the prediction, valid until the next call; undefined if only one gradient is known.
   */
  predict(gradient: Float64Array, from: number, to: number): Float64Array | undefined {
    const [last, predicted, lambda] = [this.#last, this.#predicted, this.#lambda];
    const ratio = (from - to) / (lambda - from);
    for (let j = 0; j < last.length; j++) {
      predicted[j] = gradient[j] + ratio * (gradient[j] - last[j]);
      last[j] = gradient[j];
    }
    this.#lambda = from;
    return lambda > from ? predicted : undefined;
  }
}
