/** Reads files in the ARFF format of Weka ({@link readArff}). */
import { InputError, listOf, mustBe, standsForMissing } from "../../errors";
import { overflows } from "../../number-texts";
import { readText } from "./read-bytes";
import { checkColumnNames, type FileColumns } from "./table-columns";

type Value = FileColumns[string][number];

interface Attribute {
  readonly name: string;
  readonly isNumeric: boolean;
  /** The declared values of a nominal attribute. */
  readonly values: ReadonlySet<string> | undefined;
  /** The value that sparse rows leave out. */
  readonly omitted: Value;
}

/** The values of a row by their attributes; sparse rows leave some out. */
type Row = readonly (readonly [attribute: number, value: Value])[] | readonly Value[];

/** Maximum number of values of a table with sparse rows, of which a row of two bytes has as many as there are attributes. */
const MOST_VALUES = 100_000_000;

/**
 * Reads an ARFF file of Weka or OpenML, gzipped or not: numeric attributes as numbers, the others as texts, `?` as null.
 *
 * Rows may be sparse, `{index value, ...}`; what they leave out is 0, the first value of a nominal attribute, or null of a text or date.
 *
 * @returns columns by the names of the attributes.
 * @throws InputError when the file cannot be read, has no attributes, has one of another type or two of one name; naming the first line
 * that does not fit them, also with a value that is no number, too large for one or not declared, or an index twice; or when sparse rows
 * make more than a hundred million values.
 * @see https://waikato.github.io/weka-wiki/formats_and_processing/arff_stable/
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 * writeFileSync("w.arff", "@relation w\n@attribute t numeric\n@attribute 'play it' {no,yes}\n@data\n3,yes\n?,no\n");
 * readArff("w.arff").t; // [3, null]
 * ```
 */
export function readArff(path: string): FileColumns {
  const where = "readArff";
  const attributes: Attribute[] = [];
  const rows: Row[] = [];
  let isData = false;
  let isSparse = false;
  readText(where, path)
    .split(/\r?\n/)
    .forEach((raw, index) => {
      const line = raw.trim();
      if (line === "" || line.startsWith("%")) return;
      if (isData && line.startsWith("{")) {
        isSparse = true;
        rows.push(sparseRowOf(where, index + 1, line, attributes));
      } else if (isData) rows.push(rowOf(where, index + 1, line, attributes));
      else if (/^@data\b/i.test(line)) isData = true;
      else if (/^@attribute\b/i.test(line)) attributes.push(attributeOf(where, index + 1, line));
      else if (!/^@relation\b/i.test(line))
        throw mustBe(where, `line ${index + 1}`, "@relation, @attribute, @data or a comment", line);
    });
  if (!isData || attributes.length === 0)
    throw new InputError(
      `${where}: ${path} must have attributes and @data, got ${attributes.length} attributes`,
    );
  checkColumnNames(
    where,
    attributes.map(({ name }) => name),
  );
  const nValues = rows.length * attributes.length;
  if (isSparse && nValues > MOST_VALUES) {
    const table = `${nValues} of ${rows.length} rows and ${attributes.length} attributes`;
    const remedy = "write it in the format of LIBSVM, which readLibsvm reads as a sparse matrix";
    throw new InputError(
      `${where}: ${path} must have at most ${MOST_VALUES} values, got ${table}; ${remedy}`,
    );
  }
  return columnsOf(attributes, rows);
}

function columnsOf(attributes: readonly Attribute[], rows: readonly Row[]): FileColumns {
  const columns = attributes.map(({ omitted }): Value[] => rows.map(() => omitted));
  rows.forEach((row, i) => {
    row.forEach((entry, j) => {
      if (Array.isArray(entry)) columns[entry[0]][i] = entry[1];
      else columns[j][i] = entry as Value;
    });
  });
  return Object.fromEntries(attributes.map(({ name }, j) => [name, columns[j]]));
}

function attributeOf(where: string, line: number, text: string): Attribute {
  const declaration = text.slice("@attribute".length).trim();
  const nameEnd = quotesEnd(declaration, 0) ?? (/^[^\s{]*/.exec(declaration)?.[0].length as number);
  const given = declaration.slice(nameEnd).trim();
  const type = /^(numeric|real|integer|string|date)\b/i.exec(given)?.[1].toLowerCase();
  const valuesEnd = given.startsWith("{") ? given.lastIndexOf("}") : -1;
  if (nameEnd === 0 || (type === undefined && valuesEnd < 0)) {
    const rule = "@attribute, a name, and numeric, real, integer, string, date or values in braces";
    throw mustBe(where, `line ${line}`, rule, text);
  }
  const isNumeric = type === "numeric" || type === "real" || type === "integer";
  const values = type ? undefined : new Set(split(given.slice(1, valuesEnd)).map(unquoted));
  const [first = null] = values ?? [];
  return {
    name: unquoted(declaration.slice(0, nameEnd)),
    isNumeric,
    values,
    omitted: isNumeric ? 0 : first,
  };
}

function rowOf(where: string, line: number, text: string, attributes: readonly Attribute[]): Value[] {
  const entries = split(text);
  if (entries.length !== attributes.length)
    throw mustBe(where, `line ${line}`, `of ${attributes.length} values, one an attribute`, entries.length);
  return entries.map((entry, j) => typedValue(where, line, entry, attributes[j]));
}

function sparseRowOf(
  where: string,
  line: number,
  text: string,
  attributes: readonly Attribute[],
): (readonly [number, Value])[] {
  if (!text.endsWith("}")) throw mustBe(where, `line ${line}`, "a sparse row that } ends", text);
  const seen = new Set<number>();
  return split(text.slice(1, -1))
    .filter((part) => part !== "")
    .map((entry) => {
      const match = /^(\d+)\s+(\S.*)$/s.exec(entry);
      const j = Number(match?.[1]);
      if (!match || j >= attributes.length)
        throw mustBe(where, `line ${line}`, `index and value of ${attributes.length} attributes`, entry);
      if (seen.has(j))
        throw new InputError(`${where}: the indices in line ${line} must be distinct, got ${j} twice`);
      seen.add(j);
      return [j, typedValue(where, line, match[2], attributes[j])];
    });
}

/** Reads a value by the declaration of its attribute; NaN is missing, since Weka writes missing values so. */
function typedValue(where: string, line: number, entry: string, attribute: Attribute): Value {
  if (entry === "?") return null;
  const { name, isNumeric, values } = attribute;
  const text = unquoted(entry);
  const refuse = (rule: string): InputError => {
    const remedy = standsForMissing(text) ? "write ? where a value is missing" : undefined;
    return mustBe(where, `line ${line}, attribute ${JSON.stringify(name)}`, rule, text, remedy);
  };
  if (isNumeric && /^nan$/i.test(text)) return null;
  if (isNumeric && !/^[+-]?((\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|Infinity)$/.test(text))
    throw refuse("a number");
  if (isNumeric && overflows(text, Number(text))) throw refuse("a number of a size below 1.8e308");
  if (values && !values.has(text))
    throw refuse(`one of the values it declares, ${listOf([...values], "or")}`);
  return isNumeric ? Number(text) : text;
}

/** The entries between commas that are not in quotes, which may begin behind the index of a sparse one. */
function split(text: string): string[] {
  const entries: string[] = [];
  for (let start = 0; start <= text.length; ) {
    const quoted = quotesEnd(text, pastIndex(text, pastBlanks(text, start)));
    const behind = quoted === undefined ? -1 : pastBlanks(text, quoted);
    // Quotes within a value, as in 5'9", are letters of it.
    const isQuoted = behind === text.length || text[behind] === ",";
    const comma = isQuoted ? behind : text.indexOf(",", start);
    const end = comma < 0 ? text.length : comma;
    entries.push(text.slice(start, end).trim());
    start = end + 1;
  }
  return entries;
}

function pastBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at].trim() === "") at++;
  return at;
}

/** The place behind an index and the blanks that follow it; `from` where there is none. */
function pastIndex(text: string, from: number): number {
  let at = from;
  while (text[at] >= "0" && text[at] <= "9") at++;
  const behind = pastBlanks(text, at);
  return at > from && behind > at ? behind : from;
}

/** The place behind the quotes that open at `from`; undefined where none open there or they are never closed. */
function quotesEnd(text: string, from: number): number | undefined {
  const quote = text[from];
  if (quote !== "'" && quote !== '"') return undefined;
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === quote) return at + 1;
    if (text[at] === "\\") at++;
  }
  return undefined;
}

function unquoted(text: string): string {
  const match = /^(['"])(.*)\1$/s.exec(text);
  return match ? match[2].replace(/\\(.)/g, "$1") : text;
}
