import { InputError } from "../../errors";

/** Columns by name as files have them: numbers, or texts; null where a value is missing. */
export type FileColumns = Record<string, (number | string | null)[]>;

/**
 * What stands for a missing value: what `read_csv` of pandas takes for one, R's `NA` among it, and the `?` of Weka.
 *
 * @see https://pandas.pydata.org/docs/reference/api/pandas.read_csv.html, `na_values`
 */
const MISSING = [
  ...["", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>"],
  ...["N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null", "?"],
];

/** How a file writes numbers. */
interface NumberWriting {
  /** Whether a text with digits is none of a number, which makes its column one of texts. */
  isCode(text: string): boolean;
  /** NaN where the text is none. */
  numberOf(text: string): number;
}

/** @throws InputError when two columns have one name. */
export function checkColumnNames(where: string, names: readonly string[]): void {
  const repeated = names.find((name, j) => names.indexOf(name) < j);
  if (repeated !== undefined)
    throw new InputError(`${where}: column names must be distinct, got ${JSON.stringify(repeated)} twice`);
}

/**
 * @param missing what stands for a missing value besides {@link MISSING}.
 * @param writing how numbers are written.
 * @throws InputError when two columns have one name.
 */
export function columnsOfTexts(
  where: string,
  names: readonly string[],
  rows: readonly (readonly string[])[],
  missing: readonly string[],
  writing: NumberWriting,
): FileColumns {
  checkColumnNames(where, names);
  const markers = new Set([...MISSING, ...missing.map((marker) => marker.trim())]);
  const columns = names.map(
    (name, j) =>
      [
        name,
        columnOfTexts(
          rows.map((row) => row[j].trim()),
          markers,
          writing,
        ),
      ] as const,
  );
  return Object.fromEntries(columns);
}

/** Numbers where all values that are there are, else the texts. */
function columnOfTexts(
  texts: readonly string[],
  markers: ReadonlySet<string>,
  { isCode, numberOf }: NumberWriting,
): (number | string | null)[] {
  const present = texts.map((text) => (markers.has(text) ? null : text));
  if (present.some((text) => text !== null && isCode(text))) return present;
  const numbers = present.map((text) => (text === null ? null : numberOf(text)));
  return numbers.some(Number.isNaN) ? present : numbers;
}
