import { mustBe } from "../../errors";
import type { ColumnSource } from "../column-source";
import { isColumn } from "./plain-columns-source";

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

/** The value of every row at `key`; a loop, because `map` with a closure takes three times as long on large tables. */
export function columnOfRows<K extends PropertyKey>(
  rows: readonly Readonly<Record<K, unknown>>[],
  key: K,
): unknown[] {
  const column = new Array<unknown>(rows.length);
  for (let i = 0; i < rows.length; i++) column[i] = rows[i][key];
  return column;
}
