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

/** The format of numbers in a file. */
interface NumberFormat {
  /** Returns whether a text is a code rather than a number, which makes its column one of texts. */
  isCode(text: string, column: string): boolean;
  /** Parses a number; NaN if the text is none. */
  numberOf(text: string): number;
}

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
 * @param missing texts for missing values.
 * @param writing the format of numbers.
 * @throws InputError when two columns have one name.
 */
export function columnsOfTexts(
  where: string,
  names: readonly string[],
  rows: readonly (readonly string[])[],
  missing: readonly string[],
  writing: NumberFormat,
): FileColumns {
  checkColumnNames(where, names);
  const markers = new Set(missing.map((marker) => marker.trim()));
  const columns = names.map(
    (name, j) =>
      [
        name,
        columnOfTexts(
          name,
          rows.map((row) => row[j].trim()),
          markers,
          writing,
        ),
      ] as const,
  );
  return Object.fromEntries(columns);
}

/** Returns numbers if all values that are not missing are numbers, else the texts. */
function columnOfTexts(
  name: string,
  texts: readonly string[],
  markers: ReadonlySet<string>,
  { isCode, numberOf }: NumberFormat,
): (number | string | null)[] {
  const present = texts.map((text) => (markers.has(text) ? null : text));
  if (present.some((text) => text !== null && isCode(text, name))) return present;
  const numbers = present.map((text) => (text === null ? null : numberOf(text)));
  return numbers.some(Number.isNaN) ? present : numbers;
}
