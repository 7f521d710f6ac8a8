/**
 * Newton's method on the nonzero groups of a working set ({@link GroupNewton}), and what a step costs in cycles of
 * block descent.
 */
import { UpdatedCholesky } from "../../linalg/cholesky";
import { maxAbs, supportOf } from "../../linalg/vector";
import type { GroupPenalty } from "../../penalties";
import type { Kernels } from "../../simd/kernels";
import type { GroupBlock } from "../subproblem/group-block";

/**
 * Relative change of the coefficients below which Newton's method has converged, since the next step would square it.
 */
const minRelativeStep = 1e-9;

/** Maximum number of halvings; after them the step counts as failed. */
const maxHalvings = 30;

/** Maximum number of coefficients whose factor takes less than a second. */
const maxFactorSize = 2500;

/** A point of a working set in its model; the vectors have one entry per row of the Hessian. */
export interface GroupModelPoint {
  readonly blocks: readonly GroupBlock[];
  /** Returns row `k` of the Hessian. */
  row(k: number): Float64Array;
  /** The coefficients, of which the blocks have views. */
  readonly beta: Float64Array;
  /** The slopes of the model. */
  readonly slopes: Float64Array;
  /** A buffer for the change of the slopes along a step. */
  readonly image: Float64Array;
  /** The kernels for these rows and vectors. */
  readonly kernels: Kernels;
}

/** Returns how many cycles over the groups cost as much as a Newton step; Infinity if a step takes too long. */
export function cyclesPerStep(beta: Float64Array, nGroups: number): number {
  const active = supportOf(beta).length;
  if (active > maxFactorSize) return Number.POSITIVE_INFINITY;
  const step = active ** 3 / 3 + 2 * active * beta.length + 10 * active ** 2;
  const cycle = 2 * active * beta.length + 4000 * nGroups;
  return Math.ceil(step / cycle);
}

/** Newton's method on the nonzero coefficients of a working set. */
export class GroupNewton {
  readonly #penalty: GroupPenalty;
  readonly #cholesky = new UpdatedCholesky();
  #matrix: Float64Array = new Float64Array(0);

  constructor(penalty: GroupPenalty) {
    this.#penalty = penalty;
  }

  /**
   * Takes a step, halved until the objective falls. Under a penalty with kinks in each coordinate it ends where the
   * first one becomes zero.
   *
   * @returns its length, 0 if it failed, and whether the method has converged.
   */
  step(lambda: number, point: GroupModelPoint): { length: number; isSettled: boolean } {
    const penalty = this.#penalty;
    const { blocks, beta, slopes, image, kernels } = point;
    const endsOf = this.#ends(lambda, blocks, beta.length);
    const active = supportOf(beta).filter((k) => !endsOf(k).includes(beta[k]));
    const step = this.#direction(lambda, point, active);
    if (!step) return { length: 0, isSettled: false };
    const along = new Float64Array(beta.length);
    image.fill(0);
    let slope = 0;
    for (let i = 0; i < active.length; i++) {
      const k = active[i];
      along[k] = step[i];
      kernels.addScaled(-step[i], point.row(k), image);
      slope -= slopes[k] * step[i];
    }
    let curvature = 0;
    for (let i = 0; i < active.length; i++) curvature -= image[active[i]] * step[i];

    let length = 1;
    let [crossing, end] = [-1, 0];
    for (const k of active) {
      for (const kink of endsOf(k)) {
        const reach = (beta[k] - kink) / along[k];
        if (reach > 0 && reach < length) [length, crossing, end] = [reach, k, kink];
      }
    }
    const isSettled = crossing < 0 && maxAbs(step) <= minRelativeStep * maxAbs(beta);
    for (let halvings = 0; !isSettled; halvings++) {
      if (halvings === maxHalvings) return { length: 0, isSettled: false };
      let change = length * (slope + (length * curvature) / 2);
      for (const { g, start, b, next } of blocks) {
        for (let i = 0; i < b.length; i++) next[i] = b[i] - length * along[start + i];
        change += penalty.groupValue(g, next, lambda) - penalty.groupValue(g, b, lambda);
      }
      if (change <= 0) break;
      length /= 2;
      crossing = -1;
    }
    for (let k = 0; k < beta.length; k++) beta[k] -= length * along[k];
    if (crossing >= 0) beta[crossing] = end;
    for (let k = 0; k < slopes.length; k++) slopes[k] += length * image[k];
    return { length, isSettled };
  }

  /** Returns what tells where the objective has kinks in a coordinate, at which a step ends: at zero, and at bounds. */
  #ends(lambda: number, blocks: readonly GroupBlock[], size: number): (k: number) => readonly number[] {
    const { elementwise, domain, groups } = this.#penalty;
    const zero = elementwise && lambda > 0 ? [0] : [];
    if (domain === undefined) return () => zero;
    const ends: (readonly number[])[] = Array.from({ length: size }, () => zero);
    for (const { g, start } of blocks)
      groups.members[g].forEach((j, i) => {
        ends[start + i] = [...zero, ...domain(j)];
      });
    return (k) => ends[k];
  }

  /** Whether the Hessian of the model plus the penalty is positive definite. */
  isStrict(lambda: number, point: GroupModelPoint): boolean {
    const active = supportOf(point.beta);
    this.#hessian(lambda, point, active);
    return this.#cholesky.refactor(this.#matrix, active.length) === active.length;
  }

  /**
   * Solves `(H + P) x = s + p` with the Hessians and slopes of the model and the penalty.
   *
   * @returns undefined if the matrix is singular for another reason than flat directions.
   */
  #direction(lambda: number, point: GroupModelPoint, active: Int32Array): Float64Array | undefined {
    const penalty = this.#penalty;
    const { blocks, slopes } = point;
    const size = active.length;
    const position = this.#hessian(lambda, point, active);
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
      // The objective has no slope along flat directions: a ridge keeps the step off them and hardly changes it elsewhere.
      for (let i = 0; i < size; i++) this.#matrix[i * size + i] *= 1 + 1e-7;
      if (this.#cholesky.refactor(this.#matrix, size) < size) return undefined;
    }
    this.#cholesky.solve(step);
    return step;
  }

  /** Sets the lower triangle of `H + P`, and returns the row of each position, -1 if it has none. */
  #hessian(lambda: number, point: GroupModelPoint, active: Int32Array): Int32Array {
    const penalty = this.#penalty;
    const size = active.length;
    if (this.#matrix.length < size * size) this.#matrix = new Float64Array(2 * size * size);
    const matrix = this.#matrix;
    const position = new Int32Array(point.beta.length).fill(-1);
    for (let i = 0; i < size; i++) {
      const row = point.row(active[i]);
      position[active[i]] = i;
      for (let m = 0; m <= i; m++) matrix[i * size + m] = row[active[m]];
    }
    for (const { g, start, b, isZero } of point.blocks) {
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
