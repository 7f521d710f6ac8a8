/** What the site adds to the pages that TypeDoc writes: on the page of a class, the options of its constructor as a table. */
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

/** Writes tables of options into the pages of classes below a folder. */
export function addOptions(folder: string): void {
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!/(^|\/)classes\/\w+\.md$/.test(file.split(sep).join("/"))) continue;
    const path = join(folder, file);
    const page = readFileSync(path, "utf8");
    const options = CONSTRUCTOR_OPTIONS.exec(page)?.[1];
    if (options === undefined) continue;
    writeFileSync(path, withOptions(page, options, readFileSync(join(dirname(path), options), "utf8")));
  }
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
