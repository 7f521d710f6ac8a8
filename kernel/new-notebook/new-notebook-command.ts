/** `smooth-edges new`: a notebook that starts with the data of a CSV file and ends with a certified fit. */
import { existsSync } from "node:fs";
import { dirname, extname, relative, resolve, sep } from "node:path";
import type { FileColumns } from "smooth-edges/data";
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
} from "../errors";
import { writeNotebook } from "../runner/notebook-format";
import {
  doubtAbout,
  isOfCodes,
  named,
  reasonAgainst,
  refusalOfResponse,
  remarkOnWords,
} from "./column-roles";
import { type CsvReading, hasTexts, type ReadingOptions, readingOf } from "./csv-reading";
import { newNotebook } from "./new-notebook";

const where = "smooth-edges new";

/** Rows that ten folds need. */
const fewest = 10;

/**
 * Writes the notebook and returns what to tell about it.
 *
 * Columns without a name or a value are left out, those of one value or that count the rows, and texts that are all different, dates, or
 * else no categories; the notebook's first cell and what is returned say which and why. Texts of few levels some of which are integers,
 * such as `1`, `2` and `3+` or postcodes, are listed as categorical.
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
  const fills = nComplete < Math.max(nRows / 2, fewest) && !columns[response].includes(null);
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
