import type { StoredColumns, StoredSummaries } from "../kernels";

/** The products of `../assembly/sparse`, summed in the same order. */

/** `x_j'v`, by four interleaved sums. */
function sparseDot({ starts, rows, values }: StoredColumns, j: number, v: Float64Array): number {
  const end = starts[j + 1];
  let e = starts[j];
  const blocked = end - ((end - e) % 4);
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (; e < blocked; e += 4) {
    s0 += values[e] * v[rows[e]];
    s1 += values[e + 1] * v[rows[e + 1]];
    s2 += values[e + 2] * v[rows[e + 2]];
    s3 += values[e + 3] * v[rows[e + 3]];
  }
  for (; e < end; e++) s0 += values[e] * v[rows[e]];
  return s0 + s1 + (s2 + s3);
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

export function compactColumns(
  { starts, rows, values }: StoredColumns,
  nSamples: number,
  { sums, squares, smallest, largest }: StoredSummaries,
): number {
  let nSound = sums.length;
  let [from, to] = [0, 0];
  for (let j = 0; j < sums.length; j++) {
    let [sum, square, low, high] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    let [before, areSound] = [-1, true];
    for (; from < starts[j + 1]; from++) {
      const [x, i] = [values[from], rows[from]];
      if (!(i > before && x - x === 0)) areSound = false;
      before = i;
      if (x === 0) continue;
      values[to] = x;
      rows[to++] = i;
      sum += x;
      square += x * x;
      low = Math.min(low, x);
      high = Math.max(high, x);
    }
    starts[j + 1] = to;
    if (!areSound || before >= nSamples) nSound = Math.min(nSound, j);
    sums[j] = sum;
    squares[j] = square;
    smallest[j] = low;
    largest[j] = high;
  }
  return nSound;
}
