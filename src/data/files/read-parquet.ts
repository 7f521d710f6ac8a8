/** Reads Parquet files ({@link readParquet}). */
import { filesFor } from "#platform";
import { InputError, mustBe } from "../../errors";
import { checkKeys, didYouMean } from "../../options";
import {
  type ByteSource,
  decompressorsFor,
  type ParquetLibrary,
  type ParquetMetadata,
  parquetLibraryFor,
  type SchemaElement,
} from "../../platform/parquet";
import { type ColumnReading, type ParquetValue, readingOf, textReader } from "./parquet-values";
import { unreadable } from "./read-bytes";
import { checkColumnNames } from "./table-columns";

export type { ParquetValue } from "./parquet-values";

/** Options of {@link readParquet}: which part of the file is read. */
export interface ParquetOptions {
  /** The column, or columns, to read, in this order. Default: all, in the file's. */
  readonly columns?: string | readonly string[];
  /** The first row, from 0. Default: 0. */
  readonly rowStart?: number;
  /** The row behind the last one; one behind the file's end stands for that. Default: the number of rows. */
  readonly rowEnd?: number;
}

/** A file of a browser of which parts are read, as `File` and `Blob` are. */
export interface ParquetFile {
  /** The name of the file, for messages. */
  readonly name?: string;
  /** Its number of bytes. */
  readonly size: number;
  /** The part from one byte to the one before another. */
  slice(
    start: number,
    end?: number,
  ): {
    /** The bytes of the part. */
    arrayBuffer(): Promise<ArrayBuffer>;
  };
}

/** Columns by name as Parquet files have them; null where a value is missing. */
export type ParquetColumns = Record<string, ParquetValue[]>;

const where = "readParquet";

/** Codecs that hyparquet unpacks by itself. */
const OWN_CODECS = ["UNCOMPRESSED", "SNAPPY"];

/**
 * Reads a Parquet file: columns by name, as {@link readCsv} gives them, and of the file only the columns and groups of rows that are asked for.
 *
 * hyparquet reads it, here and in browsers: `npm install hyparquet`, and `hyparquet-compressors` for files compressed by another codec than Snappy.
 *
 * | column of the file                     | values                                                                        |
 * | -------------------------------------- | ----------------------------------------------------------------------------- |
 * | integers, and decimals without a scale | numbers; all as texts where a 64-bit float cannot hold one of them            |
 * | floats, and decimals with a scale      | numbers, the nearest ones to decimals                                         |
 * | dates and timestamps                   | days since 1970-01-01 (of UTC), with the time of day as a fraction            |
 * | truth values                           | true and false                                                                |
 * | texts, enumerations, JSON, UUID        | texts                                                                         |
 *
 * Missing values are null, which `fromFrame` drops or imputes by its `missing`. The order of rows is the file's.
 *
 * @param source the path of a file, its bytes, or a `File` or `Blob`, of which only what is asked for is read.
 * @returns a promise of the columns by name.
 * @throws InputError when the file cannot be read, has no rows or names a column twice; where an option is none of its values; naming the first
 * column that is asked for and is nested, or of another type; and where hyparquet is not installed.
 * @see https://parquet.apache.org/docs/file-format/types/
 * @example
 * ```ts
 * const { area, city } = await readParquet("rent.parquet", { columns: ["area", "city"], rowEnd: 1000 });
 * ```
 */
export async function readParquet(
  source: string | Uint8Array | ArrayBuffer | ParquetFile,
  options: ParquetOptions = {},
): Promise<ParquetColumns> {
  checkKeys(where, options, ["columns", "rowStart", "rowEnd"], undefined, {
    rowGroups: 'did you mean "rowStart"?',
    nrows: 'did you mean "rowEnd"?',
  });
  const library = await parquetLibraryFor(where);
  const { path, file, close } = opened(source);
  try {
    const metadata = await answerOf(path, () => library.parquetMetadataAsync(file, { geoparquet: false }));
    const places = columnsOf(metadata.schema);
    const rows = rowsOf(path, options, Number(metadata.num_rows));
    const columns: ParquetColumns = {};
    const compressors = await compressorsOf(metadata);
    // One after the other, so that what the library holds of a column is gone before the next one.
    for (const name of chosen(path, options.columns, [...places.keys()])) {
      const at = places.get(name)!;
      const reading = readingFor(path, name, metadata.schema[at]);
      const schema = metadata.schema.map((element, k) => (k === at ? reading.element : element));
      const read: ColumnReader = (given) => library.parquetRead({ ...given, file, compressors });
      Object.defineProperty(columns, name, {
        value: reading.convert(await valuesOf(path, read, { ...metadata, schema }, name, rows)),
        ...{ enumerable: true, writable: true, configurable: true }, // also of a column `__proto__`
      });
    }
    return columns;
  } finally {
    close();
  }
}

type ColumnReader = (
  given: Omit<Parameters<ParquetLibrary["parquetRead"]>[0], "file" | "compressors">,
) => Promise<void>;

interface Opened {
  /** What messages call the file. */
  readonly path: string;
  readonly file: ByteSource;
  close(): void;
}

function opened(source: string | Uint8Array | ArrayBuffer | ParquetFile): Opened {
  if (typeof source === "string") {
    const files = filesFor(where);
    try {
      const file = files.open(source);
      return { path: source, file, close: () => file.close() };
    } catch (error) {
      throw unreadable(where, source, error);
    }
  }
  const close = (): void => {};
  const kind = Object.prototype.toString.call(source); // also of those of notebook cells, which are another realm's
  if (kind === "[object Uint8Array]" || kind === "[object ArrayBuffer]") {
    const bytes = new Uint8Array(source as Uint8Array | ArrayBuffer); // of bytes a copy, whose buffer has nothing else
    return { path: "the bytes", file: bytes.buffer, close };
  }
  const { size, slice, name } = Object(source) as ParquetFile;
  if (typeof size !== "number" || typeof slice !== "function")
    throw mustBe(where, "source", "the path of a file, its bytes or a File", source);
  const part = (start: number, end?: number): Promise<ArrayBuffer> =>
    (source as ParquetFile).slice(start, end).arrayBuffer();
  return { path: name ?? "the file", file: { byteLength: size, slice: part }, close };
}

/** Asks hyparquet, and reports its errors in one sentence. */
async function answerOf<Answer>(path: string, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof InputError) throw error;
    const [line] = String((error as Error).message).split("\n");
    throw new InputError(
      `${where}: ${path} must be a whole Parquet file, got hyparquet's answer "${line}"; it may be half a download`,
    );
  }
}

/** The places of the columns in the schema by name: of a nested one that of the element that has others below it. */
function columnsOf(schema: readonly SchemaElement[]): Map<string, number> {
  const places: number[] = [];
  for (let at = 1; at < schema.length; ) {
    places.push(at);
    for (let left = 1; left > 0 && at < schema.length; at++) left += (schema[at].num_children ?? 0) - 1;
  }
  checkColumnNames(
    where,
    places.map((at) => schema[at].name),
  );
  return new Map(places.map((at) => [schema[at].name, at]));
}

interface RowRange {
  readonly rowStart: number;
  readonly rowEnd: number;
}

function rowsOf(path: string, { rowStart = 0, rowEnd }: ParquetOptions, nRows: number): RowRange {
  if (nRows === 0) throw new InputError(`${where}: ${path} must have at least one row, got none`);
  if (!(Number.isInteger(rowStart) && rowStart >= 0 && rowStart < nRows))
    throw mustBe(where, "rowStart", `a row of ${path}, an integer from 0 to ${nRows - 1}`, rowStart);
  if (rowEnd !== undefined && !(Number.isInteger(rowEnd) && rowEnd > rowStart))
    throw mustBe(where, "rowEnd", `an integer above rowStart, ${rowStart}`, rowEnd);
  return { rowStart, rowEnd: Math.min(rowEnd ?? nRows, nRows) };
}

function chosen(
  path: string,
  columns: ParquetOptions["columns"],
  known: readonly string[],
): readonly string[] {
  if (columns === undefined) return known;
  const names: unknown = typeof columns === "string" ? [columns] : columns;
  if (!Array.isArray(names) || names.length === 0)
    throw mustBe(where, "columns", "the name of at least one column", columns);
  names.forEach((name, k) => {
    if (!known.includes(name))
      throw mustBe(where, "columns", `names of columns of ${path}`, name, didYouMean(name, known));
    if (names.indexOf(name) < k) throw mustBe(where, "columns", "distinct names", name);
  });
  return names;
}

/** @throws InputError where the column is nested, or of a type that no table has. */
function readingFor(path: string, name: string, element: SchemaElement): ColumnReading {
  const { type, num_children, repetition_type, logical_type, converted_type } = element;
  const isNested = type === undefined || (num_children ?? 0) > 0 || repetition_type === "REPEATED";
  const reading = isNested ? undefined : readingOf(element);
  if (reading) return reading;
  const found = isNested
    ? "a nested one"
    : `one of ${logical_type?.type ?? converted_type ?? "bytes of no named type"} (${type})`;
  throw new InputError(
    `${where}: column ${JSON.stringify(name)} of ${path} must be one of numbers, truth values, dates, timestamps or texts, got ${found}; name the others in columns`,
  );
}

async function compressorsOf({
  row_groups: groups,
}: ParquetMetadata): Promise<Awaited<ReturnType<typeof decompressorsFor>> | undefined> {
  const codecs = groups.flatMap(({ columns }) => columns.map(({ meta_data: column }) => column?.codec));
  const isOwn = codecs.every((codec) => codec === undefined || OWN_CODECS.includes(codec));
  return isOwn ? undefined : decompressorsFor(where);
}

/** @throws InputError where the file cannot be unpacked, or has fewer values of the column than rows. */
async function valuesOf(
  path: string,
  read: ColumnReader,
  metadata: ParquetMetadata,
  name: string,
  { rowStart, rowEnd }: RowRange,
): Promise<unknown[]> {
  const place = `column ${JSON.stringify(name)} of ${path}`;
  const values = new Array<unknown>(rowEnd - rowStart).fill(undefined);
  const settings = { metadata, columns: [name], rowStart, rowEnd, utf8: false };
  const request: Parameters<ColumnReader>[0] = {
    ...settings,
    parsers: {
      stringFromBytes: textReader(where, place),
      timestampFromNanoseconds: (nanoseconds) => nanoseconds,
    },
    // Pieces may begin before the rows and end behind them.
    onChunk({ columnData, rowStart: first }) {
      const end = Math.min(columnData.length, rowEnd - first);
      for (let i = Math.max(0, rowStart - first); i < end; i++) values[first + i - rowStart] = columnData[i];
    },
  };
  await answerOf(path, () => read(request));
  const lacking = values.indexOf(undefined);
  if (lacking < 0) return values;
  throw new InputError(
    `${where}: ${place} must have a value or none in each row, got nothing in row ${rowStart + lacking}; the file is damaged`,
  );
}
