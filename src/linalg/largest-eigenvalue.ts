import { dot } from "./vector";

/**
 * At least the largest eigenvalue of a symmetric positive semidefinite matrix, and at most `size^(1/64)` times it: with
 * the Frobenius norm, `(trace A^64)^(1/64) = norm(A^32)^(1/32)`.
 *
 * @param matrix `size x size`, both triangles; overwritten.
 */
export function largestEigenvalueBound(matrix: Float64Array, size: number): number {
  let norm = normalize(matrix);
  if (norm === 0) return 0;
  let bound = norm;
  let power: Float64Array = matrix;
  let square: Float64Array = new Float64Array(matrix.length);
  for (let exponent = 2; exponent <= 32; exponent *= 2) {
    for (let i = 0; i < size; i++) {
      const row = power.subarray(i * size, (i + 1) * size);
      for (let j = 0; j <= i; j++) {
        const entry = dot(row, power.subarray(j * size, (j + 1) * size));
        square[i * size + j] = entry;
        square[j * size + i] = entry;
      }
    }
    [power, square] = [square, power];
    norm = normalize(power);
    bound *= norm ** (1 / exponent);
  }
  return bound;
}

/** Divides by the Frobenius norm, which it returns. */
function normalize(matrix: Float64Array): number {
  let scale = 0;
  for (const entry of matrix) scale = Math.max(scale, Math.abs(entry));
  if (scale === 0) return 0;
  let sum = 0;
  for (const entry of matrix) sum += (entry / scale) ** 2;
  const norm = scale * Math.sqrt(sum);
  for (let k = 0; k < matrix.length; k++) matrix[k] /= norm;
  return norm;
}
