/**
 * What the site changes in the pages that TypeDoc writes: the page of a class has the options of its constructor as a table, and the tables of
 * properties begin with what a reader looks for.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix, sep } from "node:path";

/** TypeDoc's options for links to the sources; without an address the pages have none. @param address of the files of a commit */
export function sourceOptions(address: string | undefined, root: string): string[] {
  if (address === undefined) return ["--disableSources", "true"];
  const template = `${address}/{path}#L{line}`;
  return ["--disableGit", "true", "--basePath", root, "--sourceLinkTemplate", template];
}

/** A constructor that takes options, with the page that lists these. */
const CONSTRUCTOR_OPTIONS = /^### Constructor$[\s\S]*?^\| `options\??` \| \[`\w+`\]\((\S+\.md)\)/m;

/** Writes tables of options into the pages of classes below a folder, and orders the tables of properties of all pages. */
export function improveReference(folder: string): void {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".md"),
  );
  for (const path of files.map((file) => join(folder, file))) {
    const page = readFileSync(path, "utf8");
    writeFileSync(
      path,
      page.replace(TABLES, (_, heading, table) => `${heading}${ordered(table)}`),
    );
  }
  for (const path of files.map((file) => join(folder, file))) {
    if (!/\/classes\/\w+\.md$/.test(path.split(sep).join("/"))) continue;
    const page = readFileSync(path, "utf8");
    const options = CONSTRUCTOR_OPTIONS.exec(page)?.[1];
    if (options === undefined) continue;
    writeFileSync(path, withOptions(page, options, readFileSync(join(dirname(path), options), "utf8")));
  }
}

/** Tables of properties, each below its heading. */
const TABLES = /^(#+ (?:Properties|Type Declaration)\n\n)((?:\|.*\n)+)/gm;

/** The columns of a table of properties in the order in which they are read; others follow, as where a property is inherited from. */
const FIRST = ["Property", "Description", "Type"];

/** Orders the columns of a table, without the one that says of nearly all properties that they are read-only. */
function ordered(table: string): string {
  const [head, , ...rows] = table.trim().split("\n").map(cellsOf);
  const rest = head.filter((name) => ![...FIRST, "Modifier"].includes(name));
  const columns = [...FIRST.filter((name) => head.includes(name)), ...rest];
  const lineOf = (cells: readonly string[]): string =>
    `| ${columns.map((name) => cells[head.indexOf(name)] ?? "").join(" | ")} |\n`;
  return [lineOf(head), lineOf(head.map(() => "------")), ...rows.map(lineOf)].join("");
}

/**
 * Returns the page of a class with a table of its options before its first section of members.
 *
 * @param address of the page of the options, from that of the class
 * @param options the text of that page
 */
function withOptions(page: string, address: string, options: string): string {
  const rows = /^## Properties\n\n((?:\|.*\n)+)/m.exec(options)?.[1].trim().split("\n").map(cellsOf);
  const place = page.search(/^## (Extends|Type Parameters|Constructors|Accessors|Properties|Methods)$/m);
  if (rows === undefined || place < 0) return page;
  const columns = ["Property", "Description", "Type"].map((name) => rows[0].indexOf(name));
  const table = rows.slice(2).map((cells) => {
    const [name, description, type] = columns.map((at) => fromClass(cells[at] ?? "", address));
    const anchor = /<a id="([^"]+)"><\/a> */.exec(name);
    const shown = anchor ? name.replace(anchor[0], "") : name;
    return `| ${anchor ? `[${shown}](${address}#${anchor[1]})` : shown} | ${description} | ${type} |`;
  });
  const section = [
    "## Options",
    "",
    "| Option | Description | Type |",
    "| ------ | ------ | ------ |",
    ...table,
    "",
    "",
  ];
  return page.slice(0, place) + section.join("\n") + page.slice(place);
}

/** The cells of a row, in which a bar of the text is written with a backslash. */
function cellsOf(row: string): string[] {
  return row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** Has the links of the page of the options lead on from that of the class. */
function fromClass(cell: string, address: string): string {
  return cell.replace(/\]\((?!https?:)([^)#]*)(#[^)]*)?\)/g, (_, path: string, anchor = "") => {
    const target = path === "" ? address : posix.join(posix.dirname(address), path);
    return `](${target}${anchor})`;
  });
}
