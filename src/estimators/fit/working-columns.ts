import { DenseDesign } from "../../design/dense-design";
import type { DesignMatrix, TableDesign } from "../../design/design-matrix";
import { StandardizedTable } from "../../design/standardized-table";
import type { ColumnRoles } from "../options/column-roles";
import type { ModelData } from "./model-data";

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

/** {@link WorkingColumns} that may lie where the table was. */
export interface ScaledWorkingColumns extends WorkingColumns {
  /** The table; a dense one as seen from the columns, whether or not they lie where it was. */
  readonly table: TableDesign;
}

/**
 * Every penalized column as `(x_j - m_j) / (s_j w_j)`, so that its penalty weight is one; in the memory of the table, where
 * that is the model's own.
 *
 * @param keepPlaces whether the features that are not penalized keep their places, as columns of zeros.
 */
export function scaledColumns(
  { design: table, ownsDesign }: Pick<ModelData, "design" | "ownsDesign">,
  { penalized, centers, scales, factors }: ColumnRoles,
  keepPlaces: boolean,
): ScaledWorkingColumns {
  const places = keepPlaces ? table.featureNames.map((_, j) => j) : penalized;
  const standardized = (
    ...by: [columns: Int32Array, centers: Float64Array, scales: Float64Array]
  ): Pick<ScaledWorkingColumns, "design" | "table"> => {
    if (!(table instanceof DenseDesign)) return { design: table.standardizedColumns(...by), table };
    const seen = StandardizedTable.of(table, ownsDesign, ...by);
    return { design: seen.standardized, table: seen };
  };
  // Divided by Infinity a column becomes zero: a feature without penalty, or without coefficient, keeps its place so.
  const byFeature = new Float64Array(table.nFeatures).fill(Number.POSITIVE_INFINITY);
  for (const j of penalized) byFeature[j] = scales[j] * factors[j];
  const columns = Int32Array.from(places);
  const divisors = new Float64Array(places.length);
  const ownCenters = new Float64Array(places.length);
  for (let k = 0; k < places.length; k++) {
    divisors[k] = byFeature[columns[k]];
    ownCenters[k] = centers[columns[k]];
  }
  return {
    places,
    notes: [],
    ...standardized(columns, ownCenters, divisors),
    toFeatures(beta, coef) {
      divideInto(coef, columns, beta, divisors);
    },
    fromFeatures(coef) {
      const beta = new Float64Array(places.length);
      for (let k = 0; k < beta.length; k++) {
        const own = coef[columns[k]];
        if (own !== 0 && divisors[k] < Infinity) beta[k] = own * divisors[k];
      }
      return beta;
    },
  };
}

/** A function of the module, since V8 forgets what it compiled of one that is made for each fit. */
function divideInto(out: Float64Array, places: Int32Array, beta: Float64Array, divisors: Float64Array): void {
  for (let k = 0; k < places.length; k++) {
    const b = beta[k];
    out[places[k]] = b === 0 ? 0 : b / divisors[k];
  }
}
