import type { UpdatedCholesky } from "../linalg/updated-cholesky";
import type { GroupPenalty } from "../penalties";
import type { GroupBlock } from "./group-block";

/**
 * `(H + P)^-1 (s + p)` with the slopes and the Hessians of a model and a penalty in the coefficients that are not zero, or
 * undefined where the matrix is singular and not for flat directions alone.
 *
 * @param rows of `H`.
 * @param active places of these coefficients among the rows, ascending within each group.
 * @param cholesky room for the factor.
 */
export function groupNewtonStep(
  penalty: GroupPenalty,
  lambda: number,
  blocks: readonly GroupBlock[],
  rows: readonly Float64Array[],
  slopes: Float64Array,
  active: Int32Array,
  cholesky: UpdatedCholesky,
): Float64Array | undefined {
  const size = active.length;
  const position = new Int32Array(rows.length).fill(-1);
  const matrix = new Float64Array(size * size);
  const step = new Float64Array(size);
  active.forEach((k, i) => {
    position[k] = i;
    const row = rows[k];
    for (let m = 0; m <= i; m++) matrix[i * size + m] = row[active[m]];
    step[i] = slopes[k];
  });
  for (const block of blocks) {
    if (block.isZero) continue;
    const { g, start, b, next } = block;
    const hessian = new Float64Array(b.length * b.length);
    penalty.groupHessian(g, b, lambda, hessian);
    penalty.groupSlope(g, b, lambda, next);
    for (let i = 0; i < b.length; i++) {
      const row = position[start + i];
      if (row < 0) continue;
      step[row] += next[i];
      for (let m = 0; m <= i; m++) {
        const column = position[start + m];
        if (column >= 0) matrix[row * size + column] += hessian[i * b.length + m];
      }
    }
  }
  if (cholesky.refactor(matrix, size) < size) {
    // Flat directions have no slope: a ridge keeps the step off them and hardly changes it elsewhere.
    for (let i = 0; i < size; i++) matrix[i * size + i] *= 1 + 1e-7;
    if (cholesky.refactor(matrix, size) < size) return undefined;
  }
  cholesky.solve(step);
  return step;
}
