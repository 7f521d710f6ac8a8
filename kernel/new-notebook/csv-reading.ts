/** How a CSV file is read as numbers: by the options that were given, and for the rest by those that its columns tell. */
import { type CsvOptions, type FileColumns, readCsv } from "smooth-edges/data";

/** What `readCsv` takes besides the path. */
export type ReadingOptions = Omit<CsvOptions, "lineColumn">;

/** A file as it is read. */
export interface CsvReading {
  readonly options: ReadingOptions;
  readonly columns: FileColumns;
  /** By name of a column that is one of numbers in several ways, as `1,234` is, the ways that give different ones. */
  readonly doubts: ReadonlyMap<string, readonly ReadingOptions[]>;
  /** The line of the file in which a row begins, from 1. */
  lineOf(row: number): number;
}

interface Reading {
  readonly way: ReadingOptions;
  readonly options: ReadingOptions;
  readonly columns: FileColumns;
}

/** How numbers are written, the simplest first; in a file of semicolons commas are no separators of thousands. */
const ways: readonly ReadingOptions[] = [
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
 * Where neither `decimal` nor `thousands` is given, the way is taken that makes numbers of most columns and of none that is one of
 * numbers without it texts. Where two ways do that and their numbers differ, it is the plain one.
 *
 * @throws InputError as `readCsv`.
 */
export function readingOf(path: string, given: ReadingOptions): CsvReading {
  const delimiter = given.delimiter ?? delimiterOf(path, given.encoding);
  const read = (way: ReadingOptions): Reading => {
    const options = { ...given, ...way, ...delimiterFor(path, way.decimal ?? given.decimal, delimiter) };
    return { way, options, columns: readCsv(path, options) };
  };
  const plain = read({});
  const isSure = delimiter !== ";" && !Object.values(plain.columns).some(hasTexts);
  if (isSure || given.decimal !== undefined || given.thousands !== undefined)
    return { ...plain, doubts: new Map(), lineOf: linesOf(path, plain.options) };
  const names = Object.keys(plain.columns);
  const nNumbers = ({ columns }: Reading): number => names.filter((name) => !hasTexts(columns[name])).length;
  const marks = marksOf(plain.columns);
  if (delimiter === ";") marks.add(".");
  const readings = ways
    .filter(({ decimal, thousands }) => delimiter !== ";" || decimal === "," || thousands !== ",")
    // Each reads the whole file, and where the marks are none of its own it gives what another gives.
    .filter(({ thousands }) => thousands === undefined || marks.has(thousands))
    .filter(({ decimal, thousands }) => decimal !== "," || thousands === "." || marks.has(","))
    .map(read)
    .filter(({ columns }) =>
      names.every((name) => hasTexts(plain.columns[name]) || !hasTexts(columns[name])),
    );
  const most = Math.max(...readings.map(nNumbers));
  const best = readings.filter((reading) => nNumbers(reading) === most);
  const doubts = new Map(
    names.map((name) => [name, differing(best, name)] as const).filter(([, several]) => several.length > 1),
  );
  const reading = doubts.size === 0 ? best[0] : plain;
  return { ...reading, doubts, lineOf: linesOf(path, reading.options) };
}

/** What stands among digits in the columns of texts that are all digits and marks. */
function marksOf(columns: FileColumns): Set<string> {
  const isOfDigits = (value: FileColumns[string][number]): boolean =>
    typeof value !== "string" || /^[+-]?[\d.,][\d.,'\u2019\s]*(e[+-]?\d+)?$/i.test(value);
  const texts = Object.values(columns).filter((values) => hasTexts(values) && values.every(isOfDigits));
  const marks = texts.flat().flatMap((value) => String(value).match(/[^\d+-]/g) ?? []);
  return new Set(marks.map((mark) => mark.replace("\u2019", "'").replace(/\s/, " ")));
}

/** Reads the file once more when it is first asked, which is seldom. */
function linesOf(path: string, options: ReadingOptions): CsvReading["lineOf"] {
  const lineColumn = "\0"; // no name, as no text of a file has it
  let lines: FileColumns[string] | undefined;
  return (row) => {
    lines ??= readCsv(path, { ...options, lineColumn })[lineColumn];
    return Number(lines[row]);
  };
}

/** Those that give a column other values than those before. */
function differing(readings: readonly Reading[], name: string): ReadingOptions[] {
  const seen: Reading[] = [];
  for (const reading of readings) {
    const values = reading.columns[name];
    if (seen.every(({ columns }) => values.some((value, i) => value !== columns[name][i])))
      seen.push(reading);
  }
  return seen.map(({ way }) => way);
}

export function hasTexts(values: FileColumns[string]): boolean {
  return values.some((value) => typeof value === "string");
}

/** By the first line: a semicolon where it has no comma, a tab or a bar where it has neither; a tab where the name of the file says so. */
function delimiterOf(path: string, encoding: string | undefined): string {
  if (isOfTabs(path)) return "\t";
  // No text has a zero byte, so that each line is one value.
  const [names] = Object.keys(
    readCsv(path, { delimiter: "\0", ...(encoding !== undefined && { encoding }) }),
  );
  return [",", ";", "\t", "|"].find((delimiter) => names.includes(delimiter)) ?? ",";
}

/** Only where `readCsv` would take another one. */
function delimiterFor(path: string, decimal: ReadingOptions["decimal"], delimiter: string): ReadingOptions {
  const usual = decimal === "," ? ";" : ",";
  return delimiter === (isOfTabs(path) ? "\t" : usual) ? {} : { delimiter };
}

function isOfTabs(path: string): boolean {
  return /\.tsv(\.gz)?$/i.test(path);
}
