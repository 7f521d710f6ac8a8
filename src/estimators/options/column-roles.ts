import { columnMoments, isConstantColumn } from "../../design/column-moments";
import type { DesignMatrix } from "../../design/design-matrix";
import { type ColumnMoments, checkSizes } from "../../design/design-matrix";
import type { CheckedOptions } from "./model-options";

/** Which part each feature plays in a fit, and how its column is centred and scaled. */
export interface ColumnRoles {
  /** Features whose coefficient the penalty acts on, ascending. */
  readonly penalized: readonly number[];
  /** Features with penalty factor 0, ascending. */
  readonly unpenalized: readonly number[];
  /** Penalty factor of each feature; Infinity where it is excluded. */
  readonly factors: Float64Array;
  /** What is subtracted from each column: its mean, 0 without intercept unless the loss sees no constant. */
  readonly centers: Float64Array;
  /** What each column is divided by before its factor: its standard deviation, 1 unless standardized. */
  readonly scales: Float64Array;
  /** The standard deviation of each column, where it was asked for. */
  readonly deviations: Float64Array | undefined;
  /** One sentence for each column that drops out, constant or nearly so. */
  readonly notes: readonly string[];
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
  const centred = fitIntercept || datafit.kind === "survival";
  const known = centred || standardize ? columnMoments(design, sampleWeights) : undefined;
  const { means, deviations } = known ?? asTheyAre(nFeatures);

  const notes: string[] = [];
  const penalized: number[] = [];
  const unpenalized: number[] = [];
  for (let j = 0; j < nFeatures; j++) {
    if (factors[j] === Infinity) continue;
    // An unpenalized constant is an intercept of one's own; a penalized one has no scale to be penalized on.
    if (deviations[j] === 0 && (centred || (standardize && factors[j] > 0))) {
      const column = `column ${JSON.stringify(featureNames[j])}`;
      notes.push(
        isConstantColumn(design, j, sampleWeights)
          ? `${column} is constant (${means[j]}), so its coefficient is set to 0`
          : `${column} varies too little beside its size (${means[j]}), so its coefficient is set to 0; to keep it, subtract an offset first, such as its mean`,
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

/** What is not looked at. */
function asTheyAre(nFeatures: number): ColumnMoments {
  return { means: new Float64Array(nFeatures), deviations: new Float64Array(nFeatures).fill(1) };
}

function scalesOf(deviations: Float64Array): Float64Array {
  const scales = new Float64Array(deviations.length);
  for (let j = 0; j < scales.length; j++) scales[j] = deviations[j] > 0 ? deviations[j] : 1;
  return scales;
}
