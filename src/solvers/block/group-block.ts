/**
 * The descent on single groups of a working set: {@link GroupBlock} for one group, {@link EigenbasisDescent} for all
 * groups in the eigenbases of their Hessians, and {@link modelGap} for the gap that is left.
 */
import { largestEigenvalueBound, type SymmetricEigen, symmetricEigen } from "../../linalg/symmetric-eigen";
import { dot, norm } from "../../linalg/vector";
import type { GroupPenalty } from "../../penalties";
import type { GramCache } from "../subproblem/gram-cache";

/** Maximum size of a group whose largest eigenvalue is estimated; in larger groups the Frobenius norm bounds it. */
const maxEigenvalueSize = 256;

/** Number of proximal steps per visit of a group whose minimiser has no closed form. */
const stepsPerVisit = 10;

/** A group of a working set, with the quadratic model of the loss in its coefficients alone. */
export class GroupBlock {
  readonly g: number;
  readonly columns: Int32Array;
  /** The position of its first coefficient in the working set. */
  readonly start: number;
  /** Its coefficients, a view of those of the working set. */
  b: Float64Array;
  /** The slope of the model at `b`. */
  readonly slope: Float64Array;
  /** The result of {@link descend}. */
  readonly next: Float64Array;
  readonly #hessian: Float64Array;
  readonly #zero: Float64Array;
  readonly #point: Float64Array;
  readonly #move: Float64Array;
  #eigen: SymmetricEigen | undefined;
  #bound: number | undefined;
  #factor = 1;

  /** @param hessian row-major. */
  constructor(g: number, columns: Int32Array, start: number, hessian: Float64Array) {
    const size = columns.length;
    this.g = g;
    this.columns = columns;
    this.start = start;
    this.#hessian = hessian;
    this.b = new Float64Array(size);
    this.slope = new Float64Array(size);
    this.next = new Float64Array(size);
    this.#zero = new Float64Array(size);
    this.#point = new Float64Array(size);
    this.#move = new Float64Array(size);
  }

  /** The eigenvalues and eigenvectors of the Hessian, with eigenvalues that are rounding set to zero. */
  get eigen(): SymmetricEigen {
    this.#eigen ??= nonNegative(symmetricEigen(this.#hessian, this.columns.length));
    return this.#eigen;
  }

  get isZero(): boolean {
    for (let i = 0; i < this.b.length; i++) if (this.b[i] !== 0) return false;
    return true;
  }

  /** An upper bound of the largest eigenvalue of the Hessian. */
  get largestCurvature(): number {
    const size = this.b.length;
    this.#bound ??=
      size <= maxEigenvalueSize ? largestEigenvalueBound(this.#hessian.slice(), size) : norm(this.#hessian);
    return this.#bound;
  }

  /** Returns the violation of stationarity if the group were zero with the present slope. */
  violationAtZero(penalty: GroupPenalty, lambda: number): number {
    return penalty.groupViolation(this.g, this.#zero, this.slope, lambda);
  }

  /** Sets `next` to a point with a lower value of the model plus the penalty. */
  descend(penalty: GroupPenalty, lambda: number, factor = 1): void {
    this.#factor = factor;
    this.#proximalSteps(penalty, lambda);
    if (
      !penalty.convex &&
      !this.isZero &&
      this.#objectiveChange(this.#zero, penalty, lambda) < this.#objectiveChange(this.next, penalty, lambda)
    )
      this.next.fill(0);
  }

  /** Returns the change of the model plus the penalty from the present coefficients to a point. */
  #objectiveChange(point: Float64Array, penalty: GroupPenalty, lambda: number): number {
    const { g, b, slope } = this;
    const size = b.length;
    let change = penalty.groupValue(g, point, lambda) - penalty.groupValue(g, b, lambda);
    for (let i = 0; i < size; i++) {
      let derivative = slope[i];
      for (let k = 0; k < size; k++)
        derivative += (this.#factor * this.#hessian[i * size + k] * (point[k] - b[k])) / 2;
      change += derivative * (point[i] - b[i]);
    }
    return change;
  }

  #proximalSteps(penalty: GroupPenalty, lambda: number): void {
    const { b, slope, next } = this;
    const size = b.length;
    const [point, move] = [this.#point, this.#move];
    const step = 1 / (this.#factor * this.largestCurvature);
    next.set(b);
    if (!Number.isFinite(step)) return;
    let first = 0;
    for (let count = 0; count < stepsPerVisit; count++) {
      for (let i = 0; i < size; i++) move[i] = next[i] - b[i];
      for (let i = 0; i < size; i++) {
        let derivative = slope[i];
        if (count > 0)
          for (let k = 0; k < size; k++) derivative += this.#factor * this.#hessian[i * size + k] * move[k];
        point[i] = next[i] - step * derivative;
      }
      move.set(next);
      penalty.groupProx!(this.g, point, step, lambda, next);
      for (let i = 0; i < size; i++) move[i] -= next[i];
      const change = dot(move, move);
      if (count === 0) first = change;
      if (change <= 1e-2 * first) return;
    }
  }
}

function nonNegative(eigen: SymmetricEigen): SymmetricEigen {
  const { values } = eigen;
  const largest = values[values.length - 1];
  for (let k = 0; k < values.length; k++) if (!(values[k] > 1e-15 * largest)) values[k] = 0;
  return eigen;
}

/** Estimates of how far the model's objective is from its minimum over a working set. */
export interface ModelGap {
  readonly gap: number;
  readonly violation: number;
}

/**
 * Estimates the duality gap with the slopes as the dual point, scaled into the dual ball, and computes the largest
 * violation.
 *
 * @param slopes of the model, by position in the working set.
 * @param scalingCost of the quadratic model at its start.
 */
export function modelGap(
  penalty: GroupPenalty,
  blocks: readonly GroupBlock[],
  slopes: Float64Array,
  lambda: number,
  scalingCost: number,
): ModelGap {
  let [gap, value, excess, violation] = [0, 0, 0, 0];
  for (const block of blocks) {
    const { g, start, b, slope, next } = block;
    let product = 0;
    for (let i = 0; i < b.length; i++) {
      slope[i] = slopes[start + i];
      product += slope[i] * b[i];
    }
    const own = penalty.groupValue(g, b, lambda);
    if (penalty.domain) {
      // A slope that pushes a coefficient against the bound at which it already lies does not contribute to the gap.
      penalty.groupSlope(g, b, lambda, next);
      penalty.groups.members[g].forEach((j, i) => {
        const isHeld = b[i] !== 0 && b[i] === penalty.domain!(j)[slope[i] + next[i] > 0 ? 0 : 1];
        if (isHeld) product -= (slope[i] + next[i]) * b[i];
      });
    }
    gap += Math.abs(own + product);
    value += own;
    violation = Math.max(violation, penalty.groupViolation(g, b, slope, lambda));
    if (!penalty.convex) continue;
    const beyond = block.violationAtZero(penalty, lambda);
    if (!(beyond > 0)) continue;
    next.fill(0);
    next[0] = 1;
    excess = Math.max(excess, beyond / (penalty.groupValue(g, next, lambda) + beyond));
  }
  return { gap: gap + excess * value + excess ** 2 * scalingCost, violation };
}

/** Maximum size of a group for which eigenvectors cost less than they save. */
const maxEigenbasisSize = 32;

/**
 * Exact block descent: the groups of a working set in the eigenbases of their blocks of the Gram matrix, for the
 * kernels.
 */
export class EigenbasisDescent {
  readonly #penalty: GroupPenalty;
  readonly #width: number;
  #room: Float64Array | undefined;
  #bases!: Float64Array;
  #curvatures!: Float64Array;
  #levels!: Float64Array;
  #sizes!: Int32Array;
  #nGroups = 0;

  /** @returns undefined if no kernel minimises a group of the penalty, or a group is too large. */
  static of(penalty: GroupPenalty): EigenbasisDescent | undefined {
    const width = penalty.groups.sizes.reduce((a, b) => Math.max(a, b), 0);
    return penalty.normSlope && width <= maxEigenbasisSize
      ? new EigenbasisDescent(penalty, width)
      : undefined;
  }

  private constructor(penalty: GroupPenalty, width: number) {
    this.#penalty = penalty;
    this.#width = width;
  }

  /** The number of entries that the Gram matrix must store per slot. */
  get extraPerSlot(): number {
    return this.#width + 2;
  }

  /** Prepares cycles at one lambda, until columns are added to the matrix. */
  prepare(gram: GramCache, blocks: readonly GroupBlock[], lambda: number): void {
    const { extra: room, stride } = gram;
    const width = this.#width;
    if (room !== this.#room) {
      this.#room = room;
      const levels = stride * (width + 1);
      this.#bases = room.subarray(0, stride * width);
      this.#curvatures = room.subarray(stride * width, levels);
      this.#levels = room.subarray(levels, levels + stride);
      this.#nGroups = 0;
    }
    for (; this.#nGroups < blocks.length; this.#nGroups++) {
      const { start, eigen } = blocks[this.#nGroups];
      this.#curvatures.set(eigen.values, start);
      for (let k = 0; k < eigen.values.length; k++) this.#bases.set(eigen.vectors[k], (start + k) * width);
    }
    for (let k = 0; k < blocks.length; k++) {
      this.#levels[k] = this.#penalty.normSlope!(blocks[k].g, lambda);
    }
    this.#sizes = Int32Array.from(blocks, ({ columns }) => columns.length);
  }

  /** Minimises over each group in turn; returns the largest change of a coefficient. */
  cycle(gram: GramCache, beta: Float64Array, gradient: Float64Array): number {
    const { matrix, stride, arena } = gram;
    return arena!.kernels.descendGroupsOnGram(
      matrix,
      stride,
      gram.order(this.#sizes),
      this.#levels,
      this.#curvatures,
      this.#bases,
      this.#width,
      beta,
      gradient,
    );
  }
}

/**
 * Returns the smallest positive curvature of a group's coefficients, a lower bound of its largest curvature in any
 * direction.
 */
export function smallestCurvature(curvature: Float64Array, columns: Int32Array): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (const j of columns) if (curvature[j] > 0) smallest = Math.min(smallest, curvature[j]);
  return smallest;
}

/**
 * Returns how far a group at zero is from staying there, 0 if it stays.
 *
 * It is the violation of a convex penalty. For others it is the length of the proximal step with the given curvature
 * in all directions.
 */
export function distanceToSubdifferentialAtZero(
  penalty: GroupPenalty,
  g: number,
  slope: Float64Array,
  curvature: number,
  level: number,
): number {
  const size = slope.length;
  if (penalty.convex) return penalty.groupViolation(g, vectorOf(zeros, size), slope, level);
  if (!Number.isFinite(curvature)) return 0;
  const [point, next] = [vectorOf(points, size), vectorOf(ends, size)];
  for (let i = 0; i < size; i++) point[i] = -slope[i] / curvature;
  penalty.groupProx!(g, point, 1 / curvature, level, next);
  return norm(next);
}

type VectorBySize = Map<number, Float64Array>;

/** Vectors by size: vectors of zeros, which must not be changed, and buffers that are used within one call. */
const [zeros, points, ends]: readonly VectorBySize[] = [new Map(), new Map(), new Map()];

function vectorOf(vectors: VectorBySize, size: number): Float64Array {
  const known = vectors.get(size) ?? new Float64Array(size);
  vectors.set(size, known);
  return known;
}
