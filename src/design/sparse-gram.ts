import type { StoredColumns } from "../simd/kernels";

/** The stored entries of some columns row by row: those of row `i` are at `starts[i]` up to, not including, `starts[i + 1]`. */
interface EntriesByRow {
  readonly starts: Int32Array;
  /** Positions in the list of columns, ascending within a row. */
  readonly positions: Int32Array;
  readonly values: Float64Array;
}

/**
 * A block of the Gram matrix of sparse columns, `out[k, l] = sum_i weights[i] x_ia x_ib` for `a = rows[k]`, `b = columns[l]`.
 *
 * The fewer columns are laid out by rows; the entries of the others meet there only those of their own row, so that the
 * work is that of the products which are not zero. A sum runs by ascending rows.
 *
 * @param rows the same array as `columns` where the block is symmetric: half the work.
 * @param out row-major.
 * @param weights ones if left out.
 */
export function sparseGram(
  stored: StoredColumns,
  nSamples: number,
  rows: Int32Array,
  columns: Int32Array,
  out: Float64Array,
  weights?: Float64Array,
): void {
  const { starts, rows: places, values } = stored;
  const width = columns.length;
  const isSymmetric = rows === columns;
  const laysColumns = columns.length <= rows.length;
  const [laid, met] = laysColumns ? [columns, rows] : [rows, columns];
  const byRow = entriesByRow(stored, nSamples, laid);
  out.fill(0);
  for (let m = 0; m < met.length; m++) {
    const start = isSymmetric ? m : 0;
    for (let e = starts[met[m]]; e < starts[met[m] + 1]; e++) {
      const i = places[e];
      const weight = weights ? weights[i] : 1;
      for (let q = byRow.starts[i + 1] - 1; q >= byRow.starts[i] && byRow.positions[q] >= start; q--) {
        const at = laysColumns ? m * width + byRow.positions[q] : byRow.positions[q] * width + m;
        out[at] += weight * (values[e] * byRow.values[q]);
      }
    }
  }
  if (!isSymmetric) return;
  for (let k = 0; k < width; k++) for (let l = 0; l < k; l++) out[k * width + l] = out[l * width + k];
}

function entriesByRow(
  { starts, rows, values }: StoredColumns,
  nSamples: number,
  columns: Int32Array,
): EntriesByRow {
  const rowStarts = new Int32Array(nSamples + 2);
  let count = 0;
  for (const j of columns) {
    count += starts[j + 1] - starts[j];
    for (let e = starts[j]; e < starts[j + 1]; e++) rowStarts[rows[e] + 2]++;
  }
  for (let i = 2; i < rowStarts.length; i++) rowStarts[i] += rowStarts[i - 1];
  const positions = new Int32Array(count);
  const ownValues = new Float64Array(count);
  for (let position = 0; position < columns.length; position++) {
    const j = columns[position];
    for (let e = starts[j]; e < starts[j + 1]; e++) {
      const to = rowStarts[rows[e] + 1]++; // where the next entry of the row goes, and in the end where the row ends
      positions[to] = position;
      ownValues[to] = values[e];
    }
  }
  return { starts: rowStarts, positions, values: ownValues };
}
