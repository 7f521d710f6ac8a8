/** A dense matrix by rows: entry `(i, j)` is `data[i * nFeatures + j]`. */
export interface RowMajorMatrix {
  /** `nSamples * nFeatures` numbers, row by row. */
  readonly data: ArrayLike<number>;
  /** Number of rows. */
  readonly nSamples: number;
  /** Number of columns. */
  readonly nFeatures: number;
  /** Defaults to `x0`, `x1`, ... */
  readonly featureNames?: readonly string[];
}

/** A few rows with the means and covariances of a larger data set, which determine a fit with squared error. */
export interface MomentMatrix extends RowMajorMatrix {
  /** Number of rows of the full data set. */
  readonly nRepresented: number;
}

/**
 * A sparse matrix by columns, in the names of scipy's `csc_matrix`: column `j` has `data[k]` in row `indices[k]` for `k` from
 * `indptr[j]` up to, not including, `indptr[j + 1]`, and zeros elsewhere.
 *
 * Rows may come in any order within a column; entries of the same place are summed.
 */
export interface CscMatrix {
  /** Tells it from the other matrices. */
  readonly format: "csc";
  /** The entries, column by column. */
  readonly data: ArrayLike<number>;
  /** The row of each entry, from 0. */
  readonly indices: ArrayLike<number>;
  /** `nFeatures + 1` numbers, from 0 to the number of entries. */
  readonly indptr: ArrayLike<number>;
  /** Number of rows. */
  readonly nSamples: number;
  /** Number of columns. */
  readonly nFeatures: number;
  /** Defaults to `x0`, `x1`, ... */
  readonly featureNames?: readonly string[];
}

/** A dense matrix in the memory that the library computes in, made by `denseMatrix`. */
export interface DenseMatrix {
  /** Tells it from the other matrices. */
  readonly format: "dense";
  /** Number of rows. */
  readonly nSamples: number;
  /** Number of columns. */
  readonly nFeatures: number;
  /** One a column. */
  readonly featureNames: readonly string[];
}

/** The members of a danfojs `DataFrame` that are read. Its tensor is not: it has 32 bits, and null becomes 0 there. */
export interface DanfojsFrame {
  /** Names of the columns. */
  readonly columns: string[];
  /** The values, column by column; it tells a frame from other objects. */
  readonly getColumnData: unknown;
}

/** The members of a danfojs `Series` that are read. */
export interface DanfojsSeries {
  /** The values. */
  readonly values: unknown;
  /** The type of the values, as the only entry. */
  readonly dtypes: string[];
}

/** The members of an Arquero table that are read. */
export interface ArqueroTable {
  /** Names of the columns. */
  columnNames(): string[];
  /** The values of one column. */
  array(name: string): unknown;
}

/** The members of an Apache Arrow vector that are read. */
export interface ArrowVector {
  /** The type of the values. */
  readonly type: unknown;
  /** Number of missing values. */
  readonly nullCount: number;
  /** Number of values. */
  readonly length: number;
  /** The value of one row. */
  get(index: number): unknown;
  /** All values. */
  toArray(): unknown;
}

/** The members of an Apache Arrow table that are read. */
export interface ArrowTable {
  /** Names of the columns, as fields. */
  readonly schema: { readonly fields: readonly { readonly name: unknown }[] };
  /** The vector of one column. */
  getChild(name: string): unknown;
}

/** The members of a complete DuckDB result that are read. */
export interface DuckDbReader {
  /** Whether all rows were read. */
  readonly done: boolean;
  /** Number of rows that were read. */
  readonly currentRowCount: number;
  /** Names of the columns. */
  columnNames(): string[];
  /** The values, column by column. */
  getColumnsJS(): unknown;
}

/** The members of a polars data frame that are read. */
export interface PolarsFrame {
  /** Names of the columns. */
  readonly columns: string[];
  /** The series of one column. */
  getColumn(name: string): unknown;
}

/** The members of a polars series that are read. */
export interface PolarsSeries {
  /** The type of the values. */
  readonly dtype: unknown;
  /** All values. */
  toArray(): unknown[];
}

/** Columns of equal length by name. */
export interface PlainColumns {
  readonly [name: string]: ArrayLike<unknown>;
}

/**
 * The tables that a model takes as `X`, recognized by their shape: no frame library is imported.
 *
 * Rows are arrays, typed arrays or records. Numbers are taken as they are, `true` and `false` as 1 and 0, and a
 * bigint where a 64-bit float holds it exactly; anything else is refused by a sentence that names column and row.
 */
export type DesignInput =
  | readonly ArrayLike<number>[]
  | readonly object[]
  | RowMajorMatrix
  | CscMatrix
  | DenseMatrix
  | DanfojsFrame
  | ArqueroTable
  | ArrowTable
  | PolarsFrame
  | DuckDbReader
  | PlainColumns;

/** One number a row: an array, a series or vector of a frame library, or a table of one column. */
export type ColumnInput =
  | ArrayLike<number | boolean | bigint>
  | DanfojsSeries
  | PolarsSeries
  | ArrowVector
  | DesignInput;

/**
 * The response `y` of a model: numbers, labels of classes, or for times until an event a table of `time` and `event`, perhaps with
 * `start`, the time of entry, and `strata`.
 *
 * A column of `readCsv` is taken as it is; a missing value in it is refused.
 */
export type TargetInput = ColumnInput | ArrayLike<number | string | null>;
