import { maxAbs, mean } from "../linalg/vector";
import type { DesignMatrix } from "./design-matrix";

/** Mean and standard deviation (divisor n) of every column. */
export interface ColumnMoments {
  readonly means: Float64Array;
  /** Exactly 0 for a column that is constant to rounding. */
  readonly deviations: Float64Array;
}

/** Computes {@link ColumnMoments} in two passes, the second about the mean. */
export function columnMoments(design: DesignMatrix): ColumnMoments {
  const means = new Float64Array(design.nFeatures);
  const deviations = new Float64Array(design.nFeatures);
  const column = new Float64Array(design.nSamples);
  for (let j = 0; j < design.nFeatures; j++) {
    column.fill(0);
    design.addColumn(j, 1, column);
    means[j] = mean(column);
    for (let i = 0; i < column.length; i++) column[i] -= means[j];
    const largest = maxAbs(column); // squares of the ratios neither overflow nor vanish
    let sum = 0;
    for (let i = 0; i < column.length; i++) sum += (column[i] / largest) ** 2;
    const deviation = largest === 0 ? 0 : largest * Math.sqrt(sum / column.length);
    deviations[j] = deviation > 1e-14 * Math.abs(means[j]) ? deviation : 0;
  }
  return { means, deviations };
}
