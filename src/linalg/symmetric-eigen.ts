import { jacobiTangent, rotate } from "./rotation";
import { maxAbs } from "./vector";

/** Eigenvalues of a symmetric matrix, ascending, and unit eigenvectors in the same order. */
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
