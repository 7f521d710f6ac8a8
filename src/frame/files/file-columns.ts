/**
 * Columns of files in SQL: how the features of a column are computed ({@link featuresOf}), and what has to be asked of it before
 * ({@link statisticsOf}), so that they are those of `fromFrame`.
 */
import { InputError, listOf, mustBe } from "../../errors";
import type { PassOptions } from "../../estimators/out-of-core/passes";
import { didYouMean } from "../../options";
import { checkTextLevels } from "../check-texts";
import { type ColumnEncoder, type Level, type MissingRule, noValue } from "../column-encoder";
import { type DropRule, levelColumn } from "../level-column";
import { numberColumn } from "../number-column";
import { quoted } from "./duckdb";

/** Options of `fileDesign`. */
export interface FileDesignOptions {
  /** The column to predict. */
  readonly response: string;
  /** The column, or columns, to predict from, in this order. Default: all others, in the files'. */
  readonly features?: string | readonly string[];
  /** The column, or columns, that are no features; without `features`. Default: none. */
  readonly exclude?: string | readonly string[];
  /** The column, or columns, whose values are levels although they are numbers or truth values. Default: none. */
  readonly categorical?: string | readonly string[];
  /** The treatment of missing values, as of `fromFrame`. Default: `"error"`. */
  readonly missing?: MissingRule;
  /** Which level has no indicator of its own, as of `fromFrame`. Default: `"ifBinary"`. */
  readonly drop?: DropRule;
  /** The column of the weights of the rows. Default: 1 each. */
  readonly sampleWeight?: string;
  /** The column of the known part of the linear predictor. Default: 0 each. */
  readonly offset?: string;
  /** The column that decides the fold of a row in a cross-validation, such as a customer. Default: the number of the row. */
  readonly foldBy?: string;
  /** The character between the values of CSV files. Default: a tab in a `.tsv` file, else a comma, as of `readCsv`. */
  readonly delimiter?: string;
  /** The memory that DuckDB may take beside the library, such as `"500MB"`. Default: `"1GB"`. */
  readonly memoryLimit?: string;
  /** Told how many rows are counted while the files are opened, as that of `path` is of its passes. */
  readonly onProgress?: PassOptions["onProgress"];
  /** Ends the opening of the files with an error once it is aborted. */
  readonly signal?: PassOptions["signal"];
}

export const TEXTS: RegExp = /^(VARCHAR|ENUM\(.*\))$/;
export const NUMBERS: RegExp =
  /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|BOOLEAN|DECIMAL\(.*\))$/;
export const WHOLE_NUMBERS: RegExp = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL\(\d+,0\))$/;
const INTEGERS = /^U?(BIGINT|HUGEINT)$/;

/** Largest number of levels of a column. */
const MOST_LEVELS = 10_000;

/** A column of the stream: how SQL computes it, and what it is called in errors. */
export interface StreamColumn {
  readonly name: string;
  readonly sql: string;
}

/** A column of a table: its name in the files, its type (`DOUBLE`, `BOOLEAN` or `VARCHAR`), and what the table calls it. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly sql: string;
}

/** A name in SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A column as 64-bit floats; large integers only where they are held exactly. */
export function doubleOf(name: string, column: string, type: string): string {
  const float = `CAST(${column} AS DOUBLE)`;
  if (!INTEGERS.test(type)) return float;
  const message = `column ${JSON.stringify(name)} must be integers that a 64-bit float holds exactly, got `;
  const refusal = `error(${quoted(message)} || ${column})`;
  return `CASE WHEN ${column} IS NULL OR CAST(${float} AS HUGEINT) = ${column} THEN ${float} ELSE ${refusal} END`;
}

/** A value in SQL, null where it is missing. */
export function presentValue({ type, sql }: TableColumn, isOfLevels: boolean): string {
  if (type === "VARCHAR") return `nullif(${sql}, '')`;
  if (type === "BOOLEAN") return isOfLevels ? sql : `CAST(${sql} AS DOUBLE)`;
  return `nullif(${sql}, CAST('nan' AS DOUBLE))`;
}

/** A fold's hash, the same in every version: the lower half of MD5 of the value as a text; -1 where it is missing. */
export function hashed(text: string): string {
  return `coalesce(CAST(md5_number_lower(nullif(${text}, '')) % 4294967296 AS DOUBLE), -1)`;
}

/** What has to be known of a column before its features can be computed. */
export function statisticsOf(
  column: TableColumn,
  isOfLevels: boolean,
  missing: MissingRule,
): readonly string[] {
  const { type } = column;
  const value = presentValue(column, isOfLevels);
  const hasNone = `count(*) - count(${value})`;
  const level = isOfLevels && type !== "BOOLEAN" && NUMBERS.test(type) ? value : `CAST(${value} AS VARCHAR)`;
  if (isOfLevels) return [hasNone, `histogram(${level})`];
  if (missing === "mean" || missing === "level") return [hasNone, `favg(${value})`];
  return missing === "median" ? [hasNone, `median(${value})`] : [];
}

export function encoderOf(
  where: string,
  {
    name,
    type,
    isOfLevels,
    missing,
    drop,
    isRequested,
  }: {
    name: string;
    type: string;
    isOfLevels: boolean;
    missing: MissingRule;
    drop: DropRule;
    /** Whether the caller called it categorical: then texts may be numbers, dates or names of rows. */
    isRequested: boolean;
  },
  statistics: readonly unknown[],
): ColumnEncoder {
  const [nMissing = 0n, found] = statistics as [bigint?, unknown?];
  const marksMissing = missing === "level" && nMissing > 0n;
  if (!isOfLevels) {
    if (statistics.length === 0) return numberColumn(name, undefined, false);
    if (found === null || found === undefined)
      throw noValue(where, name, missing === "median" ? "median" : "mean");
    const fills = missing !== "level" || marksMissing;
    return numberColumn(
      name,
      fills ? (marksMissing ? [Number(found), 1] : [Number(found)]) : undefined,
      marksMissing,
    );
  }
  const counts = levelCounts(Object(found ?? { entries: [] }), type);
  if (counts.length === 0)
    throw new InputError(
      `${where}: column ${JSON.stringify(name)} must have a value, got none; leave it out of the features`,
    );
  if (counts.length > MOST_LEVELS)
    throw mustBe(
      where,
      `column ${JSON.stringify(name)}`,
      `of at most ${MOST_LEVELS} levels`,
      counts.length,
      "leave it out of the features",
    );
  const levels = counts.map(({ level }) => level);
  if (!isRequested) {
    const texts = new Map(counts.map(({ level, count }) => [String(level), count]));
    checkTextLevels(where, { name, counts: texts, rowOf: () => undefined, isOfFrame: false });
  }
  const fields = { name, levels, drop, unknown: "error", marksMissing, means: undefined } as const;
  if (missing !== "mean" && missing !== "median") return levelColumn(fields);
  // Of the indicators as of levels the mean is their share, and the median that of 0 and 1.
  const own = levelColumn(fields);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const means = counts.slice(counts.length - own.featureNames.length).map(({ count }) => count / total);
  return levelColumn({ ...fields, means });
}

function levelCounts(
  { entries }: { readonly entries: readonly { readonly key: unknown; readonly value: unknown }[] },
  type: string,
): { level: Level; count: number }[] {
  const isOfNumbers = NUMBERS.test(type) && type !== "BOOLEAN";
  return entries
    .map(({ key, value }) => ({
      level: isOfNumbers ? Number(key) : type === "BOOLEAN" ? key === "true" : String(key),
      count: Number(value),
    }))
    .sort((a, b) => (a.level < b.level ? -1 : 1));
}

/** The features of a column in SQL. */
export function featuresOf(
  { name, featureNames, levels, marksMissing, means }: ColumnEncoder,
  column: TableColumn,
): StreamColumn[] {
  const value = presentValue(column, levels !== undefined);
  const marks = marksMissing ? 1 : 0;
  const number = (fill: number | undefined): string =>
    fill === undefined ? "NULL" : `CAST(${quoted(String(fill))} AS DOUBLE)`;
  const isMissing = { name, sql: `CASE WHEN ${value} IS NULL THEN 1::DOUBLE ELSE 0::DOUBLE END` };
  const own =
    levels === undefined
      ? [{ name, sql: means ? `coalesce(${value}, ${number(means[0])})` : value }]
      : levels.slice(levels.length + marks - featureNames.length).map((level, k) => {
          const literal =
            typeof level === "string"
              ? quoted(level)
              : typeof level === "number"
                ? number(level)
                : String(level);
          return {
            name,
            sql: `CASE WHEN ${value} IS NULL THEN ${number(means?.[k])} WHEN ${value} = ${literal} THEN 1::DOUBLE ELSE 0::DOUBLE END`,
          };
        });
  return marksMissing ? [...own, isMissing] : own;
}

export function codesOf(value: string, labels: readonly (string | boolean)[]): string {
  const cases = labels.map((label, code) => {
    return `WHEN ${value} = ${typeof label === "string" ? quoted(label) : label} THEN ${code}::DOUBLE`;
  });
  return `CASE ${cases.join(" ")} END`;
}

/** Checks the names of columns and their types. @throws InputError naming one that is not there, or is of no numbers and no texts. */
export function chosenColumns(
  where: string,
  options: FileDesignOptions,
  types: ReadonlyMap<string, string>,
): { features: readonly string[] } {
  const features = chosenNames(where, options, [...types.keys()]);
  checkTypes(where, options, features, types);
  return { features };
}

/** Returns the names of the features. @throws InputError naming a column that is not there. */
export function chosenNames(
  where: string,
  options: FileDesignOptions,
  known: readonly string[],
): readonly string[] {
  const isKnown = new Set<unknown>(known);
  const check = (what: string, name: unknown): void => {
    if (!isKnown.has(name))
      throw mustBe(
        where,
        what,
        "a column of the files",
        name,
        didYouMean(String(name), known) ?? `there are ${listOf(known, "and")}`,
      );
  };
  const { response, sampleWeight, offset, foldBy } = options;
  check("response", response);
  const beside = Object.entries({ sampleWeight, offset, foldBy }).filter(([, name]) => name !== undefined);
  for (const [what, name] of beside) check(what, name);
  for (const what of ["exclude", "categorical"] as const)
    for (const name of [options[what] ?? []].flat()) check(what, name);
  const exclude = [options.exclude ?? []].flat();
  if (options.features !== undefined && exclude.length > 0)
    throw new InputError(`${where}: exclude must come without features, got both`);
  if (exclude.includes(response))
    throw mustBe(where, "exclude", "another column than the response", response);
  const left = new Set([response, ...exclude, ...beside.map(([, name]) => name)]);
  const features = [options.features ?? known.filter((name) => !left.has(name))].flat();
  if (features.length === 0) throw mustBe(where, "features", "the name of at least one column", features);
  for (const [k, name] of features.entries()) {
    check("features", name);
    if (features.indexOf(name) < k) throw mustBe(where, "features", "distinct names", name);
  }
  if (features.includes(response))
    throw mustBe(where, "features", "other columns than the response", response);
  return features;
}

/** @throws InputError naming a column of features or the response of no numbers and no texts, or one of no numbers beside them. */
export function checkTypes(
  where: string,
  { response, sampleWeight, offset }: FileDesignOptions,
  features: readonly string[],
  types: ReadonlyMap<string, string>,
  remedyOfTexts?: string,
): void {
  for (const name of [...features, response]) {
    const type = types.get(name)!;
    if (NUMBERS.test(type) || (TEXTS.test(type) && remedyOfTexts === undefined)) continue;
    throw mustBe(
      where,
      `column ${JSON.stringify(name)}`,
      remedyOfTexts === undefined ? "of numbers, truth values or texts" : "of numbers or truth values",
      type,
      remedyOfTexts ?? "leave it out of the features, or convert it first",
    );
  }
  for (const [what, name] of Object.entries({ sampleWeight, offset }))
    if (name !== undefined && !NUMBERS.test(types.get(name)!))
      throw mustBe(where, what, "a column of numbers", types.get(name));
}
