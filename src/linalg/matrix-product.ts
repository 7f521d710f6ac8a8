/** Products of small dense matrices, each stored one column after the other; what they lack in sizes the lengths tell. */

/** `out += A B`, with `A` of `nRows` rows. */
export function addProduct(a: Float64Array, b: Float64Array, nRows: number, out: Float64Array): void {
  const nInner = a.length / nRows;
  for (let c = 0; c < out.length / nRows; c++) {
    for (let l = 0; l < nInner; l++) {
      const entry = b[c * nInner + l];
      for (let i = 0; i < nRows; i++) out[c * nRows + i] += entry * a[l * nRows + i];
    }
  }
}

/** `out += A B'`, with `A` of `nRows` rows. */
export function addProductWithTransposed(
  a: Float64Array,
  b: Float64Array,
  nRows: number,
  out: Float64Array,
): void {
  const nInner = a.length / nRows;
  const nColumns = b.length / nInner;
  for (let c = 0; c < nColumns; c++) {
    for (let l = 0; l < nInner; l++) {
      const entry = b[l * nColumns + c];
      for (let i = 0; i < nRows; i++) out[c * nRows + i] += entry * a[l * nRows + i];
    }
  }
}

/** `out += A' B`, both of `nRows` rows. */
export function addTransposedProduct(
  a: Float64Array,
  b: Float64Array,
  nRows: number,
  out: Float64Array,
): void {
  const nLeft = a.length / nRows;
  for (let c = 0; c < b.length / nRows; c++) {
    for (let l = 0; l < nLeft; l++) {
      let sum = 0;
      for (let i = 0; i < nRows; i++) sum += a[l * nRows + i] * b[c * nRows + i];
      out[c * nLeft + l] += sum;
    }
  }
}

/**
 * `A += sum_j weights[j] x_j x_j'` in the lower triangle.
 *
 * Four columns share one pass over the matrix; those of weight 0 cost nothing.
 *
 * @param columns each of length `size`.
 * @param matrix row-major `size x size`.
 */
export function addOuterProducts(
  columns: readonly Float64Array[],
  weights: Float64Array,
  matrix: Float64Array,
  size: number,
): void {
  const none = new Float64Array(size);
  const batch: Float64Array[] = [none, none, none, none];
  const scales = [0, 0, 0, 0];
  let filled = 0;
  for (let j = 0; j < columns.length; j++) {
    if (weights[j] === 0) continue;
    batch[filled] = columns[j];
    scales[filled] = weights[j];
    if (++filled === 4) {
      addBatch(batch, scales, matrix, size);
      filled = 0;
    }
  }
  if (filled > 0) addBatch(batch, scales.fill(0, filled), matrix, size);
}

function addBatch(
  [a, b, c, d]: readonly Float64Array[],
  [wa, wb, wc, wd]: readonly number[],
  matrix: Float64Array,
  size: number,
): void {
  for (let i = 0; i < size; i++) {
    const [sa, sb, sc, sd] = [wa * a[i], wb * b[i], wc * c[i], wd * d[i]];
    const row = i * size;
    for (let k = 0; k <= i; k++) matrix[row + k] += sa * a[k] + sb * b[k] + sc * c[k] + sd * d[k];
  }
}
