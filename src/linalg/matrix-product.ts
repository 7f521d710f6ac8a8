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
