import { curvatureOfProfile, type Profile, type SparseProblem } from "../objectives/sparse-problem";
import type { SeparablePenalty } from "../penalties";
import { largestShare, slack, squaredNorms } from "./bounded-gradient";
import { columnDots } from "./gram-cache";
import { KnownResiduals } from "./known-residuals";

/** Residuals that bounds are taken from: along a path a third one brings nearly nothing. */
const mostKnown = 2;

/**
 * The gradient `X'r` of a quadratic datafit from one residual to the next, exact only in those columns that zero may not hold.
 *
 * As {@link BoundedGradient} for single coefficients and any penalty that says up to where a point is taken to zero: with a combination
 * `c` of residuals whose products are known, `|x_j'r| <= |x_j'c| + ||x_j|| ||r - c||`, and as long as that is less, coefficient `j`
 * stays at zero whatever its gradient is.
 */
export class BoundedSlopes {
  readonly #problem: SparseProblem;
  readonly #known = new KnownResiduals(mostKnown);
  readonly #norms: Float64Array;
  readonly #gradient: Float64Array;
  readonly #isExact: Uint8Array;
  /** At which the gradient is. */
  #residual: Float64Array | undefined;
  #distance = 0;
  /** Columns that were multiplied, since all of them were, only because they may not be held. */
  #spent = 0;
  #held: Held;

  constructor(problem: SparseProblem) {
    const { nFeatures } = problem.design;
    this.#problem = problem;
    this.#norms = squaredNorms(problem).map(Math.sqrt);
    this.#gradient = new Float64Array(nFeatures);
    this.#isExact = new Uint8Array(nFeatures);
    this.#held = { penalty: undefined, lambda: 0, upTo: new Float64Array(nFeatures) };
  }

  /** Takes over a gradient that is exact everywhere; both vectors are kept. */
  learn(residual: Float64Array, gradient: Float64Array): void {
    this.#known.add(residual, gradient);
  }

  /** The absolute gradients up to which zeros are held by themselves alone, whatever the others are; until the next call. */
  heldUpTo(penalty: SeparablePenalty, lambda: number, profile: Pick<Profile, "eta">): Float64Array {
    const { upTo } = this.#held;
    if (this.#held.penalty === penalty && this.#held.lambda === lambda) return upTo;
    const curvature = curvatureOfProfile(this.#problem, profile);
    for (let j = 0; j < upTo.length; j++) {
      const h = curvature[j];
      upTo[j] = h > 0 ? h * penalty.zeroUpTo!(j, 1 / h, lambda) : Number.POSITIVE_INFINITY;
    }
    this.#held = { penalty, lambda, upTo };
    return upTo;
  }

  /**
   * @param residual kept, and the same array only where it is the same.
   * @param heldUpTo of the penalty and the smallest lambda at which zeros are to be certified.
   * @param share of that, where zeros may be looked at by a smaller lambda as well: what a penalty holds does not fall faster than it.
   * @param needed columns that must be exact, in one or several lists.
   */
  at(
    residual: Float64Array,
    heldUpTo: Float64Array,
    share: number,
    needed: readonly ArrayLike<number>[],
  ): Float64Array {
    if (residual !== this.#residual) {
      this.#residual = residual;
      this.#isExact.fill(0);
      this.#distance = this.#known.nearest(residual, this.#gradient);
    }
    const due = this.#due(heldUpTo, share, needed);
    const most = largestShare * this.#gradient.length;
    if (this.#known.size === 0 || due.length > most || this.#spent > most) this.#knowAll(residual);
    else if (due.length > 0) this.#know(Int32Array.from(due), residual);
    return this.#gradient.slice();
  }

  /** Whether the last gradient is exact everywhere. */
  get isExact(): boolean {
    return this.#distance === 0;
  }

  /** Makes a gradient that was the last one asked for exact in some columns as well; one of another residual stays. */
  complete(residual: Float64Array, columns: Int32Array, gradient: Float64Array): void {
    if (residual !== this.#residual) return;
    const due = columns.filter((j) => this.#isExact[j] === 0);
    if (due.length > 0) this.#know(due, residual);
    for (const j of columns) gradient[j] = this.#gradient[j];
  }

  /** The columns to multiply, marked as exact already, so that none comes twice. */
  #due(heldUpTo: Float64Array, share: number, needed: readonly ArrayLike<number>[]): readonly number[] {
    const [gradient, norms, isExact, distance] = [this.#gradient, this.#norms, this.#isExact, this.#distance];
    const due: number[] = [];
    for (let j = 0; j < gradient.length; j++) {
      if (isExact[j] === 1) continue;
      if (Math.abs(gradient[j]) + norms[j] * distance < (1 - slack) * share * heldUpTo[j]) continue;
      isExact[j] = 1;
      due.push(j);
    }
    this.#spent += due.length;
    for (const columns of needed) {
      for (let k = 0; k < columns.length; k++) {
        const j = columns[k];
        if (isExact[j] === 1) continue;
        isExact[j] = 1;
        due.push(j);
      }
    }
    return due;
  }

  #knowAll(residual: Float64Array): void {
    this.#problem.design.rmatvec(residual, this.#gradient);
    this.#known.add(residual, this.#gradient.slice());
    this.#isExact.fill(1);
    this.#distance = 0;
    this.#spent = 0;
  }

  #know(due: Int32Array, residual: Float64Array): void {
    const dots = new Float64Array(due.length);
    columnDots(this.#problem.design, due, residual, dots);
    for (let k = 0; k < due.length; k++) {
      this.#gradient[due[k]] = dots[k];
      this.#isExact[due[k]] = 1;
    }
  }
}

/** For which penalty and lambda, by column. */
interface Held {
  readonly penalty: SeparablePenalty | undefined;
  readonly lambda: number;
  readonly upTo: Float64Array;
}
