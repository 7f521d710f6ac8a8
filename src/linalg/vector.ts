/** Dense vector kernels on `Float64Array`. Callers guarantee equal lengths; the out-parameter comes last. */

/** `a'b`, summed in four interleaved accumulators. */
export function dot(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  const blocked = n - (n % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < blocked; i += 4) {
    s0 += a[i] * b[i];
    s1 += a[i + 1] * b[i + 1];
    s2 += a[i + 2] * b[i + 2];
    s3 += a[i + 3] * b[i + 3];
  }
  for (let i = blocked; i < n; i++) s0 += a[i] * b[i];
  return s0 + s1 + (s2 + s3);
}

/** `out += scale * a` */
export function addScaled(scale: number, a: Float64Array, out: Float64Array): void {
  for (let i = 0; i < a.length; i++) out[i] += scale * a[i];
}

/** `out[k] += scale * a[entries[k]]` */
export function addScaledEntries(
  scale: number,
  a: Float64Array,
  entries: Int32Array,
  out: Float64Array,
): void {
  for (let k = 0; k < entries.length; k++) out[k] += scale * a[entries[k]];
}

/** `sum_k a[entries[k]] b[k]` */
export function dotEntries(a: Float64Array, entries: Int32Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < entries.length; k++) sum += a[entries[k]] * b[k];
  return sum;
}

/** `sum_i a_i` */
export function sum(a: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i];
  return total;
}

/** The sum of the magnitudes. */
export function absoluteSum(a: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += Math.abs(a[i]);
  return total;
}

/** `a'a` */
export function squaredNorm(a: Float64Array): number {
  return dot(a, a);
}

/** `||a||_2`, which neither underflows nor overflows on the way. */
export function norm(a: Float64Array): number {
  const squares = dot(a, a);
  if (squares > 1e-280 && squares < Number.POSITIVE_INFINITY) return Math.sqrt(squares);
  const largest = maxAbs(a);
  if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return largest;
  let shares = 0;
  for (let i = 0; i < a.length; i++) shares += (a[i] / largest) ** 2;
  return largest * Math.sqrt(shares);
}

/** `max |a_i|`, 0 for an empty vector, NaN as soon as one entry is. */
export function maxAbs(a: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const magnitude = Math.abs(a[i]);
    if (magnitude <= largest) continue;
    if (Number.isNaN(magnitude)) return Number.NaN;
    largest = magnitude;
  }
  return largest;
}

/** The arithmetic mean, taken about the first entry so that a constant vector gives exactly that constant. */
export function mean(a: Float64Array): number {
  const origin = a[0];
  let sum = 0;
  for (let i = 1; i < a.length; i++) sum += a[i] - origin;
  return origin + sum / a.length;
}

/** Whether all entries are equal; NaN is not. */
export function areEqual(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Whether all entries are one number; so are none. */
export function isConstant(a: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== a[0]) return false;
  return true;
}

/** Indices of the entries that are not zero, ascending. */
export function supportOf(a: Float64Array): Int32Array {
  let size = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== 0) size++;
  const indices = new Int32Array(size);
  for (let i = 0, k = 0; k < size; i++) if (a[i] !== 0) indices[k++] = i;
  return indices;
}

/** Whether two vectors of one length differ by no more than a change of units and back rounds, each entry by itself. */
export function areEqualToRounding(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true;
  for (let j = 0; j < a.length; j++) {
    if (!(Math.abs(a[j] - b[j]) <= 8 * Number.EPSILON * Math.abs(a[j]))) return false;
  }
  return true;
}
