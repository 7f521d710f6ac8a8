import { mean, sum } from "../linalg/vector";
import { columnOf } from "./column-of";
import type { DesignMatrix } from "./design-matrix";
import { weightedMoments } from "./weighted-moments";

/** Mean and standard deviation (divisor n) of every column. */
export interface ColumnMoments {
  readonly means: Float64Array;
  /** Exactly 0 for a column that is constant to rounding. */
  readonly deviations: Float64Array;
}

/**
 * Computes {@link ColumnMoments} in two passes, the second about the mean.
 *
 * Of a sparse design only the stored entries are read, unless rows are weighted: the other rows are equal, so they count
 * as one value.
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

/** Whether a column holds one value only where rows count: one of deviation 0 may also vary by roundings of its size. */
export function isOneValue(design: DesignMatrix, j: number, sampleWeights?: Float64Array): boolean {
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
