/** A danfojs data frame or series, recognized by its shape, as an HTML table and as text. */
import type { MimeBundle } from "../src/display/mime-bundle";
import { escapeHtml } from "./escape-html";

/** The fields of danfojs's `DataFrame` and `Series` that columns of the user cannot shadow. */
interface Frame {
  readonly $columns: readonly string[];
  readonly $index: readonly (string | number)[];
  /** Rows; a series has plain values. */
  readonly $data: readonly unknown[];
}

const MAX_ROWS = 20;
const MAX_COLUMNS = 20;
const GAP = "…";

/** True for a danfojs `DataFrame` or `Series`. */
export function isFrame(value: object): value is Frame {
  try {
    const { $columns, $index, $data } = value as Partial<Record<keyof Frame, unknown>>;
    return Array.isArray($columns) && Array.isArray($index) && Array.isArray($data);
  } catch {
    // A proxy that allows only what it knows is none of ours.
    return false;
  }
}

/** First and last rows and columns, with the shape below. */
export function frameBundle(frame: Frame): MimeBundle {
  const columns = ends(frame.$columns, MAX_COLUMNS);
  const header = ["", ...columns.map((at) => (at < 0 ? GAP : String(frame.$columns[at])))];
  const rows = ends(frame.$data, MAX_ROWS).map((row) => {
    if (row < 0) return header.map(() => GAP);
    const data = frame.$data[row];
    const values = Array.isArray(data) ? data : [data];
    return [String(frame.$index[row]), ...columns.map((at) => (at < 0 ? GAP : cellText(values[at])))];
  });
  const shape = `${frame.$data.length} rows × ${frame.$columns.length} columns`;
  return { "text/html": htmlTable(header, rows, shape), "text/plain": textTable(header, rows, shape) };
}

/** All positions, or the first and last ones around -1. */
function ends(items: readonly unknown[], limit: number): number[] {
  const all = [...items.keys()];
  return items.length <= limit ? all : [...all.slice(0, limit / 2), -1, ...all.slice(-limit / 2)];
}

function cellText(value: unknown): string {
  if (typeof value === "number" && !Number.isInteger(value)) return String(Number(value.toPrecision(6)));
  return String(value);
}

function htmlTable(header: readonly string[], rows: readonly (readonly string[])[], shape: string): string {
  const line = (cells: readonly string[], tag: string): string =>
    cells
      .map((cell, at) => `<${at === 0 ? "th" : tag}>${escapeHtml(cell)}</${at === 0 ? "th" : tag}>`)
      .join("");
  const body = rows.map((row) => `<tr>${line(row, "td")}</tr>`).join("\n");
  return `<table>\n<thead><tr>${line(header, "th")}</tr></thead>\n<tbody>\n${body}\n</tbody>\n</table>\n<p>${shape}</p>`;
}

function textTable(header: readonly string[], rows: readonly (readonly string[])[], shape: string): string {
  const widths = header.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, at) => cell.padStart(widths[at] ?? 0)).join("  ");
  return [line(header), ...rows.map(line), "", shape].join("\n");
}
