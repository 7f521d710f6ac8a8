/** What the columns of a CSV file are to a new notebook: features, as they are or as levels, the response, or left out, and why. */
import type { FileColumns } from "smooth-edges/data";
import { ColumnError, type FromFrameOptions, fromFrame } from "smooth-edges/frame";
import { type CsvReading, hasTexts, type ReadingOptions } from "./csv-reading";

/** Most levels of texts that are numbers in part. */
const mostLevels = 20;

const eachHasItsOwn = "it has a text of its own in each row";

/** Why a column is left out; undefined where it is a feature. */
export function reasonAgainst(name: string, reading: CsvReading): string | undefined {
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
export function isOfCodes(values: FileColumns[string]): boolean {
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
export function refusalOfResponse(response: string, reading: CsvReading): string | undefined {
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
export function doubtAbout(values: FileColumns[string], ways: readonly ReadingOptions[]): string {
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
  return all.length === 0
    ? ""
    : `\`${all.map(([name, value]) => `--${name} ${inQuotes(value!)}`).join(" ")}\``;
}

/** As a shell takes it, most simply. */
function inQuotes(text: string): string {
  return /["$`\\!]/.test(text) ? `'${text.replaceAll("'", `'\\''`)}'` : `"${text}"`;
}

export function named(column: string): string {
  return column === "" ? "the column without a name" : `\`${column}\``;
}

/** Says what texts make levels of a column where most values are numbers. */
export function remarkOnWords(name: string, { columns, lineOf }: CsvReading): string[] {
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
