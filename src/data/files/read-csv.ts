import { counted } from "../../display/formatting";
import { InputError, mustBe, show } from "../../errors";
import { isCode } from "../../number-texts";
import { checkChoice, checkKeys } from "../../options";
import { type DateFormats, dateAt, dateReaders } from "./date-format";
import { decoded, isGzipped, readText, unzippedAsync } from "./read-bytes";
import { checkColumnNames, columnsOfTexts, type FileColumns, USUAL_MISSING } from "./table-columns";

/** Options of {@link readCsv}: how the file writes numbers, missing values and dates. What is not given is found from its first lines. */
export interface CsvOptions {
  /** One character. Default: a tab in a `.tsv` file, a semicolon where `decimal` is a comma, else a comma. */
  readonly delimiter?: string;
  /**
   * The mark before the decimals of a number: `","` for `1,5`, as in German files. With `delimiter: ","` numbers with decimals
   * have to stand in quotes, `"1,5"`. Default: `"."`.
   */
  readonly decimal?: "." | ",";
  /**
   * The mark between groups of three digits before the decimals: `","` for `1,234.5`, in quotes where commas separate values,
   * and with `decimal: ","` a point, for `1.234,5`. `" "` is a space of any kind, also one that keeps a line from breaking there
   * (U+00A0, U+2009, U+202F), as in French files, and `"'"` an apostrophe, straight or not (U+2019), as in Swiss ones. A text
   * whose groups are others is no number. Default: nothing.
   */
  readonly thousands?: "," | "." | " " | "'";
  /** Whether the first line has the names of the columns; else they are `x0`, `x1`, ... Default: true. */
  readonly header?: boolean;
  /** How letters are written as bytes: `"latin1"` for files of older programs. Default: `"utf-8"`. */
  readonly encoding?: string;
  /** Further texts for missing values, such as `["-", "999"]`. Default: none. */
  readonly missing?: readonly string[];
  /**
   * Whether the usual texts stand for missing values too; without them only empty values and those of `missing` do, where a column has
   * the level `None`, say. Default: true.
   */
  readonly usualMissing?: boolean;
  /**
   * The formats of columns of dates by their names, such as `{ admitted: "DD.MM.YYYY", seen: "M/D/YY HH:mm" }`. They become days since
   * 1970-01-01, with the time of day as a fraction; a text of another format is an error. The year is `YYYY` or `YY`, the month `MM`, `M` or
   * `MMM` (Jan), the day `DD` or `D`, the hour `HH` or `H`, with `A` (AM or PM) `hh` or `h`, the minute `mm` and the second `ss`; a single letter
   * takes one digit or two. Default: none, and dates remain texts.
   */
  readonly dates?: DateFormats;
  /** The name of one more column, the last: of the line in which each row begins, from 1. Default: none. */
  readonly lineColumn?: string;
}

/** The characters that an option `thousands` stands for, in a class of a regular expression. */
const separators = { ",": ",", ".": ".", " ": " \\u00A0\\u2009\\u202F", "'": "'\\u2019" };

const optionNames = [
  "delimiter",
  "decimal",
  "thousands",
  "header",
  "encoding",
  "missing",
  "usualMissing",
  "dates",
  "lineColumn",
];

/** Names of options in other libraries. */
const otherNames = {
  sep: 'did you mean "delimiter"?',
  separator: 'did you mean "delimiter"?',
  dec: 'did you mean "decimal"?',
  na_values: 'did you mean "missing"?',
  parse_dates: 'did you mean "dates"?',
  date_format: 'did you mean "dates"?',
  dayfirst: 'did you mean "dates"?',
  naValues: 'did you mean "missing"?',
  keep_default_na: 'did you mean "usualMissing"?',
  keepDefaultNa: 'did you mean "usualMissing"?',
};

/**
 * Reads a CSV file, gzipped or not: columns of numbers, and of texts where a value is none.
 *
 * A page of a browser has no paths: it passes the text, the bytes, a `File` or the `Response` of `fetch`, and awaits the columns of the last two.
 *
 * Missing values are null, which `fromFrame` drops or imputes by its `missing`: empty ones, `?`, and what pandas takes for one,
 * `NA`, `N/A`, `#N/A`, `#N/A N/A`, `#NA`, `<NA>`, `NaN`, `nan`, `-NaN`, `-nan`, `n/a`, `NULL`, `null`, `None`, `1.#IND` and
 * `1.#QNAN` with and without minus. The option `missing` adds to them, and `usualMissing: false` leaves only empty ones and its own. Values may be in double quotes, with line breaks and
 * doubled quotes within; numbers have no separators of thousands but what `thousands` names. A column with a code is one of texts, which
 * keeps it as it is: with a zero before other digits, as the postcode `01067`, with `0x10`, `0b11` or `0o7`, with a whole number of
 * so many digits that a number would change them, as `12345678901234567891`, or with a number that is too large, as `1e400`.
 *
 * Dates are texts unless `dates` says their format, since `03.04.2024` is a day in April to some and in March to others.
 *
 * To TypeScript, which does not know the file, a value is a number, a text or null: `fromFrame` takes the columns as they are, and other code
 * asks whether `typeof value === "number"`.
 *
 * Errors here name the line of the file, from 1; those of what reads the columns later name the row, from 0: row 0 is line 2 of a
 * file with a header, unless lines are blank or values have line breaks; `lineColumn` gives the line of each row.
 *
 * @param source the path of a file, a text, which has a line break as no path has, or the bytes of one.
 * @returns columns by name.
 * @throws InputError when the file cannot be read or has names alone; naming the first line with more or fewer values than the first, or with bytes
 * that are no text in the encoding, or with no date of the format; and where no `delimiter` is given and the names are one with a semicolon or a tab, or
 * where `decimal` is a comma one with a comma.
 * @see RFC 4180
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 * writeFileSync("rent.csv", "area,city\n50,Ulm\nNA,\"Kiel, Nord\"\n");
 * readCsv("rent.csv").city; // ["Ulm", "Kiel, Nord"]
 * readCsv("area,city\n50,Ulm\n").area; // [50]
 * ```
 */
export function readCsv(source: string | Uint8Array | ArrayBuffer, options?: CsvOptions): FileColumns;
/**
 * Promises the same from a `File` or `Blob`, as a page gets it of an input or a drop, or from a `Response`, as in
 * `await readCsv(await fetch("/flats.csv"))`.
 *
 * @throws InputError as with a text.
 */
export function readCsv(file: CsvFile, options?: CsvOptions): Promise<FileColumns>;
export function readCsv(
  source: string | Uint8Array | ArrayBuffer | CsvFile,
  options: CsvOptions = {},
): FileColumns | Promise<FileColumns> {
  const isFile = typeof Object(source).arrayBuffer === "function";
  return isFile ? readFile(source as CsvFile, options) : readSource(source as string, options);
}

/** A file as `readCsv` reads it, such as a `File`, a `Blob` or the `Response` of `fetch`. */
export interface CsvFile {
  /** The name of the file, for messages and the delimiter of a `.tsv` file. */
  readonly name?: string;
  /** Reads its bytes. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

async function readFile(file: CsvFile, options: CsvOptions): Promise<FileColumns> {
  const { ok = true, status, url } = file as Partial<Response>;
  if (!ok)
    throw mustBe(where, "source", "a file that the server has", url, `it answers with status ${status}`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  return readSource(isGzipped(bytes) ? await unzippedAsync(where, bytes) : bytes, options, file.name);
}

/** The text of a source, and what messages call it. @throws InputError as {@link readCsv}. */
function textOf(
  source: string | Uint8Array | ArrayBuffer,
  name: string | undefined,
  encoding: string | undefined,
): { readonly text: string; readonly path: string } {
  if (typeof source === "string" && /[\r\n]/.test(source)) {
    if (encoding !== undefined)
      throw mustBe(where, "encoding", "left out with a text, whose letters are known", encoding);
    return { text: source.replace(/^\uFEFF/, ""), path: "the text" };
  }
  const kind = Object.prototype.toString.call(source); // also of those of notebook cells, which are another realm's
  if (kind === "[object Uint8Array]" || kind === "[object ArrayBuffer]") {
    const bytes = new Uint8Array(source as Uint8Array | ArrayBuffer);
    const path = name ?? "the bytes";
    if (isGzipped(bytes))
      throw new InputError(
        `${where}: ${path} must be those of a text, got gzipped ones; pass the path, or await readCsv(new Blob([bytes]))`,
      );
    return { text: decoded(where, path, bytes, encoding ?? "utf-8", remedyForEncoding), path };
  }
  if (typeof source !== "string")
    throw mustBe(where, "source", "the path of a file, a text, bytes, a File or a Response", source);
  return { text: readText(where, source, encoding, remedyForEncoding), path: source };
}

const where = "readCsv";

function readSource(
  source: string | Uint8Array | ArrayBuffer,
  options: CsvOptions,
  name?: string,
): FileColumns {
  checkKeys(where, options, optionNames, undefined, otherNames);
  const { decimal = ".", thousands, header = true, encoding, missing = [], lineColumn } = options;
  const { usualMissing = true, dates = {} } = options;
  checkChoice(where, "decimal", decimal, [".", ","]);
  if (thousands !== undefined) checkChoice(where, "thousands", thousands, Object.keys(separators));
  if (thousands === decimal) {
    const remedy = decimal === "." ? 'name both, { decimal: ",", thousands: "." }' : undefined;
    throw mustBe(where, "thousands", "another character than decimal", thousands, remedy);
  }
  if (!(Array.isArray(missing) && missing.every((marker) => typeof marker === "string")))
    throw mustBe(where, "missing", 'a list of texts such as ["-"]', missing);
  checkChoice(where, "usualMissing", usualMissing, [true, false]);
  if (lineColumn !== undefined && typeof lineColumn !== "string")
    throw mustBe(where, "lineColumn", "a name", lineColumn);
  const { text, path } = textOf(source, name, encoding);
  const delimiter = delimiterOf(where, path, options.delimiter, decimal);
  if (delimiter === "." && decimal === ".")
    throw mustBe(where, "delimiter", "another character than decimal", delimiter);
  const lines = valuesOf(where, text, delimiter);
  if (lines.length === 0) throw new InputError(`${where}: ${path} must have at least one line, got none`);
  if (header && lines.length === 1) {
    const remedy = "say { header: false } where the line has values";
    throw new InputError(
      `${where}: ${path} must have at least one line below its names, got the names alone; ${remedy}`,
    );
  }
  const width = lines[0].values.length;
  const [first] = lines[0].values;
  if (options.delimiter === undefined && decimal === "," && header && width === 1 && first.includes(",")) {
    const what = `the names in line ${lines[0].line}`;
    const remedy =
      'leave decimal out where commas only separate values, else name the delimiter, such as "," with numbers in quotes';
    throw mustBe(where, what, `separated by ${show(delimiter)} where decimal is ","`, first, remedy);
  }
  for (const { line, values } of lines) {
    if (values.length !== width) {
      const other = width === 1 ? otherDelimiter(lines[0].values[0]) : undefined;
      const hasRowNames = header && lines.every((each, i) => i === 0 || each.values.length === width + 1);
      const remedy = other ?? (hasRowNames ? ROW_NAMES_REMEDY : undefined);
      throw mustBe(
        where,
        `line ${line}`,
        `of ${counted(width, "value")} as line 1 has`,
        values.length,
        remedy,
      );
    }
  }
  if (options.delimiter === undefined && header) checkDelimiter(where, lines[0], delimiter);
  const names = lines[0].values.map((name, j) => (header ? name.trim() : `x${j}`));
  const below = header ? lines.slice(1) : lines;
  const rows = below.map(({ values }) => values);
  const markers = [...(usualMissing ? USUAL_MISSING : [""]), ...missing];
  const readers = dateReaders(where, dates, names, "formats of columns of the file");
  const numberOf = numberReader(decimal, thousands);
  const read = (text: string): number => {
    const value = numberOf(text);
    return isCode(text, value) ? Number.NaN : value;
  };
  const columns = columnsOfTexts(where, names, rows, markers, (name) =>
    readers.has(name) ? undefined : read,
  );
  for (const [name, read] of readers) {
    columns[name] = columns[name].map((text, i) =>
      text === null
        ? null
        : dateAt(where, `column ${show(name)}, line ${below[i].line}`, dates[name], read, String(text)),
    );
  }
  if (lineColumn === undefined) return columns;
  checkColumnNames(where, [...names, lineColumn]);
  return { ...columns, [lineColumn]: below.map(({ line }) => line) };
}

/** The character between values: a tab in a `.tsv` file, else a comma, or a semicolon beside decimal commas. */
export function delimiterOf(
  where: string,
  path: string,
  given: string | undefined,
  decimal: "." | "," = ".",
): string {
  const usual = decimal === "," ? ";" : ",";
  const delimiter = given ?? (/\.tsv(\.gz)?$/i.test(path) ? "\t" : usual);
  if (typeof delimiter !== "string" || delimiter.length !== 1 || delimiter === '"')
    throw mustBe(where, "delimiter", "one character", delimiter);
  return delimiter;
}

/** @throws InputError where all names are one, with what may be another delimiter. */
export function checkDelimiter(where: string, { line, values }: CsvLine, delimiter: string): void {
  const remedy = values.length === 1 ? otherDelimiter(values[0]) : undefined;
  if (!remedy) return;
  const rule = `separated by ${show(delimiter)}, or one column with its delimiter named`;
  throw mustBe(where, `the names in line ${line}`, rule, values[0], remedy);
}

function remedyForEncoding(encoding: string): string {
  return `name its encoding, such as { encoding: ${show(encoding)} }`;
}

/** The remedy where each row has one value more than there are names, as `write.table` of R writes row names by default. */
export const ROW_NAMES_REMEDY =
  "where rows begin with a name, give their column one too, as write.csv of R does, and write.table with col.names = NA";

/** A remedy where the names of columns were read as one. */
function otherDelimiter(names: string): string | undefined {
  if (names.includes(";"))
    return 'name its delimiter and its decimal, such as { delimiter: ";", decimal: "," }';
  // The space before a quote, as in the names that write.table of R writes.
  if (names.includes(' "')) return 'name its delimiter, { delimiter: " " }';
  return names.includes("\t") ? 'name its delimiter, { delimiter: "\\t" }' : undefined;
}

/** The largest number of characters of a number in groups: the largest of 64 bits has 309 digits, and the smallest 1074 decimals. */
const longestGrouped = 2000;

/** Returns the function that parses trimmed texts as numbers. */
function numberReader(decimal: "." | ",", thousands: CsvOptions["thousands"]): (text: string) => number {
  const read = decimal === "," ? numberWithComma : Number;
  if (thousands === undefined) return read;
  const separator = new RegExp(`[${separators[thousands]}]`, "g");
  const grouped = new RegExp(`^[+-]?[1-9]\\d{0,2}(${separator.source}\\d{3})+([${decimal}]\\d*)?$`);
  return (text) =>
    read(text.length <= longestGrouped && grouped.test(text) ? text.replaceAll(separator, "") : text);
}

/** Parses `1,5` as 1.5; a text with a point is no number, since the point may separate thousands. */
function numberWithComma(text: string): number {
  return text.includes(".") ? Number.NaN : Number(text.replace(",", "."));
}

/** A line that is not blank, with its number, from 1. */
export interface CsvLine {
  readonly line: number;
  readonly values: string[];
}

/** Splits a text into the values of its lines, of the first `most` at least. */
export function valuesOf(
  where: string,
  text: string,
  delimiter: string,
  most: number = Number.POSITIVE_INFINITY,
): CsvLine[] {
  const lines: CsvLine[] = [];
  const separator = delimiter.charCodeAt(0);
  let values: string[] = [];
  // A value is what its quotes hold, and the characters from `start` on.
  let quoted = "";
  let start = 0;
  /** Whether the value is known to have more than spaces, after which no quote opens. */
  let isText = false;
  let line = 1;
  let first = 1;
  const endValue = (at: number): void => {
    values.push(quoted === "" ? text.slice(start, at) : quoted + text.slice(start, at));
    quoted = "";
    start = at + 1;
    isText = false;
  };
  const endLine = (at: number): void => {
    endValue(at);
    if (values.length > 1 || values[0].trim() !== "") lines.push({ line: first, values });
    values = [];
    first = ++line;
  };
  for (let at = 0; at < text.length && lines.length < most; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      isText ||= `${quoted}${text.slice(start, at)}`.trim() !== "";
      if (isText) continue;
      const end = closingQuote(text, at + 1);
      if (end < 0)
        throw new InputError(
          `${where}: the quotes that line ${first} opens must be closed, got the end of the file`,
        );
      const inside = text.slice(at + 1, end);
      quoted = inside.replaceAll('""', '"');
      line += inside.match(LINE_END)?.length ?? 0;
      at = end;
      start = end + 1;
    } else if (code === separator) endValue(at);
    else if (code === LINE_FEED) endLine(at);
    else if (code === CARRIAGE_RETURN) {
      // A single carriage return ends a line in files of old Macs.
      endLine(at);
      if (text.charCodeAt(at + 1) === LINE_FEED) start = ++at + 1;
    }
  }
  if (lines.length < most && (quoted !== "" || start < text.length || values.length > 0))
    endLine(text.length);
  return lines;
}

const [QUOTE, LINE_FEED, CARRIAGE_RETURN] = ['"', "\n", "\r"].map((each) => each.charCodeAt(0));
const LINE_END = /\r\n|\r|\n/g;

/** Returns the place of the quote that no other one follows; -1 where there is none. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}
