import type { DesignMatrix } from "../design/design-matrix";
import type { ColumnRoles } from "./column-roles";

/**
 * The penalized columns as the solvers see them, and the way between their coefficients and those of the features: each
 * column scaled, or each group orthonormalised.
 */
export interface WorkingColumns {
  readonly design: DesignMatrix;
  /** The feature that each column has the place, and the name, of. */
  readonly places: readonly number[];
  /** Sentences about the columns that a reader of the fit should know. */
  readonly notes: readonly string[];
  /** Sets the coefficients of the penalized features; those of the others stay. */
  toFeatures(beta: Float64Array, coef: Float64Array): void;
  /** The coefficients of the columns whose predictions are those of the penalized features. */
  fromFeatures(coef: Float64Array): Float64Array;
}

/**
 * Every penalized column as `(x_j - m_j) / (s_j w_j)`, so that its penalty weight is one.
 *
 * @param keepPlaces whether the features that are not penalized keep their places, as columns of zeros.
 */
export function scaledColumns(
  design: DesignMatrix,
  { penalized, centers, scales, factors }: ColumnRoles,
  keepPlaces: boolean,
): WorkingColumns {
  const places = keepPlaces ? design.featureNames.map((_, j) => j) : penalized;
  const inPlace = new Set(penalized);
  // Divided by Infinity a column becomes zero: a feature without penalty, or without coefficient, keeps its place so.
  const divisors = Float64Array.from(places, (j) =>
    inPlace.has(j) ? scales[j] * factors[j] : Number.POSITIVE_INFINITY,
  );
  return {
    places,
    notes: [],
    design: design.standardizedColumns(
      Int32Array.from(places),
      Float64Array.from(places, (j) => centers[j]),
      divisors,
    ),
    toFeatures(beta, coef) {
      places.forEach((j, k) => {
        coef[j] = beta[k] === 0 ? 0 : beta[k] / divisors[k];
      });
    },
    fromFeatures(coef) {
      const beta = new Float64Array(places.length);
      places.forEach((j, k) => {
        if (coef[j] !== 0 && divisors[k] < Infinity) beta[k] = coef[j] * divisors[k];
      });
      return beta;
    },
  };
}
