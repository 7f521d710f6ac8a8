import { emptyTable, outOfMemory } from "../../errors";
import { DenseBlock } from "../dense-block";
import { DenseDesign } from "../dense-design";
import type { DesignInput } from "../design-input";
import type { TableDesign } from "../design-matrix";
import { checkFeatureNames, defaultFeatureNames } from "../feature-names";
import { copyFiniteColumn } from "../finite-values";
import { registeredDesign, SparseDesign } from "../sparse-design";
import { StandardizedTable } from "../standardized-table";
import { columnSource } from "./column-source";
import { isTyped } from "./source";

/**
 * Reads the table of a model: every value is checked and copied, column names are kept. Tables that `denseMatrix` and
 * `sparseMatrix` returned are checked already and not copied.
 *
 * @param where the caller's name, which opens every error message.
 * @param X at least one row and one column; arrays get the column names `x0`, `x1`, ...
 * @param isShared whether a dense table is copied to memory that all threads see. Default: false.
 * @returns the table as 64-bit floats that nobody else holds, sparse if it is; that of `X` itself where one of these made it.
 * @throws InputError naming the column and the row (counted from 0) of the first value that is no finite number.
 */
export function asDesignMatrix(where: string, X: DesignInput, isShared = false): TableDesign {
  if (X instanceof StandardizedTable) return X;
  const source = columnSource(where, "X", X);
  const { nRows, nColumns } = source;
  if (nRows === 0 || nColumns === 0) throw emptyTable(where, "X", nRows, nColumns);
  const kept = registeredDesign(X);
  if (kept) return kept;
  const names = source.names ?? defaultFeatureNames(nColumns);
  if (source.names) checkFeatureNames(where, names);
  if (source.stored) return new SparseDesign(source.stored, [...names]);
  const block = new DenseBlock(nRows, nColumns, isShared ? sharedNumbers(nRows * nColumns) : undefined);
  const copy = (j: number): void => {
    const what = `column ${JSON.stringify(names[j])}`;
    copyFiniteColumn(where, what, source.column(j), block.values.subarray(j * nRows, (j + 1) * nRows));
  };
  for (let j = 0; j < nColumns; j++) {
    const column = source.column(j);
    if (isTyped(column, "Float64Array", "Float32Array")) block.values.set(column, j * nRows);
    else copy(j);
  }
  const design = new DenseDesign(block, [...names]);
  const { smallest, largest } = design.summaries;
  for (let j = 0; j < nColumns; j++) {
    if (!(Number.isFinite(smallest[j]) && Number.isFinite(largest[j]))) copy(j); // throws an error that names the row
  }
  return design;
}

function sharedNumbers(length: number): Float64Array {
  try {
    return new Float64Array(new SharedArrayBuffer(8 * length));
  } catch {
    throw outOfMemory(length);
  }
}
