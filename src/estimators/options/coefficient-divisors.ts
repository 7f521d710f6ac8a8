import type { DesignMatrix } from "../../design/design-matrix";

/**
 * What the columns of single coefficients of several responses are divided by, beside what the responses share.
 *
 * Dividing a column multiplies its coefficient, and so the penalty of that: adaptive weights of single coefficients.
 */
export class CoefficientDivisors {
  /** One a column; undefined for 1 each. */
  readonly #divisors: Float64Array | undefined;

  /**
   * @param multiples one a coefficient, feature `j` of response `r` at `r * nFeatures + j`; Infinity leaves it 0.
   * @param places the feature of each column of one response.
   */
  constructor(multiples: Float64Array | undefined, places: readonly number[], nFeatures: number) {
    if (multiples === undefined) return;
    const nResponses = multiples.length / nFeatures;
    const { length } = places;
    this.#divisors = Float64Array.from(
      { length: length * nResponses },
      (_, k) => multiples[Math.floor(k / length) * nFeatures + places[k % length]],
    );
  }

  /** The design of all responses, each column divided. */
  divided(design: DesignMatrix): DesignMatrix {
    if (this.#divisors === undefined) return design;
    const all = Int32Array.from(this.#divisors.keys());
    return design.standardizedColumns(all, new Float64Array(all.length), this.#divisors);
  }

  /** Coefficients of the columns as they were, from those of the divided ones. */
  toShared(beta: Float64Array): Float64Array {
    const divisors = this.#divisors;
    return divisors ? beta.map((b, k) => (b === 0 ? 0 : b / divisors[k])) : beta;
  }

  /** Coefficients, or limits of them, of the divided columns, from those of the columns as they were. */
  fromShared(beta: Float64Array): Float64Array {
    const divisors = this.#divisors;
    return divisors ? beta.map((b, k) => (divisors[k] === Infinity ? 0 : b * divisors[k])) : beta;
  }
}
