/** How a CSV file is read as numbers: by the options that were given, and for the rest by those that its columns tell. */
import { type CsvOptions, type FileColumns, readCsv } from "smooth-edges/data";

/** What `readCsv` takes besides the path. */
export type ReadingOptions = Pick<CsvOptions, "delimiter" | "decimal" | "thousands" | "encoding">;

/** A file as it is read. */
export interface CsvReading {
  readonly options: ReadingOptions;
  readonly columns: FileColumns;
  /** By name of a column that is one of numbers in several ways, as `1,234` is, the ways that give different ones. */
  readonly doubts: ReadonlyMap<string, readonly ReadingOptions[]>;
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
    return { ...plain, doubts: new Map() };
  const names = Object.keys(plain.columns);
  const nNumbers = ({ columns }: Reading): number => names.filter((name) => !hasTexts(columns[name])).length;
  const readings = ways
    .filter(({ decimal, thousands }) => delimiter !== ";" || decimal === "," || thousands !== ",")
    .map(read)
    .filter(({ columns }) =>
      names.every((name) => hasTexts(plain.columns[name]) || !hasTexts(columns[name])),
    );
  const most = Math.max(...readings.map(nNumbers));
  const best = readings.filter((reading) => nNumbers(reading) === most);
  const doubts = new Map(
    names.map((name) => [name, differing(best, name)] as const).filter(([, several]) => several.length > 1),
  );
  return { ...(doubts.size === 0 ? best[0] : plain), doubts };
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
