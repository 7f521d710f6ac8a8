/** Refuses texts that are no categories, with advice on what to do about them. */

import { formatsOf } from "../data/files/date-format";
import {
  describeRemedies,
  mostInformativeNumber,
  numberFormatRemedies,
  type Remedy,
} from "../design/finite-values";
import { faultOf, InputError, placeOf, standsForMissing } from "../errors";
import { isNumberText } from "../number-texts";
import { type FrameColumn, isMissing } from "./column-encoder";

/** The error for a column whose texts or dates cannot be features or a response, with its place and advice. */
export class ColumnError extends InputError {
  /**
   * @param column its name.
   * @param row the first that breaks the rule, from 0; undefined where all do together.
   * @param fault the rule and what is there instead, as in `must be a number, got "x"`.
   * @param remedies any one of them does.
   * @param file the one that the row is in; undefined for a frame.
   */
  constructor(
    where: string,
    readonly column: string,
    readonly row: number | undefined,
    readonly fault: string,
    readonly remedies: readonly Remedy[],
    readonly file?: string,
  ) {
    const own = where === "fromFormula" ? remedies.map(inFormula) : remedies;
    super(`${where}: ${placeOf(column, row, file)} ${fault}; ${describeRemedies(own, column)}`);
  }
}

/** A formula leaves columns out by itself. */
function inFormula(remedy: Remedy): Remedy {
  const isExclusion = "option" in remedy && remedy.option === "exclude";
  return isExclusion ? { words: "take it out of the formula" } : remedy;
}

/** Number of rows from which on a column of mostly distinct texts is taken for an identifier. */
const MIN_ROWS_OF_IDENTIFIERS = 20;

/** Maximum number of different texts among numbers that may all stand for missing values. */
const MAX_MISSING_MARKERS = 5;

const convertDates: Remedy = { words: "convert dates to numbers first, such as days" };
export const excludeColumn: Remedy = { option: "exclude" };
export const listAsCategorical: Remedy = { option: "categorical" };

/** The advice to say in which of some formats dates are. */
export function nameDateFormat(formats: readonly string[]): Remedy {
  return formats.length === 0 ? convertDates : { dates: formats };
}

const writeLetters: Remedy = { words: "write labels with a letter where they are classes" };

/** The texts of a column, without missing ones. */
export interface ColumnTexts {
  readonly name: string;
  /** In how many rows each distinct text is; in a frame in the order of their first rows. */
  readonly counts: ReadonlyMap<string, number>;
  /** The first row with a text, from 0; undefined where that is not known. */
  rowOf(text: unknown): number | undefined;
  /** The file that this row is in; undefined for a frame. */
  fileOf?(text: unknown): string | undefined;
  /** Whether the values are in a frame, whose dates can be read. */
  readonly isOfFrame: boolean;
}

/** The texts of a column of a frame, in the order of their first rows. */
export function textsOf({ name, values, rows }: FrameColumn): ColumnTexts {
  const counts = new Map<string, number>();
  for (const i of rows) {
    const text = values[i];
    if (!isMissing(text)) counts.set(text as string, (counts.get(text as string) ?? 0) + 1);
  }
  return { name, counts, rowOf: (text) => rows.find((i) => values[i] === text), isOfFrame: true };
}

/**
 * Refuses texts that are no categories: dates, numbers as texts, and a level of its own in more than half of the rows.
 *
 * @throws InputError naming the column, and what to do.
 */
export function checkTextLevels(where: string, column: ColumnTexts): void {
  const { counts } = column;
  const texts = [...counts.keys()];
  const nPresent = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const words = texts.filter((text) => !standsForMissing(text));
  if (words.length === 0) return;
  const refuse = (rule: string, word: unknown, ...remedies: Remedy[]): ColumnError =>
    refused(where, column, word, rule, [...remedies, listAsCategorical]);
  const [first] = words;
  if (words.every(isDateAsText))
    throw refuse(
      "a finite number",
      first,
      nameDateFormat(column.isOfFrame ? formatsOf(words) : []),
      excludeColumn,
    );
  const numbers = words.filter(isNumberAsText);
  const spelt = words.filter((word) => numberFormatRemedies(word) !== undefined);
  const others = texts.filter((text) => !isNumberAsText(text) && numberFormatRemedies(text) === undefined);
  const missing = others.length > 0 && others.length <= MAX_MISSING_MARKERS ? { missing: others } : {};
  if (spelt.length > 0 && 2 * (numbers.length + spelt.length) > words.length) {
    const telling = mostInformativeNumber(spelt);
    const isPointed = numbers.some((number) => number.includes("."));
    const remedies = numberFormatRemedies(telling)!.flatMap((remedy): Remedy[] => {
      if (!("readings" in remedy)) return [remedy];
      // A point can only separate thousands where a comma begins the decimals.
      const fitting = remedy.readings.filter(
        (way) => !isPointed || way.decimal !== "," || way.thousands === ".",
      );
      return fitting.length === 0 ? [] : [{ readings: fitting.map((way) => ({ ...way, ...missing })) }];
    });
    throw refuse("a number or a word", telling, ...remedies);
  }
  if (others.length === 0) {
    const convert = { words: "convert it to numbers" };
    const code = words.find((word) => !isNumberText(word));
    if (code !== undefined)
      throw refuse("a word, or a number that a 64-bit float keeps as it is written", code, convert);
    const fault = faultOf("numbers or words", first);
    throw new ColumnError(where, column.name, undefined, fault, [convert, listAsCategorical]);
  }
  if (2 * numbers.length > words.length) {
    const nUnread = others.reduce((sum, text) => sum + counts.get(text)!, 0);
    const rule = `a number, as all but ${nUnread} of ${nPresent} values of the column are`;
    const write = { words: "write all as numbers, null where one is missing" };
    const read = "missing" in missing ? [{ readings: [missing] }] : [];
    throw refuse(rule, others[0], write, ...read);
  }
  if (nPresent >= MIN_ROWS_OF_IDENTIFIERS && 2 * texts.length > nPresent) {
    const fault = `must have levels that recur, got ${texts.length} levels in ${nPresent} rows`;
    throw new ColumnError(where, column.name, undefined, fault, [excludeColumn, listAsCategorical]);
  }
}

/**
 * Refuses labels of classes that are all dates, or all numbers to their reader, but not all to a computer, as `322,35` is.
 *
 * @throws InputError naming column and row, and what to do.
 */
export function checkLabels(where: string, column: ColumnTexts): void {
  const labels = [...column.counts.keys()].filter((label) => !standsForMissing(label));
  const refuse = (label: unknown, remedies: readonly Remedy[]): ColumnError =>
    refused(where, column, label, "a number or the label of a class", [...remedies, writeLetters]);
  if (labels.length > 0 && labels.every(isDateAsText)) throw refuse(labels[0], [convertDates]);
  const telling = mostInformativeNumber(labels);
  if (telling === undefined) return;
  if (!labels.every((label) => isNumberAsText(label) || numberFormatRemedies(label) !== undefined)) return;
  throw refuse(telling, numberFormatRemedies(telling)!);
}

/** Returns the error for the first row with a text. */
function refused(
  where: string,
  column: ColumnTexts,
  text: unknown,
  rule: string,
  remedies: readonly Remedy[],
): ColumnError {
  const file = column.fileOf?.(text);
  return new ColumnError(where, column.name, column.rowOf(text), faultOf(rule, text), remedies, file);
}

function isNumberAsText(text: string): boolean {
  return text.trim() !== "" && !Number.isNaN(Number(text));
}

/** Returns whether a text is a date, perhaps with a time: `2024-08-31T09:30:00Z`, or day or month first, `31.08.2024`, `8/31/24 9:30`. */
function isDateAsText(text: string): boolean {
  return /^(\d{4}([-./])\d\d?\2\d\d?|\d\d?([-./])(\d\d?|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\3(\d{4}|\d\d))([T ]\s*\d\d?:\d\d(:\d\d([.,]\d+)?)?\s*(Z|[AP]M|[+-]\d\d:?\d\d)?)?$/i.test(
    text.trim(),
  );
}
