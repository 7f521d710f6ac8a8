import { InputError } from "../../errors";

/** Columns by name as files have them: numbers, or texts; null where a value is missing. */
export type FileColumns = Record<string, (number | string | null)[]>;

/** What stands for a missing value, as R, pandas and Weka write it. */
const MISSING = new Set(["", "NA", "NaN", "nan", "null", "?"]);

/** @throws InputError when two columns have one name. */
export function columnsOfTexts(
  where: string,
  names: readonly string[],
  rows: readonly (readonly string[])[],
): FileColumns {
  const repeated = names.find((name, j) => names.indexOf(name) < j);
  if (repeated !== undefined) {
    throw new InputError(`${where}: column names must be distinct, got ${JSON.stringify(repeated)} twice`);
  }
  const columns = names.map((name, j) => [name, columnOfTexts(rows.map((row) => row[j]))] as const);
  return Object.fromEntries(columns);
}

/** Numbers where all values that are there are, else the texts. */
function columnOfTexts(texts: readonly string[]): (number | string | null)[] {
  const present = texts.map((text) => (MISSING.has(text.trim()) ? null : text.trim()));
  const numbers = present.map((text) => (text === null ? null : Number(text)));
  return numbers.some(Number.isNaN) ? present : numbers;
}
