/** A factorization `P A = L U` with partial pivoting. */
export interface LuFactor {
  readonly size: number;
  /** Row-major; `U` on and above the diagonal, `L` below it, its diagonal of ones left out. */
  readonly matrix: Float64Array;
  /** Row `i` of `P A` is row `order[i]` of `A`. */
  readonly order: Int32Array;
}

/**
 * Factors a square matrix.
 *
 * @param matrix row-major `size x size`; overwritten.
 * @returns undefined where a pivot is below 1e-13 of the largest entry: the matrix is singular to working precision.
 */
export function luFactor(matrix: Float64Array, size: number): LuFactor | undefined {
  const order = Int32Array.from({ length: size }, (_, i) => i);
  let largest = 0;
  for (let i = 0; i < matrix.length; i++) largest = Math.max(largest, Math.abs(matrix[i]));
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) {
      if (Math.abs(matrix[i * size + k]) > Math.abs(matrix[pivot * size + k])) pivot = i;
    }
    if (!(Math.abs(matrix[pivot * size + k]) > 1e-13 * largest)) return undefined;
    if (pivot !== k) {
      [order[k], order[pivot]] = [order[pivot], order[k]];
      const row = matrix.slice(k * size, (k + 1) * size);
      matrix.copyWithin(k * size, pivot * size, (pivot + 1) * size);
      matrix.set(row, pivot * size);
    }
    for (let i = k + 1; i < size; i++) {
      const share = matrix[i * size + k] / matrix[k * size + k];
      matrix[i * size + k] = share;
      if (share === 0) continue;
      for (let m = k + 1; m < size; m++) matrix[i * size + m] -= share * matrix[k * size + m];
    }
  }
  return { size, matrix, order };
}

/** The solution of `A x = b`. */
export function luSolve({ size, matrix, order }: LuFactor, b: Float64Array): Float64Array {
  const x = Float64Array.from(order, (i) => b[i]);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i] -= matrix[i * size + k] * x[k];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i] -= matrix[i * size + k] * x[k];
    x[i] /= matrix[i * size + i];
  }
  return x;
}
