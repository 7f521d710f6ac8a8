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
  responseUnknown,
} from "./errors";
import { newNotebook, type Question } from "./new-notebook";
import { writeNotebook } from "./notebook-format";

/** Columns by name; null where a value is missing. */
type Columns = ReturnType<typeof readCsv>;

const where = "smooth-edges new";

/** Rows that ten folds need. */
const fewest = 10;

/**
 * Writes the notebook and returns what to tell about it.
 *
 * Columns without a name are left out, and texts that are all different, dates, or else no categories.
 *
 * @param path of the notebook, which ends in `.ipynb` and must not exist
 * @param data path of a CSV file with a line of names
 * @param response the column to explain
 * @throws {UsageError} when the data cannot be read, have no such column, one value in it or too few rows and columns, or the
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
  const leftOut = others.filter((name) => name === "" || isNoFeature(columns[name]));
  const features = others.filter((name) => !leftOut.includes(name));
  const nRows = completeRows([response, ...features].map((name) => columns[name]));
  if (features.length === 0 || nRows < fewest) throw dataTooFew(where, data, nRows, fewest, features.length);
  const distinct = new Set(columns[response].filter((value) => value !== null));
  if (distinct.size < 2) throw responseConstant(where, response, data);
  const place = relative(dirname(resolve(path)), resolve(data));
  const notebook = newNotebook({
    data: place.split(sep).join("/"),
    options,
    response,
    values: distinct,
    leftOut,
    hasTexts: features.some((name) => columns[name].some((value) => typeof value === "string")),
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

/** Those of a file whose first line has semicolons and no commas, as spreadsheets write where decimals follow a comma. */
function optionsFor(data: string): Question["options"] {
  if (!(existsSync(data) && /^[^,\n]*;/.test(readFileSync(data, "utf8")))) return {};
  const semicolons = { delimiter: ";" };
  const values = Object.values(columnsOf(data, semicolons)).flat();
  const hasCommas = values.some((value) => typeof value === "string" && /^[+-]?\d+,\d+$/.test(value));
  return hasCommas ? { decimal: "," } : semicolons;
}

/** Whether a column has texts that are all different, as few keys are, or that `fromFrame` refuses. */
function isNoFeature(values: Columns[string]): boolean {
  if (!values.some((value) => typeof value === "string")) return false;
  if (values.every((value) => value !== null) && new Set(values).size === values.length) return true;
  try {
    fromFrame({ x: values, y: new Float64Array(values.length) }, { response: "y", missing: "drop" });
    return false;
  } catch {
    return true;
  }
}

function completeRows(columns: readonly Columns[string][]): number {
  return columns[0].filter((_, i) => columns.every((values) => values[i] !== null)).length;
}

/** A path as a shell takes it. */
function quoted(path: string): string {
  return /^[\w./\\:-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
