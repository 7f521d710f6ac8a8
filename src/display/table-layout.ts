import { type BarValue, barElements, barTexts } from "./bars";
import { corners } from "./corners";
import { formatNumber } from "./format-number";
import type { Table, TableCell } from "./table";

/** A column as texts of one width. */
export interface LaidColumn {
  readonly name: string;
  readonly subhead: string;
  readonly numeric: boolean;
  readonly width: number;
}

/** What is shown of a table, as texts. */
export interface TableLayout {
  readonly columns: readonly LaidColumn[];
  readonly hasSubheads: boolean;
  /** The cells of each row before the gap. */
  readonly head: readonly LaidRow[];
  /** Those after it; empty where there is none. */
  readonly tail: readonly LaidRow[];
  /** What is left out between them; undefined where nothing is. */
  readonly rowGap: string | undefined;
  /** What is left out of the columns; undefined where nothing is. */
  readonly columnGap: string | undefined;
}

/** A row of a table, as texts. */
export interface LaidRow {
  readonly cells: readonly string[];
  readonly bar: string;
  readonly barHTML: string;
}

const GAP = "…";

/** The rows and columns that are shown, cut in two where some are left out. */
export function layOut(table: Table): TableLayout {
  const { rows, nRows, nColumns, maxRows, maxColumns, digits, bars } = table;
  const shown = corners(rows.length, maxRows);
  const nHead = Math.ceil(shown.length / 2);
  const places = columnPlaces(table.columns.length, maxColumns, nColumns);
  const laid = places.map((j) =>
    j < 0
      ? { name: GAP, subhead: "", numeric: false, cells: shown.map(() => GAP), width: 1 }
      : layoutColumn(
          table.columns[j],
          table.subheads?.[j] ?? "",
          shown.map((i) => rows[i][j]),
          digits,
        ),
  );
  const values: readonly BarValue[] = bars ?? [];
  const [texts, elements] = [barTexts(values), barElements(values)];
  const laidRows = shown.map((i, k) => ({
    cells: laid.map(({ cells }) => cells[k]),
    bar: texts[i] ?? "",
    barHTML: elements[i] ?? "",
  }));
  const nPlaces = places.filter((j) => j >= 0).length;
  return {
    columns: laid,
    hasSubheads: table.subheads !== undefined,
    head: laidRows.slice(0, nRows > shown.length ? nHead : undefined),
    tail: laidRows.slice(nRows > shown.length ? nHead : shown.length),
    rowGap: nRows > shown.length ? `… ${nRows - shown.length} of ${nRows} rows not shown …` : undefined,
    columnGap: nColumns > nPlaces ? `… ${nColumns - nPlaces} columns not shown …` : undefined,
  };
}

/** The columns that are shown, around -1 where some are left out. */
function columnPlaces(length: number, most: number, total: number): number[] {
  const shown = corners(length, most);
  const half = Math.ceil(shown.length / 2);
  return shown.length === total ? shown : [...shown.slice(0, half), -1, ...shown.slice(half)];
}

function layoutColumn(
  name: string,
  subhead: string,
  values: readonly TableCell[],
  digits: number,
): LaidColumn & { readonly cells: readonly string[] } {
  const present = values.filter((value) => value !== null && value !== undefined);
  const numeric =
    present.length > 0 && present.every((value) => typeof value === "number" || typeof value === "bigint");
  const texts = values.map((value) => cellText(value, digits));
  const cells = numeric ? alignAtPoint(texts) : texts;
  const width = [name, subhead, ...cells].reduce((widest, text) => Math.max(widest, textWidth(text)), 0);
  return { name, subhead, numeric, cells, width };
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
  return texts.map((text, i) => (text === "" ? "" : text + " ".repeat(longest - fractions[i])));
}

/** Characters that take up room: combining marks, as in β̂, do not. */
export function textWidth(text: string): number {
  return [...text.replace(/\p{Mark}/gu, "")].length;
}
