import { formatNumber } from "./formatting";
import { displayable, Table } from "./table";
import { firstAndLast } from "./table-rendering";

/** The size and the names of a matrix. */
export interface MatrixShape {
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly featureNames?: readonly string[];
}

/** Maximum numbers of rows and columns that are shown. */
const ROWS = 10;
const COLUMNS = 10;

/**
 * A table of the first and last rows and columns of a matrix, with its size as title.
 *
 * @param entry the number in row `i` and column `j`; asked for what is shown only.
 * @param nStored how many entries a sparse matrix has.
 */
export function matrixTable(
  { nSamples, nFeatures, featureNames }: MatrixShape,
  entry: (i: number, j: number) => number,
  nStored?: number,
): Table {
  const [rows, columns] = [firstAndLast(nSamples, ROWS), firstAndLast(nFeatures, COLUMNS)];
  const share = (100 * (nStored ?? 0)) / (nSamples * nFeatures || 1);
  const stored = nStored === undefined ? "" : `, ${formatNumber(share, 3)} % of the entries stored`;
  return new Table({
    title: `${nSamples} rows × ${nFeatures} features${stored}`,
    columns: ["", ...columns.map((j) => featureNames?.[j] ?? `x${j}`)],
    rows: rows.map((i) => [String(i), ...columns.map((j) => entry(i, j))]),
    nRows: nSamples,
    nColumns: nFeatures + 1,
  });
}

/** Makes a row-major matrix display its first and last rows and columns; entry `(i, j)` is `data[i * nFeatures + j]`. */
export function displayableMatrix<Matrix extends MatrixShape & { readonly data: ArrayLike<number> }>(
  matrix: Matrix,
): Matrix {
  return displayable(matrix, ({ data, nFeatures }) => matrixTable(matrix, (i, j) => data[i * nFeatures + j]));
}
