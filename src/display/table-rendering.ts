/** Renders a table as text and as HTML: which rows and columns fit, and how cells are rounded and aligned. */

import { printable } from "../errors";
import { type BarValue, barElements, barTexts } from "./bars";
import { escapeHtml, formatNumber } from "./formatting";
import { lightsHTML, lightsText, type TrafficLight } from "./traffic-light";

/** The value of a cell; `null` and `undefined` leave it empty. */
export type TableCell = string | number | bigint | boolean | null | undefined;

/** The contents of a table and the limits of what is shown. */
export interface TableContents {
  readonly title: string | undefined;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
  /** Number of rows, including omitted ones. */
  readonly nRows: number;
  /** Number of columns, including omitted ones. */
  readonly nColumns: number;
  readonly digits: number;
  readonly maxRows: number;
  readonly maxColumns: number;
  readonly subheads: readonly string[] | undefined;
  readonly bars: readonly BarValue[] | undefined;
  readonly lights: readonly TrafficLight[];
  readonly notes: readonly string[];
}

/** Renders a table for a fixed-width font. */
export function tableText(table: TableContents): string {
  const { columns, hasSubheads, head, tail, rowGap, columnGap } = layOutTable(table);
  const line = (cells: readonly string[], bar: string): string => {
    const padded = cells.map((cell, j) => {
      const { width, numeric } = columns[j];
      const padding = " ".repeat(width - textWidth(cell));
      return numeric ? padding + cell : cell + padding;
    });
    return [...padded, bar].join("  ").trimEnd();
  };
  const row = ({ cells, bar }: RenderedRow): string => line(cells, bar);
  const rule = "─".repeat(columns.reduce((sum, { width }) => sum + width + 2, -2));
  return [
    ...(table.title === undefined ? [] : [printable(table.title)]),
    ...(table.lights.length > 0 ? [printable(lightsText(table.lights))] : []),
    ...(columns.length > 0
      ? [
          line(
            columns.map(({ name }) => name),
            "",
          ),
        ]
      : []),
    ...(hasSubheads
      ? [
          line(
            columns.map(({ subhead }) => subhead),
            "",
          ),
        ]
      : []),
    ...(columns.length > 0 ? [rule] : []),
    ...head.map(row),
    ...(rowGap === undefined ? [] : [rowGap]),
    ...tail.map(row),
    ...(columnGap === undefined ? [] : [columnGap]),
    ...table.notes.map(printable),
  ].join("\n");
}

/**
 * Renders a table as HTML without scripts, classes or style sheets.
 *
 * Texts inherit their colour, so the table is readable in light and dark themes, and all styles survive JupyterLab's sanitizer
 * for untrusted notebooks.
 */
export function tableHTML(table: TableContents): string {
  const { columns, hasSubheads, head, tail, rowGap, columnGap } = layOutTable(table);
  const hasBars = table.bars !== undefined;
  const align = (j: number): string => `style="text-align: ${columns[j].numeric ? "right" : "left"}"`;
  const row = ({ cells, barHTML }: RenderedRow): string => {
    const texts = cells.map((cell, j) => `<td ${align(j)}>${escapeHtml(widenPadding(cell))}</td>`);
    return `<tr>${texts.join("")}${hasBars ? `<td style="text-align: left">${barHTML}</td>` : ""}</tr>`;
  };
  const header = (j: number): string => {
    const { name, subhead } = columns[j];
    const below = hasSubheads
      ? `<br><span style="font-weight: normal; opacity: 0.7">${escapeHtml(subhead)}</span>`
      : "";
    return `<th scope="col" ${align(j)}>${escapeHtml(name)}${below}</th>`;
  };
  const span = columns.length + (hasBars ? 1 : 0);
  const line = (text: string): string =>
    `<div style="white-space: pre-wrap">${escapeHtml(printable(text))}</div>`;
  return [
    "<div>",
    ...(table.title === undefined ? [] : [line(table.title)]),
    ...(table.lights.length > 0 ? [`<div style="padding-top: 4px">${lightsHTML(table.lights)}</div>`] : []),
    ...(span > 0 ? ['<table style="white-space: pre; margin: 4px 0px">'] : []),
    ...(span > 0
      ? [`<thead><tr>${columns.map((_, j) => header(j)).join("")}${hasBars ? "<th></th>" : ""}</tr></thead>`]
      : []),
    ...(span > 0 ? ["<tbody>", ...head.map(row)] : []),
    ...(rowGap === undefined
      ? []
      : [`<tr><td colspan="${span}" style="text-align: center">${rowGap}</td></tr>`]),
    ...(span > 0 ? [...tail.map(row), "</tbody>", "</table>"] : []),
    ...(columnGap === undefined ? [] : [line(columnGap)]),
    ...table.notes.map(line),
    "</div>",
  ].join("\n");
}

/** Replaces padding by spaces as wide as the point and the digits, for proportional fonts. */
function widenPadding(cell: string): string {
  let end = cell.length;
  while (cell[end - 1] === " ") end--;
  const length = cell.length - end;
  if (length === 0) return cell;
  const wide = /[.e]/.test(cell) ? "\u2007".repeat(length) : `\u2008${"\u2007".repeat(length - 1)}`;
  return cell.slice(0, end) + wide;
}

/** The head of a column, and the width of its widest text. */
export interface RenderedColumn {
  readonly name: string;
  readonly subhead: string;
  readonly numeric: boolean;
  readonly width: number;
}

/** The visible part of a table, as texts. */
export interface TableLayout {
  readonly columns: readonly RenderedColumn[];
  readonly hasSubheads: boolean;
  /** The cells of each row before the gap. */
  readonly head: readonly RenderedRow[];
  /** The rows after the gap; empty where nothing is omitted. */
  readonly tail: readonly RenderedRow[];
  /** A note on the omitted rows; undefined if all are shown. */
  readonly rowGap: string | undefined;
  /** A note on the omitted columns; undefined if all are shown. */
  readonly columnGap: string | undefined;
}

/** A row of a table, as texts. */
export interface RenderedRow {
  readonly cells: readonly string[];
  readonly bar: string;
  readonly barHTML: string;
}

const GAP = "…";

/** Selects the rows and columns to show, in two halves where some are omitted, and renders their cells. */
function layOutTable(table: TableContents): TableLayout {
  const { rows, nRows, nColumns, maxRows, maxColumns, digits, bars } = table;
  const shown = firstAndLast(rows.length, maxRows);
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

/** Returns the indices of the columns to show, with -1 for the gap where some are omitted. */
function columnPlaces(length: number, most: number, total: number): number[] {
  const shown = firstAndLast(length, most);
  const half = Math.ceil(shown.length / 2);
  return shown.length === total ? shown : [...shown.slice(0, half), -1, ...shown.slice(half)];
}

function layoutColumn(
  name: string,
  subhead: string,
  values: readonly TableCell[],
  digits: number,
): RenderedColumn & { readonly cells: readonly string[] } {
  const present = values.filter((value) => value !== null && value !== undefined);
  const numeric =
    present.length > 0 && present.every((value) => typeof value === "number" || typeof value === "bigint");
  const texts = values.map((value) => cellText(value, digits));
  const cells = numeric ? alignAtPoint(texts) : texts;
  const heads = { name: oneLine(name), subhead: oneLine(subhead) };
  const width = [heads.name, heads.subhead, ...cells].reduce(
    (widest, text) => Math.max(widest, textWidth(text)),
    0,
  );
  return { ...heads, numeric, cells, width };
}

function cellText(value: TableCell, digits: number): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "bigint") return formatNumber(value, digits);
  return oneLine(String(value));
}

/** A line break inside a cell or a name would tear the table apart, and a control character a terminal. */
function oneLine(text: string): string {
  return printable(text.replace(/\s+/g, (blanks) => (/[\r\n\t]/.test(blanks) ? " " : blanks)));
}

/** Pads texts on the right, so that the decimal points of right-aligned texts are aligned. */
function alignAtPoint(texts: readonly string[]): string[] {
  const fractions = texts.map((text) => text.length - (/[.e]/.exec(text)?.index ?? text.length));
  const longest = Math.max(...fractions);
  return texts.map((text, i) => (text === "" ? "" : text + " ".repeat(longest - fractions[i])));
}

/** Returns the number of characters that take up space; combining marks, as in β̂, do not. */
function textWidth(text: string): number {
  return [...text.replace(/\p{Mark}/gu, "")].length;
}

/** Returns the first and the last of the indices below `length`, at most `most` of them. */
export function firstAndLast(length: number, most: number): number[] {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, k) => (k < count / 2 ? k : length - count + k));
}
