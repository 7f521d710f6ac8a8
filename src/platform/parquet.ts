/**
 * Loads the library that reads Parquet files, an optional package that is the same in Node.js and in browsers. Its types are stated here as far
 * as they are used, since declarations of the package and bundles of a page are made where it is not installed.
 */
import { missingPackage } from "../errors";

/** The bytes of a file, of which parts are read. */
export interface ByteSource {
  readonly byteLength: number;
  slice(start: number, end?: number): ArrayBuffer | Promise<ArrayBuffer>;
}

/** A column or a group of columns, as the schema of a file has it. */
export interface SchemaElement {
  readonly name: string;
  /** How values lie in the file, such as `INT64`; undefined for a group. */
  readonly type?: string;
  readonly repetition_type?: string;
  readonly num_children?: number;
  /** What values mean, as older programs write it, such as `TIMESTAMP_MICROS`. */
  readonly converted_type?: string;
  /** What values mean. */
  readonly logical_type?: {
    readonly type?: string;
    readonly unit?: string;
    readonly isSigned?: boolean;
    readonly scale?: number;
  };
  readonly scale?: number;
}

/** The end of a Parquet file, which says what is in it. */
export interface ParquetMetadata {
  /** The whole tree, depth first; the first element is its root. */
  readonly schema: readonly SchemaElement[];
  readonly num_rows: bigint;
  readonly row_groups: readonly {
    readonly columns: readonly { readonly meta_data?: { readonly codec: string } }[];
  }[];
}

type Decompressors = Readonly<Record<string, (input: Uint8Array, outputLength: number) => Uint8Array>>;

/** What is used of hyparquet. */
export interface ParquetLibrary {
  parquetMetadataAsync(file: ByteSource, options: { geoparquet: boolean }): Promise<ParquetMetadata>;
  parquetRead(options: {
    file: ByteSource;
    metadata: ParquetMetadata;
    columns: string[];
    rowStart: number;
    rowEnd: number;
    utf8: boolean;
    parsers: {
      stringFromBytes(bytes: Uint8Array): string;
      timestampFromNanoseconds(nanoseconds: bigint): bigint;
    };
    compressors?: Decompressors | undefined;
    onChunk(chunk: { columnData: ArrayLike<unknown>; rowStart: number }): void;
  }): Promise<void>;
}

/** @throws InputError where it is not installed. */
export async function parquetLibraryFor(where: string): Promise<ParquetLibrary> {
  try {
    // @ts-ignore: it may not be installed
    return (await import("hyparquet")) as ParquetLibrary;
  } catch {
    throw missingPackage(where, "hyparquet", "hyparquet");
  }
}

/** Loads what unpacks all codecs of Parquet. @throws InputError where it is not installed. */
export async function decompressorsFor(where: string): Promise<Decompressors> {
  try {
    // @ts-ignore: it may not be installed
    return ((await import("hyparquet-compressors")) as { compressors: Decompressors }).compressors;
  } catch {
    throw missingPackage(where, "hyparquet-compressors", "hyparquet-compressors");
  }
}
