/**
 * Replaces the lower triangle of a symmetric matrix by its Cholesky factor, `A = L L'`.
 *
 * @param matrix row-major `size x size`; only the lower triangle is read, and it is overwritten by `L`.
 * @param relativePivot smallest pivot accepted, relative to its diagonal entry of `A`.
 * @returns false when a pivot is too small: the matrix is not positive definite to working precision,
 * and its content is then meaningless.
 */
export function choleskyFactor(matrix: Float64Array, size: number, relativePivot = 1e-13): boolean {
  for (let j = 0; j < size; j++) {
    const rowJ = j * size;
    const diagonal = matrix[rowJ + j];
    let pivot = diagonal;
    for (let k = 0; k < j; k++) pivot -= matrix[rowJ + k] * matrix[rowJ + k];
    if (!(pivot > relativePivot * diagonal)) return false;
    const root = Math.sqrt(pivot);
    matrix[rowJ + j] = root;
    let i = j + 1;
    // Four rows at a time, whose sums do not wait for each other.
    for (; i + 4 <= size; i += 4) {
      const [a, b, c, d] = [i * size, (i + 1) * size, (i + 2) * size, (i + 3) * size];
      let [ofA, ofB, ofC, ofD] = [matrix[a + j], matrix[b + j], matrix[c + j], matrix[d + j]];
      for (let k = 0; k < j; k++) {
        const entry = matrix[rowJ + k];
        ofA -= matrix[a + k] * entry;
        ofB -= matrix[b + k] * entry;
        ofC -= matrix[c + k] * entry;
        ofD -= matrix[d + k] * entry;
      }
      matrix[a + j] = ofA / root;
      matrix[b + j] = ofB / root;
      matrix[c + j] = ofC / root;
      matrix[d + j] = ofD / root;
    }
    for (; i < size; i++) {
      const rowI = i * size;
      let entry = matrix[rowI + j];
      for (let k = 0; k < j; k++) entry -= matrix[rowI + k] * matrix[rowJ + k];
      matrix[rowI + j] = entry / root;
    }
  }
  return true;
}

/** Solves `L L' x = b` in place: `b` becomes `x`. */
export function choleskySolve(factor: Float64Array, size: number, b: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let entry = b[i];
    for (let k = 0; k < i; k++) entry -= factor[i * size + k] * b[k];
    b[i] = entry / factor[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    let entry = b[i];
    for (let k = i + 1; k < size; k++) entry -= factor[k * size + i] * b[k];
    b[i] = entry / factor[i * size + i];
  }
}

/**
 * Rows `R` with `R'R = A` for a positive semidefinite `A`, as many as its rank: Cholesky's factor, its columns where they
 * belong, by the largest diagonal entry that is left.
 *
 * What is left once no diagonal entry exceeds `size` roundings of the largest one is taken for rounding.
 *
 * @param matrix row-major `size x size`, symmetric; not changed.
 * @see Higham, Accuracy and Stability of Numerical Algorithms, 10.3
 */
export function pivotedCholesky(matrix: Float64Array, size: number): Float64Array[] {
  const left = Float64Array.from({ length: size }, (_, j) => matrix[j * size + j]);
  const negligible = size * Number.EPSILON * left.reduce((a, b) => Math.max(a, b), 0);
  const rows: Float64Array[] = [];
  while (rows.length < size) {
    const pivot = left.indexOf(left.reduce((a, b) => Math.max(a, b)));
    if (!(left[pivot] > negligible)) break;
    const root = Math.sqrt(left[pivot]);
    const row = matrix.slice(pivot * size, (pivot + 1) * size);
    for (const earlier of rows) {
      const share = earlier[pivot];
      if (share !== 0) for (let j = 0; j < size; j++) row[j] -= share * earlier[j];
    }
    for (let j = 0; j < size; j++) {
      // Columns that were pivots are finished.
      row[j] = left[j] === Number.NEGATIVE_INFINITY ? 0 : row[j] / root;
      left[j] -= row[j] * row[j];
    }
    row[pivot] = root;
    left[pivot] = Number.NEGATIVE_INFINITY;
    rows.push(row);
  }
  return rows;
}
