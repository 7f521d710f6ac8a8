import { norm } from "./vector";

/**
 * At least the largest eigenvalue of a symmetric positive semidefinite matrix, and at most `size^(1/64)` times it: with
 * the Frobenius norm, `(trace A^64)^(1/64) = norm(A^32)^(1/32)`.
 *
 * @param matrix `size x size`, both triangles; overwritten.
 */
export function largestEigenvalueBound(matrix: Float64Array, size: number): number {
  let bound = normalize(matrix);
  if (bound === 0) return 0;
  let power: Float64Array = matrix;
  let square: Float64Array = new Float64Array(matrix.length);
  for (let exponent = 2; exponent <= 32; exponent *= 2) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        let entry = 0;
        for (let k = 0; k < size; k++) entry += power[i * size + k] * power[j * size + k];
        square[i * size + j] = entry;
        square[j * size + i] = entry;
      }
    }
    [power, square] = [square, power];
    bound *= normalize(power) ** (1 / exponent);
  }
  return bound;
}

/** Divides by the Frobenius norm, which it returns. */
function normalize(matrix: Float64Array): number {
  const size = norm(matrix);
  if (size > 0) for (let k = 0; k < matrix.length; k++) matrix[k] /= size;
  return size;
}
