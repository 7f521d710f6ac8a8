/**
 * How unpenalized columns enter the predictors of several responses.
 *
 * Each response has coefficients of its own for them. Where a loss sees differences between responses only, a
 * coefficient shared by all would change nothing, so that the matrix of Newton's method would be singular: there the
 * coefficients of a column sum to zero over responses.
 */
export class FreeResponses {
  readonly nResponses: number;
  /** Orthonormal vectors of one entry a response, whose span the coefficients of a column lie in. */
  readonly #directions: readonly Float64Array[];

  constructor(nResponses: number, shiftInvariant: boolean) {
    this.nResponses = nResponses;
    this.#directions = shiftInvariant ? contrasts(nResponses) : unitVectors(nResponses);
  }

  /** The columns as they stand for all responses, one response after the other: for each direction, all of them. */
  spread(columns: readonly Float64Array[]): Float64Array[] {
    return this.#directions.flatMap((direction) =>
      columns.map((column) => {
        const long = new Float64Array(this.nResponses * column.length);
        direction.forEach((share, r) => {
          if (share !== 0) {
            long.set(
              column.map((entry) => share * entry),
              r * column.length,
            );
          }
        });
        return long;
      }),
    );
  }

  /** Number of columns that {@link spread} makes of `nColumns`. */
  count(nColumns: number): number {
    return this.#directions.length * nColumns;
  }

  /** The coefficients of the columns in response `r`, from those of what they were spread to. */
  coefficientsOf(r: number, spread: Float64Array, nColumns: number): Float64Array {
    const own = new Float64Array(nColumns);
    this.#directions.forEach((direction, d) => {
      for (let k = 0; k < nColumns; k++) own[k] += direction[r] * spread[d * nColumns + k];
    });
    return own;
  }
}

function unitVectors(size: number): Float64Array[] {
  return Array.from({ length: size }, (_, r) =>
    Float64Array.from({ length: size }, (_, s) => Number(r === s)),
  );
}

/** Helmert's orthonormal basis of the vectors that sum to zero. */
function contrasts(size: number): Float64Array[] {
  return Array.from({ length: size - 1 }, (_, d) => {
    const scale = 1 / Math.sqrt((d + 1) * (d + 2));
    return Float64Array.from({ length: size }, (_, r) =>
      r <= d ? scale : r === d + 1 ? -(d + 1) * scale : 0,
    );
  });
}
