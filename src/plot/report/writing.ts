/** How the parts of a report are written: sentences, names, notes and tables that fit a page. */
import { counted, shorten } from "../../display/formatting";
import { Table, type TableOptions } from "../../display/table";
import type { Block, FoldedBlock } from "./blocks";

/** Rows of a table that is unfolded at most. */
export const MOST_ROWS = 1000;
/** Characters of a name in a table or a sentence. */
export const NAME_LENGTH = 48;

/** Sentences, of which those that do not apply are empty. */
export function paragraph(...sentences: readonly string[]): FoldedBlock {
  return { kind: "paragraph", text: sentences.filter((sentence) => sentence !== "").join(" ") };
}

/** A name in a sentence. */
export function named(name: unknown): string {
  return `\`${shorten(String(name).replaceAll("`", "'"), NAME_LENGTH)}\``;
}

/** `a, b and c` */
export function inWords(parts: readonly string[]): string {
  return parts.length < 2
    ? parts.join("")
    : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}

/** A text that begins with a capital letter. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Notes that are shown at once; data of many constant columns have one for each. */
const FIRST_NOTES = 5;

/** The first notes as a list, and the others folded. */
export function notesOf(notes: readonly string[]): Block[] {
  const said = notes.map((note) => `Note: ${note}.`);
  const rest = said.slice(FIRST_NOTES).map((note) => [note]);
  const title = counted(rest.length, "more note");
  return [
    ...(said.length > 0 ? [{ kind: "list", items: said.slice(0, FIRST_NOTES) } as const] : []),
    ...(rest.length > 0
      ? [
          {
            kind: "table",
            table: new Table({ title, columns: [""], rows: rest, maxRows: MOST_ROWS }),
            isFolded: true,
            hasSentences: true,
          } as const,
        ]
      : []),
  ];
}

/** The table of a part that shows itself as one. */
export function tableOf(part: Table | { summary(): Table }): Table {
  return "summary" in part ? part.summary() : part;
}

/** The same table with texts and names of columns short enough for a page. */
export function shortNames(table: Table, changes: Partial<TableOptions> = {}): Table {
  return new Table({
    ...table,
    columns: table.columns.map((name) => shorten(name, NAME_LENGTH)),
    rows: table.rows.map((row) =>
      row.map((cell) => (typeof cell === "string" ? shorten(cell, NAME_LENGTH) : cell)),
    ),
    ...changes,
  });
}
