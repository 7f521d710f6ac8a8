import type { ColumnSource } from "../column-source";
import { columnOfRows } from "./rows-source";

/**
 * Reads a danfojs `DataFrame` through its own data fields.
 *
 * danfojs defines a property for every column on the frame itself, so a column called `values`, `shape` or
 * `columns` hides the frame's method of that name. The fields that begin with `$` are ordinary data properties and
 * come first; they are read by descriptor, because a column could replace even them by a getter.
 */
export function danfojsSource(_where: string, X: object): ColumnSource | undefined {
  if (ownValue(X, "$isSeries") !== false) return undefined;
  const names = ownValue(X, "$columns");
  const rows = ownValue(X, "$data");
  if (!isStrings(names) || !Array.isArray(rows)) return undefined;
  const columns = ownValue(X, "$dataIncolumnFormat");
  // A frame in low-memory mode keeps its rows only.
  const byColumn = Array.isArray(columns) && columns.length === names.length;
  return {
    names,
    nColumns: names.length,
    nRows: rows.length,
    column: (j) => (byColumn ? columns[j] : columnOfRows<number>(rows, j)),
  };
}

/** The values of a danfojs `Series`. */
export function danfojsSeriesValues(y: object): ArrayLike<unknown> | undefined {
  if (ownValue(y, "$isSeries") !== true) return undefined;
  const values = ownValue(y, "$data");
  return Array.isArray(values) ? values : undefined;
}

function ownValue(object: object, name: string): unknown {
  // Asked first whether it is there: the proxies of other frame libraries throw at fields they do not know.
  return name in object ? Object.getOwnPropertyDescriptor(object, name)?.value : undefined;
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
