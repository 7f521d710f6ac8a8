import type { ColumnSource } from "../column-source";
import type { ArqueroTable } from "../design-input";

/** Reads an Arquero table; `array` already follows the table's filter and order. */
export function arqueroSource(_where: string, X: object): ColumnSource | undefined {
  const { columnNames, array } = X as Partial<ArqueroTable>;
  if (typeof columnNames !== "function" || typeof array !== "function") return undefined;
  const table = X as ArqueroTable;
  const names = table.columnNames();
  const column = (j: number) => table.array(names[j]) as ArrayLike<unknown>;
  return { names, nColumns: names.length, nRows: names.length === 0 ? 0 : column(0).length, column };
}
