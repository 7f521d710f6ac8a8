/** `smooth-edges new`: a notebook that starts with the data of a CSV file and ends with a certified fit. */
import { existsSync } from "node:fs";
import { dirname, extname, relative, resolve, sep } from "node:path";
import type { FileColumns } from "smooth-edges/data";
import { ColumnError, type FromFrameOptions, fromFrame } from "smooth-edges/frame";
import { type CsvReading, hasTexts, type ReadingOptions, readingOf } from "./csv-reading";
import {
  dataMissing,
  dataTooFew,
  dataUnreadable,
  notebookExists,
  notebookNameInvalid,
  notebookNotWritable,
  responseConstant,
  responseRefused,
  responseUnknown,
} from "./errors";
import { newNotebook } from "./new-notebook";
import { writeNotebook } from "./notebook-format";

const where = "smooth-edges new";

/** Rows that ten folds need. */
const fewest = 10;

/** Most levels of texts that are numbers in part. */
const mostLevels = 20;

const eachHasItsOwn = "it has a text of its own in each row";

/**
 * Writes the notebook and returns what to tell about it.
 *
 * Columns without a name or a value are left out, those of one value or that count the rows, and texts that are all different, dates, or else
 * no categories; the notebook's first cell and what is returned say which and why. Texts of few levels some of which are integers, such as `1`, `2` and `3+` or postcodes, are
 * listed as categorical.
 *
 * @param path of the notebook, which ends in `.ipynb` and must not exist
 * @param data path of a CSV file with a line of names
 * @param response the column to explain
 * @param given how the file is read; what is left out is found by what its columns tell
 * @throws {UsageError} when the data cannot be read, have no such column, one value in it, numbers written otherwise or too few rows and columns, or the
 * notebook is there or cannot be written
 */
export function newNotebookCommand(
  path: string,
  data: string,
  response: string,
  given: ReadingOptions = {},
): string {
  if (extname(path) !== ".ipynb") throw notebookNameInvalid(where, path);
  if (existsSync(path)) throw notebookExists(where, path);
  const reading = read(data, given);
  const { columns, options } = reading;
  const names = Object.keys(columns);
  if (response === "" || !names.includes(response)) throw responseUnknown(where, response, names, data);
  const distinct = new Set(columns[response].filter((value) => value !== null));
  if (distinct.size === 1) throw responseConstant(where, response, data);
  const refusal = refusalOfResponse(response, reading);
  if (refusal !== undefined) throw responseRefused(where, response, refusal);
  const others = names.filter((name) => name !== response);
  const leftOut = new Map<string, string>();
  for (const name of others) {
    const reason = reasonAgainst(name, reading);
    if (reason !== undefined) leftOut.set(name, reason);
  }
  const remarksOnLeftOut = [...leftOut].map(([name, reason]) => `${named(name)} is left out: ${reason}`);
  const features = others.filter((name) => !leftOut.has(name));
  const used = [response, ...features];
  const nComplete = completeRows(used.map((name) => columns[name]));
  const nRows = columns[response].length;
  const fills = 2 * nComplete < nRows && !columns[response].includes(null);
  if (features.length === 0 || (fills ? nRows : nComplete) < fewest) {
    const reasons = [...emptiestOf(used, columns), ...remarksOnLeftOut.slice(0, 3)];
    throw dataTooFew(where, data, nComplete, fewest, features.length, reasons);
  }
  const categorical = features.filter((name) => isOfCodes(columns[name]));
  const remarks = [
    ...remarksOnLeftOut,
    ...[...reading.doubts]
      .filter(([name]) => !leftOut.has(name))
      .map(([name, ways]) => `${named(name)}: ${doubtAbout(columns[name], ways)}`),
    ...used.flatMap((name) => remarkOnWords(name, reading)),
    ...(fills
      ? [
          `${nComplete} of ${nRows} rows have a value in all, so what is missing is filled by the column's mean`,
        ]
      : []),
  ];
  const place = relative(dirname(resolve(path)), resolve(data));
  const notebook = newNotebook({
    data: place.split(sep).join("/"),
    options,
    response,
    values: distinct,
    leftOut: [...leftOut.keys()],
    remarks,
    categorical,
    fills,
    hasTexts: features.some((name) => hasTexts(columns[name])),
  });
  try {
    writeNotebook(path, notebook);
  } catch (error) {
    throw notebookNotWritable(where, path, (error as NodeJS.ErrnoException).code ?? String(error));
  }
  return [
    `Wrote ${path}; open it in JupyterLab or VS Code, or run it with`,
    `  npx smooth-edges run ${quoted(path)}`,
    ...remarks.map((remark) => `Note: ${remark}`),
    "",
  ].join("\n");
}

function read(data: string, given: ReadingOptions): CsvReading {
  if (!existsSync(data)) throw dataMissing(where, data);
  try {
    return readingOf(data, given);
  } catch (error) {
    throw dataUnreadable(where, data, (error as Error).message);
  }
}

/** Why a column is left out; undefined where it is a feature. */
function reasonAgainst(name: string, reading: CsvReading): string | undefined {
  const values = reading.columns[name];
  const nColumns = Object.keys(reading.columns).length;
  const [value, ...others] = new Set(values.filter((each) => each !== null));
  if (name === "") return "it has no name";
  if (value === undefined) return "it has no value";
  if (others.length === 0) return `it has one value, ${JSON.stringify(value)}`;
  if (!hasTexts(values)) {
    // Beside the response alone it may be a year, in which a trend is sought.
    if (nColumns > 2 && countsRows(values)) return "it counts the rows; take it out of `exclude` to keep it";
    return faultOfInfinite(values, reading);
  }
  const refusal = refusalOf(name, values);
  if (1 + others.length === values.length && refusal?.row === undefined)
    return `${eachHasItsOwn}; move it from \`exclude\` to \`categorical\` to keep it`;
  if (refusal === undefined || isOfCodes(values)) return undefined;
  const ways = reading.doubts.get(name);
  return ways === undefined ? inOwnWords(refusal, reading) : doubtAbout(values, ways);
}

function countsRows(values: FileColumns[string]): boolean {
  const first = Number(values[0]);
  return Number.isInteger(first) && values.every((value, i) => value === first + i);
}

/** Of numbers too large for one, or written as infinite. */
function faultOfInfinite(values: FileColumns[string], { lineOf }: CsvReading): string | undefined {
  const row = values.findIndex((value) => Math.abs(Number(value)) === Number.POSITIVE_INFINITY);
  if (row < 0) return undefined;
  const missing = [String(values[row])];
  return `line ${lineOf(row)} must be a finite number, got ${missing}; say ${flags({ missing })} where that stands for a missing value`;
}

/** Whether the texts of a column are few that recur, which have to be called levels as some of them are integers. */
function isOfCodes(values: FileColumns[string]): boolean {
  const texts = values.filter((value) => typeof value === "string");
  const levels = new Set(texts);
  // Decimals, decimal commas and percentages are measures, of which a value that is none only has to be read.
  const [integer, measure] = [/^\s*[+-]?\d+\s*$/, /^\s*[+-]?\d*[.,][\d.,]*\s*%?\s*$|%\s*$/];
  return (
    levels.size <= mostLevels &&
    2 * levels.size <= texts.length &&
    texts.some((text) => integer.test(text)) &&
    !texts.some((text) => measure.test(text)) &&
    refusalOf("x", values) !== undefined &&
    refusalOf("x", values, { categorical: "x" }) === undefined
  );
}

/** What speaks against a column as the response, of numbers or of classes that recur. */
function refusalOfResponse(response: string, reading: CsvReading): string | undefined {
  const values = reading.columns[response];
  if (!hasTexts(values)) return faultOfInfinite(values, reading);
  const refusal =
    refusalOf(response, values, { response }) ??
    (isOfCodes(values) ? undefined : refusalOf(response, values));
  if (refusal?.row === undefined && new Set(values).size === values.length) return eachHasItsOwn;
  if (refusal === undefined) return undefined;
  return inOwnWords(
    refusal,
    reading,
    refusal.remedies.filter((remedy) => !("option" in remedy)),
  );
}

/** What `fromFrame` says against a column, a feature unless it is the response; undefined where it takes it. */
function refusalOf(
  name: string,
  values: FileColumns[string],
  { response = `not ${name}`, categorical = [] }: Partial<FromFrameOptions> = {},
): ColumnError | undefined {
  const frame = { [name]: values, [`not ${name}`]: new Float64Array(values.length) };
  try {
    fromFrame(frame, { response, categorical, missing: "drop" });
    return undefined;
  } catch (error) {
    if (error instanceof ColumnError) return error;
    throw error;
  }
}

/** As one reads it here: the column is named before, and options are those of this command. */
function inOwnWords(
  { row, fault, remedies: all }: ColumnError,
  { lineOf }: CsvReading,
  remedies: ColumnError["remedies"] = all,
): string {
  const ways = remedies.flatMap((remedy) => {
    if ("words" in remedy) return remedy.words;
    if ("readings" in remedy) return `say ${remedy.readings.map(flags).join(" or ")}`;
    return remedy.option === "categorical" ? "move it from `exclude` to `categorical`" : [];
  });
  const place = row === undefined ? "it" : `line ${lineOf(row)}`;
  return `${place} ${fault}${ways.length === 0 ? "" : `; ${ways.join(", or ")}`}`;
}

/** What else the numbers of a column may be. */
function doubtAbout(values: FileColumns[string], ways: readonly ReadingOptions[]): string {
  const example = values.find((value) => value !== null);
  const [first, ...others] = ways.map(flags);
  // Only where semicolons separate values are points doubtful that a computer takes for those of decimals.
  return first === ""
    ? `${example} has decimals behind its point; where points separate thousands, say ${others.join(" or ")}`
    : `${example} is one number by ${first} and another by ${others.join(" or ")}; say which`;
}

/** As this command takes them. */
function flags({ decimal, thousands, missing = [] }: ReadingOptions): string {
  const given = Object.entries({ decimal, thousands }).filter(([, value]) => value !== undefined);
  const all = [...given, ...missing.map((text) => ["missing", text])];
  return all.length === 0 ? "" : `\`${all.map(([name, value]) => `--${name} "${value}"`).join(" ")}\``;
}

function named(column: string): string {
  return column === "" ? "the column without a name" : `\`${column}\``;
}

/** Says what texts make levels of a column where most values are numbers. */
function remarkOnWords(name: string, { columns, lineOf }: CsvReading): string[] {
  const values = columns[name];
  const isWord = (value: unknown): boolean => typeof value === "string" && Number.isNaN(Number(value));
  const words = values.filter(isWord) as string[];
  const nPresent = values.filter((value) => value !== null).length;
  if (words.length === 0 || 2 * words.length >= nPresent) return [];
  const missing = [...new Set(words)];
  const first = `${JSON.stringify(words[0])} in line ${lineOf(values.findIndex(isWord))}`;
  const what = words.length === 1 ? `is no number, ${first}` : `are no numbers, the first ${first}`;
  return [
    `${named(name)} is taken for levels, since ${words.length} of ${nPresent} values ${what}; say ${flags({ missing })} where that stands for a missing value`,
  ];
}

/** Which column has the fewest values, where one lacks some. */
function emptiestOf(names: readonly string[], columns: FileColumns): string[] {
  const lacks = (name: string): number => columns[name].filter((value) => value === null).length;
  const name = names.reduce((most, each) => (lacks(each) > lacks(most) ? each : most));
  return lacks(name) === 0 ? [] : [`${named(name)} lacks ${lacks(name)} of ${columns[name].length} values`];
}

function completeRows(columns: readonly FileColumns[string][]): number {
  return columns[0].filter((_, i) => columns.every((values) => values[i] !== null)).length;
}

/** A path as a shell takes it. */
function quoted(path: string): string {
  return /^[\w./\\:-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
