/** The groups of a penalty as blocks ({@link GroupBlocks}). */
import { UpdatedCholesky } from "../../linalg/cholesky";
import { supportOf } from "../../linalg/vector";
import type { GroupPenalty } from "../../penalties";
import { addRow, diagonalBlock } from "../subproblem/gram-cache";
import type { Blocks, Crossing, ModelRows, Violator } from "./blocks";
import {
  distanceToSubdifferentialAtZero,
  EigenbasisDescent,
  GroupBlock,
  type ModelGap,
  modelGap,
  smallestCurvature,
} from "./group-block";

/** Maximum number of coefficients whose factor takes less than a second. */
const MAX_FACTOR_SIZE = 2500;

/**
 * A penalty `sum_g p_g(beta_g)` on the rows of a Gram matrix. A cycle minimises over one group after the other: exactly, in the eigenbasis of
 * its Hessian, where the term is a multiple of the norm and the group is small, else by proximal steps.
 *
 * @see Qin, Scheinberg and Goldfarb, Efficient block-coordinate descent algorithms for the group lasso (2013)
 */
export class GroupBlocks implements Blocks {
  readonly nBlocks: number;
  readonly isConcave = false;
  readonly #penalty: GroupPenalty;
  readonly #eigenbases: EigenbasisDescent | undefined;
  readonly #cholesky = new UpdatedCholesky();
  #matrix = new Float64Array(0);
  #blocks: GroupBlock[] = [];
  #model!: ModelRows;
  #lambda = 0;

  constructor(penalty: GroupPenalty) {
    this.#penalty = penalty;
    this.nBlocks = penalty.groups.nGroups;
    this.#eigenbases = EigenbasisDescent.of(penalty);
  }

  get extraPerRow(): number {
    return this.#eigenbases?.extraPerSlot ?? 0;
  }

  columnsOf(block: number): ArrayLike<number> {
    return this.#penalty.groups.members[block];
  }

  active(beta: Float64Array, out: Uint8Array): void {
    const { groupOf } = this.#penalty.groups;
    out.fill(0);
    for (let j = 0; j < beta.length; j++) if (beta[j] !== 0) out[groupOf[j]] = 1;
  }

  norms(vector: Float64Array, out: Float64Array): void {
    const { groupOf } = this.#penalty.groups;
    out.fill(0);
    for (let j = 0; j < vector.length; j++) out[groupOf[j]] += vector[j] * vector[j];
    for (let g = 0; g < out.length; g++) out[g] = Math.sqrt(out[g]);
  }

  zeroBounds(lambda: number): Float64Array | undefined {
    const { normSlope } = this.#penalty;
    return normSlope && Float64Array.from({ length: this.nBlocks }, (_, g) => normSlope(g, lambda));
  }

  violators(
    lambda: number,
    beta: Float64Array,
    gradient: Float64Array,
    curvature: () => Float64Array,
    among?: readonly number[],
  ): Violator[] {
    const penalty = this.#penalty;
    const { members } = penalty.groups;
    const curvatures = penalty.convex ? undefined : curvature();
    const found: Violator[] = [];
    for (const g of among ?? members.keys()) {
      // Most groups of a large design end here.
      if (penalty.normSlope && squareOf(gradient, members[g]) <= penalty.normSlope(g, lambda) ** 2) continue;
      if (!areZero(beta, members[g])) continue;
      const slope = Float64Array.from(members[g], (j) => gradient[j]);
      const h = curvatures ? smallestCurvature(curvatures, members[g]) : 0;
      const excess = distanceToSubdifferentialAtZero(penalty, g, slope, h, lambda);
      if (excess > 0) found.push({ block: g, excess });
    }
    return found;
  }

  begin(model: ModelRows, lambda: number): void {
    const { rows, blocks, starts, factor } = model;
    if (this.#model?.model !== model.model) this.#blocks = [];
    [this.#model, this.#lambda] = [model, lambda];
    const { members } = this.#penalty.groups;
    for (let k = this.#blocks.length; k < blocks.length; k++) {
      const columns = members[blocks[k]];
      const hessian = diagonalBlock(model.model.gram, starts[k], columns.length);
      this.#blocks.push(new GroupBlock(blocks[k], columns, starts[k], hessian));
    }
    for (const block of this.#blocks)
      block.b = rows.beta.subarray(block.start, block.start + block.columns.length);
    this.#eigenbases?.prepare(model.model.gram, this.#blocks, lambda / factor);
  }

  /** In the eigenbases, which are there for convex penalties only, a cycle takes all groups, whatever the positions are. */
  cycle(positions: ArrayLike<number>): number {
    return this.#eigenbases ? this.#exactCycle(this.#eigenbases) : this.#proximalCycle(positions);
  }

  /** A cycle over all groups by the kernel, whose gradient is that of the model without its factor. */
  #exactCycle(eigenbases: EigenbasisDescent): number {
    const { rows, factor, model } = this.#model;
    const { beta, slopes, gram, stride, size } = rows;
    for (let k = 0; k < size; k++) slopes[k] /= -factor;
    const change = eigenbases.cycle(model.gram, beta, slopes);
    let curvature = 0;
    for (let k = 0; k < size; k++) {
      slopes[k] *= -factor;
      curvature = Math.max(curvature, factor * gram[k * stride + k]);
    }
    return curvature * change * change;
  }

  #proximalCycle(positions: ArrayLike<number>): number {
    const { rows, factor } = this.#model;
    const { gram, stride } = rows;
    let largest = 0;
    for (let i = 0; i < positions.length; i++) {
      const block = this.#blockWithSlope(positions[i]);
      const { start, b, next } = block;
      if (this.#penalty.convex && block.isZero && !(block.violationAtZero(this.#penalty, this.#lambda) > 0))
        continue;
      block.descend(this.#penalty, this.#lambda, factor);
      for (let m = 0; m < b.length; m++) {
        const move = next[m] - b[m];
        if (move === 0) continue;
        addRow(rows, start + m, -factor * move);
        b[m] = next[m];
        largest = Math.max(largest, factor * gram[(start + m) * (stride + 1)] * move * move);
      }
    }
    return largest;
  }

  /** The coefficients of a block, and the gradient of the model there. */
  #blockWithSlope(position: number): GroupBlock {
    const block = this.#blocks[position];
    const { slopes } = this.#model.rows;
    for (let m = 0; m < block.b.length; m++) block.slope[m] = -slopes[block.start + m];
    return block;
  }

  nonzero(): number[] {
    const found: number[] = [];
    this.#blocks.forEach((block, k) => {
      if (!block.isZero) found.push(k);
    });
    return found;
  }

  leavingZero(): Violator[] {
    const [penalty, lambda] = [this.#penalty, this.#lambda];
    const found: Violator[] = [];
    for (let k = 0; k < this.#blocks.length; k++) {
      if (!this.#blocks[k].isZero) continue;
      const { g, slope, largestCurvature } = this.#blockWithSlope(k);
      const curvature = this.#model.factor * largestCurvature;
      const excess = distanceToSubdifferentialAtZero(penalty, g, slope, curvature, lambda);
      if (excess > 0) found.push({ block: k, excess });
    }
    return found;
  }

  /** A step needs a new factor, since the Hessian of the penalty changes with its direction. */
  get cyclesPerStep(): number {
    const { beta, size } = this.#model.rows;
    const active = supportOf(beta).length;
    if (active > MAX_FACTOR_SIZE) return Number.POSITIVE_INFINITY;
    const step = active ** 3 / 3 + 2 * active * size + 10 * active ** 2;
    return Math.max(4, Math.ceil(step / (4 * active * size + 8000 * this.#blocks.length + 1)));
  }

  nonzeroRows(): number[] {
    return Array.from(supportOf(this.#model.rows.beta));
  }

  movable(): number[] {
    const { beta, members } = this.#model.rows;
    const { domain } = this.#penalty;
    const rows = this.nonzeroRows();
    return domain ? rows.filter((k) => !domain(members[k]).includes(beta[k])) : rows;
  }

  slopes(rows: readonly number[], out: Float64Array): void {
    const all = new Float64Array(this.#model.rows.size);
    for (const { g, start, b, next, isZero } of this.#blocks) {
      if (isZero) continue;
      this.#penalty.groupSlope(g, b, this.#lambda, next);
      all.set(next, start);
    }
    for (let a = 0; a < rows.length; a++) out[a] = all[rows[a]];
  }

  factor(rows: readonly number[]): readonly number[] | undefined {
    const { rows: block, factor } = this.#model;
    const { gram, stride } = block;
    const size = rows.length;
    if (this.#matrix.length < size * size) this.#matrix = new Float64Array(2 * size * size);
    const matrix = this.#matrix;
    const position = new Int32Array(block.size).fill(-1);
    for (let i = 0; i < size; i++) {
      position[rows[i]] = i;
      for (let m = 0; m <= i; m++) matrix[i * size + m] = factor * gram[rows[i] * stride + rows[m]];
    }
    for (const { g, start, b, isZero } of this.#blocks) {
      if (isZero) continue;
      const hessian = new Float64Array(b.length * b.length);
      this.#penalty.groupHessian(g, b, this.#lambda, hessian);
      for (let i = 0; i < b.length; i++) {
        const row = position[start + i];
        if (row < 0) continue;
        for (let m = 0; m <= i; m++) {
          const column = position[start + m];
          if (column >= 0) matrix[row * size + column] += hessian[i * b.length + m];
        }
      }
    }
    if (this.#cholesky.refactor(matrix, size) === size) return rows;
    if (!this.#penalty.convex) return undefined;
    // The objective has no slope along flat directions. The ridge keeps the step away from these directions, and hardly changes it
    // otherwise.
    for (let i = 0; i < size; i++) matrix[i * size + i] *= 1 + 1e-7;
    return this.#cholesky.refactor(matrix, size) === size ? rows : undefined;
  }

  get isSingular(): boolean {
    return false;
  }

  solve(x: Float64Array): void {
    this.#cholesky.solve(x);
  }

  crossing(rows: readonly number[], step: Float64Array): Crossing | undefined {
    const { elementwise, domain } = this.#penalty;
    if (!elementwise && domain === undefined) return undefined;
    const { beta, members } = this.#model.rows;
    let first: Crossing | undefined;
    for (let a = 0; a < rows.length; a++) {
      const k = rows[a];
      const kinks = [...(elementwise ? [0] : []), ...(domain?.(members[k]) ?? [])];
      for (const end of kinks) {
        const length = (end - beta[k]) / step[a];
        if (length > 0 && length < (first?.length ?? 1)) first = { at: a, length, end };
      }
    }
    return first;
  }

  change(rows: readonly number[], step: Float64Array): { change: number; terms: number } {
    const along = new Float64Array(this.#model.rows.size);
    for (let a = 0; a < rows.length; a++) along[rows[a]] = step[a];
    let [change, terms] = [0, 0];
    for (const { g, start, b, next } of this.#blocks) {
      let moves = false;
      for (let i = 0; i < b.length; i++) {
        next[i] = b[i] + along[start + i];
        moves ||= along[start + i] !== 0;
      }
      if (!moves) continue;
      const before = this.#penalty.groupValue(g, b, this.#lambda);
      const after = this.#penalty.groupValue(g, next, this.#lambda);
      change += after - before;
      terms += Math.abs(before) + Math.abs(after);
    }
    return { change, terms };
  }

  modelGap(scalingCost: number): ModelGap {
    const gradient = this.#model.rows.slopes.map((slope) => -slope);
    return modelGap(this.#penalty, this.#blocks, gradient, this.#lambda, scalingCost);
  }
}

/** The squared Euclidean norm of some entries of a vector. */
function squareOf(vector: Float64Array, columns: Int32Array): number {
  let square = 0;
  for (let k = 0; k < columns.length; k++) square += vector[columns[k]] ** 2;
  return square;
}

function areZero(vector: Float64Array, columns: Int32Array): boolean {
  for (let k = 0; k < columns.length; k++) if (vector[columns[k]] !== 0) return false;
  return true;
}
