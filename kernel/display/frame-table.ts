/** Shows tables of other libraries, arrays of records, and columns by name, with the types and missing values of each column. */

import { Table } from "../../src/display/table";
import { firstAndLast, type TableCell } from "../../src/display/table-rendering";

/** A table of any library, as far as it is shown. */
export interface ShownFrame {
  readonly nRows: number;
  readonly names: readonly string[];
  /** The type of each column; undefined where its values determine it. */
  readonly types: readonly (string | undefined)[];
  /** The label of a row; by default its number. */
  index?(row: number): string | number;
  value(row: number, column: number): unknown;
}

/** Number of rows up to which all are shown; of a longer table only the first and last rows are. */
const MAX_ROWS = 40;
const ROWS_AT_ENDS = 20;
const MAX_COLUMNS = 20;

/** Recognizes a danfojs data frame or series, an Apache Arrow table or an array of records; undefined for other values. */
export function frameOf(value: object): ShownFrame | undefined {
  try {
    return danfojsFrame(value) ?? arrowTable(value) ?? records(value);
  } catch {
    // A proxy that throws on unknown names is none of these.
    return undefined;
  }
}

/** Makes a table of the first and last rows and columns, with the shape, and with type and missing values of each column. */
export function frameTable(frame: ShownFrame): Table {
  const { nRows, names, types } = frame;
  const rows = firstAndLast(nRows, nRows > MAX_ROWS ? ROWS_AT_ENDS : MAX_ROWS);
  const columns = firstAndLast(names.length, MAX_COLUMNS);
  return new Table({
    title: `${nRows} row${nRows === 1 ? "" : "s"} × ${names.length} column${names.length === 1 ? "" : "s"}`,
    columns: ["", ...columns.map((j) => names[j] ?? "")],
    subheads: ["", ...columns.map((j) => kindOf(frame, j, types[j]))],
    rows: rows.map((i) => [String(frame.index?.(i) ?? i), ...columns.map((j) => cellOf(frame.value(i, j)))]),
    nRows,
    nColumns: names.length + 1,
    maxColumns: MAX_COLUMNS + 1,
    digits: 6,
  });
}

/** Returns the type of a column, and the number of its missing values. */
function kindOf(frame: ShownFrame, column: number, type: string | undefined): string {
  const kinds = new Set<string>();
  let missing = 0;
  for (let i = 0; i < frame.nRows; i++) {
    const value = frame.value(i, column);
    if (value === null || value === undefined || Number.isNaN(value)) missing++;
    else if (type === undefined) kinds.add(value instanceof Date ? "date" : typeof value);
  }
  const kind = type ?? ([...kinds].join(" or ") || "empty");
  return missing === 0 ? kind : `${kind}, ${missing} missing`;
}

function cellOf(value: unknown): TableCell {
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  // A missing value leaves a gap, because a text would break the alignment of the numbers.
  return value === null || value === undefined ? null : String(value);
}

/** Reads danfojs's `DataFrame` and `Series` by fields that the user's columns cannot shadow. */
function danfojsFrame(value: object): ShownFrame | undefined {
  const { $columns, $index, $data, $dtypes } = value as Record<string, unknown>;
  if (!(Array.isArray($columns) && Array.isArray($index) && Array.isArray($data))) return undefined;
  return {
    nRows: $data.length,
    names: $columns.map(String),
    types: $columns.map((_, j) => (Array.isArray($dtypes) ? String($dtypes[j]) : undefined)),
    index: (row) => $index[row] as string | number,
    // The rows of a series are plain values.
    value: (row, column) => (Array.isArray($data[row]) ? $data[row][column] : $data[row]),
  };
}

/** The fields of an Apache Arrow table that are read. */
interface ArrowTable {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly { readonly name: unknown; readonly type: unknown }[] };
  getChildAt(column: number): { get(row: number): unknown } | null;
}

function arrowTable(value: object): ShownFrame | undefined {
  const { numRows, schema, getChildAt } = value as Partial<ArrowTable>;
  if (!(typeof numRows === "number" && Array.isArray(schema?.fields) && typeof getChildAt === "function"))
    return undefined;
  const columns = schema.fields.map((_, j) => (value as ArrowTable).getChildAt(j));
  return {
    nRows: numRows,
    names: schema.fields.map(({ name }) => String(name)),
    types: schema.fields.map(({ type }) => String(type)),
    value: (row, column) => columns[column]?.get(row),
  };
}

/** Number of keys above which records are not shown as a table. */
const MAX_KEYS = 1000;

function records(value: object): ShownFrame | undefined {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isRecord)) return undefined;
  const names = [...new Set(value.flatMap((record) => Object.keys(record)))];
  if (names.length === 0 || names.length > MAX_KEYS) return undefined;
  return {
    nRows: value.length,
    names,
    types: names.map(() => undefined),
    value: (row, column) => (value[row] as Record<string, unknown>)[names[column] as string],
  };
}

/** Recognizes columns by name, such as `readCsv` gives: two or more of one length, of plain values; undefined otherwise. */
export function columnsOf(value: object): ShownFrame | undefined {
  try {
    return columnsByName(value);
  } catch {
    // A getter that throws is no column.
    return undefined;
  }
}

function columnsByName(value: object): ShownFrame | undefined {
  if (!isPlainObject(value)) return undefined;
  const names = Object.keys(value);
  const columns = Object.values(value);
  const nRows = Object(columns[0]).length;
  if (!(names.length >= 2 && nRows >= 2) || !columns.every((column) => isColumn(column, nRows)))
    return undefined;
  return {
    nRows,
    names,
    types: names.map(() => undefined),
    value: (row, column) => (columns[column] as ArrayLike<unknown>)[row],
  };
}

function isColumn(value: unknown, length: number): boolean {
  if (ArrayBuffer.isView(value)) return (value as Float64Array).length === length;
  return Array.isArray(value) && value.length === length && value.every(isPlainValue);
}

/** A plain object of plain values. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return isPlainObject(value) && Object.values(value).every(isPlainValue);
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  // Cells run in the same realm as the kernel, but a library may make objects without a prototype.
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isPlainValue(value: unknown): boolean {
  return Object(value) !== value || value instanceof Date;
}
