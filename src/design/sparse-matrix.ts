import { displayable } from "../display/displayable";
import { matrixTable } from "../display/matrix-table";
import type { Table } from "../display/table";
import { mustBe } from "../errors";
import { countingSort } from "./counting-sort";
import type { CscMatrix } from "./design-input";
import { checkFeatureNames, defaultFeatureNames } from "./feature-names";
import { cscSource } from "./sources/csc-source";
import { SparseDesign } from "./sparse-design";
import { registerDesign } from "./sparse-registry";

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
