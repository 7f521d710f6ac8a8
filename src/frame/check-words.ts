import { InputError, mustBe, numberSpelling, show, standsForMissing, tellingNumber } from "../errors";
import { type FrameColumn, placeOf } from "./column-encoder";

/** Fewer rows than this may all have a level of their own: too few tell an identifier from a category. */
const MANY_ROWS = 20;

const CONVERT_DATES = "convert dates to numbers first, such as days";

/**
 * Refuses texts that are no categories: dates, numbers as texts, and a level of its own in more than half of the rows.
 *
 * @param column of texts.
 * @param levels the distinct ones, ascending.
 * @param nPresent in how many rows there is a text.
 * @throws InputError naming the column, and what to do.
 */
export function checkWords(
  where: string,
  column: FrameColumn,
  levels: readonly string[],
  nPresent: number,
): void {
  const name = JSON.stringify(column.name);
  const asked = `list ${name} in categorical`;
  const what = `column ${name}`;
  const words = asTheyCome(column, levels).filter((level) => !standsForMissing(level));
  if (words.length === 0) return;
  if (words.every(isDateAsText)) throw dateRefused(where, column.name, rowOf(column, words[0]), words[0]);
  const numbers = words.filter(isNumberAsText);
  const spelt = words.filter((word) => numberSpelling(word) !== undefined);
  if (spelt.length > 0 && 2 * (numbers.length + spelt.length) > words.length) {
    const telling = tellingNumber(spelt);
    const place = placeOf(column.name, rowOf(column, telling));
    throw mustBe(where, place, "a number or a word", telling, `${numberSpelling(telling)}, or ${asked}`);
  }
  if (numbers.length === words.length) {
    const nulls = words.length < levels.length ? ` with null for ${show(levels.find(standsForMissing))}` : "";
    throw mustBe(where, what, "numbers or words", words[0], `convert it to numbers${nulls}, or ${asked}`);
  }
  if (2 * numbers.length > words.length) {
    const other = words.find((word) => !isNumberAsText(word));
    const place = placeOf(column.name, rowOf(column, other));
    const remedy = `write all as numbers, null where one is missing, or ${asked}`;
    throw mustBe(where, place, "a number, as most texts of the column are", other, remedy);
  }
  if (nPresent >= MANY_ROWS && 2 * levels.length > nPresent) {
    throw new InputError(
      `${where}: ${what} must have levels that recur, got ${levels.length} levels in ${nPresent} rows; leave ${name} out by exclude or features, or ${asked}`,
    );
  }
}

/**
 * Refuses labels of classes that are all dates, or all numbers to their reader, but not all to a computer, as `322,35` is.
 *
 * @param column of texts, none of them missing.
 * @throws InputError naming column and row, and what to do.
 */
export function checkLabels(where: string, column: FrameColumn): void {
  const { name, values, rows } = column;
  const labels = Array.from(new Set(Array.from(rows, (i) => values[i] as string))).filter(
    (label) => !standsForMissing(label),
  );
  const refuse = (label: unknown, remedy: string): InputError =>
    mustBe(
      where,
      placeOf(name, rowOf(column, label)),
      "a number or the label of a class",
      label,
      `${remedy}, or labels with a letter where they are classes`,
    );
  if (labels.length > 0 && labels.every(isDateAsText)) throw refuse(labels[0], CONVERT_DATES);
  const telling = tellingNumber(labels);
  if (telling === undefined) return;
  if (!labels.every((label) => isNumberAsText(label) || numberSpelling(label) !== undefined)) return;
  throw refuse(telling, numberSpelling(telling)!);
}

/** @param value a date, or a text that looks like one, as the version 1.2.10 does, and may be a level. */
export function dateRefused(where: string, name: string, row: number, value: unknown): InputError {
  const column = JSON.stringify(name);
  const leave = `leave ${column} out by exclude or features`;
  const remedy =
    typeof value === "string"
      ? `${CONVERT_DATES}, ${leave}, or list ${column} in categorical`
      : `${CONVERT_DATES}, or ${leave}`;
  return mustBe(where, placeOf(name, row), "a finite number", value, remedy);
}

/** The levels in the order of their first rows, so that the first that is refused is the first that a reader meets. */
function asTheyCome({ values, rows }: FrameColumn, levels: readonly string[]): string[] {
  const known = new Set<unknown>(levels);
  const seen = new Set<string>();
  for (const i of rows) if (known.has(values[i])) seen.add(values[i] as string);
  return [...seen];
}

function rowOf({ values, rows }: FrameColumn, value: unknown): number {
  return rows.find((i) => values[i] === value)!;
}

function isNumberAsText(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

/** A day and a time: as ISO 8601 has them, `2024-08-31T09:30:00Z`, or with the day or the month first, `31.08.2024`, `8/31/24 9:30`. */
function isDateAsText(text: string): boolean {
  return /^\s*(\d{4}([-./])\d\d?\2\d\d?|\d\d?([-./])\d\d?\3(\d{4}|\d\d))([T ]\s*\d\d?:\d\d(:\d\d([.,]\d+)?)?\s*(Z|[AP]M|[+-]\d\d:?\d\d)?)?\s*$/i.test(
    text,
  );
}
