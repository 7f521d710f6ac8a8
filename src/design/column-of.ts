import type { DesignMatrix } from "./design-matrix";

/** A copy of column `j` in full. */
export function columnOf(design: DesignMatrix, j: number): Float64Array {
  const column = new Float64Array(design.nSamples);
  design.addColumn(j, 1, column);
  return column;
}
