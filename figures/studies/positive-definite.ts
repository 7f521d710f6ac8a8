/** Cholesky's factor of a positive definite matrix in place, of and in its lower triangle; NaN where it is not. */
export function factor(matrix: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let l = 0; l <= i; l++) {
      let sum = matrix[i * n + l];
      for (let c = 0; c < l; c++) sum -= matrix[i * n + c] * matrix[l * n + c];
      matrix[i * n + l] = l < i ? sum / matrix[l * n + l] : Math.sqrt(sum);
    }
  }
}

/** Solves with Cholesky's factor. */
export function solved(lower: Float64Array, y: Float64Array): Float64Array {
  const n = y.length;
  const solution = y.slice();
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < i; c++) solution[i] -= lower[i * n + c] * solution[c];
    solution[i] /= lower[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let c = i + 1; c < n; c++) solution[i] -= lower[c * n + i] * solution[c];
    solution[i] /= lower[i * n + i];
  }
  return solution;
}
