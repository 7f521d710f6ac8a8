import type { CscMatrix, DesignInput, RowMajorMatrix } from "../design/design-input";
import { checkFeatureNames, defaultFeatureNames, positionsByName } from "../design/feature-names";
import { columnSource } from "../design/sources/column-source";
import type { ColumnSource } from "../design/sources/source";
import { sparseMatrix } from "../design/sources/sparse-matrix";
import { counted } from "../display/formatting";
import { displayableMatrix } from "../display/matrix-table";
import { type Displayable, type MimeBundle, makeDisplayable } from "../display/mime-bundle";
import { Table } from "../display/table";
import { emptyTable, InputError } from "../errors";
import type { ColumnEncoder, Level } from "./column-encoder";
import { type EncoderJson, encoderToJson } from "./encoder-to-json";
import type { DropRule, UnknownRule } from "./level-column";

/** What a {@link FrameEncoder} is made of. */
export interface FrameEncoderFields {
  readonly columns: readonly ColumnEncoder[];
  readonly drop: DropRule;
  readonly unknown: UnknownRule;
  readonly sparse: boolean;
}

/**
 * Turns frames into tables of numbers as it did the training data: the same features in the same order, found by the names
 * of their columns, the same levels, the same means for missing values.
 */
export class FrameEncoder implements Displayable {
  /** Of the tables it makes; distinct. */
  readonly featureNames: readonly string[];
  /** One label a feature, the number of the column it is made of: the indicators of one column are one group. */
  readonly groups: number[];
  /** How each column of the frame is read, in the order of the features. */
  readonly columns: readonly ColumnEncoder[];
  readonly #rules: Omit<FrameEncoderFields, "columns">;

  /** @throws InputError when two features would have one name, or there are none. */
  constructor(where: string, fields: FrameEncoderFields) {
    const { columns, ...rules } = fields;
    this.columns = columns;
    this.#rules = rules;
    this.featureNames = columns.flatMap(({ featureNames }) => featureNames);
    this.groups = columns.flatMap(({ featureNames }, label) => featureNames.map(() => label));
    checkFeatureNames(where, this.featureNames);
    if (this.featureNames.length === 0)
      throw new InputError(`${where}: there must be at least one feature, got none that varies`);
  }

  /**
   * The features of a frame.
   *
   * @param frame with every column of the training data that is a feature, in any order, and any others.
   * @returns row `i` for row `i` of the frame.
   * @throws InputError naming columns that are missing, or the first value that is missing or of another kind than in the
   * training data, and levels they have not.
   */
  encode(frame: DesignInput): RowMajorMatrix | CscMatrix {
    const where = "FrameEncoder.encode";
    const source = columnSource(where, "X", frame);
    if (source.nRows === 0) throw emptyTable(where, "X", 0, source.nColumns);
    return this.encodeRows(
      where,
      source,
      Int32Array.from({ length: source.nRows }, (_, i) => i),
    );
  }

  /** The features of some rows of a table. @throws InputError as {@link encode}. */
  encodeRows(where: string, source: ColumnSource, rows: Int32Array): RowMajorMatrix | CscMatrix {
    const { featureNames, columns } = this;
    const names = source.names ?? defaultFeatureNames(source.nColumns);
    const wanted = columns.map(({ name }) => name);
    const positions = positionsByName(where, names, wanted);
    const shape = { nSamples: rows.length, nFeatures: featureNames.length, featureNames };
    const write = (put: (row: number, feature: number, value: number) => void): void => {
      let first = 0;
      columns.forEach((encoder, c) => {
        const start = first;
        const column = { name: encoder.name, values: source.column(positions[c]), rows };
        encoder.encode(where, column, (row, feature, value) => put(row, start + feature, value));
        first += encoder.featureNames.length;
      });
    };
    if (this.#rules.sparse) {
      const entries: Record<"rows" | "columns" | "values", number[]> = { rows: [], columns: [], values: [] };
      write((row, feature, value) => {
        entries.rows.push(row);
        entries.columns.push(feature);
        entries.values.push(value);
      });
      return sparseMatrix({ ...entries, ...shape });
    }
    const data = new Float64Array(shape.nSamples * shape.nFeatures);
    write((row, feature, value) => {
      data[row * shape.nFeatures + feature] = value;
    });
    return displayableMatrix({ data, ...shape });
  }

  /** What becomes of each column. */
  summary(): Table {
    return new Table({
      title: `${counted(this.columns.length, "column")} as ${counted(this.featureNames.length, "feature")}`,
      columns: ["column", "read as", "features"],
      rows: this.columns.map(({ name, levels, featureNames }) => [
        name,
        levels ? listed(levels) : "numbers",
        featureNames.length,
      ]),
    });
  }

  toString(): string {
    return this.summary().toString();
  }

  toMimeBundle(): MimeBundle {
    return this.summary().toMimeBundle();
  }

  /** The encoder as plain JSON, which `JSON.stringify(encoder)` calls and `encoderFromJSON` reads. */
  toJSON(): EncoderJson {
    return encoderToJson({ columns: this.columns, ...this.#rules });
  }
}

makeDisplayable(FrameEncoder);

/** Most levels that are named. */
const named = 5;

function listed(levels: readonly Level[]): string {
  const rest = levels.length > named ? ", …" : "";
  return `${counted(levels.length, "level")}: ${levels.slice(0, named).join(", ")}${rest}`;
}
