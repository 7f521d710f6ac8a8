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

/**
 * Writes the notebook and returns what to tell about it.
 *
 * Columns without a name or a value are left out, and texts that are all different, dates, or else no categories; the notebook's first cell and
 * what is returned say which and why. Texts of few levels some of which are integers, such as `1`, `2` and `3+` or postcodes, are
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
  const others = names.filter((name) => name !== response);
  const roles = new Map(others.map((name) => [name, name === "" ? "none" : roleOf(columns[name])]));
  const features = others.filter((name) => roles.get(name) !== "none");
  const used = [response, ...features];
  const nComplete = completeRows(used.map((name) => columns[name]));
  const nRows = columns[response].length;
  const fills = 2 * nComplete < nRows && !columns[response].includes(null);
  if (features.length === 0 || (fills ? nRows : nComplete) < fewest)
    throw dataTooFew(where, data, nComplete, fewest, features.length, emptiestOf(used, columns));
  const distinct = new Set(columns[response].filter((value) => value !== null));
  if (distinct.size < 2) throw responseConstant(where, response, data);
  const refusal = refusalOf(response, columns[response], { response });
  if (refusal !== undefined) throw responseRefused(where, response, inOwnWords(refusal));
  const leftOut = others.filter((name) => roles.get(name) === "none");
  const categorical = features.filter((name) => roles.get(name) === "levels");
  const remarks = [
    ...leftOut.map((name) => `${named(name)} is left out: ${reasonFor(name, reading)}`),
    ...[...reading.doubts.keys()]
      .filter((name) => !leftOut.includes(name))
      .map((name) => `${named(name)}: ${reasonFor(name, reading)}`),
    ...[response, ...categorical].flatMap((name) => remarkOnWords(name, columns[name])),
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
    leftOut,
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

/**
 * What a column is to `fromFrame`: a feature as it is, one of levels that has to be called so, or none, as what has no value, and as
 * texts are that are all different, as few keys are, or that it refuses.
 */
function roleOf(values: FileColumns[string]): "feature" | "levels" | "none" {
  const texts = values.filter((value) => typeof value === "string");
  if (texts.length === 0) return values.every((value) => value === null) ? "none" : "feature";
  const levels = new Set(texts);
  if (levels.size === values.length) return "none";
  if (!refusalOf("x", values)) return "feature";
  const recur = levels.size <= mostLevels && 2 * levels.size <= texts.length;
  // Decimals, decimal commas and percentages are measures, of which a value that is none only has to be read.
  const [integer, measure] = [/^\s*[+-]?\d+\s*$/, /^\s*[+-]?\d*[.,][\d.,]*\s*%?\s*$|%\s*$/];
  const isOfCodes = texts.some((text) => integer.test(text)) && !texts.some((text) => measure.test(text));
  return recur && isOfCodes && !refusalOf("x", values, { categorical: "x" }) ? "levels" : "none";
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
function inOwnWords({ row, fault, remedies }: ColumnError): string {
  const ways = remedies.flatMap((remedy) => {
    if ("words" in remedy) return remedy.words;
    if ("readings" in remedy) return `say ${remedy.readings.map(flags).join(" or ")}`;
    return remedy.option === "categorical" ? "list it in categorical of fromFrame" : [];
  });
  return `${row === undefined ? "it" : `row ${row}`} ${fault}; ${ways.join(", or ")}`;
}

/** Why a column is left out, or what else its numbers may be. */
function reasonFor(name: string, { columns, doubts }: CsvReading): string {
  const values = columns[name];
  const several = doubts.get(name);
  if (several !== undefined) {
    const example = values.find((value) => value !== null);
    const [first, ...others] = several.map(flags);
    // Only where semicolons separate values are points doubtful that a computer takes for those of decimals.
    return first === ""
      ? `${example} has decimals behind its point; where points separate thousands, say ${others.join(" or ")}`
      : `${example} is one number by ${first} and another by ${others.join(" or ")}; say which`;
  }
  if (name === "") return "it has no name";
  if (values.every((value) => value === null)) return "it has no value";
  const refusal = refusalOf(name, values);
  return refusal === undefined ? "it has a text of its own in each row" : inOwnWords(refusal);
}

/** As this command takes them. */
function flags({ decimal, thousands }: ReadingOptions): string {
  const given = Object.entries({ decimal, thousands }).filter(([, value]) => value !== undefined);
  return given.length === 0 ? "" : `\`${given.map(([name, value]) => `--${name} "${value}"`).join(" ")}\``;
}

function named(column: string): string {
  return column === "" ? "the column without a name" : `\`${column}\``;
}

/** Names the first text that is no number where most are. */
function remarkOnWords(name: string, values: FileColumns[string]): string[] {
  const texts = values.filter((value) => typeof value === "string");
  const words = texts.filter((text) => Number.isNaN(Number(text)));
  if (words.length === 0 || 2 * words.length >= texts.length) return [];
  return [`${named(name)} is taken for levels, since ${JSON.stringify(words[0])} is no number`];
}

/** Which column has the fewest values, where one lacks some. */
function emptiestOf(names: readonly string[], columns: FileColumns): string {
  const lacks = (name: string): number => columns[name].filter((value) => value === null).length;
  const name = names.reduce((most, each) => (lacks(each) > lacks(most) ? each : most));
  return lacks(name) === 0 ? "" : `; ${named(name)} lacks ${lacks(name)} of ${columns[name].length} values`;
}

function completeRows(columns: readonly FileColumns[string][]): number {
  return columns[0].filter((_, i) => columns.every((values) => values[i] !== null)).length;
}

/** A path as a shell takes it. */
function quoted(path: string): string {
  return /^[\w./\\:-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
