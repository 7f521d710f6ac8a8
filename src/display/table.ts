import { mustBe } from "../errors";
import { escapeHtml } from "./escape-html";
import { formatNumber } from "./format-number";
import { type Displayable, type MimeBundle, makeDisplayable } from "./mime-bundle";

/** What one cell may hold; `null` and `undefined` leave it empty. */
export type TableCell = string | number | bigint | boolean | null | undefined;

/** What a {@link Table} is made of. */
export interface TableOptions {
  /** One line above the table; none by default. */
  readonly title?: string;
  readonly columns: readonly string[];
  /** One array a row, with as many cells as there are columns. */
  readonly rows: readonly (readonly TableCell[])[];
  /** Significant digits of numbers; defaults to 4. */
  readonly digits?: number;
  /** At most this many rows are shown, half from each end, and the gap is named; defaults to 40. */
  readonly maxRows?: number;
}

/**
 * Rows and columns that show themselves as text and as HTML.
 *
 * A column of numbers is rounded to significant digits and aligned at the decimal point. `rows` keeps every row
 * and every digit; only what is shown is rounded and shortened.
 *
 * @example
 * new Table({ title: "Two features", columns: ["feature", "coef"], rows: [["bmi", 24.9032], ["age", -0.51]] })
 */
export class Table implements Displayable {
  readonly title: string | undefined;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
  readonly digits: number;
  readonly maxRows: number;

  /** @throws InputError when a row has not as many cells as there are columns, or an option is out of range. */
  constructor({ title, columns, rows, digits = 4, maxRows = 40 }: TableOptions) {
    if (!(Number.isInteger(digits) && digits >= 1 && digits <= 17))
      throw mustBe("Table", "digits", "an integer from 1 to 17", digits);
    if (!(Number.isInteger(maxRows) && maxRows >= 2))
      throw mustBe("Table", "maxRows", "an integer >= 2", maxRows);
    for (const [i, row] of rows.entries())
      if (row.length !== columns.length)
        throw mustBe("Table", `row ${i}`, `${columns.length} cells, one a column`, row);
    this.title = title;
    this.columns = [...columns];
    this.rows = rows.map((row) => [...row]);
    this.digits = digits;
    this.maxRows = maxRows;
  }

  /** The table in a fixed-width font. */
  toString(): string {
    const { columns, head, tail } = this.#layout();
    const line = (cells: readonly string[]): string =>
      cells
        .map((cell, j) => {
          const { width, numeric } = columns[j]!;
          const padding = " ".repeat(width - textWidth(cell));
          return numeric ? padding + cell : cell + padding;
        })
        .join("  ")
        .trimEnd();
    const rule = "─".repeat(columns.reduce((sum, { width }) => sum + width + 2, -2));
    return [
      ...(this.title === undefined ? [] : [this.title]),
      line(columns.map(({ name }) => name)),
      rule,
      ...head.map(line),
      ...(tail.length > 0 ? [this.#omission(head, tail), ...tail.map(line)] : []),
    ].join("\n");
  }

  /** `text/html` and `text/plain`. */
  toMimeBundle(): MimeBundle {
    return { "text/html": this.#toHTML(), "text/plain": this.toString() };
  }

  #toHTML(): string {
    const { columns, head, tail } = this.#layout();
    const align = (j: number): string => `style="text-align: ${columns[j]!.numeric ? "right" : "left"}"`;
    const row = (cells: readonly string[]): string =>
      `<tr>${cells.map((cell, j) => `<td ${align(j)}>${escapeHtml(widenPadding(cell))}</td>`).join("")}</tr>`;
    const gap = `<tr><td colspan="${columns.length}" style="text-align: center">${this.#omission(head, tail)}</td></tr>`;
    return [
      '<table style="white-space: pre; font-variant-numeric: tabular-nums">',
      ...(this.title === undefined ? [] : [`<caption>${escapeHtml(this.title)}</caption>`]),
      `<thead><tr>${columns.map(({ name }, j) => `<th scope="col" ${align(j)}>${escapeHtml(name)}</th>`).join("")}</tr></thead>`,
      "<tbody>",
      ...head.map(row),
      ...(tail.length > 0 ? [gap, ...tail.map(row)] : []),
      "</tbody>",
      "</table>",
    ].join("\n");
  }

  #omission(head: readonly unknown[], tail: readonly unknown[]): string {
    return `… ${this.rows.length - head.length - tail.length} of ${this.rows.length} rows not shown …`;
  }

  /** The rows that are shown, as aligned texts, cut in two where rows are left out. */
  #layout(): { columns: Column[]; head: string[][]; tail: string[][] } {
    const cut = this.rows.length > this.maxRows;
    const nTail = cut ? Math.floor(this.maxRows / 2) : 0;
    const nHead = cut ? this.maxRows - nTail : this.rows.length;
    const shown = cut
      ? [...this.rows.slice(0, nHead), ...this.rows.slice(this.rows.length - nTail)]
      : this.rows;
    const columns = this.columns.map((name, j) =>
      layoutColumn(
        name,
        shown.map((row) => row[j]),
        this.digits,
      ),
    );
    const texts = shown.map((_, i) => columns.map(({ cells }) => cells[i]!));
    return { columns, head: texts.slice(0, nHead), tail: texts.slice(nHead) };
  }
}

makeDisplayable(Table);

interface Column {
  readonly name: string;
  readonly numeric: boolean;
  readonly cells: readonly string[];
  readonly width: number;
}

function layoutColumn(name: string, values: readonly TableCell[], digits: number): Column {
  const present = values.filter((value) => value !== null && value !== undefined);
  const numeric =
    present.length > 0 && present.every((value) => typeof value === "number" || typeof value === "bigint");
  const texts = values.map((value) => cellText(value, digits));
  const cells = numeric ? alignAtPoint(texts) : texts;
  return { name, numeric, cells, width: Math.max(...[name, ...cells].map(textWidth)) };
}

function cellText(value: TableCell, digits: number): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "bigint") return formatNumber(value, digits);
  // A line break inside a cell would tear the table apart.
  return String(value).replace(/\s*[\r\n]+\s*/g, " ");
}

/** Pads on the right, so that right-aligned texts have their points below each other. */
function alignAtPoint(texts: readonly string[]): string[] {
  const fractions = texts.map((text) => text.length - (/[.e]/.exec(text)?.index ?? text.length));
  const longest = Math.max(...fractions);
  return texts.map((text, i) => (text === "" ? "" : text + " ".repeat(longest - fractions[i]!)));
}

/** Gives the padding the widths of the point and the digits it stands for, for fonts that are not fixed-width. */
function widenPadding(cell: string): string {
  return cell.replace(/ +$/, ({ length }) =>
    /[.e]/.test(cell) ? "\u2007".repeat(length) : `\u2008${"\u2007".repeat(length - 1)}`,
  );
}

/** Characters that take up room: combining marks, as in β̂, do not. */
function textWidth(text: string): number {
  return [...text.replace(/\p{Mark}/gu, "")].length;
}
