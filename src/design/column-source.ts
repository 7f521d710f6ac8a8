import { notATable } from "../errors";
import { arqueroSource } from "./sources/arquero-source";
import { arrowSource } from "./sources/arrow-source";
import { cscSource } from "./sources/csc-source";
import { danfojsSource } from "./sources/danfojs-source";
import { denseSource } from "./sources/dense-source";
import { duckDbSource } from "./sources/duckdb-source";
import { matrixSource } from "./sources/matrix-source";
import { plainColumnsSource } from "./sources/plain-columns-source";
import { polarsSource } from "./sources/polars-source";
import { recordsSource } from "./sources/records-source";
import { rowsSource } from "./sources/rows-source";

import type { StoredBlock } from "./stored-block";

/** A table read column by column, its values not yet checked unless it is sparse. */
export interface ColumnSource {
  /** The table's own column names; `undefined` for arrays, whose columns have positions only. */
  readonly names: readonly string[] | undefined;
  readonly nColumns: number;
  readonly nRows: number;
  /** Column `j`, perhaps the table's own memory. */
  column(j: number): ArrayLike<unknown>;
  /** The whole of a sparse table, checked and copied. */
  readonly stored?: StoredBlock;
}

/** Reads `X` if it has the shape this reader knows, and leaves it to the next one otherwise. */
export type SourceReader = (where: string, X: object) => ColumnSource | undefined;

/** Frames before plain columns: a frame is an object with fields too; sparse matrices before those they look like. */
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
