/**
 * Reads the rows of Parquet and CSV files through DuckDB ({@link FileRows}): features encoded as `fromFrame` encodes them, a response, and
 * columns of weights, offsets and folds.
 */

import { notebookSignal } from "../display/progress-display";
import { checkNotAborted, InputError, listOf, mustBe } from "../errors";
import { checkListening } from "../estimators/options/run-options";
import { checkChoice, checkKeys } from "../options";
import { checkLabels } from "./check-texts";
import { missingRules } from "./column-encoder";
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
import { FrameEncoder } from "./frame-encoder";
import { columnAt, FOLD_KEY, InputFiles, type TableFile } from "./input-files";
import { dropRules } from "./level-column";

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

/** What ends a pass before its end. */
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
  /** Whether rows with a missing feature or response are left out. */
  readonly dropsMissing: boolean;
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
    this.#missingRules = rules;
  }

  /** Finds the files, compares their columns, and learns the levels and what stands for missing values. */
  static async open(
    where: string,
    paths: string | readonly string[],
    options: FileDesignOptions,
    plan: RowsPlan = { memoryLimit: "1GB" },
  ): Promise<FileRows> {
    checkKeys(where, options, keys, 'name the response, as in { response: "y" }', {
      target: 'did you mean "response"?',
      weights: 'did you mean "sampleWeight"?',
    });
    const { missingRules: rules = missingRules, mostColumns = Number.POSITIVE_INFINITY } = plan;
    const { response, missing = "error", drop = "ifBinary", delimiter } = options;
    const { memoryLimit = plan.memoryLimit } = options;
    checkChoice(where, "missing", missing, rules);
    checkChoice(where, "drop", drop, dropRules);
    if (memoryLimit !== undefined && !/^\d+(\.\d+)?\s*[KMGT]i?B$/i.test(memoryLimit))
      throw mustBe(where, "memoryLimit", 'a size such as "500MB"', memoryLimit);
    checkListening(where, options);
    const { onProgress, signal = notebookSignal() } = options;
    const { isLiteral } = plan;
    const inputs = await InputFiles.open(where, paths, {
      memoryLimit,
      delimiter,
      isLiteral,
      onProgress,
      signal,
    });
    const features = chosenNames(where, options, inputs.names);
    if (features.length >= mostColumns) {
      const remedy = "choose fewer by features or exclude";
      throw mustBe(where, "the number of columns", `at most ${mostColumns}`, features.length + 1, remedy);
    }
    const { sampleWeight, offset, foldBy } = options;
    const beside = [sampleWeight, offset].filter((name) => name !== undefined);
    const names = [...new Set([...features, response, ...beside])];
    const { files, types } = await inputs.choose(names, foldBy, signal);
    checkTypes(where, options, features, types, plan.remedyOfTexts);
    const columnOf = (name: string): TableColumn => {
      return { name, type: types.get(name)!, sql: columnAt(names.indexOf(name)) };
    };
    const categorical = new Set([options.categorical ?? []].flat());
    const isOfLevels = (name: string): boolean => categorical.has(name) || types.get(name) === "VARCHAR";
    const present = [...features, response].map(
      (name) => `${presentValue(columnOf(name), isOfLevels(name))} IS NOT NULL`,
    );
    const dropsMissing = missing === "drop";
    const filter = dropsMissing ? ` WHERE ${present.join(" AND ")}` : "";
    const from = ` FROM (${files.map(({ table }) => `SELECT * FROM ${table}`).join(" UNION ALL ")})`;

    const asked = features.map((name) => statisticsOf(columnOf(name), isOfLevels(name), missing));
    const needed = asked.flat();
    const [statistics = []] =
      needed.length > 0 ? await inputs.ask(`SELECT ${needed.join(", ")}${from}${filter}`, signal) : [];
    let at = 0;
    const columns = features.map((name, j) => {
      const own = statistics.slice(at, at + asked[j].length);
      at += asked[j].length;
      const type = types.get(name)!;
      const rules = { isOfLevels: isOfLevels(name), isRequested: categorical.has(name), missing, drop };
      return encoderOf(where, { name, type, ...rules }, own);
    });
    const encoder = new FrameEncoder(where, { columns, drop, unknown: "error", sparse: false });

    const ofLabels = types.get(response) !== "DOUBLE";
    const value = presentValue(columnOf(response), ofLabels);
    const labels = ofLabels
      ? await labelsOf(where, inputs, { name: response, type: types.get(response)!, value, from, signal })
      : undefined;
    const extra = new Map<BesideKey, StreamColumn>();
    for (const [key, name] of Object.entries({ sampleWeight, offset }))
      if (name !== undefined) extra.set(key as BesideKey, { name, sql: presentValue(columnOf(name), false) });
    if (foldBy !== undefined) extra.set("foldBy", { name: foldBy, sql: hashed(FOLD_KEY) });
    const read = [
      ...columns.flatMap((column) => featuresOf(column, columnOf(column.name))),
      { name: response, sql: labels ? codesOf(value, labels) : value },
    ];
    const own = { encoder, responseName: response, labels, columns: read, extra, dropsMissing };
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
        throw mustBe(
          this.#where,
          `column ${JSON.stringify(all[j].name)}, row ${first + i} of ${path}`,
          least === 0 ? "a finite number >= 0" : "a finite number",
          value,
          value === null ? await this.#remedyOfMissing(all[j], j) : undefined,
        );
      }
    }
  }

  /** The least value of a column that is taken: weights are not negative. */
  #leastOf(column: StreamColumn): number {
    return column === this.#extra.get("sampleWeight") ? 0 : Number.NEGATIVE_INFINITY;
  }

  /** How rows without a value are read; rows without a weight or an offset are never dropped. */
  async #remedyOfMissing({ sql }: StreamColumn, place: number): Promise<string | undefined> {
    if (place >= this.#columns.length) return undefined;
    if (place === this.featureNames.length || this.#missingRules.length === 2)
      return 'missing: "drop" leaves such rows out';
    for (const { table } of this.#files) {
      const [[count]] = await this.#inputs.ask(`SELECT count(${sql}) FROM ${table}`);
      if (Number(count) > 0) return 'missing: "drop", "mean", "median" or "level" reads such rows';
    }
    return "no row has one, so leave the column out of the features";
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

/** The labels of a response of texts or truth values, ascending. */
async function labelsOf(
  where: string,
  inputs: InputFiles,
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
    `SELECT DISTINCT ${value} AS label${from} WHERE ${value} IS NOT NULL ORDER BY label LIMIT ${MOST_LABELS + 1}`,
    signal,
  );
  const labels = found.map(([label]) => label as string).sort((a, b) => (a < b ? -1 : 1));
  if (labels.length > MOST_LABELS)
    throw new InputError(
      `${where}: response must be a column of numbers or of two classes, got ${JSON.stringify(name)} with more than ${MOST_LABELS} texts, such as ${listOf(labels.slice(0, 3), "and")}`,
    );
  checkLabels(where, { name, counts: new Map(labels.map((label) => [label, 1])), rowOf: () => undefined });
  return labels;
}
