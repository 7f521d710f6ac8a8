/** The common interface of the tables that the library reads, and checks that their readers share. */

import { mustBe } from "../../errors";
import type { SparseBlock } from "../sparse-block";

/** A table that is read column by column. Its values are not checked yet, unless it is sparse. */
export interface ColumnSource {
  /** The table's own column names; `undefined` for arrays, whose columns have positions only. */
  readonly names: readonly string[] | undefined;
  readonly nColumns: number;
  readonly nRows: number;
  /** Column `j`, perhaps the table's own memory. */
  column(j: number): ArrayLike<unknown>;
  /**
   * Copies the entries `from` to `to` of row `i` to `out`, where column `j` begins at `j * nRows`; a value that is no number becomes NaN.
   * Tables that lie by rows have it.
   */
  readonly copyRow?: (i: number, from: number, to: number, out: Float64Array) => void;
  /** The entries of a sparse table, checked and copied. */
  readonly stored?: SparseBlock;
}

/** Reads `X` if it has the reader's shape, and returns undefined otherwise. */
export type SourceReader = (where: string, X: object) => ColumnSource | undefined;

export type TypedArray = Float64Array | Float32Array | Int32Array | Uint32Array;

/**
 * Whether an array is typed, of one of the kinds named; by its tag, since one of another realm, such as a cell of a notebook, is
 * none of our classes.
 */
export function isTyped(array: unknown, ...kinds: readonly string[]): array is TypedArray {
  return kinds.includes(Object(array)[Symbol.toStringTag]);
}

/** An array or typed array; a string has a length too but is no column. */
export function isColumn(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
}

/** @throws InputError unless a matrix has whole numbers of rows and columns, and as many names, if any. */
export function checkShape(
  where: string,
  nSamples: unknown,
  nFeatures: unknown,
  featureNames: readonly string[] | undefined,
): void {
  if (!isCount(nSamples)) throw mustBe(where, "X.nSamples", "a whole number >= 0", nSamples);
  if (!isCount(nFeatures)) throw mustBe(where, "X.nFeatures", "a whole number >= 0", nFeatures);
  if (featureNames !== undefined && featureNames.length !== nFeatures) {
    throw mustBe(where, "X.featureNames", `nFeatures = ${nFeatures} names`, featureNames);
  }
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}
