/** Encodes data frames as tables of numbers ({@link FrameEncoder}), and writes and reads encoders as JSON. */
import { dateReader } from "../data/files/date-format";
import type { CscMatrix, DesignInput, RowMajorMatrix } from "../design/design-input";
import { checkFeatureNames, defaultFeatureNames, positionsByName } from "../design/design-matrix";
import { columnSource } from "../design/sources/read-table";
import type { ColumnSource } from "../design/sources/source";
import { sparseMatrix } from "../design/sources/sparse-matrix";
import { counted } from "../display/formatting";
import { displayableMatrix } from "../display/matrix-table";
import { Table, TableResult } from "../display/table";
import { emptyTable, InputError, outOfMemory } from "../errors";
import { headerOf, type JsonRecord, recordOf } from "../json-record";
import type { ColumnEncoder, Level } from "./column-encoder";
import { FormulaEncoder, type FormulaFactor, type FormulaParts } from "./formula-encoder";
import { type DropRule, dropRules, levelColumn, type UnknownRule, unknownRules } from "./level-column";
import { numberColumn } from "./number-column";

/** The fields of a {@link FrameEncoder}. */
export interface FrameEncoderFields {
  readonly columns: readonly ColumnEncoder[];
  readonly drop: DropRule;
  readonly unknown: UnknownRule;
  readonly sparse: boolean;
  /** The terms of a formula, of which the features are instead of the columns by themselves. */
  readonly formula?: FormulaParts | undefined;
}

/**
 * Encodes frames as tables of numbers in the same way as the training data: the same features in the same order, found by the names
 * of their columns, the same levels, and the same means for missing values.
 */
export class FrameEncoder extends TableResult {
  /** Names of the features of encoded tables; distinct. */
  readonly featureNames: readonly string[];
  /** One label a feature, the number of the column or term it is made of: the indicators of one column are one group. */
  readonly groups: number[];
  /** One label a feature, the name of its column or term: the same groups, as charts and tables can name them. */
  readonly groupNames: string[];
  /** How each column of the frame is read, in the order of the features or, by a formula, of its terms. */
  readonly columns: readonly ColumnEncoder[];
  readonly #rules: Omit<FrameEncoderFields, "columns">;
  readonly #formula: FormulaEncoder | undefined;

  /** @throws InputError when two features would have one name, or there are none. */
  constructor(where: string, fields: FrameEncoderFields) {
    super();
    const { columns, ...rules } = fields;
    this.columns = columns;
    this.#rules = rules;
    const { formula, unknown } = rules;
    this.#formula = formula && new FormulaEncoder(where, formula, columns, unknown);
    this.featureNames = this.#formula?.featureNames ?? columns.flatMap(({ featureNames }) => featureNames);
    this.groups =
      this.#formula?.groups ?? columns.flatMap(({ featureNames }, label) => featureNames.map(() => label));
    const names = this.#formula?.terms.map(({ text }) => text) ?? columns.map(({ name }) => name);
    this.groupNames = this.groups.map((label) => names[label]);
    checkFeatureNames(where, this.featureNames);
    if (this.featureNames.length === 0)
      throw new InputError(`${where}: there must be at least one feature, got none that varies`);
  }

  /** Whether more than levels was learnt: values in place of missing ones, knots or polynomials. */
  get learnsNumbers(): boolean {
    const { formula } = this.#rules;
    const isLearnt = formula?.factors.some((factor) => "learnt" in factor && factor.learnt.length > 0);
    return (
      isLearnt || this.columns.some(({ means, marksMissing, levels }) => means && !(marksMissing && levels))
    );
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
      const read = (c: number) => ({ name: wanted[c], values: source.column(positions[c]), rows });
      if (this.#formula) {
        const places = new Map(wanted.map((name, c) => [name, c]));
        this.#formula.encode(where, (name) => read(places.get(name)!), rows.length, put);
        return;
      }
      let first = 0;
      columns.forEach((encoder, c) => {
        const start = first;
        encoder.encode(where, read(c), (row, feature, value) => put(row, start + feature, value));
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
    const data = numbers(shape.nSamples * shape.nFeatures);
    write((row, feature, value) => {
      data[row * shape.nFeatures + feature] = value;
    });
    return displayableMatrix({ data, ...shape });
  }

  /** A table of how each column is read. */
  summary(): Table {
    if (this.#formula) {
      const { terms } = this.#formula;
      return new Table({
        title: `${counted(terms.length, "term")} as ${counted(this.featureNames.length, "feature")}`,
        columns: ["term", "features"],
        rows: terms.map(({ text, nFeatures }) => [text, nFeatures]),
      });
    }
    return new Table({
      title: `${counted(this.columns.length, "column")} as ${counted(this.featureNames.length, "feature")}`,
      columns: ["column", "read as", "features"],
      rows: this.columns.map(({ name, levels, dateFormat, marksMissing, featureNames }) => [
        name,
        `${levels ? describeLevels(levels) : dateFormat ? `days since 1970-01-01, of ${dateFormat}` : "numbers"}${marksMissing ? ", and whether missing" : ""}`,
        featureNames.length,
      ]),
    });
  }

  /** The encoder as plain JSON, which `JSON.stringify(encoder)` calls and `encoderFromJSON` reads. */
  toJSON(): EncoderJson {
    return encoderToJson({ columns: this.columns, ...this.#rules });
  }
}

function numbers(length: number): Float64Array {
  try {
    return new Float64Array(length);
  } catch {
    throw outOfMemory(length);
  }
}

/** Maximum number of levels that the summary names. */
const MAX_NAMED_LEVELS = 5;

function describeLevels(levels: readonly Level[]): string {
  const rest = levels.length > MAX_NAMED_LEVELS ? ", …" : "";
  return `${counted(levels.length, "level")}: ${levels.slice(0, MAX_NAMED_LEVELS).join(", ")}${rest}`;
}

/** An encoder as plain JSON. */
export interface EncoderJson {
  /** Kind of the file. */
  readonly format: "smooth-edges/encoder";
  /** Version of the format; files of other versions are refused. */
  readonly version: number;
  /** The rule for the level of each column without a feature of its own. */
  readonly drop: DropRule;
  /** The rule for levels that the training data lack. */
  readonly unknown: UnknownRule;
  /** Whether the matrix is sparse. */
  readonly sparse: boolean;
  /** In the order of the features. */
  readonly columns: readonly {
    readonly name: string;
    /** null for numbers. */
    readonly levels: readonly Level[] | null;
    /** null for what is no date. */
    readonly dateFormat: string | null;
    /** Whether the last feature of the column marks missing values. */
    readonly marksMissing: boolean;
    /** null where missing values are refused. */
    readonly means: readonly number[] | null;
  }[];
  /** The terms of a formula; null where the columns are the features. */
  readonly formula: FormulaParts | null;
}

function encoderToJson({ columns, drop, unknown, sparse, formula }: FrameEncoderFields): EncoderJson {
  return {
    ...headerOf("smooth-edges/encoder"),
    drop,
    unknown,
    sparse,
    columns: columns.map(({ name, levels, dateFormat, marksMissing, means }) => ({
      name,
      levels: levels ? [...levels] : null,
      dateFormat: dateFormat ?? null,
      marksMissing,
      means: means ? [...means] : null,
    })),
    formula: formula ?? null,
  };
}

const where = "encoderFromJSON";

/**
 * Returns the encoder that `JSON.stringify(encoder)` wrote; it encodes frames to the same bits.
 *
 * @param json the text, or what `JSON.parse` made of it.
 * @throws InputError naming the field that is not as it was written, or when another version of the format wrote it.
 * @example
 * ```ts
 * const { encoder } = fromFrame({ city: ["Ulm", "Bonn", "Kiel"], y: [1, 2, 3] }, { response: "y" });
 * encoderFromJSON(JSON.stringify(encoder)).featureNames; // ["city=Bonn", "city=Kiel", "city=Ulm"]
 * ```
 */
export function encoderFromJSON(json: string | EncoderJson | object): FrameEncoder {
  const record = recordOf(where, json, "smooth-edges/encoder");
  const rules = {
    drop: record.choice("drop", dropRules),
    unknown: record.choice("unknown", unknownRules),
    sparse: record.boolean("sparse"),
  };
  const columns = record.records("columns").map((column): ColumnEncoder => {
    const name = column.text("name");
    const means = column.get("means") === null ? undefined : Array.from(column.finites("means"));
    const isOfNumbers = column.get("levels") === null;
    const dateFormat = column.get("dateFormat") === null ? undefined : column.text("dateFormat");
    if (dateFormat !== undefined) dateReader(where, `dateFormat of ${JSON.stringify(name)}`, dateFormat);
    const marksMissing = column.boolean("marksMissing");
    const encoder = isOfNumbers
      ? numberColumn(name, means, marksMissing, dateFormat)
      : levelColumn({ name, levels: levelsOf(column), marksMissing, means, ...rules });
    if (means && means.length !== encoder.featureNames.length)
      throw column.mustBe("means", `null or an array of ${encoder.featureNames.length}, one a feature`);
    return encoder;
  });
  const formula = record.get("formula") === null ? undefined : formulaIn(record, columns.length);
  return new FrameEncoder(where, { columns, ...rules, formula });
}

function formulaIn(record: JsonRecord, nColumns: number): FormulaParts {
  const formula = record.record("formula");
  const factors = formula.records("factors").map((factor): FormulaFactor => {
    if (factor.get("column") === undefined)
      return { text: factor.text("text"), learnt: Array.from(factor.finites("learnt")) };
    const column = factor.count("column");
    if (column >= nColumns) throw factor.mustBe("column", `an index below ${nColumns}`);
    return { column, dropsFirst: factor.boolean("dropsFirst") };
  });
  const terms = formula.list("terms").map((term) => {
    const isTerm =
      Array.isArray(term) &&
      term.length > 0 &&
      term.every((f) => Number.isInteger(f) && f >= 0 && f < factors.length);
    if (!isTerm) throw formula.mustBe("terms", `lists of indices below ${factors.length}`);
    return term as number[];
  });
  return { factors, terms };
}

function levelsOf(column: JsonRecord): Level[] {
  const levels = column.list("levels");
  const [first] = levels;
  const isLevel = ["string", "boolean"].includes(typeof first) || Number.isFinite(first);
  const ofOneKind = levels.every((level) => typeof level === typeof first);
  if (!(levels.length > 0 && new Set(levels).size === levels.length && isLevel && ofOneKind))
    throw column.mustBe("levels", "null or distinct levels of one kind");
  return levels as Level[];
}
