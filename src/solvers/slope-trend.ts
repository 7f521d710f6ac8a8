/** Where the slopes of a datafit are heading along a path: between its solutions they move nearly on a line. */
export class SlopeTrend {
  #last: { readonly gradient: Float64Array; readonly lambda: number } | undefined;

  /**
   * The gradient foreseen at the solution of the next lambda, by those at the last two; undefined where only one is known.
   *
   * @param gradient at the solution of lambda `from`, copied.
   * @param from larger than `to`.
   */
  foresee(gradient: Float64Array, from: number, to: number): Float64Array | undefined {
    const before = this.#last;
    this.#last = { gradient: gradient.slice(), lambda: from };
    if (before === undefined || !(before.lambda > from)) return undefined;
    const ahead = (from - to) / (before.lambda - from);
    const foreseen = new Float64Array(gradient.length);
    for (let j = 0; j < foreseen.length; j++) {
      foreseen[j] = gradient[j] + ahead * (gradient[j] - before.gradient[j]);
    }
    return foreseen;
  }
}
