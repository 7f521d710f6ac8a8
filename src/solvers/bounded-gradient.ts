import { columnCurvature, curvatureAt, isParabolic, type SparseProblem } from "../objectives/sparse-problem";
import type { GroupPenalty } from "../penalties";
import { normsOf } from "../penalties/groups";
import { columnDots } from "./gram-cache";
import { groupCurvature } from "./group-curvature";
import { KnownResiduals } from "./known-residuals";
import { joinedColumns } from "./watched-columns";

/** Share of the columns, at once or since all of them were multiplied, from which on all are. */
export const largestShare = 0.5;

/**
 * What is left between a bound and what zero can hold, relative to it, for roundings that {@link KnownResiduals} does not count: of
 * sizes and distances, and of centring. Only where a mean is very many standard deviations, or lambda far below `||X_g|| ||r||`, may
 * centring take more.
 */
export const slack = 1e-9;

/**
 * The gradient `X'r` of the datafit from one residual to the next, exact in those groups only where zero may not hold it.
 *
 * With a combination `c` of residuals whose products with all columns are known, `||X_g'r|| <= ||X_g'c|| + ||X_g|| ||r - c||`.
 * As long as that is less than the penalty holds at zero, the group stays at zero whatever its gradient is, and `X_g'c`
 * stands for it: certificates come out the same.
 *
 * For penalties that are norms of groups.
 */
export class BoundedGradient {
  readonly #problem: SparseProblem;
  readonly #penalty: GroupPenalty;
  readonly #known = new KnownResiduals();
  /** At which the gradient is. */
  #residual: Float64Array | undefined;
  /** How far it is from the combination that stands for it. */
  #distance = 0;
  readonly #gradient: Float64Array;
  /** Of the gradient, by group. */
  #norms: Float64Array = new Float64Array(0);
  readonly #isExact: Uint8Array;
  /** At least the largest singular value of the columns of each group, once a bound was asked for. */
  #sizes: Float64Array | undefined;
  /** How often a group was multiplied, since a bound by the Frobenius norm said no better; -1 once that is no longer its size. */
  readonly #paid: Int32Array;
  /** Columns that were multiplied, since all of them were, only because their bounds were no better. */
  #spent = 0;

  constructor(problem: SparseProblem, penalty: GroupPenalty) {
    this.#problem = problem;
    this.#penalty = penalty;
    const { nGroups, nFeatures } = penalty.groups;
    this.#gradient = new Float64Array(nFeatures);
    this.#isExact = new Uint8Array(nGroups);
    this.#paid = new Int32Array(nGroups);
  }

  /** Takes over a gradient that is exact everywhere; both vectors are kept. */
  learn(residual: Float64Array, gradient: Float64Array): void {
    this.#known.add(residual, gradient);
  }

  /**
   * @param residual kept, and the same array only where it is the same.
   * @param lambda the smallest at which zeros are to be certified.
   * @param isNeeded whether a group must be exact.
   */
  at(residual: Float64Array, lambda: number, isNeeded: (g: number) => boolean): Float64Array {
    if (residual !== this.#residual) {
      this.#residual = residual;
      this.#isExact.fill(0);
      this.#distance = this.#known.nearest(residual, this.#gradient);
      this.#norms = normsOf(this.#penalty.groups, this.#gradient);
    }
    const due = this.#known.size > 0 ? this.#due(lambda, isNeeded) : undefined;
    if (due) this.#know(due, residual);
    else this.#knowAll(residual);
    return this.#gradient.slice();
  }

  /** The groups whose gradient has to be computed; undefined for all of them. */
  #due(lambda: number, isNeeded: (g: number) => boolean): readonly number[] | undefined {
    const { members } = this.#penalty.groups;
    const due: number[] = [];
    let [nColumns, nUnneeded] = [0, 0];
    for (let g = 0; g < members.length; g++) {
      if (this.#isExact[g] === 1) continue;
      const needed = isNeeded(g);
      if (!needed && this.#isHeld(g, lambda)) continue;
      due.push(g);
      nColumns += members[g].length;
      if (!needed) nUnneeded += members[g].length;
    }
    this.#spent += nUnneeded;
    const most = largestShare * this.#gradient.length;
    return nColumns > most || this.#spent > most ? undefined : due;
  }

  /** Whether zero is known to hold the gradient of a group. */
  #isHeld(g: number, lambda: number): boolean {
    const rest = (1 - slack) * lambda * this.#penalty.normSlope!(g, 1) - this.#norms[g];
    if (rest <= 0) return false;
    this.#sizes ??= this.#frobeniusNorms();
    const sizes = this.#sizes;
    if (sizes[g] * this.#distance < rest) return true;
    if (this.#paid[g] < 0) return false;
    const columns = this.#penalty.groups.members[g];
    // A singular value costs as many products of columns as these.
    if (++this.#paid[g] <= columns.length / 2) return false;
    sizes[g] = Math.sqrt(groupCurvature(this.#problem.design, columns));
    this.#paid[g] = -1;
    return sizes[g] * this.#distance < rest;
  }

  #frobeniusNorms(): Float64Array {
    const { groupOf, nGroups } = this.#penalty.groups;
    const squares = squaredNorms(this.#problem);
    const sizes = new Float64Array(nGroups);
    for (let j = 0; j < squares.length; j++) sizes[groupOf[j]] += squares[j];
    return sizes.map(Math.sqrt);
  }

  #knowAll(residual: Float64Array): void {
    this.#problem.design.rmatvec(residual, this.#gradient);
    this.#known.add(residual, this.#gradient.slice());
    this.#isExact.fill(1);
    this.#spent = 0;
  }

  #know(due: readonly number[], residual: Float64Array): void {
    if (due.length === 0) return;
    const columns = joinedColumns(this.#penalty.groups.members, due);
    for (const g of due) this.#isExact[g] = 1;
    const dots = new Float64Array(columns.length);
    columnDots(this.#problem.design, columns, residual, dots);
    for (let k = 0; k < columns.length; k++) this.#gradient[columns[k]] = dots[k];
  }
}

/** Of the columns, by their curvature where that is known and the same for all samples. */
export function squaredNorms(problem: SparseProblem): Float64Array {
  const { design, target } = problem;
  const origin = new Float64Array(target.length);
  if (isParabolic(problem)) {
    const weights = curvatureAt(problem, origin);
    const [weight] = weights;
    if (weight > 0 && weights.every((other) => other === weight)) {
      return columnCurvature(problem, origin).map((curvature) => curvature / weight);
    }
  }
  const squares = new Float64Array(design.nFeatures);
  design.weightedSquaredNorms(origin.fill(1), squares);
  return squares;
}
