import type { UpdatedCholesky } from "../linalg/updated-cholesky";
import { maxAbs } from "../linalg/vector";
import type { GroupPenalty } from "../penalties";
import type { Kernels } from "../simd/kernels";
import type { GroupBlock } from "./group-block";

/** Change of the coefficients, relative to them, that the next step would square. */
const settledStep = 1e-9;

/** Halvings after which a step leads nowhere. */
const mostHalvings = 30;

/** Where the groups of a working set are in a model; vectors have an entry a row of its Hessian. */
export interface PlaceOfGroups {
  readonly blocks: readonly GroupBlock[];
  /** Of the Hessian. */
  readonly rows: readonly Float64Array[];
  /** The coefficients, of which the blocks have views. */
  readonly beta: Float64Array;
  /** Of the model there. */
  readonly slopes: Float64Array;
  /** Room for what a step changes the slopes by. */
  readonly image: Float64Array;
  /** For the rows and vectors. */
  readonly kernels: Kernels;
}

/**
 * Takes a step of Newton's method on the coefficients that are not zero, halved until the objective falls; where the penalty
 * has a kink in each coordinate, to where the first becomes zero.
 *
 * @param active places of these coefficients, ascending.
 * @param cholesky room for the factor.
 * @returns the length of the step, 0 where there is none; settled where the next one would change nothing.
 */
export function groupNewtonStep(
  penalty: GroupPenalty,
  lambda: number,
  place: PlaceOfGroups,
  active: Int32Array,
  cholesky: UpdatedCholesky,
): { length: number; isSettled: boolean } {
  const { blocks, rows, beta, slopes, image, kernels } = place;
  const step = newtonDirection(penalty, lambda, place, active, cholesky);
  if (!step) return { length: 0, isSettled: false };
  const along = new Float64Array(rows.length);
  image.fill(0);
  let slope = 0;
  active.forEach((k, i) => {
    along[k] = step[i];
    kernels.addScaled(-step[i], rows[k], image);
    slope -= slopes[k] * step[i];
  });
  let bend = 0;
  active.forEach((k, i) => {
    bend -= image[k] * step[i];
  });

  let length = 1;
  let crossing = -1;
  if (penalty.elementwise && lambda > 0) {
    for (let k = 0; k < beta.length; k++) {
      const reach = beta[k] / along[k];
      if (reach > 0 && reach < length) [length, crossing] = [reach, k];
    }
  }
  const isSettled = crossing < 0 && maxAbs(step) <= settledStep * maxAbs(beta);
  for (let halvings = 0; !isSettled; halvings++) {
    if (halvings === mostHalvings) return { length: 0, isSettled: false };
    let change = length * (slope + (length * bend) / 2);
    for (const { g, start, b, next } of blocks) {
      for (let i = 0; i < b.length; i++) next[i] = b[i] - length * along[start + i];
      change += penalty.groupValue(g, next, lambda) - penalty.groupValue(g, b, lambda);
    }
    if (change <= 0) break;
    length /= 2;
    crossing = -1;
  }
  for (let k = 0; k < beta.length; k++) beta[k] -= length * along[k];
  if (crossing >= 0) beta[crossing] = 0;
  for (let k = 0; k < slopes.length; k++) slopes[k] += length * image[k];
  return { length, isSettled };
}

/**
 * `(H + P)^-1 (s + p)` with the slopes and the Hessians of a model and a penalty in the coefficients that are not zero, or
 * undefined where the matrix is singular and not for flat directions alone.
 */
function newtonDirection(
  penalty: GroupPenalty,
  lambda: number,
  { blocks, rows, slopes }: PlaceOfGroups,
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
