import { InputError, mustBe } from "../../errors";
import { readText } from "./read-bytes";
import { columnsOfTexts, type FileColumns } from "./table-columns";

/**
 * Reads an ARFF file of Weka or OpenML, gzipped or not: numeric attributes as numbers, the others as texts, `?` as null.
 *
 * Rows may be sparse, `{index value, ...}`; what they leave out is 0, or the first value of a nominal attribute.
 *
 * @returns columns by the names of the attributes.
 * @throws InputError when the file cannot be read, has no attributes, or naming the first row that does not fit them.
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
  const attributes: { readonly name: string; readonly type: string }[] = [];
  const rows: string[][] = [];
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
  const columns = columnsOfTexts(
    where,
    attributes.map(({ name }) => name),
    rows,
  );
  for (const [j, { name, type }] of attributes.entries()) {
    const isOfNumbers = columns[name].every((value) => value === null || typeof value === "number");
    if (isNumeric(type)) {
      if (!isOfNumbers) throw mustBe(where, `attribute ${JSON.stringify(name)}`, "numbers", "texts");
    } else columns[name] = rows.map((row) => (row[j] === "?" ? null : row[j]));
  }
  return columns;
}

const isNumeric = (type: string): boolean => /^(numeric|real|integer)$/i.test(type);

function attributeOf(where: string, line: number, text: string): { name: string; type: string } {
  const match = /^@attribute\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\S+)\s+(.+)$/i.exec(text);
  if (!match) throw mustBe(where, `line ${line}`, "@attribute name type", text);
  return { name: unquoted(match[1]), type: match[2].trim() };
}

function rowOf(
  where: string,
  line: number,
  text: string,
  attributes: readonly { readonly type: string }[],
): string[] {
  if (!text.startsWith("{")) {
    const values = split(text);
    if (values.length === attributes.length) return values;
    throw mustBe(where, `line ${line}`, `of ${attributes.length} values, one an attribute`, values.length);
  }
  const row = attributes.map(({ type }) => (type.startsWith("{") ? split(type.slice(1, -1))[0] : "0"));
  for (const entry of split(text.slice(1, -1), false).filter((part) => part !== "")) {
    const match = /^(\d+)\s+(.+)$/.exec(entry);
    if (!match || Number(match[1]) >= attributes.length)
      throw mustBe(where, `line ${line}`, `index and value of ${attributes.length} attributes`, entry);
    row[Number(match[1])] = unquoted(match[2]);
  }
  return row;
}

/** The values between commas that are not in quotes. */
function split(text: string, strips = true): string[] {
  const parts = text.match(/('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,'"])+|(?<=,|^)(?=,|$)/g) ?? [];
  return parts.map((part) => (strips ? unquoted(part.trim()) : part.trim()));
}

function unquoted(text: string): string {
  const match = /^(['"])(.*)\1$/s.exec(text);
  return match ? match[2].replace(/\\(.)/g, "$1") : text;
}
