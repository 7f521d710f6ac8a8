import { largestEigenvalueBound } from "../../linalg/largest-eigenvalue";
import { type SymmetricEigen, symmetricEigen } from "../../linalg/symmetric-eigen";
import { dot, norm } from "../../linalg/vector";
import type { GroupPenalty } from "../../penalties";

/** Largest one whose largest eigenvalue is looked for; of others the Frobenius norm bounds it. */
const largestBounded = 256;

/** Proximal steps in one visit, where the minimiser is not known in closed form. */
const stepsPerVisit = 10;

/** A group of a working set, and the quadratic model of the loss in its coefficients alone. */
export class GroupBlock {
  readonly g: number;
  readonly columns: Int32Array;
  /** Where its coefficients begin among those of the working set. */
  readonly start: number;
  /** Its coefficients, which lie with those of the working set. */
  b: Float64Array;
  /** Of the model at `b`. */
  readonly slope: Float64Array;
  /** Where {@link descend} leads. */
  readonly next: Float64Array;
  readonly #hessian: Float64Array;
  readonly #zero: Float64Array;
  readonly #point: Float64Array;
  readonly #move: Float64Array;
  #eigen: SymmetricEigen | undefined;
  #bound: number | undefined;

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

  /** Of the Hessian, without what rounding puts below zero, or in its stead. */
  get eigen(): SymmetricEigen {
    this.#eigen ??= nonNegative(symmetricEigen(this.#hessian, this.columns.length));
    return this.#eigen;
  }

  get isZero(): boolean {
    for (let i = 0; i < this.b.length; i++) if (this.b[i] !== 0) return false;
    return true;
  }

  /** At least the largest eigenvalue of the Hessian. */
  get largestCurvature(): number {
    const size = this.b.length;
    this.#bound ??=
      size <= largestBounded ? largestEigenvalueBound(this.#hessian.slice(), size) : norm(this.#hessian);
    return this.#bound;
  }

  /** How far from stationary zero would be if that were where the group is. */
  violationAtZero(penalty: GroupPenalty, lambda: number): number {
    return penalty.groupViolation(this.g, this.#zero, this.slope, lambda);
  }

  /** Sets `next` to a point nearer to the minimiser of the model and the penalty. */
  descend(penalty: GroupPenalty, lambda: number): void {
    this.#steps(penalty, lambda);
    if (
      !penalty.convex &&
      !this.isZero &&
      this.#changeTo(this.#zero, penalty, lambda) < this.#changeTo(this.next, penalty, lambda)
    )
      this.next.fill(0);
  }

  /** By how much the model and the penalty change on the way to a point. */
  #changeTo(point: Float64Array, penalty: GroupPenalty, lambda: number): number {
    const { g, b, slope } = this;
    const size = b.length;
    let change = penalty.groupValue(g, point, lambda) - penalty.groupValue(g, b, lambda);
    for (let i = 0; i < size; i++) {
      let pull = slope[i];
      for (let k = 0; k < size; k++) pull += (this.#hessian[i * size + k] * (point[k] - b[k])) / 2;
      change += pull * (point[i] - b[i]);
    }
    return change;
  }

  #steps(penalty: GroupPenalty, lambda: number): void {
    const { b, slope, next } = this;
    const size = b.length;
    const [point, move] = [this.#point, this.#move];
    const step = 1 / this.largestCurvature;
    next.set(b);
    if (!Number.isFinite(step)) return;
    let first = 0;
    for (let count = 0; count < stepsPerVisit; count++) {
      for (let i = 0; i < size; i++) move[i] = next[i] - b[i];
      for (let i = 0; i < size; i++) {
        let pull = slope[i];
        if (count > 0) for (let k = 0; k < size; k++) pull += this.#hessian[i * size + k] * move[k];
        point[i] = next[i] - step * pull;
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
