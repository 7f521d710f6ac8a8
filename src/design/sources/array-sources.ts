/** Readers of tables made of arrays: rows, records, named columns, and a matrix by rows. */

import { absentColumn, isDate, mustBe } from "../../errors";
import type { PlainColumns, RowMajorMatrix } from "../design-input";
import type { ColumnSource } from "./source";
import { isColumn, isTyped } from "./source";

/** Reads an array of rows, each an array or typed array of one common length. */
export function rowsSource(where: string, X: object): ColumnSource | undefined {
  if (!Array.isArray(X) || (X.length > 0 && !isColumn(X[0]))) return undefined;
  const nColumns = X.length === 0 ? 0 : X[0].length;
  for (let i = 0; i < X.length; i++) {
    const row: unknown = X[i];
    if (!isColumn(row)) throw mustBe(where, `row ${i}`, "an array of numbers like row 0", row);
    if (row.length !== nColumns)
      throw mustBe(where, `row ${i}`, `as long as row 0 (${nColumns})`, row.length);
  }
  return { names: undefined, nColumns, nRows: X.length, column: (j) => columnOfRows(X, j) };
}

/** Returns the value of every row at `key`. The loop is three times faster than `map` with a closure on large tables. */
export function columnOfRows<K extends PropertyKey>(
  rows: readonly Readonly<Record<K, unknown>>[],
  key: K,
): unknown[] {
  const column = new Array<unknown>(rows.length);
  for (let i = 0; i < rows.length; i++) column[i] = rows[i][key];
  return column;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Reads an array of records. The first one names the columns; a field that a later record lacks reads as `undefined`,
 * and one that the first record lacks is an error, for it would be dropped in silence.
 */
export function recordsSource(where: string, X: object): ColumnSource | undefined {
  if (!Array.isArray(X) || !isRecord(X[0])) return undefined;
  const names = Object.keys(X[0]);
  const known = new Set(names);
  for (let i = 0; i < X.length; i++) {
    const row: unknown = X[i];
    if (!isRecord(row)) throw mustBe(where, `row ${i}`, "a record like row 0", row);
    for (const name in row) {
      if (!known.has(name))
        throw mustBe(where, `row ${i}`, "a record with no field but those of row 0", name);
    }
  }
  return {
    names,
    nColumns: names.length,
    nRows: X.length,
    column: (j) => columnOfRows<string>(X, names[j]),
  };
}

function isRecord(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !isColumn(value) && !isDate(value);
}

/** Reads an object literal whose every field is a column. */
export function plainColumnsSource(where: string, X: object): ColumnSource | undefined {
  if (!isPlainObject(X)) return undefined;
  const columns = X as PlainColumns;
  const names = Object.keys(columns);
  const nRows = columns[names[0]]?.length ?? 0;
  for (const name of names) {
    const column = columns[name];
    const what = `column ${JSON.stringify(name)}`;
    if (!isColumn(column)) {
      throw mustBe(where, what, "an array of numbers", column, remedyFor(column));
    }
    if (column.length !== nRows) {
      const rule = `as long as column ${JSON.stringify(names[0])} (${nRows})`;
      throw mustBe(where, what, rule, column.length, sparseRemedy(columns));
    }
  }
  return { names, nColumns: names.length, nRows, column: (j) => columns[names[j]] };
}

/** For a name that its table has not, and for a row by itself. */
function remedyFor(column: unknown): string | undefined {
  if (column === undefined) return absentColumn;
  return typeof column === "object" ? undefined : "a row by itself is [{ ... }], a list of one";
}

/** For the fields of a sparse matrix as scipy has them, which alone are columns. */
function sparseRemedy({ data, indices, indptr }: PlainColumns): string | undefined {
  if (!data || !indices || !indptr) return undefined;
  return 'a sparse matrix by columns is { format: "csc", data, indices, indptr, nSamples, nFeatures }, and sparseMatrix makes one of entries';
}

/** A notebook cell is a JavaScript realm of its own: its `Object.prototype` is not ours, but it too inherits nothing. */
function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return !Array.isArray(value) && (prototype === null || Object.getPrototypeOf(prototype) === null);
}

/** Reads `{ data, nSamples, nFeatures }`; plain columns that happen to have these names are arrays, not counts. */
export function matrixSource(where: string, X: object): ColumnSource | undefined {
  const { data, nSamples, nFeatures, featureNames } = X as Partial<RowMajorMatrix>;
  if (typeof nSamples !== "number" || typeof nFeatures !== "number") return undefined;
  checkShape(where, nSamples, nFeatures, featureNames);
  if (!isColumn(data) || data.length !== nSamples * nFeatures) {
    const rule = `nSamples * nFeatures = ${nSamples * nFeatures} numbers by rows`;
    throw mustBe(where, "X.data", rule, data);
  }
  return {
    names: featureNames,
    nColumns: nFeatures,
    nRows: nSamples,
    column: (j) => {
      const column = isTyped(data, "Float64Array")
        ? new Float64Array(nSamples)
        : new Array<unknown>(nSamples);
      for (let i = 0; i < nSamples; i++) column[i] = data[i * nFeatures + j];
      return column;
    },
  };
}

/** @throws InputError unless a matrix has whole numbers of rows and columns, and as many names, if any. */
export function checkShape(
  where: string,
  nSamples: unknown,
  nFeatures: unknown,
  featureNames: readonly string[] | undefined,
): void {
  if (!isCount(nSamples)) throw mustBe(where, "X.nSamples", "a whole number >= 0", nSamples);
  if (!isCount(nFeatures)) throw mustBe(where, "X.nFeatures", "a whole number >= 0", nFeatures);
  if (featureNames !== undefined && featureNames.length !== nFeatures) {
    throw mustBe(where, "X.featureNames", `nFeatures = ${nFeatures} names`, featureNames);
  }
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}
