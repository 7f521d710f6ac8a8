/** Least squares with an intercept, by the normal equations: residuals, and leverages, the diagonal of the hat matrix. */
export function leastSquares(
  X: readonly (readonly number[])[],
  y: readonly number[],
): { residuals: number[]; leverages: number[] } {
  const rows = X.map((row) => [1, ...row]);
  const p = rows[0].length;
  const gram = Array.from({ length: p }, (_, a) =>
    Array.from({ length: p }, (_, b) => rows.reduce((sum, row) => sum + row[a] * row[b], 0)),
  );
  /** Each row's own entry of `x' G^-1 X'`. */
  const solved = rows.map((row) => solve(gram, row));
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((s, v, j) => s + v * b[j], 0);
  const beta = solve(
    gram,
    Array.from({ length: p }, (_, a) => rows.reduce((sum, row, i) => sum + row[a] * y[i], 0)),
  );
  return {
    residuals: rows.map((row, i) => y[i] - dot(row, beta)),
    leverages: rows.map((row, i) => dot(row, solved[i])),
  };
}

/** Gauss-Jordan elimination with pivots, for matrices of a few rows. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  const n = rows.length;
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(rows[r][c]) > Math.abs(rows[pivot][c])) pivot = r;
    [rows[c], rows[pivot]] = [rows[pivot], rows[c]];
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const share = rows[r][c] / rows[c][c];
      for (let k = c; k <= n; k++) rows[r][k] -= share * rows[c][k];
    }
  }
  return rows.map((row, i) => row[n] / row[i]);
}
