import { columnDots } from "../../design/column-dots";
import type { DesignMatrix } from "../../design/design-matrix";
import { largestEigenvalueBound } from "../../linalg/largest-eigenvalue";

/** At least the largest eigenvalue of `X_g'C X_g` for some columns, with `C` the weights, ones if left out. */
export function groupCurvature(design: DesignMatrix, columns: Int32Array, weights?: Float64Array): number {
  const size = columns.length;
  const gram = new Float64Array(size * size);
  if (design.gram) {
    design.gram(columns, columns, gram, weights);
    return largestEigenvalueBound(gram, size);
  }
  const column = new Float64Array(design.nSamples);
  columns.forEach((j, k) => {
    column.fill(0);
    design.addColumn(j, 1, column);
    if (weights) for (let i = 0; i < column.length; i++) column[i] *= weights[i];
    columnDots(design, columns, column, gram.subarray(k * size, (k + 1) * size));
  });
  return largestEigenvalueBound(gram, size);
}
