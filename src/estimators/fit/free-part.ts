/** The unpenalized part of the predictors of all responses: the intercepts and the columns without penalty ({@link FreePart}). */
import { columnOf, type DesignMatrix } from "../../design/design-matrix";
import { UnpenalizedColumns } from "../../problem/unpenalized-columns";
import type { Note } from "../notes";
import type { CheckedOptions } from "../options/model-options";
import { keepIdentifiablePart } from "./identifiability";
import type { ColumnRoles } from "./working-columns";

/** The intercepts and the columns without penalty, centred and scaled, as an orthogonal basis for all responses. */
export class FreePart {
  readonly basis: UnpenalizedColumns;
  /** Names the columns that depend on others, whose coefficients are 0. */
  readonly notes: readonly Note[];
  /** The features that are not penalized. */
  readonly #features: readonly number[];
  readonly #scales: Float64Array;
  readonly #hasIntercept: boolean;
  readonly #responses: FreeResponses;

  /** @param weights of the samples: what columns are in rows of weight 0 does not decide which of them depend on each other. */
  constructor(
    design: DesignMatrix,
    { unpenalized, centers, scales }: ColumnRoles,
    weights: Float64Array | undefined,
    { fitIntercept, datafit: { nResponses, shiftInvariant } }: CheckedOptions,
  ) {
    const columns = standardizedColumns(design, unpenalized, centers, scales);
    if (fitIntercept) columns.unshift(new Float64Array(design.nSamples).fill(1));
    for (const column of columns) keepIdentifiablePart(column, 1, weights);
    this.#features = unpenalized;
    this.#scales = scales;
    this.#hasIntercept = fitIntercept;
    this.#responses = new FreeResponses(nResponses, shiftInvariant === true);
    this.basis = new UnpenalizedColumns(design.nSamples * nResponses, this.#responses.spread(columns));
    const first = fitIntercept ? 1 : 0;
    const isDependent = (_: unknown, k: number): boolean => !this.basis.kept.includes(k + first);
    this.notes = unpenalized
      .filter(isDependent)
      .map((j) => ({ code: "dependent-unpenalized-column", column: design.featureNames[j] }));
  }

  /** Sets the intercepts, 0 where none is fitted, and the coefficients of the features without penalty, from those of the basis. */
  setCoefficients(psi: Float64Array, coefs: readonly Float64Array[], intercepts: Float64Array): void {
    const first = this.#hasIntercept ? 1 : 0;
    const nColumns = this.#features.length + first;
    const spread = this.basis.coefficients(psi, this.#responses.count(nColumns));
    coefs.forEach((coef, r) => {
      const own = this.#responses.coefficientsOf(r, spread, nColumns);
      this.#features.forEach((j, k) => {
        coef[j] = own[k + first] / this.#scales[j];
      });
      intercepts[r] = this.#hasIntercept ? own[0] : 0;
    });
  }
}

/** Returns the columns of some features, each centred and scaled. */
function standardizedColumns(
  design: DesignMatrix,
  features: readonly number[],
  centers: Float64Array,
  scales: Float64Array,
): Float64Array[] {
  const standardized = design.standardizedColumns(
    Int32Array.from(features),
    Float64Array.from(features, (j) => centers[j]),
    Float64Array.from(features, (j) => scales[j]),
  );
  return features.map((_, k) => columnOf(standardized, k));
}

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
