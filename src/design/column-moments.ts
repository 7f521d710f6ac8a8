import { mean, sum } from "../linalg/vector";
import type { ColumnMoments, DesignMatrix } from "./design-matrix";
import { columnOf } from "./design-matrix";

/**
 * Computes {@link ColumnMoments} in two passes, the second about the mean.
 *
 * Only the stored entries of a sparse design are read, unless rows are weighted: all other rows are equal, so they count as one
 * value.
 *
 * @param sampleWeights at least 0, of mean one. Default: 1 each.
 */
export function columnMoments(design: DesignMatrix, sampleWeights?: Float64Array): ColumnMoments {
  const { nSamples, moments } = design;
  if (moments && !sampleWeights) return moments;
  const means = new Float64Array(design.nFeatures);
  const deviations = new Float64Array(design.nFeatures);
  const column = new Float64Array(nSamples);
  for (let j = 0; j < design.nFeatures; j++) {
    if (sampleWeights) {
      const weighted = weightedMoments(fullColumn(design, j, column).values, sampleWeights);
      means[j] = weighted.mean;
      deviations[j] = weighted.deviation > 1e-14 * Math.abs(weighted.mean) ? weighted.deviation : 0;
      continue;
    }
    const known = design.momentsOf?.(j);
    if (known) {
      means[j] = known.mean;
      deviations[j] = known.deviation > 1e-14 * Math.abs(known.mean) ? known.deviation : 0;
      continue;
    }
    const { background, values } = design.columnEntries?.(j) ?? fullColumn(design, j, column);
    const nOthers = nSamples - values.length;
    const center = nOthers === 0 ? mean(values) : sum(values) / nSamples;
    let largest = nOthers === 0 ? 0 : Math.abs(center); // squares of the ratios neither overflow nor vanish
    for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k] - center));
    let squares = nOthers === 0 ? 0 : nOthers * (center / largest) ** 2;
    for (let k = 0; k < values.length; k++) squares += ((values[k] - center) / largest) ** 2;
    const deviation = largest === 0 ? 0 : largest * Math.sqrt(squares / nSamples);
    means[j] = background + center;
    deviations[j] = deviation > 1e-14 * Math.abs(means[j]) ? deviation : 0;
  }
  return { means, deviations };
}

/** Returns whether all rows of positive weight are equal; a column of deviation 0 may still vary by rounding. */
export function isConstantColumn(design: DesignMatrix, j: number, sampleWeights?: Float64Array): boolean {
  const column = columnOf(design, j);
  const values = sampleWeights ? column.filter((_, i) => sampleWeights[i] > 0) : column;
  return values.every((value) => value === values[0]);
}

function fullColumn(
  design: DesignMatrix,
  j: number,
  out: Float64Array,
): { readonly background: number; readonly values: Float64Array } {
  out.fill(0);
  design.addColumn(j, 1, out);
  return { background: 0, values: out };
}

/** Returns whether a sum of squares lies so far from underflow and overflow that no term of it was lost. */
export function isAccurateSumOfSquares(squares: number): boolean {
  return squares > 1e-250 && squares < 1e250;
}

/**
 * Weighted mean of a column, and its weighted standard deviation with divisor n, exactly 0 where rows of positive weight
 * agree. Rows of weight 0 play no part.
 *
 * @param weights at least 0, of mean one.
 */
function weightedMoments(
  column: Float64Array,
  weights: Float64Array,
): { readonly mean: number; readonly deviation: number } {
  const n = column.length;
  const origin = column[weights.findIndex((weight) => weight > 0)];
  // Taken about one of the entries, so that a constant column gives exactly that constant.
  let shift = 0;
  for (let i = 0; i < n; i++) if (weights[i] > 0) shift += (weights[i] * (column[i] - origin)) / n;
  const mean = origin + shift;
  let largest = 0; // squares of the ratios neither overflow nor vanish
  for (let i = 0; i < n; i++) if (weights[i] > 0) largest = Math.max(largest, Math.abs(column[i] - mean));
  let sum = 0;
  for (let i = 0; i < n; i++) if (weights[i] > 0) sum += weights[i] * ((column[i] - mean) / largest) ** 2;
  return { mean, deviation: largest === 0 ? 0 : largest * Math.sqrt(sum / n) };
}
