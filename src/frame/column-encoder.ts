/** Writes an entry that is not zero: the row of the new table, and which of the column's features. */
export type PutEntry = (row: number, feature: number, value: number) => void;

/** The values of one column of a frame, in the rows that are read. */
export interface FrameColumn {
  readonly name: string;
  readonly values: ArrayLike<unknown>;
  /** The rows of the frame that are read, ascending. */
  readonly rows: Int32Array;
}

/** How a column of a frame becomes features, learnt from the training data. */
export interface ColumnEncoder {
  /** Of the column. */
  readonly name: string;
  readonly featureNames: readonly string[];
  /** The levels of texts, ascending; undefined for numbers. */
  readonly levels: readonly Level[] | undefined;
  /** What is read where a value is missing, one number a feature; undefined where that is an error. */
  readonly means: readonly number[] | undefined;

  /**
   * Gives the entries of the features that are not zero; row `k` of the new table is `rows[k]` of the frame.
   *
   * @throws InputError naming column and row of the first value that is none of the training data's kind.
   */
  encode(where: string, column: FrameColumn, put: PutEntry): void;
}

/** A value of a column of categories. */
export type Level = string | number | boolean;
