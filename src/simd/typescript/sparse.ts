import type { StoredColumns } from "../kernels";

/** The products of `../assembly/sparse`, summed in the same order. */

/** `x_j'v`, entry by entry. */
function sparseDot({ starts, rows, values }: StoredColumns, j: number, v: Float64Array): number {
  const end = starts[j + 1];
  let sum = 0;
  for (let e = starts[j]; e < end; e++) sum += values[e] * v[rows[e]];
  return sum;
}

export function sparseDots(columns: StoredColumns, v: Float64Array, out: Float64Array): void {
  for (let j = 0; j < out.length; j++) out[j] = sparseDot(columns, j, v);
}

export function sparseDotsAt(
  columns: StoredColumns,
  indices: Int32Array,
  v: Float64Array,
  out: Float64Array,
): void {
  for (let k = 0; k < indices.length; k++) out[k] = sparseDot(columns, indices[k], v);
}

export function addSparseColumns(
  { starts, rows, values }: StoredColumns,
  indices: Int32Array,
  scales: Float64Array,
  out: Float64Array,
): void {
  for (let k = 0; k < indices.length; k++) {
    const end = starts[indices[k] + 1];
    const scale = scales[k];
    for (let e = starts[indices[k]]; e < end; e++) out[rows[e]] += scale * values[e];
  }
}
