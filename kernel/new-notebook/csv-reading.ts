/** Reads a CSV file with the given options, and finds the others, such as the decimal mark, from its columns. */
import { type CsvOptions, type FileColumns, readCsv } from "smooth-edges/data";

/** The options of `readCsv`. */
export type ReadingOptions = Omit<CsvOptions, "lineColumn">;

/** The columns of a file and the options by which they were read. */
export interface CsvReading {
  readonly options: ReadingOptions;
  readonly columns: FileColumns;
  /** For each ambiguous column, such as one of `1,234`, the formats that give it different numbers. */
  readonly ambiguities: ReadonlyMap<string, readonly ReadingOptions[]>;
  /** Returns the line of the file in which a row begins, from 1. */
  lineOf(row: number): number;
}

interface Reading {
  readonly format: ReadingOptions;
  readonly options: ReadingOptions;
  readonly columns: FileColumns;
}

/** The formats of numbers, the simplest first. */
const FORMATS: readonly ReadingOptions[] = [
  {},
  { thousands: "," },
  { thousands: " " },
  { thousands: "'" },
  { decimal: "," },
  { decimal: ",", thousands: "." },
  { decimal: ",", thousands: " " },
  { decimal: ",", thousands: "'" },
];

/**
 * Reads a file.
 *
 * Where neither `decimal` nor `thousands` is given, the format is chosen that makes the most columns numeric, among those that keep
 * every column numeric that is so without it. Where several formats do that with different numbers, the plain one is chosen.
 *
 * @throws InputError as `readCsv`.
 */
export function readingOf(path: string, given: ReadingOptions): CsvReading {
  const delimiter = given.delimiter ?? delimiterOf(path, given.encoding);
  const read = (format: ReadingOptions): Reading => {
    const options = {
      ...given,
      ...format,
      ...delimiterFor(path, format.decimal ?? given.decimal, delimiter),
    };
    return { format, options, columns: readCsv(path, options) };
  };
  const plain = read({});
  const isSure = delimiter !== ";" && !Object.values(plain.columns).some(hasTexts);
  if (isSure || given.decimal !== undefined || given.thousands !== undefined)
    return { ...plain, ambiguities: new Map(), lineOf: linesOf(path, plain.options) };
  const names = Object.keys(plain.columns);
  const nNumbers = ({ columns }: Reading): number => names.filter((name) => !hasTexts(columns[name])).length;
  const marks = marksOf(plain.columns);
  if (delimiter === ";") marks.add(".");
  const readings = FORMATS.filter(
    ({ decimal, thousands }) => delimiter !== ";" || decimal === "," || thousands !== ",",
  )
    // Each format reads the whole file, so those whose marks do not occur are skipped.
    .filter(({ thousands }) => thousands === undefined || marks.has(thousands))
    .filter(({ decimal, thousands }) => decimal !== "," || thousands === "." || marks.has(","))
    .map(read)
    .filter(({ columns }) =>
      names.every((name) => hasTexts(plain.columns[name]) || !hasTexts(columns[name])),
    );
  const most = Math.max(...readings.map(nNumbers));
  const best = readings.filter((reading) => nNumbers(reading) === most);
  const ambiguities = new Map(
    names.map((name) => [name, differing(best, name)] as const).filter(([, several]) => several.length > 1),
  );
  const reading = ambiguities.size === 0 ? best[0] : plain;
  return { ...reading, ambiguities, lineOf: linesOf(path, reading.options) };
}

/** Returns the marks between digits, in the columns whose texts consist of digits and marks. */
function marksOf(columns: FileColumns): Set<string> {
  const isNumeric = (value: FileColumns[string][number]): boolean =>
    typeof value !== "string" || /^[+-]?[\d.,][\d.,'\u2019\s]*(e[+-]?\d+)?$/i.test(value);
  const texts = Object.values(columns).filter((values) => hasTexts(values) && values.every(isNumeric));
  const marks = texts.flat().flatMap((value) => String(value).match(/[^\d+-]/g) ?? []);
  return new Set(marks.map((mark) => mark.replace("\u2019", "'").replace(/\s/, " ")));
}

/** Makes the function `lineOf`, which reads the file again on its first, rare, call. */
function linesOf(path: string, options: ReadingOptions): CsvReading["lineOf"] {
  const lineColumn = "\0"; // no name, as no text of a file has it
  let lines: FileColumns[string] | undefined;
  return (row) => {
    lines ??= readCsv(path, { ...options, lineColumn })[lineColumn];
    return Number(lines[row]);
  };
}

/** Returns the formats that give a column different values. */
function differing(readings: readonly Reading[], name: string): ReadingOptions[] {
  const seen: Reading[] = [];
  for (const reading of readings) {
    const values = reading.columns[name];
    if (seen.every(({ columns }) => values.some((value, i) => value !== columns[name][i])))
      seen.push(reading);
  }
  return seen.map(({ format }) => format);
}

/** Whether a column has texts, so that it is not numeric. */
export function hasTexts(values: FileColumns[string]): boolean {
  return values.some((value) => typeof value === "string");
}

/** Finds the delimiter: a tab by the name of the file, or else the first of comma, semicolon, tab, bar and space before a quote in the first line. */
function delimiterOf(path: string, encoding: string | undefined): string {
  if (isTabSeparated(path)) return "\t";
  // No text contains a zero byte, so each line is one value.
  const [names] = Object.keys(
    readCsv(path, { delimiter: "\0", ...(encoding !== undefined && { encoding }) }),
  );
  return (
    [",", ";", "\t", "|"].find((delimiter) => names.includes(delimiter)) ?? (names.includes(' "') ? " " : ",")
  );
}

/** Returns the option for a delimiter, or none where it is the default of `readCsv`. */
function delimiterFor(path: string, decimal: ReadingOptions["decimal"], delimiter: string): ReadingOptions {
  const usual = decimal === "," ? ";" : ",";
  return delimiter === (isTabSeparated(path) ? "\t" : usual) ? {} : { delimiter };
}

function isTabSeparated(path: string): boolean {
  return /\.tsv(\.gz)?$/i.test(path);
}
