import { emptyTable, featureCountMismatch } from "../../errors";
import { DenseBlock } from "../dense-block";
import { DenseDesign } from "../dense-design";
import type { DesignInput } from "../design-input";
import type { DesignMatrix } from "../design-matrix";
import { positionsByName } from "../design-matrix";
import { copyFiniteColumn } from "../finite-values";
import { SparseDesign } from "../sparse-design";
import { StandardizedTable } from "../standardized-table";
import { columnSource } from "./read-table";

/**
 * Brings a new table into the column order that a model was trained on.
 *
 * A table with names is read by name: its order is free, and columns the model does not know are not even looked at.
 * Arrays have positions only, so their number of columns must be that of the training data.
 *
 * @param where the caller's name, which opens every error message.
 * @throws InputError naming the columns that are missing, or the first value that is no finite number.
 */
export function alignFeatures(where: string, X: DesignInput, featureNames: readonly string[]): DesignMatrix {
  const source = columnSource(where, "X", X);
  const { names, nRows } = source;
  const isInOrder = names ? names.every((name, j) => name === featureNames[j]) : true;
  if (X instanceof StandardizedTable && isInOrder && X.nFeatures === featureNames.length) return X;
  if (nRows === 0) throw emptyTable(where, "X", nRows, source.nColumns);
  const positions = names ? positionsByName(where, names, featureNames) : featureNames.map((_, j) => j);
  if (!names && source.nColumns !== featureNames.length) {
    throw featureCountMismatch(where, featureNames.length, source.nColumns);
  }
  if (source.stored) {
    const ownNames = names ?? featureNames;
    const all = new SparseDesign(source.stored, ownNames);
    const zeros = new Float64Array(positions.length);
    return all.standardizedColumns(Int32Array.from(positions), zeros, zeros.slice().fill(1));
  }
  const block = new DenseBlock(nRows, featureNames.length);
  featureNames.forEach((name, j) => {
    const target = block.values.subarray(j * nRows, (j + 1) * nRows);
    copyFiniteColumn(where, `column ${JSON.stringify(name)}`, source.column(positions[j]), target);
  });
  return new DenseDesign(block, featureNames);
}
