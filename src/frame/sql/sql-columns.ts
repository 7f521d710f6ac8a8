/**
 * The columns of a table in a database ({@link SqlColumns}): their types, levels and means, and each feature as an expression, so that
 * features are those of `fromFrame`.
 */
import { InputError, mustBe } from "../../errors";
import { checkChoice, checkKeys } from "../../options";
import { type ColumnEncoder, type MissingRule, missingRules } from "../column-encoder";
import { chosenColumns, encoderOf, type FileDesignOptions } from "../files/file-columns";
import { FrameEncoder } from "../frame-encoder";
import { dropRules } from "../level-column";
import { type DialectName, dialects, kindOfType } from "./dialects";
import {
  abs,
  cases,
  coalesce,
  column,
  double,
  type Expression,
  equals,
  inSql,
  isAtMost,
  isNaNumber,
  isNull,
  literal,
  nullIf,
  text,
} from "./expression";
import { SqlSession } from "./sql-session";

/** Options of `sqlDesign`. */
export interface SqlDesignOptions
  extends Omit<FileDesignOptions, "features" | "exclude" | "delimiter" | "memoryLimit" | "foldBy"> {
  /** Sends SQL to a database and returns the rows of its answer: objects by the names of columns, or arrays in their order. */
  readonly query: (sql: string) => Promise<readonly object[]>;
  /** The name of a table or a view, or its parts, such as `["sales", "claims"]` of a table in a schema. */
  readonly table: string | readonly string[];
  /** The column, or columns, to predict from, in this order. */
  readonly features: string | readonly string[];
  /** The dialect of SQL. Default: `"duckdb"`. */
  readonly dialect?: DialectName;
  /** The column that decides the fold of a row in a cross-validation, such as a customer. Default: none, so that there is none. */
  readonly foldBy?: string;
}

const keys = [
  "query",
  "table",
  "features",
  "response",
  "dialect",
  "categorical",
  "missing",
  "drop",
  "sampleWeight",
  "offset",
  "foldBy",
];

const LARGEST = Number.MAX_VALUE;

/** Largest number of levels that are asked for: one more than a column may have. */
const MOST_LEVELS = 10_001;

/** Number of labels of a response that are asked for. */
const MOST_LABELS = 22;

/** A column that must be finite numbers. */
export interface CheckedColumn {
  readonly name: string;
  readonly value: Expression;
  /** Whether missing values are imputed. */
  readonly isFilled: boolean;
  readonly isValid: Expression;
  readonly rule: string;
  /** The remedy for rows without a value. */
  readonly remedy?: string;
}

/** The rows of a table as numbers. */
export interface SqlColumns {
  readonly session: SqlSession;
  readonly encoder: FrameEncoder;
  readonly responseName: string;
  readonly labels: readonly (string | boolean)[] | undefined;
  /** One a feature. */
  readonly features: readonly Expression[];
  readonly response: Expression;
  readonly sampleWeight: Expression | undefined;
  readonly offset: Expression | undefined;
  /** The text whose hash decides the fold. */
  readonly foldKey: Expression | undefined;
  /** The column of that text. */
  readonly foldColumn: CheckedColumn | undefined;
  readonly checked: readonly CheckedColumn[];
  /** `FROM` and the rows that are read. */
  readonly source: string;
}

/** Finds the types of columns, and learns levels and what stands for missing values. */
export async function openColumns(where: string, options: SqlDesignOptions): Promise<SqlColumns> {
  const { session, from } = sessionOf(where, options);
  const { missing = "error", drop = "ifBinary", response } = options;
  const types = await typesOf(session, from, options);
  const names = chosenColumns(where, options, types);
  const categorical = new Set([options.categorical ?? []].flat());
  const isOfLevels = (each: string): boolean => categorical.has(each) || types.get(each) === "VARCHAR";
  const ofLabels = ["VARCHAR", "BOOLEAN"].includes(types.get(response)!);
  const present = new Map<string, Expression>();
  for (const each of names.features)
    present.set(each, presentValue(each, types.get(each)!, isOfLevels(each)));
  const target = presentValue(response, types.get(response)!, ofLabels);
  const written = (expression: Expression): string => inSql(expression, session.dialect);
  const complete = [...present.values(), target].map((value) => `${written(value)} IS NOT NULL`);
  const source = missing === "drop" ? `${from} WHERE ${complete.join(" AND ")}` : from;

  const columns: ColumnEncoder[] = [];
  for (const [each, value] of present) {
    const type = types.get(each)!;
    const statistics = isOfLevels(each)
      ? await levelsOf(session, source, value)
      : await fillOf(session, source, value, missing);
    columns.push(
      encoderOf(
        where,
        { name: each, type, isOfLevels: isOfLevels(each), isRequested: categorical.has(each), missing, drop },
        statistics,
      ),
    );
  }
  const encoder = new FrameEncoder(where, { columns, drop, unknown: "error", sparse: false });
  const labels = ofLabels ? await labelsOf(session, source, target, types.get(response)!) : undefined;
  const allLabels = labels && labels.length < MOST_LABELS ? labels : undefined;
  const numberAt = (each: string | undefined) =>
    each === undefined ? undefined : presentValue(each, types.get(each)!, false);
  const beside = { sampleWeight: numberAt(options.sampleWeight), offset: numberAt(options.offset) };
  const checked = [
    ...columns.map(({ name, levels, means }) => ({
      ...ofKnownLevels(
        checkedColumn(name, types.get(name)!, present.get(name)!, levels !== undefined, means !== undefined),
        levels,
      ),
      remedy: 'missing: "drop", "mean", "median" or "level" reads such rows',
    })),
    {
      ...ofKnownLevels(checkedColumn(response, types.get(response)!, target, ofLabels, false), allLabels),
      remedy: 'missing: "drop" leaves such rows out',
    },
    ...(["sampleWeight", "offset"] as const).flatMap((key) =>
      beside[key] ? [checkedColumn(options[key]!, types.get(options[key]!)!, beside[key], false, false)] : [],
    ),
  ];
  const { foldBy } = options;
  const foldKey = foldBy === undefined ? undefined : nullIf(text(column(foldBy)), literal(""));
  return {
    session,
    encoder,
    responseName: response,
    labels,
    features: columns.flatMap((each) => featuresOf(each, present.get(each.name)!)),
    response: labels ? codesOf(target, labels) : target,
    ...beside,
    foldKey,
    foldColumn: foldKey && {
      ...checkedColumn(foldBy!, "VARCHAR", foldKey, true, false),
      remedy: "it decides the fold, so give such rows a value each, or leave them out by a view",
    },
    checked,
    source,
  };
}

/** Checks the options that say where the rows are. @throws InputError for an option that is unknown or outside its domain. */
function sessionOf(
  where: string,
  options: SqlDesignOptions,
): { readonly session: SqlSession; readonly from: string } {
  checkKeys(
    where,
    options,
    keys,
    'name query, table, features and response, as in { query, table: "claims", features: ["age"], response: "cost" }',
    { target: 'did you mean "response"?', weights: 'did you mean "sampleWeight"?' },
  );
  const { query, missing = "error", drop = "ifBinary", dialect: name = "duckdb" } = options;
  if (typeof query !== "function")
    throw mustBe(where, "query", "a function that sends SQL and returns a promise of rows", query);
  checkChoice(where, "dialect", name, Object.keys(dialects));
  checkChoice(where, "missing", missing, missingRules);
  checkChoice(where, "drop", drop, dropRules);
  const parts = [options.table].flat();
  if (parts.length === 0 || !parts.every(isName))
    throw mustBe(where, "table", "the name of a table, or a list of its parts", options.table);
  const dialect = dialects[name];
  const session = new SqlSession(where, query, dialect, remedyOfFailure(name, parts));
  return { session, from: `FROM ${parts.map(dialect.identifier).join(".")}` };
}

function remedyOfFailure(dialect: DialectName, [table, ...others]: readonly string[]): string {
  const ofDialect = `the dialect of the query is ${JSON.stringify(dialect)}`;
  if (others.length > 0 || !table.includes(".")) return ofDialect;
  return `${ofDialect}, and a table in a schema is named by its parts, as in table: ${JSON.stringify(table.split("."))}`;
}

function isName(name: unknown): boolean {
  return typeof name === "string" && name !== "";
}

/** The kinds of the columns that are named, by the database's names of their types. */
async function typesOf(
  session: SqlSession,
  from: string,
  options: SqlDesignOptions,
): Promise<Map<string, string>> {
  const { response, features, categorical = [], sampleWeight, offset, foldBy } = options;
  const where = session.where;
  const named = Object.entries({ features, response, categorical, sampleWeight, offset, foldBy });
  for (const [what, given] of named) {
    if (given === undefined && !["features", "response"].includes(what)) continue;
    const isList = Array.isArray(given) && ["features", "categorical"].includes(what);
    if (!(isList ? given : [given]).every(isName)) throw mustBe(where, what, "the name of a column", given);
  }
  const names = [...new Set(named.flatMap(([, given]) => given ?? []))];
  checkCases(session, names);
  if ([features].flat().length === 0)
    throw mustBe(where, "features", "the name of at least one column", features);
  const { identifier, typeOf } = session.dialect;
  const [types] = await session.rows(
    names.map((name) => typeOf(identifier(name))),
    `${from} LIMIT 1`,
  );
  if (types === undefined) throw new InputError(`${where}: table must have rows, got none`);
  return new Map(names.map((name, k) => [name, kindOfType(String(types[k]))]));
}

/** @throws InputError where a column has two names, which differ in the case of letters alone. */
function checkCases({ where, dialect }: SqlSession, names: readonly string[]): void {
  if (dialect.tellsCase) return;
  const known = new Map<string, string>();
  for (const name of names) {
    const other = known.get(name.toLowerCase());
    if (other !== undefined)
      throw mustBe(
        where,
        `column ${JSON.stringify(other)}`,
        "written in one way, since the database takes small and capital letters of names for the same",
        name,
      );
    known.set(name.toLowerCase(), name);
  }
}

/** A value that is NULL where it is missing: an empty text, and what is no number. */
function presentValue(name: string, type: string, isOfLevels: boolean): Expression {
  const own = column(name);
  if (type === "VARCHAR") return nullIf(text(own), literal(""));
  if (type === "BOOLEAN") {
    if (isOfLevels) return own;
    return cases(
      [
        [isNull(own), literal(null)],
        [own, 1],
      ],
      0,
    );
  }
  if (type === "BIGINT") return double(own);
  return cases([[isNaNumber(double(own)), literal(null)]], double(own));
}

/** Counts of missing values and of each level, as DuckDB's `histogram` gives them. */
async function levelsOf(session: SqlSession, source: string, value: Expression): Promise<unknown[]> {
  const own = inSql(value, session.dialect);
  const rows = await session.rows([own, "count(*)"], `${source} GROUP BY ${own} LIMIT ${MOST_LEVELS + 1}`);
  const isNone = ([level]: readonly unknown[]): boolean => level === null;
  const entries = rows
    .filter((row) => !isNone(row))
    .map(([level, count]) => ({ key: String(level), value: Number(count) }));
  return [BigInt(Number(rows.find(isNone)?.[1] ?? 0)), { entries }];
}

/** The number of missing values of a column of numbers, and the number that stands for them. */
async function fillOf(
  session: SqlSession,
  source: string,
  value: Expression,
  missing: MissingRule,
): Promise<unknown[]> {
  if (missing === "error" || missing === "drop") return [];
  const own = inSql(value, session.dialect);
  const { double: asDouble, total } = session.dialect;
  const [[nRows, nPresent, sum]] = await session.rows(
    ["count(*)", `count(${own})`, total(own)].map(asDouble),
    source,
  );
  const nMissing = BigInt(Number(nRows) - Number(nPresent));
  if (Number(nPresent) === 0) return [nMissing, null];
  if (missing !== "median") return [nMissing, Number(sum) / Number(nPresent)];
  const [median] = await session.quantiles(source, value, literal(1), [0.5]);
  return [nMissing, median];
}

async function labelsOf(
  session: SqlSession,
  source: string,
  target: Expression,
  type: string,
): Promise<(string | boolean)[]> {
  // Their codes are 0 and 1, also where only one of them occurs.
  if (type === "BOOLEAN") return [false, true];
  const own = inSql(target, session.dialect);
  const rows = await session.rows([own], `${source} GROUP BY ${own} LIMIT ${MOST_LABELS}`);
  return rows
    .flatMap(([label]) => (label === null ? [] : [label as string]))
    .sort((a, b) => (a < b ? -1 : 1));
}

function checkedColumn(
  name: string,
  type: string,
  value: Expression,
  isOfLevels: boolean,
  isFilled: boolean,
): CheckedColumn {
  // Levels of numbers are compared as 64-bit floats too.
  if (isOfLevels && !["BIGINT", "DOUBLE"].includes(type)) {
    const isPresent = cases([[isNull(value), 0]], 1);
    return { name, value, isFilled, isValid: isFilled ? literal(1) : isPresent, rule: "a value" };
  }
  const largest = type === "BIGINT" ? Number.MAX_SAFE_INTEGER : LARGEST;
  return {
    name,
    value,
    isFilled,
    isValid: cases(
      [
        [isNull(value), isFilled ? 1 : 0],
        [isAtMost(abs(value), largest), 1],
      ],
      0,
    ),
    rule: type === "BIGINT" ? "an integer that a 64-bit float holds exactly" : "a finite number",
  };
}

/** A column whose values must be those that it had when the table was opened, since others would be read as the first of them. */
function ofKnownLevels(
  column: CheckedColumn,
  levels: readonly (string | number | boolean)[] | undefined,
): CheckedColumn {
  if (levels === undefined) return column;
  const { value, isValid } = column;
  const known = levels.map((level) => [equals(value, literal(level)), isValid] as const);
  return {
    ...column,
    isValid: cases([[isNull(value), isValid], ...known], 0),
    rule: `${column.rule}${column.rule === "a value" ? "" : " and"} that it had when the table was opened`,
  };
}

/** The features of a column. */
function featuresOf(
  { featureNames, levels, marksMissing, means }: ColumnEncoder,
  value: Expression,
): Expression[] {
  const marks = marksMissing ? 1 : 0;
  const isMissing = cases([[isNull(value), 1]], 0);
  if (levels === undefined) {
    const own = means ? coalesce(value, means[0]) : value;
    return marksMissing ? [own, isMissing] : [own];
  }
  const own = levels.slice(levels.length + marks - featureNames.length).map((level, k) =>
    cases(
      [
        [isNull(value), means?.[k] ?? 0],
        [equals(value, literal(level)), 1],
      ],
      0,
    ),
  );
  return marksMissing ? [...own, isMissing] : own;
}

/** The codes of labels, from 0. */
function codesOf(value: Expression, labels: readonly (string | boolean)[]): Expression {
  return cases(
    labels.map((label, code) => [equals(value, literal(label)), code] as const),
    literal(null),
  );
}
