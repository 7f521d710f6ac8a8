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
