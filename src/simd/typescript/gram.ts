/** Rows of a piece, as in `../assembly/gram`. */
const PIECE = 512;

/** `sum_i a[from + i] b[other + i]` for `n` entries, in two interleaved sums. */
export function pairDot(a: Float64Array, from: number, b: Float64Array, other: number, n: number): number {
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

/** The block of `../assembly/gram`, summed in the same order. */
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
