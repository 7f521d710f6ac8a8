import type { GroupPenalty } from "../../penalties";
import { normsOf } from "../../penalties/groups";
import type { SparseProblem } from "../../problem/problem";
import type { KnownSlopes } from "../group/residual-bcd";
import { ScreenedCorrelations, slack, squaredNorms } from "./screened-correlations";

/** Residuals that bounds are taken from: more of them bound no fewer groups. */
const mostResiduals = 3;

/**
 * The gradient `X'r` of the datafit from one residual to the next, exact in those groups only where zero may not hold it.
 *
 * With a combination `c` of residuals whose products are known, `||X_g'r|| <= ||X_g'c|| + ||X_g||_F ||r - c||`.
 * As long as that is less than the penalty holds at zero, the group stays at zero whatever its gradient is, and `X_g'c`
 * stands for it: certificates come out the same.
 *
 * For penalties that are norms of groups.
 */
export class GroupScreening {
  readonly #problem: SparseProblem;
  readonly #penalty: GroupPenalty;
  readonly #products: ScreenedCorrelations;
  /** Of the products before any of the residual was asked for, by group. */
  #norms: Float64Array = new Float64Array(0);
  /** Frobenius norm of the columns of each group, once a bound was asked for. */
  #sizes: Float64Array | undefined;
  /** The last that was given. */
  #gradient: Float64Array | undefined;

  constructor(problem: SparseProblem, penalty: GroupPenalty) {
    this.#problem = problem;
    this.#penalty = penalty;
    this.#products = new ScreenedCorrelations(problem, mostResiduals);
  }

  /** Takes over a gradient that is exact everywhere; both vectors are kept. */
  learn(residual: Float64Array, gradient: Float64Array): void {
    this.#products.learn(residual, gradient);
  }

  /**
   * @param residual kept, and the same array only where it is the same.
   * @param lambda the smallest at which zeros are to be certified.
   * @param isNeeded whether a group must be exact.
   * @param known what of the gradient there is known.
   * @returns the same array as long as the residual is, which becomes exact in more groups.
   */
  at(
    residual: Float64Array,
    lambda: number,
    isNeeded: (g: number) => boolean,
    known?: KnownSlopes,
  ): Float64Array {
    const { groups } = this.#penalty;
    const products = this.#products;
    if (products.moveTo(residual)) {
      this.#norms = normsOf(groups, products.products);
      this.#gradient = undefined;
    }
    if (known) products.take(known.columns, known.slopes);
    groups.members.forEach((columns, g) => {
      if (products.isExact(columns[0])) return;
      const needed = isNeeded(g);
      if (!needed && this.#isHeld(g, lambda)) return;
      for (let k = 0; k < columns.length; k++) products.ask(columns[k], needed);
    });
    products.answer();
    this.#gradient ??= new Float64Array(products.products.length);
    this.#gradient.set(products.products);
    return this.#gradient;
  }

  /** Whether zero is known to hold the gradient of a group. */
  #isHeld(g: number, lambda: number): boolean {
    const rest = (1 - slack) * lambda * this.#penalty.normSlope!(g, 1) - this.#norms[g];
    if (rest <= 0) return false;
    this.#sizes ??= this.#frobeniusNorms();
    return this.#sizes[g] * this.#products.distance < rest;
  }

  #frobeniusNorms(): Float64Array {
    const { groupOf, nGroups } = this.#penalty.groups;
    const squares = squaredNorms(this.#problem);
    const sizes = new Float64Array(nGroups);
    for (let j = 0; j < squares.length; j++) sizes[groupOf[j]] += squares[j];
    return sizes.map(Math.sqrt);
  }
}
