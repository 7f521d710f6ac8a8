import { displayable } from "./displayable";
import { type MatrixShape, matrixTable } from "./matrix-table";

/** A matrix by rows that shows itself by its corners; entry `(i, j)` is `data[i * nFeatures + j]`. */
export function shownByRows<Matrix extends MatrixShape & { readonly data: ArrayLike<number> }>(
  matrix: Matrix,
): Matrix {
  return displayable(matrix, ({ data, nFeatures }) => matrixTable(matrix, (i, j) => data[i * nFeatures + j]));
}
