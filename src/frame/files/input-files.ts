/** Files of the same columns as tables of DuckDB ({@link InputFiles}): which files they are, what columns they have, and how many rows. */
import { duckDbFor, filesFor } from "#platform";
import { type CsvHead, countCsvRows, readCsvHead } from "../../data/files/scan-csv";
import { counted } from "../../display/formatting";
import { throttledProgress } from "../../display/progress-display";
import { checkNotAborted, InputError, mustBe, placeOf } from "../../errors";
import type { PassOptions } from "../../estimators/out-of-core/passes";
import type { Connection } from "../../platform/duckdb";
import { bitsOfColumns, NUMERIC, numberOfCsv, TEXTUAL, textOfCsv, ZERO_BYTE } from "./csv-values";
import { openDuckDb, query, quoted } from "./duckdb";
import { doubleOf, identifier, NUMBERS, TEXTS, WHOLE_NUMBERS } from "./file-columns";
import { asPattern, matchingFiles, readerOf } from "./file-paths";
import { firstText, ruleOfNumbers } from "./file-texts";

/** A file as it was when it was opened. */
interface InputFile {
  readonly path: string;
  readonly stamp: string;
  /** What DuckDB reads, in SQL. */
  readonly source: string;
  /** The names of its columns, and what they are called in `source`. */
  readonly columns: ReadonlyMap<string, string>;
  /** The types of the columns in `source`; of CSV files the texts are looked at in {@link InputFiles.choose}. */
  readonly types: ReadonlyMap<string, string>;
  /** Number of rows of a CSV file, counted without DuckDB. */
  readonly nRows: number | undefined;
}

/** A file of which columns were chosen. */
export interface TableFile {
  readonly path: string;
  /** Number of rows, which DuckDB counted in a query that fails where the file is not whole. */
  readonly nRows: number;
  /** The columns chosen, in SQL: numbers as 64-bit floats, truth values, and texts, called as {@link columnAt} says. */
  readonly table: string;
}

/** The columns that were chosen, in all files. */
export interface ChosenTable {
  readonly files: readonly TableFile[];
  /** `DOUBLE`, `BOOLEAN` or `VARCHAR`; another type where the column is none of numbers and none of texts. */
  readonly types: ReadonlyMap<string, string>;
}

/** How a file calls the column at some place among those chosen. */
export function columnAt(place: number): string {
  return `c${place}`;
}

/** How it calls the column that decides folds, as texts. */
export const FOLD_KEY = "fold_key";

/** Milliseconds between two looks at the signal while DuckDB works at a query. */
const SIGNAL_INTERVAL = 50;

/** The call that reads a CSV file, in SQL. */
function csvSource(path: string, { names, line, delimiter }: CsvHead, isGzipped: boolean): string {
  const columns = names.map((_, j) => `'v${j}': 'VARCHAR'`).join(", ");
  return `read_csv(${quoted(asPattern(path))}, auto_detect = false, delim = ${quoted(delimiter)}, quote = '"', escape = '"', comment = '', header = true,
    skip = ${line - 1}, nullstr = '', strict_mode = true, null_padding = false, ignore_errors = false,
    hive_partitioning = false, compression = '${isGzipped ? "gzip" : "none"}', columns = {${columns}})`;
}

/** Options of {@link InputFiles.open}: how much memory DuckDB may take, how files are read, and who is told of it. */
export interface InputFilesOptions {
  /** The memory that DuckDB may take. */
  readonly memoryLimit?: string | undefined;
  readonly delimiter?: string | undefined;
  /** Whether `*` and `?` are letters of a name. */
  readonly isLiteral?: boolean | undefined;
  /** Told how many rows of CSV files are counted. */
  readonly onProgress?: PassOptions["onProgress"] | undefined;
  readonly signal?: PassOptions["signal"] | undefined;
}

/** Files that are read again and again, and must stay as they were when they were opened. */
export class InputFiles {
  readonly #where: string;
  readonly #files: readonly InputFile[];
  readonly #isCsv: boolean;
  readonly #memoryLimit: string | undefined;

  private constructor(
    where: string,
    files: readonly InputFile[],
    isCsv: boolean,
    memoryLimit: string | undefined,
  ) {
    this.#where = where;
    this.#files = files;
    this.#isCsv = isCsv;
    this.#memoryLimit = memoryLimit;
  }

  /** Finds the files and reads the names of their columns. @throws InputError where these differ. */
  static async open(
    where: string,
    paths: string | readonly string[],
    { memoryLimit, delimiter, isLiteral = false, onProgress, signal }: InputFilesOptions,
  ): Promise<InputFiles> {
    await duckDbFor(where); // A package that is not there is the first error.
    const found = await matchingFiles(where, paths, isLiteral);
    const isCsv = readerOf(found[0]) === "csv";
    const { stampOf, isGzipped, pieces } = filesFor(where);
    const files: InputFile[] = [];
    const task = `${where}, counting rows`;
    const tell = throttledProgress(task, Number.POSITIVE_INFINITY, onProgress);
    let nCounted = 0;
    const onRows = (nRows: number): void => {
      checkNotAborted(where, signal);
      tell(nCounted + nRows, () => counted(nCounted + nRows, "row"));
    };
    for (const path of found) {
      const stamp = stampOf(path);
      if (isCsv) {
        const gzipped = isGzipped(path);
        const head = await unpacked(where, path, () => readCsvHead(where, path, pieces(path), delimiter));
        // DuckDB reads a gzip file without a look at its checksums.
        const nRows = await unpacked(where, path, () =>
          countCsvRows(where, path, pieces(path), head, onRows),
        );
        nCounted += nRows;
        const columns = new Map(head.names.map((name, j) => [name, `v${j}`]));
        const types = new Map(head.names.map((name) => [name, "VARCHAR"]));
        const source = csvSource(path, head, gzipped);
        files.push({ path, stamp, source, columns, types, nRows });
      } else {
        const source = `read_parquet(${quoted(asPattern(path))}, hive_partitioning = false)`;
        const described = await withConnection(where, [path], memoryLimit, (connection) =>
          query(where, () => connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`)),
        );
        const types = new Map(described.getRows().map(([name, type]) => [String(name), String(type)]));
        const columns = new Map([...types.keys()].map((name) => [name, identifier(name)]));
        files.push({ path, stamp, source, columns, types, nRows: undefined });
      }
      checkSameNames(where, files[0], files[files.length - 1]);
    }
    if (isCsv) throttledProgress(task, nCounted, onProgress)(nCounted, () => counted(nCounted, "row"));
    return new InputFiles(where, files, isCsv, memoryLimit);
  }

  /** The names of the columns, in the order of the first file. */
  get names(): readonly string[] {
    return [...this.#files[0].columns.keys()];
  }

  /**
   * Reads which types some columns have, and counts the rows: of CSV files in a pass over all values.
   *
   * @param foldBy the column that decides folds.
   * @throws InputError where DuckDB cannot read a file to its end, and where a column has other types in other files.
   */
  async choose(
    names: readonly string[],
    foldBy?: string,
    signal?: PassOptions["signal"],
  ): Promise<ChosenTable> {
    const described = [];
    for (const file of this.#files)
      described.push(
        await (this.#isCsv
          ? this.#describeCsv(
              file,
              [...new Set([...names, ...(foldBy === undefined ? [] : [foldBy])])],
              signal,
            )
          : this.#describeParquet(file, signal)),
      );
    if (this.#isCsv) await this.#checkSameKinds(names, described);
    const types = commonTypes(this.#where, names, described);
    const hasNumericKey = foldBy !== undefined && this.#hasNumericKey(foldBy, described);
    const files = described.map(({ path, nRows, sqlOf, source }) => {
      const values = names.map((name, place) => `${sqlOf(name, types.get(name)!)} AS ${columnAt(place)}`);
      const keyOf = (name: string): string =>
        hasNumericKey ? textOfNumber(sqlOf(name, "DOUBLE")) : sqlOf(name, "VARCHAR");
      const key = foldBy === undefined ? [] : [`${keyOf(foldBy)} AS ${FOLD_KEY}`];
      return { path, nRows, table: `(SELECT ${[...values, ...key].join(", ")} FROM ${source})` };
    });
    this.checkUnchanged(this.#where);
    return { files, types };
  }

  /** @throws InputError naming the first file that is not as it was when it was opened. */
  checkUnchanged(where: string): void {
    const { stampOf, exists } = filesFor(where);
    for (const { path, stamp } of this.#files)
      if (!exists(path) || stampOf(path) !== stamp)
        throw new InputError(
          `${where}: ${path} must stay as it was when it was opened, got ${exists(path) ? "another file, or other bytes in it" : "no such file"}; open it again`,
        );
  }

  /** Opens DuckDB with access to the files alone. */
  async connect(): Promise<{ readonly connection: Connection; readonly close: () => void }> {
    const paths = this.#files.map(({ path }) => path);
    return openFor(this.#where, paths, this.#memoryLimit);
  }

  /** The rows of an answer. @throws PassFailure where the signal is aborted before or meanwhile. */
  async ask(sql: string, signal?: PassOptions["signal"]): Promise<unknown[][]> {
    checkNotAborted(this.#where, signal);
    const { connection, close } = await this.connect();
    const watch = setInterval(() => {
      if (signal?.aborted) connection.interrupt();
    }, SIGNAL_INTERVAL);
    try {
      const answer = await query(this.#where, () => connection.runAndReadAll(sql));
      return answer.getRows() as unknown[][];
    } catch (error) {
      checkNotAborted(this.#where, signal);
      throw error;
    } finally {
      clearInterval(watch);
      close();
    }
  }

  /** @throws InputError naming the first text of a column that another file has numbers in. */
  async #checkSameKinds(names: readonly string[], files: readonly DescribedFile[]): Promise<void> {
    for (const name of names) {
      const ofTexts = files.find(({ types }) => types.get(name) === "VARCHAR");
      const ofNumbers = files.find(({ types }) => types.get(name) === "DOUBLE");
      if (!ofTexts || !ofNumbers) continue;
      const { path, source, sqlOf } = ofTexts;
      const table = `(SELECT ${sqlOf(name, "VARCHAR")} AS texts FROM ${source})`;
      const { row, file, text } = (await firstText({ inputs: this, files: [{ path, table }] }, "texts"))!;
      throw mustBe(
        this.#where,
        placeOf(name, row, file),
        `${ruleOfNumbers(text)}, as in ${ofNumbers.path}`,
        text,
      );
    }
  }

  /**
   * Whether the column that decides folds is compared as 64-bit floats in all files, and not as texts, so that a value has one key.
   *
   * Integers stay texts, which hold all of their digits, and so does a column of CSV files that one of them has texts in.
   *
   * @throws InputError where Parquet files have numbers and texts in it.
   */
  #hasNumericKey(name: string, files: readonly DescribedFile[]): boolean {
    if (this.#isCsv) return files.every(({ types }) => types.get(name) !== "VARCHAR");
    const type = commonTypes(this.#where, [name], files).get(name);
    return type === "DOUBLE" && !files.every(({ types }) => WHOLE_NUMBERS.test(types.get(name)!));
  }

  async #describeParquet(
    { path, source, columns, types }: InputFile,
    signal: PassOptions["signal"],
  ): Promise<DescribedFile> {
    const [[nRows]] = await this.ask(`SELECT count(*) FROM ${source}`, signal);
    const own = (name: string) => columns.get(name)!;
    const sqlOf = (name: string, type: string): string => {
      if (type === "DOUBLE") return doubleOf(name, own(name), types.get(name)!);
      return type === "BOOLEAN" ? own(name) : `CAST(${own(name)} AS VARCHAR)`;
    };
    return { path, source, nRows: Number(nRows), types, sqlOf };
  }

  async #describeCsv(
    { path, source, columns, nRows }: InputFile,
    names: readonly string[],
    signal: PassOptions["signal"],
  ): Promise<DescribedFile> {
    const inFile = names.map((name) => columns.get(name)!);
    const [[count, ...found]] = await this.ask(bitsOfColumns(inFile, source), signal);
    if (Number(count) !== nRows)
      throw mustBe(this.#where, `the number of rows that DuckDB reads of ${path}`, `${nRows}`, Number(count));
    const bits = new Map(names.map((name, j) => [name, Number(found[j] ?? 0)]));
    const types = new Map<string, string>();
    for (const [name, own] of bits) {
      if (own & ZERO_BYTE)
        throw new InputError(
          `${this.#where}: column ${JSON.stringify(name)} of ${path} must be text in utf-8, got a zero byte`,
        );
      types.set(name, own & TEXTUAL ? "VARCHAR" : own & NUMERIC ? "DOUBLE" : NOTHING);
    }
    const bitsOf = (name: string) => [columns.get(name)!, bits.get(name)!] as const;
    const sqlOf = (name: string, type: string): string =>
      type === "DOUBLE" ? numberOfCsv(...bitsOf(name)) : textOfCsv(...bitsOf(name));
    return { path, source, nRows, types, sqlOf };
  }
}

/** The type of a column without any value. */
const NOTHING = "NULL";

/** A file whose columns have types. */
interface DescribedFile {
  readonly path: string;
  readonly source: string;
  readonly nRows: number;
  readonly types: ReadonlyMap<string, string>;
  /** A column as a type that all files have in common. */
  sqlOf(name: string, type: string): string;
}

/** The text of a 64-bit float: an integer that it holds exactly has no decimals. */
function textOfNumber(number: string): string {
  return `CASE WHEN ${number} = floor(${number}) AND abs(${number}) <= ${Number.MAX_SAFE_INTEGER} THEN CAST(CAST(${number} AS BIGINT) AS VARCHAR) ELSE CAST(${number} AS VARCHAR) END`;
}

/** The type of each column in all files: numbers of several types are 64-bit floats. */
function commonTypes(
  where: string,
  names: readonly string[],
  files: readonly DescribedFile[],
): Map<string, string> {
  const common = new Map<string, string>();
  for (const name of names) {
    const typed = files.filter(({ types }) => types.get(name) !== NOTHING);
    const [first] = typed;
    if (!first) {
      common.set(name, "DOUBLE");
      continue;
    }
    const type = first.types.get(name)!;
    for (const { path, types } of typed)
      if (kindOf(types.get(name)!) !== kindOf(type))
        throw mustBe(
          where,
          `column ${JSON.stringify(name)} of ${path}`,
          `as in ${first.path}, of ${type}`,
          types.get(name),
        );
    common.set(name, kindOf(type));
  }
  return common;
}

function kindOf(type: string): string {
  if (type === "BOOLEAN") return type;
  return NUMBERS.test(type) ? "DOUBLE" : TEXTS.test(type) ? "VARCHAR" : type;
}

/** @throws InputError naming a column that one of two files lacks. */
function checkSameNames(where: string, first: InputFile, other: InputFile): void {
  for (const [name, type] of other.types)
    if (!first.columns.has(name)) {
      const of = `column ${JSON.stringify(name)} of ${other.path}`;
      throw mustBe(where, of, `as in ${first.path}, which has none`, type);
    }
  for (const name of first.columns.keys())
    if (!other.columns.has(name)) {
      const rule = `a table with the columns of ${first.path}`;
      const lacks = `it lacks ${JSON.stringify(name)}`;
      throw mustBe(where, other.path, rule, [...other.columns.keys()], lacks);
    }
}

/** Reads a file, perhaps a gzipped one. @throws InputError where it is not whole. */
async function unpacked<Result>(where: string, path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!code?.startsWith("Z_")) throw error;
    throw new InputError(
      `${where}: ${path} must be a whole gzip file, got ${code}; it may be half a download`,
    );
  }
}

/** Opens DuckDB with access to some files only. */
async function openFor(
  where: string,
  paths: readonly string[],
  memoryLimit: string | undefined,
): ReturnType<typeof openDuckDb> {
  const opened = await openDuckDb(where);
  const allowed = [...paths, ...paths.map(asPattern)].map(quoted).join(", ");
  try {
    if (memoryLimit !== undefined) await opened.connection.run(`SET memory_limit = ${quoted(memoryLimit)}`);
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
  paths: readonly string[],
  memoryLimit: string | undefined,
  use: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const { connection, close } = await openFor(where, paths, memoryLimit);
  try {
    return await use(connection);
  } finally {
    close();
  }
}
