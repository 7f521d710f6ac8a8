import type { StoredColumns, StoredSummaries } from "../kernels";

/** The same products as in `../assembly/sparse`; terms are added in the same order. */

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

/** Summarizes the entries of column `j` from `start` up to `end`; returns whether one of them is zero. */
function summarizeEntries(
  values: Float64Array,
  start: number,
  end: number,
  { sums, squares, smallest, largest }: StoredSummaries,
  j: number,
): boolean {
  const [s, q] = [
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ];
  const blocked = end - ((end - start) % 4);
  let [low, high, hasZero] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, false];
  for (let e = start; e < end; e++) {
    const x = values[e];
    const k = e < blocked ? (e - start) % 4 : 0;
    s[k] += x;
    q[k] += x * x;
    low = Math.min(low, x);
    high = Math.max(high, x);
    if (x === 0) hasZero = true;
  }
  sums[j] = s[0] + s[1] + (s[2] + s[3]);
  squares[j] = q[0] + q[1] + (q[2] + q[3]);
  smallest[j] = low;
  largest[j] = high;
  return hasZero;
}

export function compactColumns(
  { starts, rows, values }: StoredColumns,
  nSamples: number,
  out: StoredSummaries,
): number {
  const count = out.sums.length;
  let nSound = count;
  let [start, to] = [0, 0];
  for (let j = 0; j < count; j++) {
    const end = starts[j + 1];
    for (let [e, before] = [start, -1]; e < end; before = rows[e++]) {
      const isSound = rows[e] > before && rows[e] < nSamples && Number.isFinite(values[e]);
      if (!isSound) nSound = Math.min(nSound, j);
    }
    const hasZero = summarizeEntries(values, start, end, out, j);
    const first = to;
    for (let e = start; e < end; e++) {
      if (values[e] === 0) continue;
      values[to] = values[e];
      rows[to++] = rows[e];
    }
    if (hasZero) summarizeEntries(values, first, to, out, j);
    start = end;
    starts[j + 1] = to;
  }
  return nSound;
}
