/** The products of `../assembly/products`, summed in the same order. */

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
