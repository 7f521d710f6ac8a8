/** Decides the role of each column of a CSV file in a new notebook: a feature, numeric or of levels, the response, or left out. */
import type { FileColumns } from "smooth-edges/data";
import { ColumnError, type FromFrameOptions, fromFrame } from "smooth-edges/frame";
import { type CsvReading, hasTexts, type ReadingOptions } from "./csv-reading";

/** Maximum number of levels of a column whose texts are numbers in part, and of one with few rows a level. */
const MAX_LEVELS = 20;

/** Least mean number of rows a level, where there are more levels than that. */
const MIN_ROWS_OF_LEVEL = 4;

const allDistinct = "it has a text of its own in each row";

/** How a column that is left out becomes a feature, in the words of the command. */
export interface KeepingRemedies {
  /** As it is. */
  readonly keep: string;
  /** As one of levels. */
  readonly levels: string;
}

/** Returns the reason why a column is left out; undefined where it is a feature. */
export function exclusionReason(
  name: string,
  reading: CsvReading,
  remedies: KeepingRemedies,
): string | undefined {
  const values = reading.columns[name];
  const nColumns = Object.keys(reading.columns).length;
  const [value, ...others] = new Set(values.filter((each) => each !== null));
  if (name === "") return "it may be R's row names or pandas' index";
  if (value === undefined) return "it has no value";
  if (others.length === 0) return `it has one value, ${JSON.stringify(value)}`;
  if (!hasTexts(values)) {
    // The only column beside the response may be a year, for a trend, and dates may follow each other.
    const isDate = Object.hasOwn(reading.options.dates ?? {}, name);
    if (nColumns > 2 && !isDate && isRowNumber(values)) return `it counts the rows; ${remedies.keep}`;
    if (isIdentifier(name, values)) return `it numbers what the rows are of, by its name; ${remedies.keep}`;
    return infiniteValueFault(values, reading);
  }
  const refusal = fromFrameRefusal(name, values);
  if (1 + others.length === values.length && refusal?.row === undefined)
    return `${allDistinct}; ${remedies.levels} to keep it`;
  if (refusal === undefined) return freeTextFault(values, remedies);
  if (areNumberedLevels(values)) return undefined;
  const formats = reading.ambiguities.get(name);
  return formats === undefined
    ? rephrase(refusal, reading, refusal.remedies, remedies.levels)
    : ambiguityRemark(values, formats);
}

/** Returns the fault of texts whose levels recur in too few rows, as in notes: an indicator of each explains little, and new rows have others. */
function freeTextFault(values: FileColumns[string], { levels }: KeepingRemedies): string | undefined {
  const texts = values.filter((value) => value !== null);
  const nLevels = new Set(texts).size;
  if (nLevels <= MAX_LEVELS || texts.length >= MIN_ROWS_OF_LEVEL * nLevels) return undefined;
  return `its ${texts.length} texts have ${nLevels} levels, in fewer than ${MIN_ROWS_OF_LEVEL} rows each on average; ${levels} to keep it`;
}

/** The formats that a column of dates may have; none where it is no column of dates. */
export function dateFormatsOf(name: string, values: FileColumns[string]): readonly string[] {
  if (name === "" || !hasTexts(values)) return [];
  const remedies = fromFrameRefusal(name, values)?.remedies ?? [];
  return remedies.flatMap((remedy) => ("dates" in remedy ? remedy.dates : []));
}

/** Whether a column of whole numbers is called so that it numbers subjects. */
function isIdentifier(name: string, values: FileColumns[string]): boolean {
  return /^id$|[._ -]id$/i.test(name) && values.every((value) => value === null || Number.isInteger(value));
}

/** The identifiers of which several rows may be, so that a cross-validation has to keep these rows together; undefined where there are none. */
export function subjectColumn(columns: FileColumns, minSubjects: number): string | undefined {
  return Object.keys(columns).find((name) => {
    const values = columns[name];
    const nSubjects = new Set(values).size;
    const isComplete = !values.includes(null);
    return isComplete && isIdentifier(name, values) && nSubjects >= minSubjects && nSubjects < values.length;
  });
}

function isRowNumber(values: FileColumns[string]): boolean {
  const first = Number(values[0]);
  return Number.isInteger(first) && values.every((value, i) => value === first + i);
}

/** Returns the fault of a column with an infinite value, written so or too large for a number. */
function infiniteValueFault(values: FileColumns[string], { lineOf }: CsvReading): string | undefined {
  const row = values.findIndex((value) => Math.abs(Number(value)) === Number.POSITIVE_INFINITY);
  if (row < 0) return undefined;
  const missing = [String(values[row])];
  return `line ${lineOf(row)} must be a finite number, got ${missing}; say ${flags({ missing })} where that stands for a missing value`;
}

/** Whether a column has few, recurring texts, some of which are integers, so that it has to be listed as categorical. */
export function areNumberedLevels(values: FileColumns[string]): boolean {
  const texts = values.filter((value) => typeof value === "string");
  const levels = new Set(texts);
  // Decimals and percentages are measurements, in which a text only has to be read as a number or a missing value.
  const [integer, measure] = [/^\s*[+-]?\d+\s*$/, /^\s*[+-]?\d*[.,][\d.,]*\s*%?\s*$|%\s*$/];
  return (
    levels.size <= MAX_LEVELS &&
    2 * levels.size <= texts.length &&
    texts.some((text) => integer.test(text)) &&
    !texts.some((text) => measure.test(text)) &&
    fromFrameRefusal("x", values) !== undefined &&
    fromFrameRefusal("x", values, { categorical: "x" }) === undefined
  );
}

/** Returns the reason why a column cannot be the response, which has numbers or recurring classes. */
export function responseFault(response: string, reading: CsvReading): string | undefined {
  const values = reading.columns[response];
  if (!hasTexts(values)) return infiniteValueFault(values, reading);
  const refusal =
    fromFrameRefusal(response, values, { response }) ??
    (areNumberedLevels(values) ? undefined : fromFrameRefusal(response, values));
  if (refusal?.row === undefined && new Set(values).size === values.length) return allDistinct;
  if (refusal === undefined) return undefined;
  return rephrase(
    refusal,
    reading,
    refusal.remedies.filter((remedy) => !("option" in remedy)),
  );
}

/** Returns the error of `fromFrame` for a column, a feature unless it is named as the response; undefined where there is none. */
function fromFrameRefusal(
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

/** Rephrases an error of `fromFrame`: the column is named before, and the options are those of this command. */
function rephrase(
  { column, row, fault, remedies: all }: ColumnError,
  { lineOf }: CsvReading,
  remedies: ColumnError["remedies"] = all,
  levels = "",
): string {
  const advice = remedies.flatMap((remedy) => {
    if ("words" in remedy) return remedy.words;
    if ("dates" in remedy)
      return `say ${remedy.dates.map((format) => `\`--date ${shellQuoted(`${column}=${format}`)}\``).join(" or ")}`;
    if ("readings" in remedy) return `say ${remedy.readings.map(flags).join(" or ")}`;
    return remedy.option === "categorical" ? levels : [];
  });
  const place = row === undefined ? "it" : `line ${lineOf(row)}`;
  return `${place} ${fault}${advice.length === 0 ? "" : `; ${advice.join(", or ")}`}`;
}

/** Describes the different numbers that a column may mean. */
export function ambiguityRemark(values: FileColumns[string], formats: readonly ReadingOptions[]): string {
  const example = values.find((value) => value !== null);
  const [first, ...others] = formats.map(flags);
  // The plain format has no flags; it is ambiguous only in a file of semicolons, where a point may separate thousands.
  return first === ""
    ? `${example} has decimals behind its point; where points separate thousands, say ${others.join(" or ")}`
    : `${example} is one number by ${first} and another by ${others.join(" or ")}; say which`;
}

/** Writes reading options as flags of this command. */
function flags({ decimal, thousands, missing = [] }: ReadingOptions): string {
  const given = Object.entries({ decimal, thousands }).filter(([, value]) => value !== undefined);
  const all = [...given, ...missing.map((text) => ["missing", text])];
  return all.length === 0
    ? ""
    : `\`${all.map(([name, value]) => `--${name} ${shellQuoted(value!)}`).join(" ")}\``;
}

/** Quotes a text for a shell, in the simplest form. */
export function shellQuoted(text: string): string {
  return /["$`\\!]/.test(text) ? `'${text.replaceAll("'", `'\\''`)}'` : `"${text}"`;
}

/** Names a column in a sentence. */
export function named(column: string): string {
  return column === "" ? "the column without a name" : `\`${column}\``;
}

/** Returns a remark on the texts because of which a column of mostly numbers is taken for levels. */
export function remarkOnTextValues(name: string, { columns, lineOf }: CsvReading): string[] {
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
