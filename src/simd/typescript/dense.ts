/**
 * Products with dense columns, their norms and summaries, blocks of Gram matrices and their Cholesky factors, in TypeScript.
 *
 * Every sum adds its terms in the same order as the corresponding function in `../assembly/`, so that both give the same bits.
 */
import type { ColumnSummaries } from "../kernels";

/** `sum_i a[from + i] v[i]` for `n` entries, in four interleaved sums. */
export function dotFrom(a: Float64Array, from: number, v: Float64Array, n: number): number {
  const blocked = n - (n % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < blocked; i += 4) {
    const x = from + i;
    s0 += a[x] * v[i];
    s1 += a[x + 1] * v[i + 1];
    s2 += a[x + 2] * v[i + 2];
    s3 += a[x + 3] * v[i + 3];
  }
  for (let i = blocked; i < n; i++) s0 += a[from + i] * v[i];
  return s0 + s1 + (s2 + s3);
}

/** `out[i] += scale * a[from + i]` for `n` entries. */
export function addScaledFrom(
  scale: number,
  a: Float64Array,
  from: number,
  n: number,
  out: Float64Array,
): void {
  for (let i = 0; i < n; i++) out[i] += scale * a[from + i];
}

export function columnDots(columns: Float64Array, v: Float64Array, out: Float64Array): void {
  for (let j = 0; j < out.length; j++) out[j] = dotFrom(columns, j * v.length, v, v.length);
}

export function columnDotsAt(
  columns: Float64Array,
  indices: Int32Array,
  v: Float64Array,
  out: Float64Array,
): void {
  for (let k = 0; k < indices.length; k++) out[k] = dotFrom(columns, indices[k] * v.length, v, v.length);
}

export function addColumns(
  columns: Float64Array,
  indices: Int32Array,
  scales: Float64Array,
  out: Float64Array,
): void {
  const n = out.length;
  for (let k = 0; k < indices.length; k++) addScaledFrom(scales[k], columns, indices[k] * n, n, out);
}

export function weightedSquaredNorms(
  columns: Float64Array,
  weights: Float64Array,
  out: Float64Array,
  indices?: Int32Array,
): void {
  const n = weights.length;
  for (let k = 0; k < out.length; k++) {
    const j = indices ? indices[k] : k;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += weights[i] * columns[j * n + i] * columns[j * n + i];
    out[k] = sum;
  }
}

/** The same summaries as in `../assembly/summaries`; terms are added in the same order. */
export function summarizeColumns(
  columns: Float64Array,
  n: number,
  { means, squares, smallest, largest }: ColumnSummaries,
): void {
  const blocked = n - (n % 4);
  for (let j = 0; j < means.length; j++) {
    const x = columns.subarray(j * n, (j + 1) * n);
    const [origin] = x;
    let [s0, s1, s2, s3, low, high] = [0, 0, 0, 0, origin, origin];
    for (let i = 0; i < blocked; i += 4) {
      s0 += x[i] - origin;
      s1 += x[i + 1] - origin;
      s2 += x[i + 2] - origin;
      s3 += x[i + 3] - origin;
    }
    for (let i = blocked; i < n; i++) s0 += x[i] - origin;
    for (let i = 0; i < n; i++) {
      low = Math.min(low, x[i]);
      high = Math.max(high, x[i]);
    }
    const mean = origin + (s0 + s1 + (s2 + s3)) / n;
    [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let i = 0; i < blocked; i += 4) {
      s0 += (x[i] - mean) ** 2;
      s1 += (x[i + 1] - mean) ** 2;
      s2 += (x[i + 2] - mean) ** 2;
      s3 += (x[i + 3] - mean) ** 2;
    }
    for (let i = blocked; i < n; i++) s0 += (x[i] - mean) ** 2;
    means[j] = mean;
    squares[j] = s0 + s1 + (s2 + s3);
    smallest[j] = low + 0;
    largest[j] = high + 0;
  }
}

/** The number of rows that are summed at a time, the same as in `../assembly/gram`. */
const PIECE = 512;

/** `sum_i a[from + i] b[other + i]` for `n` entries, in two interleaved sums. */
function pairDot(a: Float64Array, from: number, b: Float64Array, other: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    s0 += a[from + i] * b[other + i];
    s1 += a[from + i + 1] * b[other + i + 1];
  }
  if (i < n) s0 += a[from + i] * b[other + i];
  return s0 + s1;
}

/** The same Gram block as in `../assembly/gram`; terms are added in the same order. */
export function gramBlock(
  columns: Float64Array,
  nSamples: number,
  rows: Int32Array,
  others: Int32Array,
  out: Float64Array,
  weights?: Float64Array,
): void {
  const isSymmetric = rows === others;
  const weighted = new Float64Array(weights ? PIECE : 0);
  if (nSamples === 0) out.fill(0, 0, rows.length * others.length);
  for (let start = 0; start < nSamples; start += PIECE) {
    const size = Math.min(PIECE, nSamples - start);
    for (let k = 0; k < rows.length; k++) {
      const a = rows[k] * nSamples + start;
      if (weights) for (let i = 0; i < size; i++) weighted[i] = weights[start + i] * columns[a + i];
      for (let l = isSymmetric ? k : 0; l < others.length; l++) {
        const b = others[l] * nSamples + start;
        const sum = weights ? pairDot(weighted, 0, columns, b, size) : pairDot(columns, a, columns, b, size);
        const place = k * others.length + l;
        out[place] = start === 0 ? sum : out[place] + sum;
      }
    }
  }
  if (!isSymmetric) return;
  const size = rows.length;
  for (let k = 0; k < size; k++) for (let l = k + 1; l < size; l++) out[l * size + k] = out[k * size + l];
}

/** Returns the index at which row `i` of a packed triangle begins. */
function packedRow(i: number): number {
  return (i * (i + 1)) / 2;
}

export function forwardSolve(factor: Float64Array, b: Float64Array): void {
  for (let i = 0; i < b.length; i++) {
    const own = packedRow(i);
    const first = i - (i % 4);
    let rest = b[i] - dotFrom(factor, own, b, first);
    for (let k = first; k < i; k++) rest -= factor[own + k] * b[k];
    b[i] = rest / factor[own + i];
  }
}

export function backSolve(factor: Float64Array, b: Float64Array): void {
  for (let i = b.length - 1; i >= 0; i--) {
    const own = packedRow(i);
    b[i] /= factor[own + i];
    addScaledFrom(-b[i], factor, own, i, b);
  }
}

export function factorPacked(
  factor: Float64Array,
  from: number,
  size: number,
  relativePivot: number,
): number {
  for (let i = from; i < size; i++) {
    const own = packedRow(i);
    for (let j = 0; j <= i; j++) {
      const other = packedRow(j);
      const even = j - (j % 2);
      let rest = factor[own + j] - pairDot(factor, own, factor, other, even);
      if (j > even) rest -= factor[own + even] * factor[other + even];
      if (j < i) factor[own + j] = rest / factor[other + j];
      else if (!(rest > relativePivot * factor[own + j])) return i;
      else factor[own + j] = Math.sqrt(rest);
    }
  }
  return size;
}

/** For each row, this applies the rotations of the rows above it, then one more rotation, which it stores in `rotations`. */
export function dropRow(factor: Float64Array, size: number, k: number, rotations: Float64Array): void {
  for (let i = k + 1; i < size; i++) {
    const old = packedRow(i);
    const fresh = packedRow(i - 1);
    factor.copyWithin(fresh, old, old + k);
    let carry = factor[old + k];
    for (let j = k; j < i - 1; j++) {
      const c = rotations[2 * j];
      const s = rotations[2 * j + 1];
      const x = factor[old + j + 1];
      factor[fresh + j] = c * carry + s * x;
      carry = c * x - s * carry;
    }
    const diagonal = factor[old + i];
    const root = Math.sqrt(carry * carry + diagonal * diagonal);
    rotations[2 * i - 2] = carry / root;
    rotations[2 * i - 1] = diagonal / root;
    factor[fresh + i - 1] = root;
  }
}
