import { UpdatedCholesky } from "../../linalg/updated-cholesky";
import { maxAbs, supportOf } from "../../linalg/vector";
import type { GroupPenalty } from "../../penalties";
import type { Kernels } from "../../simd/kernels";
import type { GroupBlock } from "./block";

/** Change of the coefficients, relative to them, that the next step would square. */
const settledStep = 1e-9;

/** Halvings after which a step leads nowhere. */
const mostHalvings = 30;

/** Coefficients of which a factor takes less than a second. */
const largestFactor = 2500;

/** Where the groups of a working set are in a model; vectors have an entry a row of its Hessian. */
export interface PlaceOfGroups {
  readonly blocks: readonly GroupBlock[];
  /** Row `k` of the Hessian. */
  row(k: number): Float64Array;
  /** The coefficients, of which the blocks have views. */
  readonly beta: Float64Array;
  /** Of the model there. */
  readonly slopes: Float64Array;
  /** Room for what a step changes the slopes by. */
  readonly image: Float64Array;
  /** For the rows and vectors. */
  readonly kernels: Kernels;
}

/** How many cycles over groups cost as much as a step; Infinity where that takes too long. */
export function cyclesPerStep(beta: Float64Array, nGroups: number): number {
  const active = supportOf(beta).length;
  if (active > largestFactor) return Number.POSITIVE_INFINITY;
  const step = active ** 3 / 3 + 2 * active * beta.length + 10 * active ** 2;
  const cycle = 2 * active * beta.length + 4000 * nGroups;
  return Math.ceil(step / cycle);
}

/** Newton's method on those coefficients of a working set that are not zero. */
export class GroupNewton {
  readonly #penalty: GroupPenalty;
  readonly #cholesky = new UpdatedCholesky();
  #matrix: Float64Array = new Float64Array(0);

  constructor(penalty: GroupPenalty) {
    this.#penalty = penalty;
  }

  /**
   * Takes a step, halved until the objective falls; where the penalty has a kink in each coordinate, to where the first
   * becomes zero.
   *
   * @returns its length, 0 where there is none; settled where the next one would change nothing.
   */
  step(lambda: number, place: PlaceOfGroups): { length: number; isSettled: boolean } {
    const penalty = this.#penalty;
    const { blocks, beta, slopes, image, kernels } = place;
    const active = supportOf(beta);
    const step = this.#direction(lambda, place, active);
    if (!step) return { length: 0, isSettled: false };
    const along = new Float64Array(beta.length);
    image.fill(0);
    let slope = 0;
    for (let i = 0; i < active.length; i++) {
      const k = active[i];
      along[k] = step[i];
      kernels.addScaled(-step[i], place.row(k), image);
      slope -= slopes[k] * step[i];
    }
    let bend = 0;
    for (let i = 0; i < active.length; i++) bend -= image[active[i]] * step[i];

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

  /** Whether the second derivatives are positive definite. */
  isStrict(lambda: number, place: PlaceOfGroups): boolean {
    const active = supportOf(place.beta);
    this.#hessian(lambda, place, active);
    return this.#cholesky.refactor(this.#matrix, active.length) === active.length;
  }

  /**
   * `(H + P)^-1 (s + p)` with the slopes and the Hessians of a model and a penalty, or undefined where the matrix is singular
   * and not for flat directions alone.
   */
  #direction(lambda: number, place: PlaceOfGroups, active: Int32Array): Float64Array | undefined {
    const penalty = this.#penalty;
    const { blocks, slopes } = place;
    const size = active.length;
    const position = this.#hessian(lambda, place, active);
    const step = Float64Array.from(active, (k) => slopes[k]);
    for (const { g, start, b, next, isZero } of blocks) {
      if (isZero) continue;
      penalty.groupSlope(g, b, lambda, next);
      for (let i = 0; i < b.length; i++) {
        const row = position[start + i];
        if (row >= 0) step[row] += next[i];
      }
    }
    if (this.#cholesky.refactor(this.#matrix, size) < size) {
      // Flat directions have no slope: a ridge keeps the step off them and hardly changes it elsewhere.
      for (let i = 0; i < size; i++) this.#matrix[i * size + i] *= 1 + 1e-7;
      if (this.#cholesky.refactor(this.#matrix, size) < size) return undefined;
    }
    this.#cholesky.solve(step);
    return step;
  }

  /** Sets the lower triangle of `H + P`; the row of each place, -1 where there is none. */
  #hessian(lambda: number, place: PlaceOfGroups, active: Int32Array): Int32Array {
    const penalty = this.#penalty;
    const size = active.length;
    if (this.#matrix.length < size * size) this.#matrix = new Float64Array(2 * size * size);
    const matrix = this.#matrix;
    const position = new Int32Array(place.beta.length).fill(-1);
    for (let i = 0; i < size; i++) {
      const row = place.row(active[i]);
      position[active[i]] = i;
      for (let m = 0; m <= i; m++) matrix[i * size + m] = row[active[m]];
    }
    for (const { g, start, b, isZero } of place.blocks) {
      if (isZero) continue;
      const hessian = new Float64Array(b.length * b.length);
      penalty.groupHessian(g, b, lambda, hessian);
      for (let i = 0; i < b.length; i++) {
        const row = position[start + i];
        if (row < 0) continue;
        for (let m = 0; m <= i; m++) {
          const column = position[start + m];
          if (column >= 0) matrix[row * size + column] += hessian[i * b.length + m];
        }
      }
    }
    return position;
  }
}
