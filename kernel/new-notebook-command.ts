/** `smooth-edges new`: a notebook that starts with the data of a CSV file and ends with a certified fit. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, extname, relative, resolve, sep } from "node:path";
import { readCsv } from "smooth-edges/data";
import { fromFrame } from "smooth-edges/frame";
import {
  dataTooFew,
  dataUnreadable,
  notebookExists,
  notebookNameInvalid,
  notebookNotWritable,
  responseConstant,
  responseRefused,
  responseUnknown,
} from "./errors";
import { newNotebook, type Question } from "./new-notebook";
import { writeNotebook } from "./notebook-format";

/** Columns by name; null where a value is missing. */
type Columns = ReturnType<typeof readCsv>;

const where = "smooth-edges new";

/** Rows that ten folds need. */
const fewest = 10;

/** Most levels of texts that are numbers in part. */
const mostLevels = 20;

/**
 * Writes the notebook and returns what to tell about it.
 *
 * Columns without a name are left out, and texts that are all different, dates, or else no categories. Texts of few levels some of
 * which are integers, such as `1`, `2` and `3+` or postcodes, are listed as categorical.
 *
 * @param path of the notebook, which ends in `.ipynb` and must not exist
 * @param data path of a CSV file with a line of names
 * @param response the column to explain
 * @throws {UsageError} when the data cannot be read, have no such column, one value in it, numbers written otherwise or too few rows and columns, or the
 * notebook is there or cannot be written
 */
export function newNotebookCommand(path: string, data: string, response: string): string {
  if (extname(path) !== ".ipynb") throw notebookNameInvalid(where, path);
  if (existsSync(path)) throw notebookExists(where, path);
  const options = optionsFor(data);
  const columns = columnsOf(data, options);
  const names = Object.keys(columns);
  if (response === "" || !names.includes(response)) throw responseUnknown(where, response, names, data);
  const others = names.filter((name) => name !== response);
  const roles = new Map(others.map((name) => [name, name === "" ? "none" : roleOf(columns[name])]));
  const features = others.filter((name) => roles.get(name) !== "none");
  const nRows = completeRows([response, ...features].map((name) => columns[name]));
  if (features.length === 0 || nRows < fewest) throw dataTooFew(where, data, nRows, fewest, features.length);
  const distinct = new Set(columns[response].filter((value) => value !== null));
  if (distinct.size < 2) throw responseConstant(where, response, data);
  checkResponse(response, columns[response]);
  const place = relative(dirname(resolve(path)), resolve(data));
  const notebook = newNotebook({
    data: place.split(sep).join("/"),
    options,
    response,
    values: distinct,
    leftOut: others.filter((name) => roles.get(name) === "none"),
    categorical: features.filter((name) => roles.get(name) === "levels"),
    hasTexts: features.some((name) => hasTexts(columns[name])),
  });
  try {
    writeNotebook(path, notebook);
  } catch (error) {
    throw notebookNotWritable(where, path, (error as NodeJS.ErrnoException).code ?? String(error));
  }
  return `Wrote ${path}; open it in JupyterLab or VS Code, or run it with\n  npx smooth-edges run ${quoted(path)}\n`;
}

function columnsOf(data: string, options: Question["options"]): Columns {
  try {
    return readCsv(data, options);
  } catch (error) {
    throw dataUnreadable(where, data, (error as Error).message);
  }
}

/** Those by which a file is read as numbers. */
function optionsFor(data: string): Question["options"] {
  const isOfSemicolons = existsSync(data) && /^[^,\n]*;/.test(readFileSync(data, "utf8"));
  return isOfSemicolons ? optionsForSemicolons(data) : optionsForCommas(data);
}

/** Those of a file whose first line has semicolons and no commas, as spreadsheets write where decimals follow a comma. */
function optionsForSemicolons(data: string): Question["options"] {
  const semicolons = { delimiter: ";" };
  const values = Object.values(columnsOf(data, semicolons)).flat();
  const hasCommas = values.some((value) => typeof value === "string" && /^[+-]?\d+,\d+$/.test(value));
  return hasCommas ? { decimal: "," } : semicolons;
}

/** Decimal commas or separators of thousands where a column is one of numbers by them alone, and none is lost; `1,234` is by both. */
function optionsForCommas(data: string): Question["options"] {
  const plain = columnsOf(data, {});
  const names = Object.keys(plain).filter((name) => hasTexts(plain[name]));
  if (names.length === 0) return {};
  const tabs = /\.tsv(\.gz)?$/i.test(data);
  const decimals: Question["options"] = tabs ? { decimal: "," } : { decimal: ",", delimiter: "," };
  const ways = [decimals, { thousands: "," } as const];
  const [byDecimals, byThousands] = ways.map((options) => columnsOf(data, options));
  const tells = (columns: Columns, others: Columns): boolean =>
    Object.keys(plain).every((name) => hasTexts(plain[name]) || !hasTexts(columns[name])) &&
    names.some((name) => !hasTexts(columns[name]) && hasTexts(others[name]));
  if (tells(byDecimals, byThousands)) return ways[0];
  return tells(byThousands, byDecimals) ? ways[1] : {};
}

function hasTexts(values: Columns[string]): boolean {
  return values.some((value) => typeof value === "string");
}

/** @throws {UsageError} with the words of `fromFrame`. */
function checkResponse(response: string, values: Columns[string]): void {
  try {
    fromFrame(
      { [response]: values, [`${response}0`]: new Float64Array(values.length) },
      { response, missing: "drop" },
    );
  } catch (error) {
    throw responseRefused(where, response, (error as Error).message);
  }
}

/**
 * What a column is to `fromFrame`: a feature as it is, one of levels that has to be called so, or none, as texts are that are all
 * different, as few keys are, or that it refuses.
 */
function roleOf(values: Columns[string]): "feature" | "levels" | "none" {
  const texts = values.filter((value) => typeof value === "string");
  if (texts.length === 0) return "feature";
  const levels = new Set(texts);
  if (levels.size === values.length) return "none";
  if (isTaken(values)) return "feature";
  const recur = levels.size <= mostLevels && 2 * levels.size <= texts.length;
  // Decimals, decimal commas and percentages are measures, of which a value that is none only has to be read.
  const [integer, measure] = [/^\s*[+-]?\d+\s*$/, /^\s*[+-]?\d*[.,][\d.,]*\s*%?\s*$|%\s*$/];
  const isOfCodes = texts.some((text) => integer.test(text)) && !texts.some((text) => measure.test(text));
  return recur && isOfCodes && isTaken(values, "x") ? "levels" : "none";
}

function isTaken(values: Columns[string], categorical: string | readonly string[] = []): boolean {
  try {
    const frame = { x: values, y: new Float64Array(values.length) };
    fromFrame(frame, { response: "y", categorical, missing: "drop" });
    return true;
  } catch {
    return false;
  }
}

function completeRows(columns: readonly Columns[string][]): number {
  return columns[0].filter((_, i) => columns.every((values) => values[i] !== null)).length;
}

/** A path as a shell takes it. */
function quoted(path: string): string {
  return /^[\w./\\:-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
