/** Eigenvalues of a symmetric matrix, ascending, and unit eigenvectors in the same order. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: readonly Float64Array[];
}

/**
 * All eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations, to the rounding of its largest
 * entry; of the order of `size^3` operations a sweep, so for small matrices.
 *
 * @param matrix row-major `size x size`, symmetric; not changed.
 * @see Golub and Van Loan, Matrix Computations, 8.5
 */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  const a = matrix.slice();
  const vectors = Array.from({ length: size }, (_, i) => new Float64Array(size).fill(1, i, i + 1));
  for (let sweep = 0; sweep < 50 && !isDiagonal(a, size); sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const off = a[p * size + q];
        if (off === 0) continue;
        const theta = (a[q * size + q] - a[p * size + p]) / (2 * off);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (let k = 0; k < size; k++) {
          const [x, y] = [a[k * size + p], a[k * size + q]];
          a[k * size + p] = c * x - s * y;
          a[k * size + q] = s * x + c * y;
        }
        for (let k = 0; k < size; k++) {
          const [x, y] = [a[p * size + k], a[q * size + k]];
          a[p * size + k] = c * x - s * y;
          a[q * size + k] = s * x + c * y;
        }
        rotate(vectors[p], vectors[q], c, s);
      }
    }
  }
  const diagonal = vectors.map((_, i) => a[i * size + i]);
  const order = diagonal.map((_, i) => i).sort((i, j) => diagonal[i] - diagonal[j]);
  return { values: Float64Array.from(order, (i) => diagonal[i]), vectors: order.map((i) => vectors[i]) };
}

function rotate(x: Float64Array, y: Float64Array, c: number, s: number): void {
  for (let k = 0; k < x.length; k++) {
    const [before, other] = [x[k], y[k]];
    x[k] = c * before - s * other;
    y[k] = s * before + c * other;
  }
}

function isDiagonal(a: Float64Array, size: number): boolean {
  for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) if (a[p * size + q] !== 0) return false;
  return true;
}
