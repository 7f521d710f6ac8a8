import type { CscMatrix, DesignInput, RowMajorMatrix } from "../design/design-input";
import { counted } from "../display/formatting";
import { type Displayable, type MimeBundle, makeDisplayable } from "../display/mime-bundle";
import { Table } from "../display/table";
import type { FrameEncoder } from "./frame-encoder";
import type { FrameResponse } from "./response-column";

/** What a {@link FrameData} is made of. */
export interface FrameDataFields {
  readonly X: RowMajorMatrix | CscMatrix;
  readonly y: FrameResponse;
  readonly rows: Int32Array;
  /** Of the frame. */
  readonly nRows: number;
  /** Of each column of the encoder. */
  readonly nFilled: readonly number[];
  readonly encoder: FrameEncoder;
}

/** A data frame as models take it. */
export class FrameData implements Displayable {
  /** The features of the rows that were read. */
  readonly X: RowMajorMatrix | CscMatrix;
  /** The response in these rows: numbers, or the labels of classes; of several responses a table. */
  readonly y: FrameResponse;
  /** One label a feature, as group penalties take them: the indicators of one column are one group. */
  readonly groups: number[];
  /** One a column of `X`. */
  readonly featureNames: readonly string[];
  /** The rows of the frame that were read, counted from 0. */
  readonly rows: Int32Array;
  /** The rows that were left out for a missing value. */
  readonly droppedRows: Int32Array;
  /** For each of `encoder.columns` how many of its values are missing, in place of which means stand. */
  readonly nFilled: readonly number[];
  /** What the features were made by; `JSON.stringify` keeps it. */
  readonly encoder: FrameEncoder;
  /** The features of a new frame: `encoder.encode`, by itself. */
  readonly encode: (frame: DesignInput) => RowMajorMatrix | CscMatrix;

  constructor({ X, y, rows, nRows, nFilled, encoder }: FrameDataFields) {
    this.X = X;
    this.y = y;
    this.groups = encoder.groups;
    this.featureNames = encoder.featureNames;
    this.rows = rows;
    const isRead = new Uint8Array(nRows);
    for (const i of rows) isRead[i] = 1;
    this.droppedRows = Int32Array.from({ length: nRows }, (_, i) => i).filter((i) => isRead[i] === 0);
    this.nFilled = nFilled;
    this.encoder = encoder;
    this.encode = (frame) => encoder.encode(frame);
  }

  /** What became of each column, and how many of its values are means, where any is. */
  summary(): Table {
    const dropped = this.droppedRows.length;
    const table = this.encoder.summary();
    const filled = this.nFilled.some((count) => count > 0) ? ["missing, read as means"] : [];
    const columns = [...table.columns, ...filled];
    return new Table({
      ...table,
      columns,
      nColumns: columns.length,
      rows: table.rows.map((row, c) => [...row, ...filled.map(() => this.nFilled[c])]),
      title: `${counted(this.rows.length, "row")}${dropped > 0 ? `, ${dropped} dropped for missing values` : ""}; ${table.title}`,
    });
  }

  toString(): string {
    return this.summary().toString();
  }

  toMimeBundle(): MimeBundle {
    return this.summary().toMimeBundle();
  }
}

makeDisplayable(FrameData);
