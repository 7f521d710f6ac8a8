import { maxAbs, norm } from "./vector";

/** The eigenvalues of a symmetric matrix, ascending, and unit eigenvectors in the same order. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: readonly Float64Array[];
}

/** Sweeps after which the rotations stop in any case; they converge quadratically, in some six to ten sweeps. */
const maxSweeps = 50;

/**
 * All eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations, to the rounding of its largest
 * entry; of the order of `size^3` operations a sweep, so for small matrices.
 *
 * @param matrix row-major `size x size`, symmetric; not changed.
 * @see Golub and Van Loan, Matrix Computations, 8.5
 */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  const a = matrix.slice();
  const rows = Array.from({ length: size }, (_, i) => a.subarray(i * size, (i + 1) * size));
  const vectors = Array.from({ length: size }, (_, i) => new Float64Array(size).fill(1, i, i + 1));
  // Far below what the rotations of an entry of this size round away.
  const negligible = 1e-3 * Number.EPSILON * maxAbs(a);
  let rotated = true;
  for (let sweep = 0; sweep < maxSweeps && rotated; sweep++) {
    rotated = false;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const off = a[p * size + q];
        if (Math.abs(off) <= negligible) continue;
        rotated = true;
        const t = jacobiTangent((a[q * size + q] - a[p * size + p]) / (2 * off));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (let k = 0; k < size; k++) {
          // A pair in brackets would be an array each time.
          const x = a[k * size + p];
          const y = a[k * size + q];
          a[k * size + p] = c * x - s * y;
          a[k * size + q] = s * x + c * y;
        }
        rotate(rows[p], rows[q], c, s);
        rotate(vectors[p], vectors[q], c, s);
        a[p * size + q] = 0;
        a[q * size + p] = 0;
      }
    }
  }
  const diagonal = vectors.map((_, i) => a[i * size + i]);
  const order = diagonal.map((_, i) => i).sort((i, j) => diagonal[i] - diagonal[j]);
  return { values: Float64Array.from(order, (i) => diagonal[i]), vectors: order.map((i) => vectors[i]) };
}

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

/** Applies a Jacobi rotation, `(a, b) = (c a - s b, s a + c b)`, for eigenvalues and singular values. */
export function rotate(a: Float64Array, b: Float64Array, c: number, s: number): void {
  for (let i = 0; i < a.length; i++) {
    const x = a[i];
    const y = b[i];
    a[i] = c * x - s * y;
    b[i] = s * x + c * y;
  }
}

/**
 * The tangent of the smaller angle that makes `[[x, off], [off, y]]` diagonal, the root of `t^2 + 2 zeta t = 1` that is
 * nearer to 0.
 *
 * @param zeta `(y - x) / (2 off)`
 */
export function jacobiTangent(zeta: number): number {
  return (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(zeta, 1));
}
