import type { ColumnSource } from "../column-source";
import type { PolarsFrame, PolarsSeries } from "../design-input";

/** Reads a polars data frame by `toArray`, which keeps nulls; its typed arrays refuse or lose them. */
export function polarsSource(_where: string, X: object): ColumnSource | undefined {
  const { columns: names, getColumn } = X as Partial<PolarsFrame>;
  if (!Array.isArray(names) || typeof getColumn !== "function") return undefined;
  const frame = X as PolarsFrame;
  const column = (j: number) => (frame.getColumn(names[j]) as PolarsSeries).toArray();
  return { names, nColumns: names.length, nRows: names.length === 0 ? 0 : column(0).length, column };
}

/** The values of a polars series. */
export function polarsSeriesValues(y: object): ArrayLike<unknown> | undefined {
  const { dtype, toArray } = y as Partial<PolarsSeries>;
  return dtype !== undefined && typeof toArray === "function" ? (y as PolarsSeries).toArray() : undefined;
}
