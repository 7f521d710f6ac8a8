import { sum } from "../linalg/vector";
import type { StoredBlock } from "./stored-block";

/**
 * A block of the Gram matrix of sparse columns: with `x_a = m_a 1 + s_a`,
 * `x_a' W x_b = s_a' W s_b + m_a w' s_b + m_b w' s_a + m_a m_b sum(w)`.
 *
 * @param backgrounds `m`, one a column.
 */
export function sparseGram(
  block: StoredBlock,
  backgrounds: Float64Array,
  nSamples: number,
  rows: Int32Array,
  columns: Int32Array,
  out: Float64Array,
  weights?: Float64Array,
): void {
  block.gram(rows, columns, out, weights);
  const { starts, rows: places, values } = block.stored;
  const width = columns.length;
  const isSymmetric = rows === columns;
  const totalWeight = weights ? sum(weights) : nSamples;
  const sumOf = (j: number): number => {
    let total = 0;
    for (let e = starts[j]; e < starts[j + 1]; e++) total += (weights?.[places[e]] ?? 1) * values[e];
    return total;
  };
  const sums = Float64Array.from(columns, sumOf);
  for (let k = 0; k < rows.length; k++) {
    const background = backgrounds[rows[k]];
    const own = isSymmetric ? sums[k] : sumOf(rows[k]);
    for (let l = isSymmetric ? k : 0; l < width; l++) {
      const other = backgrounds[columns[l]];
      const shift = background * (sums[l] + other * totalWeight) + other * own;
      out[k * width + l] += shift;
      if (isSymmetric) out[l * width + k] = out[k * width + l];
    }
  }
}
