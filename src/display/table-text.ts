import { lightsText } from "./light";
import type { Table } from "./table";
import { type LaidRow, layOut, textWidth } from "./table-layout";

/** A table in a fixed-width font. */
export function tableText(table: Table): string {
  const { columns, hasSubheads, head, tail, rowGap, columnGap } = layOut(table);
  const line = (cells: readonly string[], bar: string): string => {
    const padded = cells.map((cell, j) => {
      const { width, numeric } = columns[j];
      const padding = " ".repeat(width - textWidth(cell));
      return numeric ? padding + cell : cell + padding;
    });
    return [...padded, bar].join("  ").trimEnd();
  };
  const row = ({ cells, bar }: LaidRow): string => line(cells, bar);
  const rule = "─".repeat(columns.reduce((sum, { width }) => sum + width + 2, -2));
  return [
    ...(table.title === undefined ? [] : [table.title]),
    ...(table.lights.length > 0 ? [lightsText(table.lights)] : []),
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
    ...table.notes,
  ].join("\n");
}
