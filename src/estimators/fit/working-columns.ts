/**
 * Centres and scales the columns of a design for the solvers ({@link scaledColumns}), and takes coefficients from
 * one scale to the other.
 */

import { DenseDesign } from "../../design/dense-design";
import type { ColumnMoments, DesignMatrix, TableDesign } from "../../design/design-matrix";
import { checkSizes, columnMoments, isConstantColumn } from "../../design/design-matrix";
import { StandardizedTable } from "../../design/standardized-table";
import type { Note } from "../notes";
import type { ModelData } from "../options/model-data";
import type { CheckedOptions } from "../options/model-options";

/** The role of each feature in a fit, and how its column is centred and scaled. */
export interface ColumnRoles {
  /** Features whose coefficient the penalty acts on, ascending. */
  readonly penalized: readonly number[];
  /** Features with penalty factor 0, ascending. */
  readonly unpenalized: readonly number[];
  /** Penalty factor of each feature; Infinity where it is excluded. */
  readonly factors: Float64Array;
  /** Numbers subtracted from the columns: their means, 0 without intercept unless the loss sees no constant. */
  readonly centers: Float64Array;
  /** Divisors of the columns before their factors: their standard deviations, 1 unless standardized. */
  readonly scales: Float64Array;
  /** The standard deviation of each column, where it was asked for. */
  readonly deviations: Float64Array | undefined;
  /** One note for each column that drops out, constant or nearly so. */
  readonly notes: readonly Note[];
}

/**
 * @param sampleWeights of mean one; undefined for 1 each.
 * @throws InputError when a column is too large to have a mean.
 */
export function columnRoles(
  where: string,
  design: DesignMatrix,
  factors: Float64Array,
  sampleWeights: Float64Array | undefined,
  { datafit, fitIntercept, standardize }: CheckedOptions,
): ColumnRoles {
  const { nFeatures, featureNames } = design;
  checkSizes(where, design); // far larger ones have no mean in 64-bit floats
  // A loss that no constant changes sees centred columns as the columns themselves, only in more of their digits.
  const centred = fitIntercept || !datafit.determinesIntercept;
  const known = centred || standardize ? columnMoments(design, sampleWeights) : undefined;
  const { means, deviations } = known ?? asTheyAre(nFeatures);

  const notes: Note[] = [];
  const penalized: number[] = [];
  const unpenalized: number[] = [];
  for (let j = 0; j < nFeatures; j++) {
    if (factors[j] === Infinity) continue;
    // An unpenalized constant is an intercept of one's own; a penalized one has no scale to be penalized on.
    if (deviations[j] === 0 && (centred || (standardize && factors[j] > 0))) {
      const column = featureNames[j];
      notes.push(
        isConstantColumn(design, j, sampleWeights)
          ? { code: "constant-column", column, value: means[j] }
          : { code: "nearly-constant-column", column, mean: means[j] },
      );
    } else (factors[j] === 0 ? unpenalized : penalized).push(j);
  }
  return {
    penalized,
    unpenalized,
    factors,
    centers: centred ? means : new Float64Array(nFeatures),
    scales: scalesOf(standardize ? deviations : new Float64Array(nFeatures)),
    deviations: known?.deviations,
    notes,
  };
}

/** Returns moments that leave columns as they are. */
function asTheyAre(nFeatures: number): ColumnMoments {
  return { means: new Float64Array(nFeatures), deviations: new Float64Array(nFeatures).fill(1) };
}

function scalesOf(deviations: Float64Array): Float64Array {
  const scales = new Float64Array(deviations.length);
  for (let j = 0; j < scales.length; j++) scales[j] = deviations[j] > 0 ? deviations[j] : 1;
  return scales;
}

/**
 * The penalized columns as the solvers see them, and the way between their coefficients and those of the features: each
 * column scaled, or each group orthonormalised.
 */
export interface WorkingColumns {
  readonly design: DesignMatrix;
  /** The feature that each column has the place, and the name, of. */
  readonly places: readonly number[];
  /** Notes on the columns that a reader of the fit should see. */
  readonly notes: readonly Note[];
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

/**
 * Returns the divisors of the columns of single coefficients of several responses, beside what the responses share.
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
