/** Reads files in the ARFF format of Weka ({@link readArff}). */
import { InputError, listOf, mustBe, standsForMissing } from "../../errors";
import { readText } from "./read-bytes";
import { checkColumnNames, type FileColumns } from "./table-columns";

type Value = FileColumns[string][number];

interface Attribute {
  readonly name: string;
  readonly isNumeric: boolean;
  /** The declared values of a nominal attribute. */
  readonly values: ReadonlySet<string> | undefined;
}

/**
 * Reads an ARFF file of Weka or OpenML, gzipped or not: numeric attributes as numbers, the others as texts, `?` as null.
 *
 * Rows may be sparse, `{index value, ...}`; what they leave out is 0, the first value of a nominal attribute, or null of a text or date.
 *
 * @returns columns by the names of the attributes.
 * @throws InputError when the file cannot be read, has no attributes, has one of another type or two of one name; naming the first line
 * that does not fit them, also with a value that is no number, too large for one or not declared, or an index twice.
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
  const rows: Value[][] = [];
  let isData = false;
  readText(where, path)
    .split(/\r?\n/)
    .forEach((raw, index) => {
      const line = raw.trim();
      if (line === "" || line.startsWith("%")) return;
      if (isData) rows.push(rowOf(where, index + 1, line, attributes));
      else if (/^@data\b/i.test(line)) isData = true;
      else if (/^@attribute\b/i.test(line)) attributes.push(attributeOf(where, index + 1, line));
      else if (!/^@relation\b/i.test(line))
        throw mustBe(where, `line ${index + 1}`, "@relation, @attribute, @data or a comment", line);
    });
  if (!isData || attributes.length === 0)
    throw new InputError(
      `${where}: ${path} must have attributes and @data, got ${attributes.length} attributes`,
    );
  const names = attributes.map(({ name }) => name);
  checkColumnNames(where, names);
  return Object.fromEntries(names.map((name, j) => [name, rows.map((row) => row[j])]));
}

function attributeOf(where: string, line: number, text: string): Attribute {
  const match = /^@attribute\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s{]+)\s*(\{.*\}|\b[a-z]+\b)/i.exec(
    text,
  );
  const type = match?.[2].toLowerCase() ?? "";
  if (!match || !/^(numeric|real|integer|string|date|\{.*)$/.test(type)) {
    const rule = "@attribute, a name, and numeric, real, integer, string, date or values in braces";
    throw mustBe(where, `line ${line}`, rule, text);
  }
  return {
    name: unquoted(match[1]),
    isNumeric: /^(numeric|real|integer)$/.test(type),
    values: type.startsWith("{") ? new Set(split(match[2].slice(1, -1)).map(unquoted)) : undefined,
  };
}

function rowOf(where: string, line: number, text: string, attributes: readonly Attribute[]): Value[] {
  if (!text.startsWith("{")) {
    const entries = split(text);
    if (entries.length !== attributes.length)
      throw mustBe(where, `line ${line}`, `of ${attributes.length} values, one an attribute`, entries.length);
    return entries.map((entry, j) => typedValue(where, line, entry, attributes[j]));
  }
  const row: Value[] = attributes.map(({ isNumeric, values }) =>
    isNumeric ? 0 : values ? [...values][0] : null,
  );
  const seen = new Set<number>();
  for (const entry of split(text.slice(1, -1)).filter((part) => part !== "")) {
    const match = /^(\d+)\s+(.+)$/.exec(entry);
    const j = Number(match?.[1]);
    if (!match || j >= attributes.length)
      throw mustBe(where, `line ${line}`, `index and value of ${attributes.length} attributes`, entry);
    if (seen.has(j))
      throw new InputError(`${where}: the indices in line ${line} must be distinct, got ${j} twice`);
    seen.add(j);
    row[j] = typedValue(where, line, match[2], attributes[j]);
  }
  return row;
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
  if (isNumeric && !/^[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|Infinity)$/.test(text)) throw refuse("a number");
  if (isNumeric && !/Infinity/.test(text) && !Number.isFinite(Number(text)))
    throw refuse("a number of a size below 1.8e308");
  if (values && !values.has(text))
    throw refuse(`one of the values it declares, ${listOf([...values], "or")}`);
  return isNumeric ? Number(text) : text;
}

/** The entries between commas that are not in quotes, which may begin behind the index of a sparse one. */
function split(text: string): string[] {
  const entry = /(?<=^|,)\s*((?:\d+\s+(?=['"]))?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,]*?))\s*(?=,|$)/g;
  return Array.from(text.matchAll(entry), (match) => match[1]);
}

function unquoted(text: string): string {
  const match = /^(['"])(.*)\1$/s.exec(text);
  return match ? match[2].replace(/\\(.)/g, "$1") : text;
}
