import type { GroupPenalty, SeparablePenalty } from "../../penalties";
import { normsOf } from "../../penalties/groups";
import { curvatureOfProfile, type Profile, type SparseProblem } from "../../problem/problem";
import { ScreenedCorrelations, slack, squaredNorms } from "./residual-subspace";

/** Number of residuals that bounds on coordinates use; along a path a third one hardly tightens them. */
const coordinateResiduals = 2;

/**
 * The gradient `X'r` of a quadratic datafit for one residual after another, exact only in columns whose zero may
 * move.
 *
 * With a combination `c` of residuals whose products are known, `|x_j'r| <= |x_j'c| + ||x_j|| ||r - c||`. While that
 * bound is below what the zero of coefficient `j` withstands, the coefficient stays at zero whatever its gradient is.
 * It needs a penalty that states this threshold. {@link GroupScreening} does the same for groups.
 */
export class CoordinateScreening {
  readonly #problem: SparseProblem;
  readonly #products: ScreenedCorrelations;
  readonly #norms: Float64Array;
  #zeroBounds: ZeroBounds;

  constructor(problem: SparseProblem) {
    this.#problem = problem;
    this.#products = new ScreenedCorrelations(problem, coordinateResiduals);
    this.#norms = squaredNorms(problem).map(Math.sqrt);
    this.#zeroBounds = { penalty: undefined, lambda: 0, bounds: new Float64Array(problem.design.nFeatures) };
  }

  /** Adds a residual whose gradient is known exactly; both vectors are kept, not copied. */
  addKnown(residual: Float64Array, gradient: Float64Array): void {
    this.#products.addKnown(residual, gradient);
  }

  /**
   * Returns the absolute gradient that each zero withstands, whatever the other coefficients are; valid until the
   * next call.
   */
  zeroBounds(penalty: SeparablePenalty, lambda: number, profile: Pick<Profile, "eta">): Float64Array {
    const { bounds } = this.#zeroBounds;
    if (this.#zeroBounds.penalty === penalty && this.#zeroBounds.lambda === lambda) return bounds;
    const curvature = curvatureOfProfile(this.#problem, profile);
    for (let j = 0; j < bounds.length; j++) {
      const h = curvature[j];
      bounds[j] = h > 0 ? h * penalty.proxThreshold!(j, 1 / h, lambda) : Number.POSITIVE_INFINITY;
    }
    this.#zeroBounds = { penalty, lambda, bounds };
    return bounds;
  }

  /**
   * Returns the gradient for a residual; later calls change it.
   *
   * @param residual kept, and compared by identity.
   * @param zeroBounds the gradients that zeros withstand at the lambda of the certificate.
   * @param share the ratio of the smallest lambda at which the gradient is used to that one; what zeros withstand
   * decreases no faster.
   * @param needed the columns that must be exact, in one or several lists.
   */
  at(
    residual: Float64Array,
    zeroBounds: Float64Array,
    share: number,
    needed: readonly ArrayLike<number>[],
  ): Float64Array {
    const products = this.#products;
    products.setResidual(residual);
    this.#askWhereNotHeld(zeroBounds, share);
    for (const columns of needed) for (let k = 0; k < columns.length; k++) products.request(columns[k], true);
    products.computeRequested();
    return products.products;
  }

  /** Returns the gradient for a residual, exact in some columns; later calls change it. */
  gradientExactIn(residual: Float64Array, columns: ArrayLike<number>): Float64Array {
    const products = this.#products;
    products.setResidual(residual);
    for (let k = 0; k < columns.length; k++) products.request(columns[k], true);
    products.computeRequested();
    return products.products;
  }

  /** Whether the last gradient is exact in all columns. */
  get isExact(): boolean {
    return this.#products.distance === 0;
  }

  /**
   * Makes a gradient exact in further columns if it is the last one returned; it is left as it is for another
   * residual.
   */
  complete(residual: Float64Array, columns: Int32Array, gradient: Float64Array): void {
    const products = this.#products;
    if (!products.isAt(residual)) return;
    for (const j of columns) products.request(j, true);
    products.computeRequested();
    for (const j of columns) gradient[j] = products.products[j];
  }

  #askWhereNotHeld(zeroBounds: Float64Array, share: number): void {
    const [products, norms] = [this.#products, this.#norms];
    const { products: gradient, distance } = products;
    const times = (1 - slack) * share;
    for (let j = 0; j < gradient.length; j++) {
      if (Math.abs(gradient[j]) + norms[j] * distance < times * zeroBounds[j]) continue;
      products.request(j, false);
    }
  }
}

/** The gradients that zeros withstand, by column, with the penalty and the lambda they belong to. */
interface ZeroBounds {
  readonly penalty: SeparablePenalty | undefined;
  readonly lambda: number;
  readonly bounds: Float64Array;
}

/** The entries of a gradient in some columns. */
export interface KnownGradient {
  readonly columns: Int32Array;
  readonly slopes: Float64Array;
}

/** Number of residuals that bounds on groups use; more would not exclude more groups. */
const groupResiduals = 3;

/**
 * The gradient `X'r` of the datafit for one residual after another, exact only in groups whose zero may move.
 *
 * With a combination `c` of residuals whose products are known, `||X_g'r|| <= ||X_g'c|| + ||X_g||_F ||r - c||`. While
 * that bound is below what the penalty withstands at zero, the group stays at zero whatever its gradient is. Then
 * `X_g'c` stands for its gradient, and certificates come out the same. It takes penalties that are sums of norms of
 * groups.
 */
export class GroupScreening {
  readonly #problem: SparseProblem;
  readonly #penalty: GroupPenalty;
  readonly #products: ScreenedCorrelations;
  /** The norms of the products by group, before any was requested for this residual. */
  #norms: Float64Array = new Float64Array(0);
  /** The Frobenius norm of each group's columns, computed for the first bound. */
  #columnNorms: Float64Array | undefined;
  /** The last gradient returned. */
  #gradient: Float64Array | undefined;

  constructor(problem: SparseProblem, penalty: GroupPenalty) {
    this.#problem = problem;
    this.#penalty = penalty;
    this.#products = new ScreenedCorrelations(problem, groupResiduals);
  }

  /** Adds a residual whose gradient is known exactly; both vectors are kept, not copied. */
  addKnown(residual: Float64Array, gradient: Float64Array): void {
    this.#products.addKnown(residual, gradient);
  }

  /**
   * Returns the gradient for a residual: one array per residual, which becomes exact in more groups with later calls.
   *
   * @param residual kept, and compared by identity.
   * @param lambda the smallest one at which zeros are to be certified.
   * @param isNeeded whether a group must be exact.
   * @param known entries of the gradient that are known exactly.
   */
  at(
    residual: Float64Array,
    lambda: number,
    isNeeded: (g: number) => boolean,
    known?: KnownGradient,
  ): Float64Array {
    const { groups } = this.#penalty;
    const products = this.#products;
    if (products.setResidual(residual)) {
      this.#norms = normsOf(groups, products.products);
      this.#gradient = undefined;
    }
    if (known) products.setExact(known.columns, known.slopes);
    groups.members.forEach((columns, g) => {
      if (products.isExact(columns[0])) return;
      const needed = isNeeded(g);
      if (!needed && this.#staysZero(g, lambda)) return;
      for (let k = 0; k < columns.length; k++) products.request(columns[k], needed);
    });
    products.computeRequested();
    this.#gradient ??= new Float64Array(products.products.length);
    this.#gradient.set(products.products);
    return this.#gradient;
  }

  /** Whether a group is known to stay at zero. */
  #staysZero(g: number, lambda: number): boolean {
    const rest = (1 - slack) * lambda * this.#penalty.normSlope!(g, 1) - this.#norms[g];
    if (rest <= 0) return false;
    this.#columnNorms ??= this.#frobeniusNorms();
    return this.#columnNorms[g] * this.#products.distance < rest;
  }

  #frobeniusNorms(): Float64Array {
    const { groupOf, nGroups } = this.#penalty.groups;
    const squares = squaredNorms(this.#problem);
    const sizes = new Float64Array(nGroups);
    for (let j = 0; j < squares.length; j++) sizes[groupOf[j]] += squares[j];
    return sizes.map(Math.sqrt);
  }
}
