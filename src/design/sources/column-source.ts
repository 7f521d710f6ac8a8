import { notATable } from "../../errors";
import { matrixSource, plainColumnsSource, recordsSource, rowsSource } from "./array-sources";
import { denseSource } from "./dense-matrix";
import { arqueroSource, arrowSource, danfojsSource, duckDbSource, polarsSource } from "./frame-sources";
import type { ColumnSource, SourceReader } from "./source";
import { cscSource } from "./sparse-matrix";

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
