import { mustBe } from "../../errors";
import type { ColumnSource } from "../column-source";
import type { CscMatrix } from "../design-input";
import { defaultFeatureNames } from "../feature-names";
import { finiteValue } from "../finite-column";
import { isTyped } from "../is-typed";
import { registeredDesign } from "../sparse-registry";
import { StoredBlock } from "../stored-block";
import { checkShape } from "./matrix-source";
import { isColumn } from "./plain-columns-source";

/**
 * Reads a sparse matrix by columns, `{ format: "csc", data, indices, indptr, nSamples, nFeatures }`.
 *
 * Within a column rows are sorted, entries of the same row summed and zeros dropped.
 */
export function cscSource(where: string, X: object): ColumnSource | undefined {
  const { format, nSamples, indptr, featureNames } = X as Partial<CscMatrix>;
  if (format !== "csc") {
    if (typeof nSamples !== "number" || indptr === undefined) return undefined;
    throw mustBe(where, "X.format", '"csc"', format, "store the matrix by columns");
  }
  const matrix = X as CscMatrix;
  const block = registeredDesign(X)?.block ?? checkedBlock(where, matrix);
  const { stored } = block;
  return {
    names: featureNames,
    nColumns: matrix.nFeatures,
    nRows: matrix.nSamples,
    stored: block,
    column: (j) => {
      const column = new Float64Array(matrix.nSamples);
      for (let k = stored.starts[j]; k < stored.starts[j + 1]; k++) column[stored.rows[k]] = stored.values[k];
      return column;
    },
  };
}

function checkedBlock(where: string, matrix: CscMatrix): StoredBlock {
  checkShape(where, matrix.nSamples, matrix.nFeatures, matrix.featureNames);
  checkPointers(where, matrix);
  return soundBlock(matrix) ?? mendedBlock(where, matrix);
}

/** @throws InputError unless `indptr` cuts `data` and `indices` into one run for each column. */
function checkPointers(where: string, { data, indices, indptr, nFeatures }: CscMatrix): void {
  if (!isColumn(data)) throw mustBe(where, "X.data", "an array of numbers", data);
  if (!isColumn(indices) || indices.length !== data.length) {
    throw mustBe(where, "X.indices", `one row for each of the ${data.length} entries of data`, indices);
  }
  if (!isColumn(indptr) || indptr.length !== nFeatures + 1) {
    throw mustBe(where, "X.indptr", `nFeatures + 1 = ${nFeatures + 1} numbers`, indptr);
  }
  for (let j = 0; j <= nFeatures; j++) {
    const least = j === 0 ? 0 : indptr[j - 1];
    const most = j === 0 ? 0 : data.length;
    if (!(Number.isInteger(indptr[j]) && indptr[j] >= least && indptr[j] <= most)) {
      const rule = j === 0 ? "0" : `a whole number from ${least} to ${most}`;
      throw mustBe(where, `X.indptr[${j}]`, rule, indptr[j]);
    }
  }
  if (indptr[nFeatures] !== data.length) {
    throw mustBe(where, `X.indptr[${nFeatures}]`, `the number of entries ${data.length}`, indptr[nFeatures]);
  }
}

/** A copy of typed arrays, unless something in them is to be mended or refused: one look at each entry tells. */
function soundBlock({ data, indices, indptr, nSamples, nFeatures }: CscMatrix): StoredBlock | undefined {
  if (!isTyped(data, "Float64Array", "Float32Array") || !isTyped(indices, "Int32Array", "Uint32Array"))
    return undefined;
  const block = new StoredBlock(nSamples, nFeatures, data.length);
  block.stored.starts.set(indptr);
  block.stored.rows.set(indices);
  block.stored.values.set(data);
  return block.compact() ? block : undefined;
}

/** A copy entry by entry. */
function mendedBlock(where: string, matrix: CscMatrix): StoredBlock {
  checkRows(where, matrix);
  const { data, indices, indptr, nFeatures } = matrix;
  const names = matrix.featureNames ?? defaultFeatureNames(nFeatures);
  const starts = new Int32Array(nFeatures + 1);
  const rows = new Int32Array(data.length);
  const values = new Float64Array(data.length);
  let size = 0;
  for (let j = 0; j < nFeatures; j++) {
    const what = `column ${JSON.stringify(names[j])}`;
    const [start, end] = [indptr[j], indptr[j + 1]];
    const order = inRowOrder(indices, start, end);
    for (let at = start; at < end; at++) {
      const k = order ? order[at - start] : at;
      const row = indices[k];
      const value = finiteValue(where, what, row, data[k]);
      if (size > starts[j] && rows[size - 1] === row) {
        values[size - 1] += value;
        if (!Number.isFinite(values[size - 1]))
          throw mustBe(
            where,
            `${what}, row ${row}`,
            "a finite number as the sum of its entries",
            values[size - 1],
          );
      } else if (value !== 0) {
        rows[size] = row;
        values[size++] = value;
      }
    }
    starts[j + 1] = size;
  }
  const block = StoredBlock.of(matrix.nSamples, { starts, rows, values });
  block.compact(); // entries that cancel: `sparseMatrix` gives these lists away, which nothing may move later
  return block;
}

/**
 * The places from `start` up to `end` in the order of their rows, as they stand for the same row; undefined where that is how
 * they stand.
 */
function inRowOrder(indices: ArrayLike<number>, start: number, end: number): Int32Array | undefined {
  let isSorted = true;
  for (let k = start + 1; k < end && isSorted; k++) isSorted = indices[k - 1] <= indices[k];
  if (isSorted) return undefined;
  const places = new Int32Array(end - start);
  for (let at = 0; at < places.length; at++) places[at] = start + at;
  return places.sort((a, b) => indices[a] - indices[b]);
}

/** @throws InputError naming the first entry whose row is none of the matrix. */
function checkRows(where: string, { indices, nSamples }: CscMatrix): void {
  for (let k = 0; k < indices.length; k++) {
    const row = indices[k];
    if (!(Number.isInteger(row) && row >= 0 && row < nSamples)) {
      throw mustBe(where, `X.indices[${k}]`, `a row from 0 to ${nSamples - 1}`, row);
    }
  }
}
