/**
 * Recognizes the tables that the library takes, reads them column by column, and makes design matrices of them.
 *
 * Sparse matrices have a reader of their own, `sparse-matrix`.
 */
import { sharedBuffer } from "#platform";
import { absentColumn, emptyTable, isDate, mustBe, notATable, outOfMemory } from "../../errors";
import { nearestDecimal } from "../../number-texts";
import { DenseBlock } from "../dense-block";
import { DenseDesign } from "../dense-design";
import type {
  ArqueroTable,
  ArrowTable,
  ArrowVector,
  DesignInput,
  DuckDbReader,
  MomentMatrix,
  PlainColumns,
  PolarsFrame,
  PolarsSeries,
  RowMajorMatrix,
} from "../design-input";
import { checkFeatureNames, columnOf, defaultFeatureNames, type TableDesign } from "../design-matrix";
import { copyFiniteColumn } from "../finite-values";
import { SparseDesign } from "../sparse-design";
import { StandardizedTable } from "../standardized-table";
import { type ColumnSource, checkShape, isColumn, isTyped, type SourceReader } from "./source";
import { cscSource, registeredDesign } from "./sparse-matrix";

const matrixKeys: readonly string[] = ["data", "nSamples", "nFeatures", "featureNames"];

/** The matrices by which the library fits moments have this key besides. */
const momentKey: keyof MomentMatrix = "nRepresented";

/** The readers in the order in which they are tried: frames before plain columns, since a frame is an object with fields too. */
const READERS: readonly SourceReader[] = [
  danfojsSource,
  arqueroSource,
  arrowSource,
  polarsSource,
  duckDbSource,
  cscSource,
  denseSource,
  matrixSource,
  recordsSource,
  rowsSource,
  plainColumnsSource,
];

/**
 * Recognizes a table by what it can do.
 *
 * @throws InputError if no reader knows its shape, or if its columns differ in length.
 */
export function columnSource(where: string, what: string, X: unknown): ColumnSource {
  if (typeof X === "object" && X !== null) {
    for (const read of READERS) {
      const source = read(where, X);
      if (source) return source;
    }
  }
  throw notATable(where, what, X);
}

/** Reads what `denseMatrix` made. */
function denseSource(_where: string, X: object): ColumnSource | undefined {
  if (!(X instanceof StandardizedTable)) return undefined;
  return {
    names: X.isNamed ? X.featureNames : undefined,
    nColumns: X.nFeatures,
    nRows: X.nSamples,
    column: (j) => columnOf(X, j),
  };
}

// Readers of tables made of arrays follow: rows, records, named columns, and a matrix by rows.

/** Reads an array of rows, each an array or typed array of one common length. */
function rowsSource(where: string, X: object): ColumnSource | undefined {
  if (!Array.isArray(X) || (X.length > 0 && !isColumn(X[0]))) return undefined;
  const nColumns = X.length === 0 ? 0 : X[0].length;
  for (let i = 0; i < X.length; i++) {
    const row: unknown = X[i];
    if (!isColumn(row)) throw mustBe(where, `row ${i}`, "an array of numbers like row 0", row);
    if (row.length !== nColumns)
      throw mustBe(where, `row ${i}`, `as long as row 0 (${nColumns})`, row.length);
  }
  return {
    names: undefined,
    nColumns,
    nRows: X.length,
    column: (j) => columnOfRows(X, j),
    copyRow: (i, from, to, out) => copyRowPart(X[i], 0, from, to, out, X.length, i),
  };
}

/** Copies the entries `from` to `to` of row `i`, which begins at `start` of an array, to a table by columns; what is no number becomes NaN. */
function copyRowPart(
  values: ArrayLike<unknown>,
  start: number,
  from: number,
  to: number,
  out: Float64Array,
  nRows: number,
  i: number,
): void {
  for (let j = from, at = from * nRows + i; j < to; j++, at += nRows) {
    const value = values[start + j];
    out[at] = typeof value === "number" ? value : Number.NaN;
  }
}

/** Returns the value of every row at `key`. The loop is three times faster than `map` with a closure on large tables. */
function columnOfRows<K extends PropertyKey>(
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
function recordsSource(where: string, X: object): ColumnSource | undefined {
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
function plainColumnsSource(where: string, X: object): ColumnSource | undefined {
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
function matrixSource(where: string, X: object): ColumnSource | undefined {
  const { data, nSamples, nFeatures, featureNames } = X as Partial<RowMajorMatrix>;
  if (typeof nSamples !== "number" || typeof nFeatures !== "number") return undefined;
  const unknown = Object.keys(X).find((key) => key !== momentKey && !matrixKeys.includes(key));
  if (unknown !== undefined) {
    const remedy = "the numbers lie by rows, and denseMatrix makes a matrix of columns";
    throw mustBe(where, "a key of the matrix X", `one of ${matrixKeys.join(", ")}`, unknown, remedy);
  }
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
    copyRow: (i, from, to, out) => copyRowPart(data, i * nFeatures, from, to, out, nSamples, i),
  };
}

// Readers of the tables and series of Apache Arrow, Arquero, danfojs, DuckDB and polars, by the members that they have.

/** Reads an Apache Arrow table. */
function arrowSource(where: string, X: object): ColumnSource | undefined {
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
 * The values of an Arrow vector, null where it is null: dates and timestamps as values of `Date`, decimals as the nearest 64-bit floats.
 *
 * `toArray` hands out raw storage: a null is 0 there, a half float its bits, a timestamp an integer of unnamed unit.
 * So it is used for plain numbers without nulls only, where it copies nothing.
 */
export function arrowVectorValues(where: string, what: string, vector: ArrowVector): ArrayLike<unknown> {
  const type = String(vector.type);
  if (/^(Time\d|Duration|Interval)/.test(type)) {
    throw mustBe(where, what, "a column of numbers", type, "convert it to numbers first");
  }
  if (vector.nullCount === 0 && /^(Int|Uint)(8|16|32|64)$|^Float(32|64)$/.test(type)) {
    return vector.toArray() as ArrayLike<unknown>;
  }
  const read = arrowReader(type, vector.type as { readonly scale?: number });
  return Array.from({ length: vector.length }, (_, i) => {
    const value = vector.get(i);
    return value === null ? null : read(value);
  });
}

/** Returns what makes a value of one that a vector gives: of a date milliseconds, of a decimal the words of an integer, the lowest first. */
function arrowReader(type: string, { scale }: { readonly scale?: number }): (value: unknown) => unknown {
  if (/^(Date|Timestamp)/.test(type)) return (value) => (isDate(value) ? value : new Date(value as number));
  if (!type.startsWith("Decimal")) return (value) => value;
  return (words) => {
    const digits = Array.from(words as Uint32Array, (word) => word.toString(16).padStart(8, "0")).reverse();
    return nearestDecimal(BigInt.asIntN(32 * digits.length, BigInt(`0x${digits.join("")}`)), scale ?? 0);
  };
}

/** Reads an Arquero table; `array` already follows the table's filter and order. */
function arqueroSource(_where: string, X: object): ColumnSource | undefined {
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
function danfojsSource(_where: string, X: object): ColumnSource | undefined {
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
function duckDbSource(where: string, X: object): ColumnSource | undefined {
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
function polarsSource(_where: string, X: object): ColumnSource | undefined {
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

/**
 * Reads the table of a model: every value is checked and copied, column names are kept. Tables that `denseMatrix` and
 * `sparseMatrix` returned are checked already and not copied.
 *
 * @param where the caller's name, which opens every error message.
 * @param X at least one row and one column; arrays get the column names `x0`, `x1`, ...
 * @param isShared whether a dense table is copied to memory that all threads see. Default: false.
 * @returns the table as 64-bit floats that nobody else holds, sparse if it is; that of `X` itself where one of these made it.
 * @throws InputError naming the column and the row (counted from 0) of the first value that is no finite number.
 */
export function asDesignMatrix(where: string, X: DesignInput, isShared = false): TableDesign {
  if (X instanceof StandardizedTable) return X;
  const source = columnSource(where, "X", X);
  const { nRows, nColumns } = source;
  if (nRows === 0 || nColumns === 0) throw emptyTable(where, "X", nRows, nColumns);
  const kept = registeredDesign(X);
  if (kept) return kept;
  const names = source.names ?? defaultFeatureNames(nColumns);
  if (source.names) checkFeatureNames(where, names);
  if (source.stored) return new SparseDesign(source.stored, [...names]);
  const block = new DenseBlock(nRows, nColumns, isShared ? sharedNumbers(nRows * nColumns) : undefined);
  const copy = (j: number): void => {
    const what = `column ${JSON.stringify(names[j])}`;
    copyFiniteColumn(where, what, source.column(j), block.values.subarray(j * nRows, (j + 1) * nRows));
  };
  if (source.copyRow) transpose(source, source.copyRow, block.values);
  else {
    for (let j = 0; j < nColumns; j++) {
      const column = source.column(j);
      if (isTyped(column, "Float64Array", "Float32Array")) block.values.set(column, j * nRows);
      else copy(j);
    }
  }
  const design = new DenseDesign(block, [...names]);
  const { smallest, largest } = design.summaries;
  const isNumeric = (_: unknown, j: number): boolean =>
    Number.isFinite(smallest[j]) && Number.isFinite(largest[j]);
  if (names.every(isNumeric)) return design;
  // The other columns have truth values or whole numbers of any size, unless this throws an error that names the row.
  names.forEach((_, j) => {
    if (!isNumeric(_, j)) copy(j);
  });
  return new DenseDesign(block, [...names]);
}

/** Rows and columns of a tile, whose lines of memory fit into the first cache. */
const TILE_ROWS = 16;
const TILE_COLUMNS = 64;

/** Copies a table that lies by rows to `out`, column by column. */
function transpose(
  { nRows, nColumns }: ColumnSource,
  copyRow: NonNullable<ColumnSource["copyRow"]>,
  out: Float64Array,
): void {
  for (let first = 0; first < nRows; first += TILE_ROWS) {
    const end = Math.min(nRows, first + TILE_ROWS);
    for (let from = 0; from < nColumns; from += TILE_COLUMNS) {
      const to = Math.min(nColumns, from + TILE_COLUMNS);
      for (let i = first; i < end; i++) copyRow(i, from, to, out);
    }
  }
}

function sharedNumbers(length: number): Float64Array {
  try {
    return new Float64Array(sharedBuffer(8 * length));
  } catch {
    throw outOfMemory(length);
  }
}
