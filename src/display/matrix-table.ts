import { corners } from "./corners";
import { formatNumber } from "./format-number";
import { Table } from "./table";

/** The size and the names of a matrix. */
export interface MatrixShape {
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly featureNames?: readonly string[];
}

/** Rows and columns that are shown of a matrix. */
const ROWS = 10;
const COLUMNS = 10;

/**
 * The corners of a matrix, under its size.
 *
 * @param entry the number in row `i` and column `j`; asked for what is shown only.
 * @param nStored how many entries a sparse matrix has.
 */
export function matrixTable(
  { nSamples, nFeatures, featureNames }: MatrixShape,
  entry: (i: number, j: number) => number,
  nStored?: number,
): Table {
  const [rows, columns] = [corners(nSamples, ROWS), corners(nFeatures, COLUMNS)];
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
