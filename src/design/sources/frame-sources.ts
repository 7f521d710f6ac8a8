/**
 * Readers of the tables and series of Apache Arrow, Arquero, danfojs, DuckDB and polars, by the members that
 * they have.
 */

import { mustBe } from "../../errors";
import type {
  ArqueroTable,
  ArrowTable,
  ArrowVector,
  DuckDbReader,
  PolarsFrame,
  PolarsSeries,
} from "../design-input";
import { columnOfRows } from "./array-sources";
import type { ColumnSource } from "./source";

/** Reads an Apache Arrow table. */
export function arrowSource(where: string, X: object): ColumnSource | undefined {
  const { schema, getChild } = X as Partial<ArrowTable>;
  if (typeof getChild !== "function" || !Array.isArray(schema?.fields)) return undefined;
  const table = X as ArrowTable;
  const names = schema.fields.map((field) => String(field.name));
  const vector = (j: number) => table.getChild(names[j]) as ArrowVector;
  return {
    names,
    nColumns: names.length,
    nRows: names.length === 0 ? 0 : vector(0).length,
    column: (j) => arrowVectorValues(where, `column ${JSON.stringify(names[j])}`, vector(j)),
  };
}

/** Returns whether a value is a vector; a table has all of these members but `type`. */
export function isArrowVector(value: object): value is ArrowVector {
  const { type, get, toArray, nullCount } = value as Partial<ArrowVector>;
  return (
    type !== undefined &&
    typeof get === "function" &&
    typeof toArray === "function" &&
    typeof nullCount === "number"
  );
}

/**
 * The values of an Arrow vector, null where it is null.
 *
 * `toArray` hands out raw storage: a null is 0 there, a half float its bits, a timestamp an integer of unnamed unit.
 * So it is used for plain numbers without nulls only, where it copies nothing.
 */
export function arrowVectorValues(where: string, what: string, vector: ArrowVector): ArrayLike<unknown> {
  const type = String(vector.type);
  if (/^(Date|Time|Timestamp|Duration|Interval|Decimal)/.test(type)) {
    throw mustBe(where, what, "a column of numbers", type, "convert it to numbers first");
  }
  if (vector.nullCount === 0 && /^(Int|Uint)(8|16|32|64)$|^Float(32|64)$/.test(type)) {
    return vector.toArray() as ArrayLike<unknown>;
  }
  return Array.from({ length: vector.length }, (_, i) => vector.get(i));
}

/** Reads an Arquero table; `array` already follows the table's filter and order. */
export function arqueroSource(_where: string, X: object): ColumnSource | undefined {
  const { columnNames, array } = X as Partial<ArqueroTable>;
  if (typeof columnNames !== "function" || typeof array !== "function") return undefined;
  const table = X as ArqueroTable;
  const names = table.columnNames();
  const column = (j: number) => table.array(names[j]) as ArrayLike<unknown>;
  return { names, nColumns: names.length, nRows: names.length === 0 ? 0 : column(0).length, column };
}

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
  // The proxies of other frame libraries throw at unknown fields, so `in` comes first.
  return name in object ? Object.getOwnPropertyDescriptor(object, name)?.value : undefined;
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

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

/** Reads a polars data frame by `toArray`, which keeps nulls; its typed arrays refuse or lose them. */
export function polarsSource(_where: string, X: object): ColumnSource | undefined {
  const { columns: names, getColumn } = X as Partial<PolarsFrame>;
  if (!Array.isArray(names) || typeof getColumn !== "function") return undefined;
  const frame = X as PolarsFrame;
  const column = (j: number) => (frame.getColumn(names[j]) as PolarsSeries).toArray();
  return { names, nColumns: names.length, nRows: names.length === 0 ? 0 : column(0).length, column };
}

/** The values of a polars series. */
export function polarsSeriesValues(y: object): ArrayLike<unknown> | undefined {
  const { dtype, toArray } = y as Partial<PolarsSeries>;
  return dtype !== undefined && typeof toArray === "function" ? (y as PolarsSeries).toArray() : undefined;
}
