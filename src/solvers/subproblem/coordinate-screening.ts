import type { SeparablePenalty } from "../../penalties";
import { curvatureOfProfile, type Profile, type SparseProblem } from "../../problem/problem";
import { ScreenedCorrelations, slack, squaredNorms } from "./screened-correlations";

/** Residuals that bounds are taken from: along a path a third one brings nearly nothing. */
const mostKnown = 2;

/**
 * The gradient `X'r` of a quadratic datafit from one residual to the next, exact only in those columns that zero may not hold.
 *
 * As {@link GroupScreening} for single coefficients and any penalty that says up to where a point is taken to zero: with a combination
 * `c` of residuals whose products are known, `|x_j'r| <= |x_j'c| + ||x_j|| ||r - c||`, and as long as that is less, coefficient `j`
 * stays at zero whatever its gradient is.
 */
export class CoordinateScreening {
  readonly #problem: SparseProblem;
  readonly #products: ScreenedCorrelations;
  readonly #norms: Float64Array;
  #held: Held;

  constructor(problem: SparseProblem) {
    this.#problem = problem;
    this.#products = new ScreenedCorrelations(problem, mostKnown);
    this.#norms = squaredNorms(problem).map(Math.sqrt);
    this.#held = { penalty: undefined, lambda: 0, upTo: new Float64Array(problem.design.nFeatures) };
  }

  /** Takes over a gradient that is exact everywhere; both vectors are kept. */
  learn(residual: Float64Array, gradient: Float64Array): void {
    this.#products.learn(residual, gradient);
  }

  /** The absolute gradients up to which zeros are held by themselves alone, whatever the others are; until the next call. */
  heldUpTo(penalty: SeparablePenalty, lambda: number, profile: Pick<Profile, "eta">): Float64Array {
    const { upTo } = this.#held;
    if (this.#held.penalty === penalty && this.#held.lambda === lambda) return upTo;
    const curvature = curvatureOfProfile(this.#problem, profile);
    for (let j = 0; j < upTo.length; j++) {
      const h = curvature[j];
      upTo[j] = h > 0 ? h * penalty.proxThreshold!(j, 1 / h, lambda) : Number.POSITIVE_INFINITY;
    }
    this.#held = { penalty, lambda, upTo };
    return upTo;
  }

  /**
   * @param residual kept, and the same array only where it is the same.
   * @param heldUpTo of the penalty and the smallest lambda at which zeros are to be certified.
   * @param share of that, where zeros may be looked at by a smaller lambda as well: what a penalty holds does not fall faster than it.
   * @param needed columns that must be exact, in one or several lists.
   * @returns the gradient, which later calls change.
   */
  at(
    residual: Float64Array,
    heldUpTo: Float64Array,
    share: number,
    needed: readonly ArrayLike<number>[],
  ): Float64Array {
    const products = this.#products;
    products.moveTo(residual);
    this.#askWhereNotHeld(heldUpTo, share);
    for (const columns of needed) for (let k = 0; k < columns.length; k++) products.ask(columns[k], true);
    products.answer();
    return products.products;
  }

  /** The gradient, exact in some columns; later calls change it. */
  exactIn(residual: Float64Array, columns: ArrayLike<number>): Float64Array {
    const products = this.#products;
    products.moveTo(residual);
    for (let k = 0; k < columns.length; k++) products.ask(columns[k], true);
    products.answer();
    return products.products;
  }

  /** Whether the last gradient is exact everywhere. */
  get isExact(): boolean {
    return this.#products.distance === 0;
  }

  /** Makes a gradient that was the last one asked for exact in some columns as well; one of another residual stays. */
  complete(residual: Float64Array, columns: Int32Array, gradient: Float64Array): void {
    const products = this.#products;
    if (!products.isAt(residual)) return;
    for (const j of columns) products.ask(j, true);
    products.answer();
    for (const j of columns) gradient[j] = products.products[j];
  }

  #askWhereNotHeld(heldUpTo: Float64Array, share: number): void {
    const [products, norms] = [this.#products, this.#norms];
    const { products: gradient, distance } = products;
    const times = (1 - slack) * share;
    for (let j = 0; j < gradient.length; j++) {
      if (Math.abs(gradient[j]) + norms[j] * distance < times * heldUpTo[j]) continue;
      products.ask(j, false);
    }
  }
}

/** For which penalty and lambda, by column. */
interface Held {
  readonly penalty: SeparablePenalty | undefined;
  readonly lambda: number;
  readonly upTo: Float64Array;
}
