import { absentColumn, mustBe } from "../../errors";
import type { ColumnSource } from "../column-source";
import type { PlainColumns } from "../design-input";

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

/** An array or typed array; a string has a length too but is no column. */
export function isColumn(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
}

/** A notebook cell is a JavaScript realm of its own: its `Object.prototype` is not ours, but it too inherits nothing. */
function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return !Array.isArray(value) && (prototype === null || Object.getPrototypeOf(prototype) === null);
}
