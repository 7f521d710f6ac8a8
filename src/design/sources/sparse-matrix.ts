/** Sparse matrices by columns: how users make one, and how the library reads one. */

import { matrixTable } from "../../display/matrix-table";
import { displayable, type Table } from "../../display/table";
import { mustBe } from "../../errors";
import type { CscMatrix } from "../design-input";
import { checkFeatureNames, defaultFeatureNames } from "../design-matrix";
import { finiteValue } from "../finite-values";
import { countingSort, SparseBlock } from "../sparse-block";
import { SparseDesign } from "../sparse-design";
import { type ColumnSource, checkShape, isColumn, isTyped } from "./source";

/** The entries of a sparse matrix in any order, as {@link sparseMatrix} takes them. */
export interface SparseEntries {
  /** Row of each entry, from 0 to `nSamples - 1`. */
  readonly rows: ArrayLike<number>;
  /** Column of each entry, from 0 to `nFeatures - 1`. */
  readonly columns: ArrayLike<number>;
  /** Entries of the same place are summed. */
  readonly values: ArrayLike<number>;
  /** Number of rows. */
  readonly nSamples: number;
  /** Number of columns. */
  readonly nFeatures: number;
  /** Defaults to `x0`, `x1`, ... */
  readonly featureNames?: readonly string[];
}

/**
 * A sparse matrix made of its entries: entry `values[k]` in row `rows[k]` and column `columns[k]`, zeros elsewhere; or a copy of
 * one by columns.
 *
 * It is checked here and lies where the library computes, so that no model copies it, as each copies any other table.
 *
 * @returns what every model takes as `X`, in the names of scipy's `csc_matrix`: by column and row, without zeros. Its lists are
 * the memory of the library and not to be changed: no model looks at entries again, so that one written later, a NaN even, is
 * not refused and makes coefficients, and certificates with them, void.
 * @throws InputError when the lists differ in length, or a row or column is none of the matrix, or naming the column and the row
 * (counted from 0) of the first value that is no finite number, alone or as a sum.
 * @example
 * ```ts
 * const X = sparseMatrix({ rows: [0, 1, 3], columns: [0, 1, 0], values: [1, 1, 2], nSamples: 4, nFeatures: 2 });
 * new SmoothLasso({ lambda: 0.1 }).fit(X, [1, 0, 0, 2]).support; // [0]
 * ```
 */
export function sparseMatrix(entries: SparseEntries | CscMatrix): CscMatrix {
  const where = "sparseMatrix";
  if (typeof entries !== "object" || entries === null || Array.isArray(entries)) {
    const rule = "entries { rows, columns, values, nSamples, nFeatures }, or a matrix by columns";
    throw mustBe(where, "the matrix", rule, entries, "denseMatrix takes an array of rows");
  }
  const given = "format" in entries ? entries : byColumns(where, entries);
  const { stored: block, names: featureNames } = cscSource(where, given)!;
  if (featureNames) checkFeatureNames(where, featureNames);
  const { nSamples, nFeatures } = given;
  const design = new SparseDesign(block!, [...(featureNames ?? defaultFeatureNames(nFeatures))]);
  const { stored } = design;
  const matrix: CscMatrix = {
    format: "csc",
    data: stored.values,
    indices: stored.rows,
    indptr: stored.starts,
    nSamples,
    nFeatures,
    ...(featureNames && { featureNames }),
  };
  registerDesign(matrix, design);
  return Object.freeze(displayable(matrix, sparseTable));
}

function byColumns(where: string, entries: SparseEntries): CscMatrix {
  const { rows, columns, values, nSamples, nFeatures, featureNames } = entries;
  for (const [name, size] of Object.entries({ nSamples, nFeatures })) {
    if (!(Number.isInteger(size) && size >= 0)) throw mustBe(where, name, "a whole number >= 0", size);
  }
  checkPlaces(where, "rows", rows, values, nSamples);
  checkPlaces(where, "columns", columns, values, nFeatures);
  const byRow = countingSort(rows, nSamples).order;
  const byColumn = countingSort(
    byRow.map((k) => columns[k]),
    nFeatures,
  );
  const order = byColumn.order.map((k) => byRow[k]);
  return {
    format: "csc",
    data: Float64Array.from(order, (k) => values[k]),
    indices: order.map((k) => rows[k]),
    indptr: byColumn.starts,
    nSamples,
    nFeatures,
    ...(featureNames && { featureNames }),
  };
}

function sparseTable(matrix: CscMatrix): Table {
  const { data, indices, indptr } = matrix;
  const entry = (i: number, j: number): number => {
    for (let k = indptr[j]; k < indptr[j + 1]; k++) if (indices[k] === i) return data[k];
    return 0;
  };
  return matrixTable(matrix, entry, data.length);
}

/** @throws InputError unless there is one place of the matrix for each value. */
function checkPlaces(
  where: string,
  name: string,
  places: ArrayLike<number>,
  values: ArrayLike<number>,
  size: number,
): void {
  const nValues = Object(values).length;
  if (Object(places).length !== nValues) {
    throw mustBe(where, name, `one number for each of the ${nValues} values`, places);
  }
  for (let k = 0; k < nValues; k++) {
    if (!(Number.isInteger(places[k]) && places[k] >= 0 && places[k] < size)) {
      throw mustBe(where, `${name}[${k}]`, `a whole number from 0 to ${size - 1}`, places[k]);
    }
  }
}

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

function checkedBlock(where: string, matrix: CscMatrix): SparseBlock {
  checkShape(where, matrix.nSamples, matrix.nFeatures, matrix.featureNames);
  checkPointers(where, matrix);
  return canonicalCopy(matrix) ?? canonicalize(where, matrix);
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

/** Returns a copy of typed arrays, or undefined if their entries are not in canonical form already. */
function canonicalCopy({ data, indices, indptr, nSamples, nFeatures }: CscMatrix): SparseBlock | undefined {
  if (!isTyped(data, "Float64Array", "Float32Array") || !isTyped(indices, "Int32Array", "Uint32Array"))
    return undefined;
  const block = new SparseBlock(nSamples, nFeatures, data.length);
  block.stored.starts.set(indptr);
  block.stored.rows.set(indices);
  block.stored.values.set(data);
  return block.compact() ? block : undefined;
}

/** Copies entry by entry: sorts rows, sums entries of the same place, drops zeros and checks values. */
function canonicalize(where: string, matrix: CscMatrix): SparseBlock {
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
  const block = SparseBlock.of(matrix.nSamples, { starts, rows, values });
  block.compact(); // Drops entries that cancel now: `sparseMatrix` returns these lists, so nothing may move later.
  return block;
}

/**
 * Returns the positions from `start` up to `end`, sorted stably by row; undefined where they are sorted already.
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

/** The designs of matrices that `sparseMatrix` returned, which are checked already and lie in the memory of the kernels. */
const designs = new WeakMap<object, SparseDesign>();

/** Registers the design of a matrix. */
function registerDesign(matrix: object, design: SparseDesign): void {
  designs.set(matrix, design);
}

/** Returns the design of a matrix that `sparseMatrix` returned; undefined for any other table. */
export function registeredDesign(X: object): SparseDesign | undefined {
  return designs.get(X);
}
