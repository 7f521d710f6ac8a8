import { mustBe } from "../../errors";
import type { ColumnSource } from "../column-source";
import type { DuckDbReader } from "../design-input";

/**
 * Reads a result of DuckDB, as `runAndReadAll` gives it; decimals come as the nearest 64-bit floats.
 *
 * @throws InputError for a result of which only a part, or nothing yet, was read.
 */
export function duckDbSource(where: string, X: object): ColumnSource | undefined {
  const { columnNames, getColumnsJS } = X as Partial<DuckDbReader>;
  if (typeof columnNames !== "function" || typeof getColumnsJS !== "function") return undefined;
  const reader = X as DuckDbReader;
  if (reader.done !== true) {
    throw mustBe(where, "a result of DuckDB", "read to its end", X, "use runAndReadAll");
  }
  const names = reader.columnNames();
  const columns = reader.getColumnsJS() as readonly ArrayLike<unknown>[];
  return { names, nColumns: names.length, nRows: reader.currentRowCount, column: (j) => columns[j] };
}
