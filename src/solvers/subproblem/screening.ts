import { columnDots } from "../../design/design-matrix";
import { isConstant, maxAbs, supportOf } from "../../linalg/vector";
import { type GroupPenalty, isSeparable, type SeparablePenalty } from "../../penalties";
import { normsOf } from "../../penalties/groups";
import {
  columnCurvature,
  curvatureAt,
  curvatureOfProfile,
  hasConstantHessian,
  type PredictorProfile,
  type Profile,
  type SparseProblem,
  withLateGradient,
} from "../../problem/problem";
import { ResidualSubspace } from "./residual-subspace";

/** Share of the columns, at once or since all of them were multiplied, from which on all are. */
const largestShare = 0.5;

/**
 * What is left between a bound and what zero can hold, relative to it, for roundings that {@link ResidualSubspace} does not count: of
 * sizes and distances, and of centring. Only where a mean is very many standard deviations, or lambda far below `||X_g|| ||r||`, may
 * centring take more.
 */
export const slack = 1e-9;

/**
 * The products `X'r` with one residual after the other, exact in the columns that are asked for.
 *
 * With a combination `c` of residuals whose products with all columns are known, `||X_g'r - X_g'c|| <= ||X_g|| ||r - c||` for any
 * columns `g`, and `X_g'c` stands for what is not exact.
 */
export class ScreenedCorrelations {
  readonly #problem: SparseProblem;
  readonly #known: ResidualSubspace;
  readonly #products: Float64Array;
  readonly #isExact: Uint8Array;
  #residual: Float64Array | undefined;
  #distance = 0;
  /** Columns that were asked for and not multiplied yet; they count as exact. */
  readonly #due: Int32Array;
  #nDue = 0;
  /** Columns that were multiplied, since all of them were, only because their bounds were no better. */
  #spent = 0;

  /** @param most residuals that bounds are taken from. Default: 6. */
  constructor(problem: SparseProblem, most?: number) {
    const { nFeatures } = problem.design;
    this.#problem = problem;
    this.#known = new ResidualSubspace(most);
    this.#products = new Float64Array(nFeatures);
    this.#isExact = new Uint8Array(nFeatures);
    this.#due = new Int32Array(nFeatures);
  }

  /** Takes over products that are exact everywhere; both vectors are kept. */
  learn(residual: Float64Array, products: Float64Array): void {
    this.#known.add(residual, products);
  }

  /**
   * Turns to another residual; without any that is known all its products are computed at once.
   *
   * @param residual kept, and the same array only where it is the same.
   * @returns whether it is another one.
   */
  moveTo(residual: Float64Array): boolean {
    if (residual === this.#residual) return false;
    this.#residual = residual;
    if (this.#known.size === 0) {
      this.#multiplyAll();
    } else {
      this.#isExact.fill(0);
      this.#distance = this.#known.nearest(residual, this.#products);
    }
    return true;
  }

  /** Whether this is the residual of the products. */
  isAt(residual: Float64Array): boolean {
    return residual === this.#residual;
  }

  /** Of the residual from the combination whose products stand for its own; 0 where all are exact. */
  get distance(): number {
    return this.#distance;
  }

  /** The products, changed by later calls. */
  get products(): Float64Array {
    return this.#products;
  }

  isExact(j: number): boolean {
    return this.#isExact[j] === 1;
  }

  /**
   * Asks for an exact product with column `j`.
   *
   * @param isNeeded whatever its bound is.
   */
  ask(j: number, isNeeded: boolean): void {
    if (this.#isExact[j] === 1) return;
    this.#isExact[j] = 1;
    this.#due[this.#nDue++] = j;
    if (!isNeeded) this.#spent++;
  }

  /** Takes over exact products with some columns that others have computed. */
  take(columns: Int32Array, products: Float64Array): void {
    for (let k = 0; k < columns.length; k++) {
      const j = columns[k];
      if (this.#isExact[j] === 1) continue;
      this.#isExact[j] = 1;
      this.#products[j] = products[k];
    }
  }

  /** Computes the products that were asked for, or all of them where that costs little more. */
  answer(): void {
    const most = largestShare * this.#products.length;
    if (this.#nDue > most || this.#spent > most) this.#multiplyAll();
    else this.#multiply();
  }

  /** Computes the products that were asked for, and no others. */
  #multiply(): void {
    if (this.#nDue === 0) return;
    const columns = this.#due.subarray(0, this.#nDue);
    const dots = new Float64Array(columns.length);
    columnDots(this.#problem.design, columns, this.#residual!, dots);
    for (let k = 0; k < columns.length; k++) this.#products[columns[k]] = dots[k];
    this.#nDue = 0;
  }

  #multiplyAll(): void {
    this.#problem.design.rmatvec(this.#residual!, this.#products);
    this.#known.add(this.#residual!, this.#products.slice());
    this.#isExact.fill(1);
    this.#distance = 0;
    this.#nDue = 0;
    this.#spent = 0;
  }
}

/** Of the columns, by their curvature where that is known and the same for all samples. */
export function squaredNorms(problem: SparseProblem): Float64Array {
  const { design, target } = problem;
  const origin = new Float64Array(target.length);
  if (hasConstantHessian(problem)) {
    const weights = curvatureAt(problem, origin);
    const [weight] = weights;
    if (weight > 0 && isConstant(weights)) {
      return columnCurvature(problem, origin).map((curvature) => curvature / weight);
    }
  }
  const squares = new Float64Array(design.nFeatures);
  design.weightedSquaredNorms(origin.fill(1), squares);
  return squares;
}

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
    this.#held = { penalty: undefined, lambda: 0, bounds: new Float64Array(problem.design.nFeatures) };
  }

  /** Takes over a gradient that is exact everywhere; both vectors are kept. */
  learn(residual: Float64Array, gradient: Float64Array): void {
    this.#products.learn(residual, gradient);
  }

  /** The absolute gradients up to which zeros are held by themselves alone, whatever the others are; until the next call. */
  zeroBounds(penalty: SeparablePenalty, lambda: number, profile: Pick<Profile, "eta">): Float64Array {
    const { bounds } = this.#held;
    if (this.#held.penalty === penalty && this.#held.lambda === lambda) return bounds;
    const curvature = curvatureOfProfile(this.#problem, profile);
    for (let j = 0; j < bounds.length; j++) {
      const h = curvature[j];
      bounds[j] = h > 0 ? h * penalty.proxThreshold!(j, 1 / h, lambda) : Number.POSITIVE_INFINITY;
    }
    this.#held = { penalty, lambda, bounds };
    return bounds;
  }

  /**
   * @param residual kept, and the same array only where it is the same.
   * @param zeroBounds of the penalty and the smallest lambda at which zeros are to be certified.
   * @param share of that, where zeros may be looked at by a smaller lambda as well: what a penalty holds does not fall faster than it.
   * @param needed columns that must be exact, in one or several lists.
   * @returns the gradient, which later calls change.
   */
  at(
    residual: Float64Array,
    zeroBounds: Float64Array,
    share: number,
    needed: readonly ArrayLike<number>[],
  ): Float64Array {
    const products = this.#products;
    products.moveTo(residual);
    this.#askWhereNotHeld(zeroBounds, share);
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

  #askWhereNotHeld(zeroBounds: Float64Array, share: number): void {
    const [products, norms] = [this.#products, this.#norms];
    const { products: gradient, distance } = products;
    const times = (1 - slack) * share;
    for (let j = 0; j < gradient.length; j++) {
      if (Math.abs(gradient[j]) + norms[j] * distance < times * zeroBounds[j]) continue;
      products.ask(j, false);
    }
  }
}

/** For which penalty and lambda, by column. */
interface Held {
  readonly penalty: SeparablePenalty | undefined;
  readonly lambda: number;
  readonly bounds: Float64Array;
}

/** Slopes of some columns. */
export interface KnownSlopes {
  readonly columns: Int32Array;
  readonly slopes: Float64Array;
}

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

/** Entries of a design from which on a pass over it costs more than bounds of its columns. */
const smallestBounded = 5e5;

/**
 * Profiles of a squared error under a norm, their gradients exact only where zero may not hold a coefficient.
 *
 * Certificates at the lambda asked for, or a larger one, are those of exact gradients, see {@link CoordinateScreening}.
 */
export class ScreenedProfile {
  readonly #problem: SparseProblem;
  readonly #slopes: CoordinateScreening;
  readonly #zeroGradientBound: (lambda: number) => number;
  readonly #held: Float64Array;
  /** Profiles with a gradient that is not exact everywhere, each with the lambda that it serves down to. */
  readonly #lambdas = new WeakMap<Profile, number>();

  /** Undefined where bounds do not pay, or zeros are not held alike. */
  static of(problem: SparseProblem, origin: Profile | undefined): ScreenedProfile | undefined {
    const { penalty, design } = problem;
    if (
      !hasConstantHessian(problem) ||
      !isSeparable(penalty) ||
      !penalty.dualNorm ||
      !penalty.zeroGradientBound
    ) {
      return undefined;
    }
    if (design.nSamples * design.nFeatures < smallestBounded) return undefined;
    return new ScreenedProfile(problem, (lambda) => penalty.zeroGradientBound!(lambda), origin);
  }

  private constructor(
    problem: SparseProblem,
    zeroGradientBound: (lambda: number) => number,
    origin: Profile | undefined,
  ) {
    this.#problem = problem;
    this.#zeroGradientBound = zeroGradientBound;
    this.#slopes = new CoordinateScreening(problem);
    this.#held = new Float64Array(problem.design.nFeatures);
    if (origin) this.#slopes.learn(origin.residual, origin.gradient);
  }

  /** @param lambda the smallest at which the point is to be certified. */
  at(beta: Float64Array, { loss, psi, eta, residual }: PredictorProfile, lambda: number): Profile {
    this.#held.fill(this.#zeroGradientBound(lambda));
    const gradient = this.#slopes.at(residual, this.#held, 1, [supportOf(beta)]).slice();
    const profile = { loss, psi, eta, residual, gradient };
    if (!this.#slopes.isExact) this.#lambdas.set(profile, lambda);
    return profile;
  }

  /** Makes the gradient of a profile exact in some columns as well, if it is the last one that was asked for. */
  completeIn(columns: Int32Array, { residual }: Profile, gradient: Float64Array): void {
    this.#slopes.complete(residual, columns, gradient);
  }

  /**
   * Whether a certificate at some lambda may not be that of an exact gradient. Gap and violation take the largest slope only; they
   * are exact where an exact slope is at least what the others may be.
   *
   * @param isFinal whether all of it matters.
   */
  isVague(profile: Profile, lambda: number, isFinal: boolean): boolean {
    const least = this.#lambdas.get(profile);
    if (least === undefined || lambda >= least) return false;
    return isFinal || !(maxAbs(profile.gradient) >= (1 - slack) * this.#zeroGradientBound(least));
  }

  /** The profile with a gradient that is exact everywhere, once it is asked for. */
  exact(profile: Profile): Profile {
    return this.#lambdas.has(profile) ? withLateGradient(this.#problem, profile) : profile;
  }
}
