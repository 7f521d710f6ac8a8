/**
 * Reads the rows of Parquet and CSV files through DuckDB ({@link FileRows}): features encoded as `fromFrame` encodes them, a response, and
 * columns of weights, offsets and folds.
 */

import { remedyAmongNumbers } from "../../design/finite-values";
import { notebookSignal } from "../../display/progress-display";
import { checkNotAborted, mustBe, placeOf } from "../../errors";
import { checkListening } from "../../estimators/options/run-options";
import { checkChoice, checkKeys } from "../../options";
import { ColumnError, type ColumnTexts, checkLabels, checkTextLevels } from "../check-texts";
import { imputeOrDrop, leaveEmptyOut, missingRules } from "../column-encoder";
import { responseNeeded } from "../frame-data";
import { FrameEncoder } from "../frame-encoder";
import { dropRules } from "../level-column";
import { chunksOf, type NumberVector } from "./duckdb";
import {
  checkTypes,
  chosenNames,
  codesOf,
  encoderOf,
  type FileDesignOptions,
  featuresOf,
  hashed,
  presentValue,
  type StreamColumn,
  statisticsOf,
  type TableColumn,
} from "./file-columns";
import { type FileValues, firstText, type PlacedText, refuseTexts, textsOfFiles } from "./file-texts";
import { columnAt, FOLD_KEY, InputFiles, type TableFile } from "./input-files";

const keys = [
  "response",
  "features",
  "exclude",
  "categorical",
  "missing",
  "drop",
  "sampleWeight",
  "offset",
  "foldBy",
  "delimiter",
  "memoryLimit",
  "onProgress",
  "signal",
];

/** Number of labels of a response of texts; two are what can be fitted, the others are for the error that says so. */
const MOST_LABELS = 20;

/** A column beside the features and the response. */
type BesideKey = "sampleWeight" | "offset" | "foldBy";

/** The rows of a chunk, each column an array of numbers. */
export interface RowChunk {
  readonly nRows: number;
  /** In the order of the columns asked for. */
  readonly columns: readonly Float64Array[];
}

/** A signal that ends a pass early. */
export interface PassSignal {
  readonly aborted: boolean;
}

/** How rows are read, beside the options of a user. */
export interface RowsPlan {
  /** Whether `*` and `?` are letters of the name of a file. */
  readonly isLiteral?: boolean;
  /** The remedy for texts, where they are refused. */
  readonly remedyOfTexts?: string;
  /** The rules for missing values that the reader has. */
  readonly missingRules?: readonly string[];
  /** Maximum number of columns. */
  readonly mostColumns?: number;
  /** The memory that DuckDB may take where the options say none; all of it where it is undefined. */
  readonly memoryLimit?: string | undefined;
}

/** The columns of {@link FileRows}. */
interface RowColumns {
  readonly encoder: FrameEncoder;
  readonly responseName: string;
  readonly labels: readonly (string | boolean)[] | undefined;
  /** The features and then the response. */
  readonly columns: readonly StreamColumn[];
  readonly extra: ReadonlyMap<BesideKey, StreamColumn>;
  /** The response as it is in the files. */
  readonly rawResponse: TableColumn;
  /** Whether rows with a missing feature or response are left out, and the condition of the others in SQL. */
  readonly dropsMissing: boolean;
  readonly condition: string;
}

/** @throws InputError for an option that is unknown or outside its domain. */
function checkFileOptions(where: string, options: FileDesignOptions, plan: RowsPlan): void {
  checkKeys(where, options, keys, 'name the response, as in { response: "y" }', {
    target: 'did you mean "response"?',
    weights: 'did you mean "sampleWeight"?',
  });
  const { missing = "error", drop = "ifBinary", memoryLimit = plan.memoryLimit } = options;
  checkChoice(where, "missing", missing, plan.missingRules ?? missingRules);
  checkChoice(where, "drop", drop, dropRules);
  if (memoryLimit !== undefined && !/^\d+(\.\d+)?\s*[KMGT]i?B$/i.test(memoryLimit))
    throw mustBe(where, "memoryLimit", 'a size such as "500MB"', memoryLimit);
  checkListening(where, options);
}

function checkColumnCount(where: string, nFeatures: number, { mostColumns = Infinity }: RowsPlan): void {
  if (nFeatures < mostColumns) return;
  const remedy = "choose fewer by features or exclude";
  throw mustBe(where, "the number of columns", `at most ${mostColumns}`, nFeatures + 1, remedy);
}

/** Learns the levels of the features, and what stands for missing values, by one query. */
async function learnEncoder(
  where: string,
  read: FileValues,
  { missing = "error", drop = "ifBinary" }: FileDesignOptions,
  signal: PassSignal | undefined,
  {
    columns,
    categorical,
    isOfLevels,
  }: {
    readonly columns: readonly TableColumn[];
    readonly categorical: ReadonlySet<string>;
    readonly isOfLevels: (name: string) => boolean;
  },
): Promise<FrameEncoder> {
  const { inputs, files, condition } = read;
  const asked = columns.map((column) => statisticsOf(column, isOfLevels(column.name), missing));
  const query = `SELECT ${asked.flat().join(", ")}${rowsOf(files)} WHERE ${condition}`;
  const [statistics = []] = asked.flat().length > 0 ? await inputs.ask(query, signal) : [];
  const columnOf = (name: string): TableColumn => columns.find((column) => column.name === name)!;
  let at = 0;
  const encoders = await placingTexts(where, read, columnOf, checkTextLevels, () =>
    columns.map(({ name, type }, j) => {
      const own = statistics.slice(at, at + asked[j].length);
      at += asked[j].length;
      const rules = { isOfLevels: isOfLevels(name), isRequested: categorical.has(name), missing, drop };
      return encoderOf(where, { name, type, ...rules }, own);
    }),
  );
  return new FrameEncoder(where, { columns: encoders, drop, unknown: "error", sparse: false });
}

/** The rows of all files, as a query reads them. */
function rowsOf(files: FileValues["files"]): string {
  return ` FROM (${files.map(({ table }) => `SELECT * FROM ${table}`).join(" UNION ALL ")})`;
}

/** The rows of files of the same columns, as numbers. */
export class FileRows {
  readonly encoder: FrameEncoder;
  readonly responseName: string;
  /** The labels of a response of texts or truth values, ascending, which codes from 0 stand for. */
  readonly labels: readonly (string | boolean)[] | undefined;
  /** Number of rows in the files, also of those that are left out. */
  readonly nRows: number;
  readonly #where: string;
  readonly #inputs: InputFiles;
  readonly #files: readonly TableFile[];
  readonly #columns: readonly StreamColumn[];
  readonly #extra: ReadonlyMap<BesideKey, StreamColumn>;
  readonly #dropsMissing: boolean;
  readonly #condition: string;
  readonly #rawResponse: TableColumn;
  readonly #missingRules: readonly string[];

  private constructor(
    where: string,
    inputs: InputFiles,
    files: readonly TableFile[],
    columns: RowColumns,
    rules: readonly string[],
  ) {
    this.#where = where;
    this.#inputs = inputs;
    this.#files = files;
    this.nRows = files.reduce((sum, file) => sum + file.nRows, 0);
    this.encoder = columns.encoder;
    this.responseName = columns.responseName;
    this.labels = columns.labels;
    this.#columns = columns.columns;
    this.#extra = columns.extra;
    this.#dropsMissing = columns.dropsMissing;
    this.#condition = columns.condition;
    this.#rawResponse = columns.rawResponse;
    this.#missingRules = rules;
  }

  /** Finds the files, compares their columns, and learns the levels and what stands for missing values. */
  static async open(
    where: string,
    paths: string | readonly string[],
    options: FileDesignOptions,
    plan: RowsPlan = { memoryLimit: "1GB" },
  ): Promise<FileRows> {
    checkFileOptions(where, options, plan);
    const { response, missing = "error", delimiter, sampleWeight, offset, foldBy } = options;
    const { onProgress, signal = notebookSignal(), memoryLimit = plan.memoryLimit } = options;
    const { isLiteral, missingRules: rules = missingRules, remedyOfTexts } = plan;
    const settings = { memoryLimit, delimiter, isLiteral, onProgress, signal };
    const inputs = await InputFiles.open(where, paths, settings);
    const features = chosenNames(where, options, inputs.names);
    checkColumnCount(where, features.length, plan);
    const beside = [sampleWeight, offset].filter((name) => name !== undefined);
    const names = [...new Set([...features, response, ...beside])];
    const { files, types } = await inputs.choose(names, foldBy, signal);
    const columnOf = (name: string): TableColumn => {
      return { name, type: types.get(name)!, sql: columnAt(names.indexOf(name)) };
    };
    const refused = remedyOfTexts === undefined ? beside : [...features, response];
    const texts = refused.filter((name) => types.get(name) === "VARCHAR");
    const ofTexts = texts.map((name) => ({ name, sql: presentValue(columnOf(name), false) }));
    const remedyOf = (name: string) => (name === response ? undefined : remedyOfTexts);
    await refuseTexts(where, { inputs, files }, ofTexts, remedyOf);
    checkTypes(where, options, features, types, remedyOfTexts);
    const categorical = new Set([options.categorical ?? []].flat());
    const isOfLevels = (name: string): boolean => categorical.has(name) || types.get(name) === "VARCHAR";
    const present = [...features, response].map(
      (name) => `${presentValue(columnOf(name), isOfLevels(name))} IS NOT NULL`,
    );
    const dropsMissing = missing === "drop";
    const condition = dropsMissing ? present.join(" AND ") : "true";
    const read: FileValues = { inputs, files, condition };
    const encoder = await learnEncoder(where, read, options, signal, {
      columns: features.map(columnOf),
      categorical,
      isOfLevels,
    });
    const ofLabels = types.get(response) !== "DOUBLE";
    const value = presentValue(columnOf(response), ofLabels);
    const labels = ofLabels
      ? await placingTexts(where, read, columnOf, checkLabels, () =>
          labelsOf(where, read, {
            ...{ name: response, type: types.get(response)!, value },
            from: rowsOf(files),
            signal,
          }),
        )
      : undefined;
    const extra = new Map<BesideKey, StreamColumn>();
    for (const [key, name] of Object.entries({ sampleWeight, offset }))
      if (name !== undefined) extra.set(key as BesideKey, { name, sql: presentValue(columnOf(name), false) });
    if (foldBy !== undefined) extra.set("foldBy", { name: foldBy, sql: hashed(FOLD_KEY) });
    const columns = [
      ...encoder.columns.flatMap((column) => featuresOf(column, columnOf(column.name))),
      { name: response, sql: labels ? codesOf(value, labels) : value },
    ];
    const rawResponse = columnOf(response);
    const own = {
      encoder,
      responseName: response,
      labels,
      columns,
      extra,
      dropsMissing,
      condition,
      rawResponse,
    };
    return new FileRows(where, inputs, files, own, rules);
  }

  get featureNames(): readonly string[] {
    return this.encoder.featureNames;
  }

  has(key: BesideKey): boolean {
    return this.#extra.has(key);
  }

  /** The name of a column beside the features and the response. */
  nameOf(key: BesideKey): string | undefined {
    return this.#extra.get(key)?.name;
  }

  /** The first text of a response of texts that is no number; undefined where the response is none of texts. */
  async textInResponse(): Promise<PlacedText | undefined> {
    if (this.#rawResponse.type !== "VARCHAR") return undefined;
    const read = { inputs: this.#inputs, files: this.#files, condition: this.#condition };
    return firstText(read, presentValue(this.#rawResponse, true));
  }

  /**
   * Reads all rows once, in the order of the files: features, the response, and of `sampleWeight`, `offset` and `foldBy` those there are.
   *
   * @param isChecked whether the values were found to be finite before.
   * @param signal is looked at before each chunk.
   * @throws InputError naming file and row (from 0) of the first value that is no finite number, or is a negative weight; where a file is
   * not as it was when it was opened, or not all of its rows arrive.
   * @throws PassFailure where the signal is aborted.
   */
  async scan(onChunk: (chunk: RowChunk) => void, isChecked: boolean, signal?: PassSignal): Promise<void> {
    for await (const chunk of this.chunks(isChecked, signal)) onChunk(chunk);
  }

  /** The rows in chunks, as `scan` reads them. */
  async *chunks(isChecked: boolean, signal?: PassSignal): AsyncGenerator<RowChunk, void> {
    checkNotAborted(this.#where, signal);
    this.#inputs.checkUnchanged(this.#where);
    const all = [...this.#columns, ...this.#extra.values()];
    const { connection, close } = await this.#inputs.connect();
    try {
      for (const file of this.#files) {
        const sql = `SELECT ${all.map((column) => column.sql).join(", ")} FROM ${file.table}`;
        let first = 0;
        for await (const chunk of chunksOf(this.#where, connection, sql)) {
          checkNotAborted(this.#where, signal);
          const vectors = all.map((_, j) => chunk.getColumnVector(j) as unknown as NumberVector);
          const own = this.#dropsMissing ? this.#present(vectors, chunk.rowCount) : undefined;
          if (!isChecked) await this.#check(all, vectors, own ?? chunk.rowCount, first, file);
          first += chunk.rowCount;
          const columns = vectors.map(({ items }) =>
            own
              ? Float64Array.from(own, (i) => items[i])
              : (items as Float64Array).subarray(0, chunk.rowCount),
          );
          yield { nRows: own ? own.length : chunk.rowCount, columns };
        }
        if (first !== file.nRows) throw await this.#rowsLost(sql, file, first);
      }
    } finally {
      close();
    }
    this.#inputs.checkUnchanged(this.#where);
  }

  /** The rows of a chunk that have all features and the response. */
  #present(vectors: readonly NumberVector[], nRows: number): number[] {
    const rows: number[] = [];
    const needed = vectors.slice(0, this.#columns.length);
    for (let i = 0; i < nRows; i++) if (needed.every(({ validity }) => validity.itemValid(i))) rows.push(i);
    return rows;
  }

  /** @throws InputError naming file and row of the first value that is no finite number, or is too small. */
  async #check(
    all: readonly StreamColumn[],
    vectors: readonly NumberVector[],
    rows: number | readonly number[],
    first: number,
    { path }: TableFile,
  ): Promise<void> {
    const nRows = typeof rows === "number" ? rows : rows.length;
    for (const [j, { items, validity }] of vectors.entries()) {
      const least = this.#leastOf(all[j]);
      for (let k = 0; k < nRows; k++) {
        const i = typeof rows === "number" ? k : rows[k];
        if (validity.itemValid(i) && Number.isFinite(items[i]) && items[i] >= least) continue;
        const value = validity.itemValid(i) ? items[i] : null;
        if (value === null) throw await this.#valueNeeded(all[j], j, first + i, path);
        const place = placeOf(all[j].name, first + i, path);
        throw mustBe(this.#where, place, ruleOf(least), value);
      }
    }
  }

  /** The least value of a column that is taken: weights are not negative. */
  #leastOf(column: StreamColumn): number {
    return column === this.#extra.get("sampleWeight") ? 0 : Number.NEGATIVE_INFINITY;
  }

  /** The error for a missing value; rows without a weight or an offset are never dropped. */
  async #valueNeeded({ name, sql }: StreamColumn, place: number, row: number, path: string): Promise<Error> {
    const where = this.#where;
    if (place === this.featureNames.length) return responseNeeded(where, name, row, null, path);
    const what = placeOf(name, row, path);
    if (place > this.featureNames.length) {
      const isWeight = name === this.nameOf("sampleWeight");
      return mustBe(where, what, ruleOf(isWeight ? 0 : Number.NEGATIVE_INFINITY), null);
    }
    let count = 0;
    for (const { table } of this.#files)
      count += Number((await this.#inputs.ask(`SELECT count(${sql}) FROM ${table}`))[0][0]);
    const remedy = this.#missingRules.length === 2 ? 'missing: "drop" leaves such rows out' : imputeOrDrop;
    return mustBe(where, what, "a value", null, count > 0 ? remedy : leaveEmptyOut);
  }

  /** The error for a query that ended before the last row of a file: what a query for a single value says that reads the same. */
  async #rowsLost(sql: string, { path, nRows }: TableFile, found: number): Promise<Error> {
    try {
      await this.#inputs.ask(`SELECT bit_xor(hash(t)) FROM (${sql}) t`);
    } catch (error) {
      return error as Error;
    }
    return mustBe(this.#where, `the number of rows of ${path}`, `${nRows} in every pass`, found);
  }
}

/** What a number of at least `least` must be. */
function ruleOf(least: number): string {
  return least === 0 ? "a finite number >= 0" : "a finite number";
}

/** Tries what refuses texts; where it does, the error names the first of them with its row and file. */
async function placingTexts<Result>(
  where: string,
  read: FileValues,
  columnOf: (name: string) => TableColumn,
  check: (where: string, texts: ColumnTexts) => void,
  attempt: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof ColumnError)
      check(where, await textsOfFiles(read, error.column, presentValue(columnOf(error.column), true)));
    throw error;
  }
}

/** The labels of a response of texts or truth values, ascending. */
async function labelsOf(
  where: string,
  { inputs, files, condition }: FileValues,
  {
    name,
    type,
    value,
    from,
    signal,
  }: { name: string; type: string; value: string; from: string; signal: PassSignal | undefined },
): Promise<(string | boolean)[]> {
  // Their codes are 0 and 1, also where only one of them occurs.
  if (type === "BOOLEAN") return [false, true];
  const found = await inputs.ask(
    `SELECT DISTINCT ${value} AS label${from} WHERE ${value} IS NOT NULL AND ${condition} ORDER BY label LIMIT ${MOST_LABELS + 1}`,
    signal,
  );
  const labels = found.map(([label]) => label as string).sort((a, b) => (a < b ? -1 : 1));
  const counts = new Map(labels.map((label) => [label, 1]));
  checkLabels(where, { name, counts, rowOf: () => undefined, isOfFrame: false });
  if (labels.length > MOST_LABELS) {
    const { row, file, text } = (await firstText({ inputs, files, condition }, value))!;
    const rule = `a number, or the label of one of at most ${MOST_LABELS} classes`;
    throw mustBe(where, placeOf(name, row, file), rule, text, remedyAmongNumbers(text, labels));
  }
  return labels;
}
