import { escapeHtml } from "./escape-html";
import { lightsHTML } from "./light";
import type { Table } from "./table";
import { type LaidRow, layOut } from "./table-layout";

/**
 * A table as HTML without scripts, classes or style sheets.
 *
 * Texts have the colour that is around them, so that it is readable in light and dark themes, and styles are those that
 * JupyterLab leaves in notebooks which it does not trust.
 */
export function tableHTML(table: Table): string {
  const { columns, hasSubheads, head, tail, rowGap, columnGap } = layOut(table);
  const hasBars = table.bars !== undefined;
  const align = (j: number): string => `style="text-align: ${columns[j].numeric ? "right" : "left"}"`;
  const row = ({ cells, barHTML }: LaidRow): string => {
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
  const line = (text: string): string => `<div style="white-space: pre-wrap">${escapeHtml(text)}</div>`;
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

/** Gives the padding the widths of the point and the digits it stands for, for fonts that are not fixed-width. */
function widenPadding(cell: string): string {
  return cell.replace(/ +$/, ({ length }) =>
    /[.e]/.test(cell) ? "\u2007".repeat(length) : `\u2008${"\u2007".repeat(length - 1)}`,
  );
}
