import type { SparseProblem } from "../objectives/sparse-problem";
import type { GroupPenalty } from "../penalties";
import { columnDots } from "./gram-cache";
import { groupCurvatures } from "./pruned-groups";

/** Share of the columns from which on all of them are multiplied. */
const largestShare = 0.5;

/** Residuals that are remembered at most. */
const mostResiduals = 16;

/** Passes over the design before the sizes of its groups are worth theirs. */
const fewPasses = 3;

/** What is left between a bound and what zero can hold, relative to it, for rounding. */
const slack = 1e-9;

/** One number a group. */
interface GroupBounds {
  /** The largest singular value of its columns, or a little more. */
  readonly sizes: Float64Array;
  /** The largest norm of a gradient that leaves it at zero, where lambda is 1. */
  readonly held: Float64Array;
}

/**
 * The gradient `X'r` of the datafit from one residual to the next, exact in those groups only where zero may not hold it.
 *
 * A group that was known at an earlier residual `r0` has `||X_g'r|| <= ||X_g'r0|| + ||X_g|| ||r - r0||`. As long as that is
 * less than the penalty holds at zero, the group stays at zero whatever its gradient is, and the one at `r0` stands for
 * it: certificates come out the same.
 *
 * For convex penalties of the norms of groups.
 */
export class BoundedGradient {
  readonly #problem: SparseProblem;
  readonly #penalty: GroupPenalty;
  readonly #known: Float64Array;
  /** Of each group where it is known. */
  readonly #norms: Float64Array;
  /** At which of the residuals each group is known. */
  readonly #residualOf: Int32Array;
  #residuals: Float64Array[] = [];
  #bounds: GroupBounds | undefined;
  #nPasses = 0;

  constructor(problem: SparseProblem, penalty: GroupPenalty) {
    this.#problem = problem;
    this.#penalty = penalty;
    this.#known = new Float64Array(problem.design.nFeatures);
    this.#norms = new Float64Array(penalty.groups.nGroups);
    this.#residualOf = new Int32Array(penalty.groups.nGroups);
  }

  /**
   * @param lambda the smallest at which zeros are to be certified.
   * @param isNeeded whether a group must be exact.
   */
  at(residual: Float64Array, lambda: number, isNeeded: (g: number) => boolean): Float64Array {
    const due = this.#due(residual, lambda, isNeeded);
    if (!due) this.#knowAll(residual);
    else if (due.length > 0) this.#know(due, residual);
    return this.#known.slice();
  }

  /** The groups whose gradient has to be computed; undefined for all of them. */
  #due(
    residual: Float64Array,
    lambda: number,
    isNeeded: (g: number) => boolean,
  ): readonly number[] | undefined {
    if (this.#nPasses < fewPasses || this.#residuals.length >= mostResiduals) return undefined;
    const { members } = this.#penalty.groups;
    this.#bounds ??= this.#groupBounds();
    const { sizes, held } = this.#bounds;
    const changes = this.#residuals.map((before) => distance(before, residual));
    const due: number[] = [];
    let nColumns = 0;
    for (let g = 0; g < members.length; g++) {
      const change = changes[this.#residualOf[g]];
      if (change === 0) continue;
      const bound = this.#norms[g] + sizes[g] * change;
      if (bound < (1 - slack) * lambda * held[g] && !isNeeded(g)) continue;
      due.push(g);
      nColumns += members[g].length;
    }
    return nColumns > largestShare * this.#known.length ? undefined : due;
  }

  #groupBounds(): GroupBounds {
    const penalty = this.#penalty;
    const squares = groupCurvatures(this.#problem, penalty);
    const held = penalty.groups.members.map(({ length }, g) => {
      const [zero, along] = [new Float64Array(length), new Float64Array(length)];
      along[0] = 1;
      const beyond = 2 * penalty.groupValue(g, along, 1);
      along[0] = beyond;
      return beyond - penalty.groupViolation(g, zero, along, 1);
    });
    return { sizes: squares.map(Math.sqrt), held: Float64Array.from(held) };
  }

  #knowAll(residual: Float64Array): void {
    this.#nPasses++;
    this.#problem.design.rmatvec(residual, this.#known);
    this.#residuals = [residual];
    this.#residualOf.fill(0);
    for (let g = 0; g < this.#norms.length; g++) this.#norms[g] = this.#normOf(g);
  }

  #know(due: readonly number[], residual: Float64Array): void {
    const { members } = this.#penalty.groups;
    const columns = new Int32Array(due.reduce((count, g) => count + members[g].length, 0));
    let end = 0;
    for (const g of due) {
      columns.set(members[g], end);
      end += members[g].length;
    }
    const dots = new Float64Array(columns.length);
    columnDots(this.#problem.design, columns, residual, dots);
    for (let k = 0; k < columns.length; k++) this.#known[columns[k]] = dots[k];
    if (this.#residuals[this.#residuals.length - 1] !== residual) this.#residuals.push(residual);
    for (const g of due) {
      this.#norms[g] = this.#normOf(g);
      this.#residualOf[g] = this.#residuals.length - 1;
    }
  }

  #normOf(g: number): number {
    const members = this.#penalty.groups.members[g];
    let squares = 0;
    for (let k = 0; k < members.length; k++) squares += this.#known[members[k]] ** 2;
    return Math.sqrt(squares);
  }
}

function distance(a: Float64Array, b: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += (a[i] - b[i]) ** 2;
  return Math.sqrt(squares);
}
