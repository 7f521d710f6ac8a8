/**
 * Reads the rows of Parquet and CSV files through DuckDB ({@link FileRows}): features encoded as `fromFrame` encodes them, a response, and
 * columns of weights, offsets and folds.
 */
import { filesFor } from "#platform";
import { InputError, listOf, mustBe } from "../errors";
import { checkChoice, checkKeys } from "../options";
import { missingRules } from "./column-encoder";
import {
  type Connection,
  chunksOf,
  NUMBERS,
  type NumberVector,
  openDuckDb,
  otherFormat,
  query,
  quoted,
  READERS,
  selectedColumn,
  withDuckDb,
} from "./duckdb";
import {
  chosenColumns,
  codesOf,
  commonColumns,
  encoderOf,
  type FileDesignOptions,
  featuresOf,
  hashed,
  presentValue,
  type StreamColumn,
  statisticsOf,
} from "./file-columns";
import { FrameEncoder } from "./frame-encoder";
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
  "memoryLimit",
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

/** The rows of files of the same columns, as numbers. */
export class FileRows {
  readonly encoder: FrameEncoder;
  readonly responseName: string;
  /** The labels of a response of texts or truth values, ascending, which codes from 0 stand for. */
  readonly labels: readonly (string | boolean)[] | undefined;
  readonly #where: string;
  readonly #files: readonly string[];
  readonly #table: (files: readonly string[]) => string;
  readonly #memoryLimit: string;
  /** The features, then the response, then what else there is. */
  readonly #columns: readonly StreamColumn[];
  readonly #extra: ReadonlyMap<BesideKey, StreamColumn>;
  readonly #filter: string;

  private constructor(
    where: string,
    files: readonly string[],
    table: (files: readonly string[]) => string,
    memoryLimit: string,
    plan: {
      encoder: FrameEncoder;
      responseName: string;
      labels: readonly (string | boolean)[] | undefined;
      columns: readonly StreamColumn[];
      extra: ReadonlyMap<BesideKey, StreamColumn>;
      filter: string;
    },
  ) {
    this.#where = where;
    this.#files = files;
    this.#table = table;
    this.#memoryLimit = memoryLimit;
    this.encoder = plan.encoder;
    this.responseName = plan.responseName;
    this.labels = plan.labels;
    this.#columns = plan.columns;
    this.#extra = plan.extra;
    this.#filter = plan.filter;
  }

  /** Finds the files, compares their columns, and learns the levels and what stands for missing values. */
  static async open(
    where: string,
    paths: string | readonly string[],
    options: FileDesignOptions,
  ): Promise<FileRows> {
    checkKeys(where, options, keys, 'name the response, as in { response: "y" }', {
      target: 'did you mean "response"?',
      weights: 'did you mean "sampleWeight"?',
    });
    const { missing = "error", drop = "ifBinary", memoryLimit = "1GB" } = options;
    checkChoice(where, "missing", missing, missingRules);
    checkChoice(where, "drop", drop, dropRules);
    if (!/^\d+(\.\d+)?\s*[KMGT]i?B$/i.test(memoryLimit))
      throw mustBe(where, "memoryLimit", 'a size such as "500MB"', memoryLimit);
    const files = await matchingFiles(where, paths);
    const reader = READERS.find(([pattern]) => pattern.test(files[0]))!;
    const raw = (list: readonly string[], more = ""): string =>
      `${reader[1]}([${list.map((file) => quoted(asPattern(file))).join(", ")}], hive_partitioning = false${reader[2]}${more})`;
    const ask = (sql: string): Promise<unknown[][]> =>
      withConnection(where, files, memoryLimit, async (connection) => {
        const answer = await query(where, () => connection.runAndReadAll(sql));
        return answer.getRows() as unknown[][];
      });
    const types = await commonColumns(where, files, (file) => ask(`DESCRIBE SELECT * FROM ${raw([file])}`));
    // A CSV file is read by the types of its first rows unless they are said, and Parquet files by those of the first of them, to which
    // numbers of the others would be rounded.
    const said = [...types].map(([name, type]) => `${quoted(name)}: ${quoted(type)}`).join(", ");
    const ofAll = reader[1] === "read_csv" ? `, types = {${said}}` : ", union_by_name = true";
    const table = (list: readonly string[]): string => raw(list, ofAll);
    const names = chosenColumns(where, options, types);
    const categorical = new Set([options.categorical ?? []].flat());
    const isOfLevels = (name: string): boolean => categorical.has(name) || !NUMBERS.test(types.get(name)!);
    const asked = names.features.map((name) =>
      statisticsOf(name, types.get(name)!, isOfLevels(name), missing),
    );
    const needed = asked.flatMap(({ sql }) => sql);
    const from = ` FROM ${table(files)}`;
    const present = [...names.features, options.response].map(
      (name) => `${presentValue(name, types.get(name)!, isOfLevels(name))} IS NOT NULL`,
    );
    const filter = missing === "drop" ? ` WHERE ${present.join(" AND ")}` : "";
    const [statistics = []] =
      needed.length > 0 ? await ask(`SELECT ${needed.join(", ")}${from}${filter}`) : [];
    let at = 0;
    const columns = asked.map(({ name, sql }) => {
      const own = statistics.slice(at, at + sql.length);
      at += sql.length;
      return encoderOf(
        where,
        { name, type: types.get(name)!, isOfLevels: isOfLevels(name), missing, drop },
        own,
      );
    });
    const encoder = new FrameEncoder(where, { columns, drop, unknown: "error", sparse: false });
    const { response } = options;
    const ofLabels = !NUMBERS.test(types.get(response)!) || types.get(response) === "BOOLEAN";
    const value = presentValue(response, types.get(response)!, ofLabels);
    const labelsOf = async (): Promise<(string | boolean)[]> => {
      // Their codes are 0 and 1, also where only one of them occurs.
      if (types.get(response) === "BOOLEAN") return [false, true];
      const found = await ask(
        `SELECT DISTINCT ${value} AS label${from} WHERE ${value} IS NOT NULL ORDER BY label LIMIT ${MOST_LABELS + 1}`,
      );
      return found.map(([label]) => label as string).sort((a, b) => (a < b ? -1 : 1));
    };
    const labels = ofLabels ? await labelsOf() : undefined;
    if (labels && labels.length > MOST_LABELS)
      throw new InputError(
        `${where}: response must be a column of numbers or of two classes, got ${JSON.stringify(response)} with more than ${MOST_LABELS} texts, such as ${listOf(labels.slice(0, 3), "and")}`,
      );
    const extra = new Map<BesideKey, StreamColumn>();
    for (const key of ["sampleWeight", "offset", "foldBy"] as const) {
      const name = options[key];
      if (name === undefined) continue;
      const sql = key === "foldBy" ? hashed(name) : selectedColumn(name, types.get(name)!);
      extra.set(key, { name, sql });
    }
    return new FileRows(where, files, table, memoryLimit, {
      encoder,
      responseName: response,
      labels,
      columns: [
        ...columns.flatMap((column) => featuresOf(column, types.get(column.name)!)),
        { name: response, sql: labels ? codesOf(value, labels) : value },
      ],
      extra,
      filter,
    });
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
   * @throws InputError naming file and row (from 0) of the first value that is no finite number, or is a negative weight.
   */
  async scan(onChunk: (chunk: RowChunk) => void, isChecked: boolean): Promise<void> {
    for await (const chunk of this.chunks(isChecked)) onChunk(chunk);
  }

  /** The rows in chunks, as `scan` reads them. */
  async *chunks(isChecked: boolean): AsyncGenerator<RowChunk, void> {
    const all = [...this.#columns, ...this.#extra.values()];
    const sql = `SELECT ${all.map((column) => column.sql).join(", ")} FROM ${this.#table(this.#files)}${this.#filter}`;
    const { connection, close } = await openFor(this.#where, this.#files, this.#memoryLimit);
    try {
      for await (const chunk of chunksOf(this.#where, connection, sql)) {
        const columns: Float64Array[] = [];
        for (const [j, column] of all.entries()) {
          const { items, validity } = chunk.getColumnVector(j) as unknown as NumberVector;
          const values = (items as Float64Array).subarray(0, chunk.rowCount);
          const least = this.#leastOf(column);
          if (!isChecked)
            for (let i = 0; i < values.length; i++)
              if (!validity.itemValid(i) || !Number.isFinite(values[i]) || values[i] < least)
                throw await this.#wrongValue(column);
          columns.push(values);
        }
        yield { nRows: chunk.rowCount, columns };
      }
    } finally {
      close();
    }
  }

  /** The least value of a column that is taken: weights are not negative. */
  #leastOf(column: StreamColumn): number {
    return column === this.#extra.get("sampleWeight") ? 0 : Number.NEGATIVE_INFINITY;
  }

  /** How rows without a value are read; rows without a weight or an offset are never dropped. */
  async #remedyOfMissing({ sql }: StreamColumn, place: number): Promise<string | undefined> {
    if (place < 0) return undefined;
    if (place === this.featureNames.length) return 'missing: "drop" leaves such rows out';
    const ask = (connection: Connection) =>
      connection.runAndReadAll(`SELECT count(${sql}) FROM ${this.#table(this.#files)}`);
    const answer = await withConnection(this.#where, this.#files, this.#memoryLimit, (connection) =>
      query(this.#where, () => ask(connection)),
    );
    return Number(answer.getRows()[0][0]) === 0
      ? "no row has one, so leave the column out of the features"
      : 'missing: "drop", "mean", "median" or "level" reads such rows';
  }

  /** The error for a column with a value that is no finite number, or is too small. */
  async #wrongValue(column: StreamColumn): Promise<InputError> {
    const { name, sql } = column;
    const where = this.#where;
    const least = this.#leastOf(column);
    for (const file of this.#files) {
      let first = 0;
      const sqlOfFile = `SELECT ${sql} FROM ${this.#table([file])}${this.#filter}`;
      const found = await withConnection(where, [file], this.#memoryLimit, async (connection) => {
        for await (const chunk of chunksOf(where, connection, sqlOfFile)) {
          const { items, validity } = chunk.getColumnVector(0) as unknown as NumberVector;
          for (let i = 0; i < chunk.rowCount; i++) {
            const value = validity.itemValid(i) ? items[i] : null;
            if (value === null || !Number.isFinite(value) || value < least) return { row: first + i, value };
          }
          first += chunk.rowCount;
        }
        return undefined;
      });
      if (found === undefined) continue;
      const { row, value } = found;
      const place = this.#columns.indexOf(column);
      const remedy = value === null ? await this.#remedyOfMissing(column, place) : undefined;
      const rows = this.#filter ? "complete row" : "row";
      return mustBe(
        where,
        `column ${JSON.stringify(name)}, ${rows} ${row} of ${file}`,
        least === 0 ? "a finite number >= 0" : "a finite number",
        value,
        remedy,
      );
    }
    return new InputError(
      `${where}: column ${JSON.stringify(name)} must stay as it is while it is read, got other values`,
    );
  }
}

/** Opens DuckDB with access to some files only. */
async function openFor(
  where: string,
  files: readonly string[],
  memoryLimit: string,
): ReturnType<typeof openDuckDb> {
  const opened = await openDuckDb(where);
  const allowed = [...files, ...files.map(asPattern)].map(quoted).join(", ");
  try {
    await opened.connection.run(`SET memory_limit = ${quoted(memoryLimit)}`);
    await opened.connection.run(`SET allowed_paths = [${allowed}]`);
    await opened.connection.run("SET enable_external_access = false");
    return opened;
  } catch (error) {
    opened.close();
    throw error;
  }
}

async function withConnection<Result>(
  where: string,
  files: readonly string[],
  memoryLimit: string,
  use: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const { connection, close } = await openFor(where, files, memoryLimit);
  try {
    return await use(connection);
  } finally {
    close();
  }
}

/** In brackets, `*`, `?` and `[` stand for themselves. */
function asPattern(file: string): string {
  return file.replace(/[*?[]/g, "[$&]");
}

/** The files of names and patterns, in alphabetical order. */
async function matchingFiles(where: string, paths: string | readonly string[]): Promise<string[]> {
  const given = typeof paths === "string" ? [paths] : paths;
  if (
    !(
      Array.isArray(given) &&
      given.length > 0 &&
      given.every((path) => typeof path === "string" && path !== "")
    )
  )
    throw mustBe(
      where,
      "path",
      'the name of a file, a pattern such as "part-*.parquet", or a list of them',
      paths,
    );
  const { isFolder, resolve } = filesFor(where);
  const found = new Set<string>();
  for (const path of given as readonly string[]) {
    const file = resolve(path);
    if (isFolder(file) === false) {
      found.add(file);
      continue;
    }
    if (isFolder(file))
      throw mustBe(
        where,
        "path",
        "that of files",
        path,
        "it is a folder, so name its files, as in folder/*.parquet",
      );
    const answer = await withDuckDb(where, (connection) =>
      query(where, () => connection.runAndReadAll(`SELECT file FROM glob(${quoted(file)}) ORDER BY file`)),
    );
    const matching = answer.getRows().map(([name]) => String(name));
    if (matching.length === 0)
      throw mustBe(where, "path", "that of at least one file", path, `no file matches ${file}`);
    for (const each of matching) found.add(each);
  }
  const files = [...found];
  const other = files.find((file) => !READERS.some(([pattern]) => pattern.test(file)));
  if (other) throw mustBe(where, "path", "that of .parquet, .csv or .tsv files", other, otherFormat(other));
  const [first] = files;
  const kind = READERS.find(([pattern]) => pattern.test(first))!;
  const mixed = files.find((file) => !kind[0].test(file));
  if (mixed) throw mustBe(where, "path", `of one format, as ${first} is`, mixed);
  return files;
}
