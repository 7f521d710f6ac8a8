import type { DesignMatrix } from "./design-matrix";

/** `out[k] = x_j'v` for `j = columns[k]` */
export function columnDots(
  design: DesignMatrix,
  columns: Int32Array,
  v: Float64Array,
  out: Float64Array,
): void {
  if (design.rmatvecColumns) design.rmatvecColumns(columns, v, out);
  else for (let k = 0; k < columns.length; k++) out[k] = design.columnDot(columns[k], v);
}
