import { sum } from "../linalg/vector";
import type { StoredColumns } from "./sparse-design";

/** Columns that are a background plus stored entries. */
interface ShiftedColumns {
  readonly nSamples: number;
  readonly stored: StoredColumns;
  readonly backgrounds: Float64Array;
}

/**
 * A block of the Gram matrix of sparse columns: with `x_a = m_a 1 + s_a`,
 * `x_a' W x_b = s_a' W s_b + m_a w' s_b + m_b w' s_a + m_a m_b sum(w)`.
 *
 * One column at a time is spread out over all rows, the others meet it with their stored entries only.
 */
export function sparseGram(
  { nSamples, stored, backgrounds }: ShiftedColumns,
  rows: Int32Array,
  columns: Int32Array,
  out: Float64Array,
  weights?: Float64Array,
): void {
  const { starts, rows: places, values } = stored;
  const width = columns.length;
  const isSymmetric = rows === columns;
  const spread = new Float64Array(nSamples);
  const totalWeight = weights ? sum(weights) : nSamples;
  const sums = new Float64Array(width);
  columns.forEach((b, l) => {
    for (let e = starts[b]; e < starts[b + 1]; e++) sums[l] += (weights?.[places[e]] ?? 1) * values[e];
  });
  for (let k = 0; k < rows.length; k++) {
    const a = rows[k];
    let sumA = 0;
    for (let e = starts[a]; e < starts[a + 1]; e++) {
      const value = (weights?.[places[e]] ?? 1) * values[e];
      spread[places[e]] = value;
      sumA += value;
    }
    for (let l = isSymmetric ? k : 0; l < width; l++) {
      const b = columns[l];
      let product = 0;
      for (let e = starts[b]; e < starts[b + 1]; e++) product += spread[places[e]] * values[e];
      const shift = backgrounds[a] * (sums[l] + backgrounds[b] * totalWeight) + backgrounds[b] * sumA;
      out[k * width + l] = product + shift;
      if (isSymmetric) out[l * width + k] = product + shift;
    }
    for (let e = starts[a]; e < starts[a + 1]; e++) spread[places[e]] = 0;
  }
}
