/** Converts columns of texts to numbers where all values are numbers. */

import { InputError } from "../../errors";

/** Columns by name as files have them: numbers, or texts; null where a value is missing. */
export type FileColumns = Record<string, (number | string | null)[]>;

/**
 * Texts for missing values: those of `read_csv` of pandas, including R's `NA`, and the `?` of Weka.
 *
 * @see https://pandas.pydata.org/docs/reference/api/pandas.read_csv.html, `na_values`
 */
export const USUAL_MISSING: readonly string[] = [
  ...["", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>"],
  ...["N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null", "?"],
];

/** Parses a number of a column; NaN if the text is none, which makes its column one of texts. */
type NumberReader = (text: string) => number;

/** @throws InputError when two columns have one name. */
export function checkColumnNames(where: string, names: readonly string[]): void {
  const known = new Set<string>();
  for (const name of names) {
    if (known.has(name))
      throw new InputError(`${where}: column names must be distinct, got ${JSON.stringify(name)} twice`);
    known.add(name);
  }
}

/**
 * @param missing texts for missing values, of which the empty one always is one.
 * @param readerOf the reader of a column; undefined for one of texts.
 * @throws InputError when two columns have one name.
 */
export function columnsOfTexts(
  where: string,
  names: readonly string[],
  rows: readonly (readonly string[])[],
  missing: readonly string[],
  readerOf: (column: string) => NumberReader | undefined,
): FileColumns {
  checkColumnNames(where, names);
  const markers = new Set(["", ...missing.map((marker) => marker.trim())]);
  const numbers = numbersOf(rows, names.map(readerOf), markers);
  return Object.fromEntries(names.map((name, j) => [name, numbers[j] ?? textsOf(rows, j, markers)]));
}

/** The numbers of each column; undefined unless all values that are not missing are numbers. It goes by rows, as the values lie in memory. */
function numbersOf(
  rows: readonly (readonly string[])[],
  readers: readonly (NumberReader | undefined)[],
  markers: ReadonlySet<string>,
): ((number | null)[] | undefined)[] {
  const columns = readers.map((read): (number | null)[] | undefined => (read ? [] : undefined));
  // Hardly any marker reads as a number, as 999 does; without one no number has to be looked up among them.
  const isNumber = (marker: string): boolean =>
    marker !== "" && readers.some((read) => read && !Number.isNaN(read(marker)));
  const hasNumber = [...markers].some(isNumber);
  for (const row of rows) {
    for (let j = 0; j < columns.length; j++) {
      const column = columns[j];
      if (column === undefined) continue;
      const text = trimmed(row[j]);
      const number = text === "" ? Number.NaN : readers[j]!(text);
      if (Number.isNaN(number) ? markers.has(text) : hasNumber && markers.has(text)) column.push(null);
      else if (Number.isNaN(number)) columns[j] = undefined;
      else column.push(number);
    }
  }
  return columns;
}

function textsOf(
  rows: readonly (readonly string[])[],
  j: number,
  markers: ReadonlySet<string>,
): (string | null)[] {
  return rows.map((row) => {
    const text = trimmed(row[j]);
    return markers.has(text) ? null : text;
  });
}

/** The text without spaces around it. Few texts have some, and `trim` takes longer than to see that. */
function trimmed(text: string): string {
  return isPrinted(text.charCodeAt(0)) && isPrinted(text.charCodeAt(text.length - 1)) ? text : text.trim();
}

/** Whether a character is one of ASCII that shows. */
function isPrinted(code: number): boolean {
  return code > 32 && code < 127;
}
