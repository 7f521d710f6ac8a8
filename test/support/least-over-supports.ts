/**
 * The least objective over all supports of some ten coefficients, with nothing of the library: of `||y - X b||^2 / (2n) + sum_j p(|b_j|)`, each
 * support by descents of ridges that majorize `p` in `b^2` from two starts. It is that of a point, so that no lower bound is above it.
 */
import type { ConcaveTerm } from "./global-minimum";

const STARTS = 2;
const MOST_STEPS = 40;

/** Returns the point with the least objective that was found, and that objective. */
export function leastOverSupports(
  columns: readonly (readonly number[])[],
  y: readonly number[],
  term: ConcaveTerm,
  uniform: () => number,
): { readonly b: Float64Array; readonly objective: number } {
  const p = columns.length;
  const [G, c] = momentsOf(columns, y);
  const objectiveOf = (b: Float64Array): number => {
    let loss = 0;
    for (let i = 0; i < y.length; i++) {
      let residual = y[i];
      for (let j = 0; j < p; j++) residual -= b[j] * columns[j][i];
      loss += residual ** 2;
    }
    return b.reduce(
      (sum, entry) => sum + (entry === 0 ? 0 : term.value(Math.abs(entry))),
      loss / (2 * y.length),
    );
  };
  let best = { b: new Float64Array(p), objective: objectiveOf(new Float64Array(p)) };
  const matrix = new Float64Array(p * p);
  const x = new Float64Array(p);
  for (let code = 1; code < 2 ** p; code++) {
    const support: number[] = [];
    for (let j = 0; j < p; j++) if ((code >> j) & 1) support.push(j);
    const size = support.length;
    for (let start = 0; start < (term.ridge === undefined ? STARTS : 1); start++) {
      let b = Float64Array.from(
        support,
        (j) => (start === 0 ? 1 : 4 * uniform()) * (c[j] / (G[j * p + j] || 1) || 1),
      );
      let isSolved = true;
      for (let step = 0; step < MOST_STEPS && isSolved; step++) {
        for (let k = 0; k < size; k++) {
          const t = Math.max(Math.abs(b[k]), 1e-12);
          for (let m = 0; m <= k; m++) matrix[k * size + m] = G[support[k] * p + support[m]];
          matrix[k * size + k] += term.ridge ?? term.slope(t) / t;
          x[k] = c[support[k]];
        }
        isSolved = solveInPlace(matrix, x, size);
        if (!isSolved) break;
        let change = 0;
        for (let k = 0; k < size; k++)
          change = Math.max(change, Math.abs(x[k] - b[k]) / (1e-9 + Math.abs(b[k])));
        b = x.slice(0, size);
        if (change < 1e-9 || term.ridge !== undefined) break;
      }
      if (!isSolved && term.ridge !== undefined) continue;
      const point = new Float64Array(p);
      for (let k = 0; k < size; k++) point[support[k]] = b[k];
      const objective = objectiveOf(point);
      if (objective < best.objective) best = { b: point, objective };
    }
  }
  return best;
}

/** `X'X / n`, row by row, and `X'y / n`. */
function momentsOf(
  columns: readonly (readonly number[])[],
  y: readonly number[],
): readonly [Float64Array, Float64Array] {
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, entry, i) => sum + entry * b[i], 0) / y.length;
  const p = columns.length;
  const G = Float64Array.from({ length: p * p }, (_, k) => dot(columns[Math.floor(k / p)], columns[k % p]));
  return [G, Float64Array.from(columns, (column) => dot(column, y))];
}

/** Solves `A x = b` by Cholesky's method, `A` by its lower triangle; returns whether it is positive definite. */
function solveInPlace(A: Float64Array, x: Float64Array, size: number): boolean {
  for (let k = 0; k < size; k++) {
    const diagonal = A[k * size + k];
    for (let m = 0; m <= k; m++) {
      let entry = A[k * size + m];
      for (let i = 0; i < m; i++) entry -= A[k * size + i] * A[m * size + i];
      if (m < k) A[k * size + m] = entry / A[m * size + m];
      else if (!(entry > 1e-12 * diagonal)) return false;
      else A[k * size + k] = Math.sqrt(entry);
    }
  }
  for (let k = 0; k < size; k++) {
    for (let i = 0; i < k; i++) x[k] -= A[k * size + i] * x[i];
    x[k] /= A[k * size + k];
  }
  for (let k = size - 1; k >= 0; k--) {
    for (let i = k + 1; i < size; i++) x[k] -= A[i * size + k] * x[i];
    x[k] /= A[k * size + k];
  }
  return true;
}
