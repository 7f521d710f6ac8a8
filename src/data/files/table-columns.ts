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
type NumberReader = (text: string, column: string) => number;

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
 * @throws InputError when two columns have one name.
 */
export function columnsOfTexts(
  where: string,
  names: readonly string[],
  rows: readonly (readonly string[])[],
  missing: readonly string[],
  numberOf: NumberReader,
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
          numberOf,
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
  numberOf: NumberReader,
): (number | string | null)[] {
  const present = texts.map((text) => (markers.has(text) ? null : text));
  const numbers = present.map((text) => (text === null ? null : numberOf(text, name)));
  return numbers.some(Number.isNaN) ? present : numbers;
}
