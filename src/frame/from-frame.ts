import { type DateFormats, dateReaders } from "../data/files/date-format";
import type { DesignInput } from "../design/design-input";
import { checkFeatureNames, defaultFeatureNames } from "../design/design-matrix";
import { columnSource } from "../design/sources/read-table";
import type { ColumnSource } from "../design/sources/source";
import { isOrAre } from "../display/formatting";
import { emptyTable, InputError, listOf, mustBe, show, standsForMissing } from "../errors";
import { checkChoice, checkKeys, didYouMean } from "../options";
import type { ColumnEncoder, FrameColumn } from "./column-encoder";
import { completeRows, isMissing, type MissingRule, meansOf, medianOf, missingRules } from "./column-encoder";
import { type ColumnResponse, FrameData, type FrameResponse, responseOf } from "./frame-data";
import { FrameEncoder } from "./frame-encoder";
import {
  type DropRule,
  dropRules,
  learnLevelColumn,
  levelColumn,
  type UnknownRule,
  unknownRules,
} from "./level-column";
import { learnNumberColumn, numberColumn } from "./number-column";

/** Options of {@link fromFrame}: which column is the response, which are features, and what missing values and texts become. */
export interface FromFrameOptions {
  /** The column to predict; several for several tasks, or `["time", "event"]`. */
  readonly response: string | readonly string[];
  /** The column, or columns, to predict from, in this order. Default: all others, in the frame's. */
  readonly features?: string | readonly string[];
  /** The column, or columns, that are no features, such as names of rows and dates; without `features`. Default: none. */
  readonly exclude?: string | readonly string[];
  /**
   * The column, or columns, whose values are levels although they are numbers, truth values, or texts that are refused.
   * Default: none.
   */
  readonly categorical?: string | readonly string[];
  /**
   * The formats of columns of dates by their names, such as `{ admitted: "DD.MM.YYYY" }`; the tokens are those of `readCsv`. Texts of the
   * format, and values of `Date`, become days since 1970-01-01. Default: none, and dates are refused.
   */
  readonly dates?: DateFormats;
  /**
   * The treatment of missing values: null, undefined, NaN and empty texts. `"drop"` leaves their rows out, `"mean"` reads the
   * mean of the training data and `"median"` their median, both of levels their shares, and `"level"` adds a feature `column=(missing)` to
   * columns that have some: a level of texts, and beside the mean of numbers. Of the response none may be missing then. Default: `"error"`.
   */
  readonly missing?: MissingRule;
  /**
   * Which level has no indicator of its own, and so is the baseline that others are compared with: the first in ascending
   * order of those columns that have two levels, `"first"` of any number, or `"none"`. Default: `"ifBinary"`, since with a
   * penalty the choice among more than two would matter.
   */
  readonly drop?: DropRule;
  /** The rule for a new frame's level that the training data lack: `"error"`, or `"zero"` for indicators of 0. Default: `"error"`. */
  readonly unknown?: UnknownRule;
  /** Whether `X` is a sparse matrix, for columns of very many levels. Default: false. */
  readonly sparse?: boolean;
}

/** Names of the response in other libraries. */
const otherNames = Object.fromEntries(
  ["target", "y", "label", "labels", "outcome"].map((word) => [word, 'did you mean "response"?']),
);

const keys = [
  "response",
  "features",
  "exclude",
  "categorical",
  "dates",
  "missing",
  "drop",
  "unknown",
  "sparse",
];

/**
 * Reads a data frame for a model: numbers as they are, texts as indicators of their levels, missing values by a rule.
 *
 * Columns of numbers, bigints and truth values are features of the same name, and false is 0. A column of texts becomes one
 * feature `column=level` for each of its levels in ascending order, in one group for group penalties. Refused are texts that are
 * no categories, unless `categorical` names their column: dates, numbers, and those of 20 rows or more whose levels are more than
 * half as many as the rows. So is a response of texts that are all dates, or all numbers written otherwise, as `322,35` is.
 *
 * @param frame of danfojs, Arquero, Arrow, Polars, a result of DuckDB, columns by name, records, rows or a matrix; columns of
 * what has no names are called `x0`, `x1`, ...
 * @returns `X`, `y`, `groups`, `featureNames`, the `rows` that were read, and `encode` for new frames.
 * @throws InputError naming the option that is not as it must be, or column and row (from 0) of the first value that is
 * missing, of another kind than the others of its column, a date, no finite number, or an integer no 64-bit float holds.
 * @see scikit-learn, `OneHotEncoder`, whose words `drop` and `unknown` are
 * @example
 * ```ts
 * const frame = { area: [50, 70, 90, 60], city: ["Ulm", "Bonn", "Kiel", "Ulm"], rent: [9, 14, 15, 10] };
 * const data = fromFrame(frame, { response: "rent" });
 * data.featureNames; // ["area", "city=Bonn", "city=Kiel", "city=Ulm"]
 * const fit = new SmoothGroupLasso({ groups: data.groups, lambda: 0.1 }).fit(data.X, data.y);
 * fit.predict(data.encode({ city: ["Kiel"], area: [80] })).length; // 1
 * ```
 */
export function fromFrame(
  frame: DesignInput,
  options: FromFrameOptions & { readonly response: string },
): FrameData<ColumnResponse>;
/** Does the same where `response` may name several columns, whose `y` is a table then. @throws InputError as with one. */
export function fromFrame(frame: DesignInput, options: FromFrameOptions): FrameData;
export function fromFrame(frame: DesignInput, options: FromFrameOptions): FrameData {
  const where = "fromFrame";
  checkKeys(where, options, keys, 'name the response, as in { response: "y" }', otherNames);
  const rules = checkRules(where, options);
  const { missing, drop, unknown, sparse } = rules;
  const { source, names, valuesOf } = tableOf(where, frame);
  const { nRows } = source;
  const { responses, features, categorical } = columnsOf(where, options, names);
  const { dates = {} } = options;
  const rule = "formats of features that are not categorical";
  const others = features.filter((name) => !categorical.has(name));
  const dateColumns = dateReaders(where, dates, others, rule);

  const values = new Map([...responses, ...features].map((name) => [name, valuesOf(name)]));
  const rows = missing === "drop" ? keptRows(where, values, nRows) : rowsUpTo(nRows);
  const columnOf = (name: string): FrameColumn => ({ name, values: values.get(name)!, rows });
  const y: FrameResponse = responseOf(where, responses.map(columnOf));
  const learning = { drop, unknown, missing };
  const columns = features.map((name): ColumnEncoder => {
    const column = columnOf(name);
    const isRequested = categorical.has(name);
    if (dateColumns.has(name)) return learnNumberColumn(where, column, missing, dates[name]);
    return isRequested || typeof firstValue(column) === "string"
      ? learnLevelColumn(where, column, { ...learning, isRequested })
      : learnNumberColumn(where, column, missing);
  });
  const encoder = new FrameEncoder(where, { columns, drop, unknown, sparse });
  const nFilled = features.map((name) => missingOf(columnOf(name)));
  return new FrameData({
    X: encoder.encodeRows(where, source, rows),
    y,
    rows,
    nRows,
    nFilled,
    encoder,
    source,
    responseParts: { columns: responses },
    missing,
    response: (fresh, some) => responseOf("response", freshColumns("response", fresh, responses, some)),
    learn: (at, some) => {
      const own = columns.map((column) =>
        relearnColumn(at, column, { name: column.name, values: values.get(column.name)!, rows: some }, rules),
      );
      return new FrameEncoder(at, { columns: own, drop, unknown, sparse });
    },
  });
}

/** The options that say how values become numbers. */
type EncodingRules = Required<Pick<FromFrameOptions, "missing" | "drop" | "unknown" | "sparse">>;

/** Fills in the defaults. @throws InputError when an option is none of its words. */
export function checkRules(where: string, options: Partial<FromFrameOptions>): EncodingRules {
  const { missing = "error", drop = "ifBinary", unknown = "error", sparse = false } = options;
  if (!missingRules.includes(missing)) throw mustBe(where, "missing", listOf(missingRules, "or"), missing);
  checkChoice(where, "drop", drop, dropRules);
  checkChoice(where, "unknown", unknown, unknownRules);
  checkChoice(where, "sparse", sparse, [true, false]);
  return { missing, drop, unknown, sparse };
}

/** A frame, the names of its columns, and their values by name. */
interface NamedTable {
  readonly source: ColumnSource;
  readonly names: readonly string[];
  valuesOf(name: string): ArrayLike<unknown>;
}

/** A column without a name may be there, as long as nothing reads it. @throws InputError when the frame has no rows or columns, or two of one name. */
export function tableOf(where: string, frame: DesignInput): NamedTable {
  const source = columnSource(where, "X", frame);
  const { nRows, nColumns } = source;
  if (nRows === 0 || nColumns === 0) throw emptyTable(where, "X", nRows, nColumns);
  const names = source.names ?? defaultFeatureNames(nColumns);
  checkFeatureNames(where, names, []);
  const places = new Map(names.map((name, j) => [name, j]));
  return { source, names, valuesOf: (name) => source.column(places.get(name) as number) };
}

/** The columns of a new frame by name, in some of its rows. Default: in all. @throws InputError naming one that is missing. */
export function freshColumns(
  where: string,
  frame: DesignInput,
  names: readonly string[],
  some?: Int32Array,
): FrameColumn[] {
  const { source, names: known, valuesOf } = tableOf(where, frame);
  const rows = some ?? rowsUpTo(source.nRows);
  return names.map((name) => {
    if (!known.includes(name))
      throw mustBe(where, "a response", "a column of the frame", name, didYouMean(name, known));
    return { name, values: valuesOf(name), rows };
  });
}

/** Learns the imputed values of a column from other rows; its levels and features stay. */
export function relearnColumn(
  where: string,
  learnt: ColumnEncoder,
  column: FrameColumn,
  { missing, drop, unknown }: EncodingRules,
): ColumnEncoder {
  const { name, levels, marksMissing, means, dateFormat, featureNames } = learnt;
  if (means === undefined) return learnt;
  if (levels === undefined) {
    const own = numberColumn(name, undefined, false, dateFormat);
    const imputed = missing === "median" ? medianOf(where, own, column) : meansOf(where, own, column);
    return numberColumn(name, marksMissing ? [...imputed, 1] : imputed, marksMissing, dateFormat);
  }
  if (marksMissing) return learnt;
  const dropped = featureNames.length < levels.length ? drop : "none";
  const own = { name, levels, drop: dropped, unknown, marksMissing };
  return levelColumn({ ...own, means: meansOf(where, levelColumn({ ...own, means: undefined }), column) });
}

interface ChosenColumns {
  readonly responses: readonly string[];
  readonly features: readonly string[];
  readonly categorical: ReadonlySet<string>;
}

function columnsOf(where: string, options: FromFrameOptions, names: readonly string[]): ChosenColumns {
  const { response } = options;
  if (typeof response !== "string" && !Array.isArray(response))
    throw mustBe(where, "response", "the name of a column, or several", response);
  const responses = listedNames(response);
  const isResponse = new Set(responses);
  const others = names.filter((name) => !isResponse.has(name));
  const categorical = listedNames(options.categorical ?? []);
  const exclude = listedNames(options.exclude ?? []);
  if (names.length === 1 && responses.length > 0 && !isResponse.has(names[0]) && /[;\t]/.test(names[0]))
    throw columnsInOne(where, responses, names[0]);
  checkNames(where, "response", responses, names, "a column of the frame");
  checkNames(where, "exclude", exclude, others, "a column of the frame that is no response");
  if (options.features && exclude.length > 0)
    throw new InputError(`${where}: exclude must come without features, got both`);
  const isExcluded = new Set(exclude);
  const features = listedNames(options.features ?? others.filter((name) => !isExcluded.has(name)));
  if (!options.features && features.length === 0 && exclude.length > 0)
    throw mustBe(where, "exclude", "fewer than all columns that are no response", exclude);
  checkNames(where, "features", features, others, "a column of the frame that is no response");
  checkNames(where, "categorical", categorical, features, "one of the features");
  checkFeatureNames(where, names, [...responses, ...features]);
  return { responses, features, categorical: new Set(categorical) };
}

/** Returns a list of names; a single name is a list of one. */
export function listedNames(given: string | readonly string[]): readonly string[] {
  return typeof given === "string" ? [given] : given;
}

/** Returns the error for a file that was read with a wrong delimiter. */
function columnsInOne(where: string, responses: readonly string[], name: string): InputError {
  const delimiter = show(name.includes(";") ? ";" : "\t");
  const remedy = `there is only ${show(name)}, so name the delimiter of the file: readCsv(path, { delimiter: ${delimiter} })`;
  return mustBe(where, "response", "a column of the frame", responses[0], remedy);
}

function checkNames(
  where: string,
  what: string,
  given: readonly string[],
  known: readonly string[],
  rule: string,
): void {
  if (!Array.isArray(given)) throw mustBe(where, what, "a list of names of columns", given);
  if (given.length === 0 && (what === "response" || what === "features"))
    throw mustBe(where, what, "the name of at least one column", given);
  const isKnown = new Set(known);
  const seen = new Set<string>();
  given.forEach((name) => {
    if (!isKnown.has(name)) {
      const columns = known.length > 0 ? `there ${isOrAre(known.length)} ${listOf(known, "and")}` : undefined;
      throw mustBe(where, what, rule, name, didYouMean(name, known) ?? columns);
    }
    if (seen.has(name)) throw mustBe(where, what, "distinct names", name);
    seen.add(name);
  });
}

/** Returns all rows. */
export function rowsUpTo(nRows: number): Int32Array {
  return Int32Array.from({ length: nRows }, (_, i) => i);
}

/** Returns the first value that determines the kind of a column. */
export function firstValue({ values, rows }: FrameColumn): unknown {
  const isThere = (i: number): boolean => !isMissing(values[i]);
  const row = rows.find((i) => isThere(i) && !standsForMissing(values[i])) ?? rows.find(isThere);
  return row === undefined ? undefined : values[row];
}

/** Returns the number of missing values of a column. */
export function missingOf({ values, rows }: FrameColumn): number {
  return rows.reduce((count, i) => count + (isMissing(values[i]) ? 1 : 0), 0);
}

/** Returns the rows without a missing value. @throws InputError when there is none. */
export function keptRows(
  where: string,
  values: ReadonlyMap<string, ArrayLike<unknown>>,
  nRows: number,
): Int32Array {
  const rows = completeRows([...values.values()], nRows);
  if (rows.length > 0) return rows;
  const counts = [...values].map(([name, column]) => ({
    name,
    count: Array.from(column).filter(isMissing).length,
  }));
  const { name, count } = counts.reduce((most, each) => (each.count > most.count ? each : most));
  throw new InputError(
    `${where}: at least one row must have all values, got none; column ${JSON.stringify(name)} lacks ${count} of ${nRows}`,
  );
}
