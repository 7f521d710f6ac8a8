/**
 * Bounds the products `X'r` with a new residual by those with earlier ones. {@link ResidualSubspace} stores these,
 * {@link ScreenedCorrelations} computes only the products that the bounds leave open.
 */
import { columnDots } from "../../design/design-matrix";
import { addScaled, dot, isConstant, norm } from "../../linalg/vector";
import { columnCurvature, curvatureAt, hasConstantHessian, type SparseProblem } from "../../problem/problem";

/** Minimum part of a residual, relative to it, that the others do not explain; below it rounding dominates. */
const minIndependentPart = 1e-6;

/**
 * Returns a bound on the rounding of the product of a unit residual with a unit column, in whatever order its terms
 * are summed.
 */
const roundingOf = (nSamples: number): number => (16 + nSamples) * Number.EPSILON;

interface Known {
  readonly residual: Float64Array;
  readonly gradient: Float64Array;
}

/** A unit vector that is a combination of residuals, orthogonal to the earlier ones. */
interface Direction {
  readonly unit: Float64Array;
  /** The coefficients of the combination, by residual. */
  readonly shares: Float64Array;
  /** The rounding of its products, as a multiple of that of a unit residual. */
  readonly growth: number;
}

/**
 * Residuals `r` with known products `X'r`, and hence with known products of all their combinations.
 *
 * Along a path residuals move nearly on a line, so the nearest combination is much nearer to the next residual than
 * the last one is.
 */
export class ResidualSubspace {
  readonly #most: number;
  #known: readonly Known[] = [];
  #directions: readonly Direction[] = [];

  /** @param maxResiduals the number of residuals that are stored. */
  constructor(maxResiduals: number) {
    this.#most = maxResiduals;
  }

  get size(): number {
    return this.#known.length;
  }

  /** @param residual kept and not copied, as its `gradient` is. */
  add(residual: Float64Array, gradient: Float64Array): void {
    this.#known = [{ residual, gradient }, ...this.#known.slice(0, this.#most - 1)];
    const sizes = this.#known.map((known) => norm(known.residual));
    const directions: Direction[] = [];
    for (let k = 0; k < sizes.length; k++) {
      const direction = directionOf(this.#known[k].residual, k, sizes, directions);
      if (direction) directions.push(direction);
    }
    this.#directions = directions;
  }

  /**
   * Sets `out = X'c` for the combination `c` of the stored residuals that is nearest to a residual.
   *
   * @returns the distance between the two plus the rounding of `out`, expressed as the norm of a residual.
   */
  nearest(residual: Float64Array, out: Float64Array): number {
    const remainder = residual.slice();
    const all = new Float64Array(this.#known.length);
    const rounding = roundingOf(residual.length);
    let rounded = 0;
    for (const { unit, shares, growth } of this.#directions) {
      const part = dot(unit, remainder);
      addScaled(-part, unit, remainder);
      addScaled(part, shares, all);
      rounded += rounding * Math.abs(part) * growth;
    }
    out.fill(0);
    this.#known.forEach(({ gradient }, k) => {
      if (all[k] !== 0) addScaled(all[k], gradient, out);
    });
    return norm(remainder) + rounded;
  }
}

/**
 * Returns the unit vector of residual `k` orthogonal to earlier directions, or undefined if nearly nothing is left of
 * it.
 *
 * @param sizes the norms of all residuals.
 */
function directionOf(
  residual: Float64Array,
  k: number,
  sizes: readonly number[],
  directions: readonly Direction[],
): Direction | undefined {
  const unit = residual.slice();
  const shares = new Float64Array(sizes.length);
  shares[k] = 1;
  for (let pass = 0; pass < 2; pass++) {
    for (const other of directions) {
      const part = dot(other.unit, unit);
      addScaled(-part, other.unit, unit);
      addScaled(-part, other.shares, shares);
    }
  }
  const left = norm(unit);
  if (!(left > minIndependentPart * sizes[k])) return undefined;
  for (let i = 0; i < unit.length; i++) unit[i] /= left;
  for (let i = 0; i < shares.length; i++) shares[i] /= left;
  // Each residual of the combination adds its own rounding.
  const growth = shares.reduce((sum, share, i) => sum + Math.abs(share) * sizes[i], 0);
  return { unit, shares, growth };
}

/**
 * Maximum share of the columns that are multiplied singly, at once or since the last product with all; beyond it all
 * are multiplied.
 */
const maxRequestedShare = 0.5;

/**
 * Relative margin between a bound and what a zero withstands, for the rounding of sizes, distances and centring.
 *
 * {@link ResidualSubspace} counts the rounding of products itself. Centring may round by more only where a mean is
 * very many standard deviations, or lambda is far below `||X_g|| ||r||`.
 */
export const slack = 1e-9;

/**
 * The products `X'r` with one residual after another, exact in the requested columns and bounded elsewhere.
 *
 * For a combination `c` of residuals with known products `X'c`, every set of columns `g` has `||X_g'r - X_g'c|| <=
 * ||X_g|| ||r - c||`. So `X_g'c` stands for the products that are not exact.
 */
export class ScreenedCorrelations {
  readonly #problem: SparseProblem;
  readonly #known: ResidualSubspace;
  readonly #products: Float64Array;
  readonly #isExact: Uint8Array;
  #residual: Float64Array | undefined;
  #distance = 0;
  /** The requested columns that are not multiplied yet; they already count as exact. */
  readonly #requested: Int32Array;
  #nRequested = 0;
  /** The number of columns multiplied, since the last product with all, only because their bounds were too loose. */
  #nUnneeded = 0;

  /** @param maxResiduals the number of residuals that bounds use. */
  constructor(problem: SparseProblem, maxResiduals: number) {
    const { nFeatures } = problem.design;
    this.#problem = problem;
    this.#known = new ResidualSubspace(maxResiduals);
    this.#products = new Float64Array(nFeatures);
    this.#isExact = new Uint8Array(nFeatures);
    this.#requested = new Int32Array(nFeatures);
  }

  /** Adds a residual whose products are known exactly; both vectors are kept, not copied. */
  addKnown(residual: Float64Array, products: Float64Array): void {
    this.#known.add(residual, products);
  }

  /**
   * Sets the residual. If no products are known yet, all of its own are computed at once.
   *
   * @param residual kept, and compared by identity.
   * @returns whether it is another one than before.
   */
  setResidual(residual: Float64Array): boolean {
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

  /**
   * The distance of the residual from the combination whose products stand for its own; 0 if all products are exact.
   */
  get distance(): number {
    return this.#distance;
  }

  /** The products; later calls change them. */
  get products(): Float64Array {
    return this.#products;
  }

  /**
   * Requests the exact product with column `j`.
   *
   * @param isNeeded whether it is needed whatever its bound is.
   */
  request(j: number, isNeeded: boolean): void {
    if (this.#isExact[j] === 1) return;
    this.#isExact[j] = 1;
    this.#requested[this.#nRequested++] = j;
    if (!isNeeded) this.#nUnneeded++;
  }

  /** Computes the requested products, or all of them if that costs little more. */
  computeRequested(): void {
    const maxResiduals = maxRequestedShare * this.#products.length;
    if (this.#nRequested > maxResiduals || this.#nUnneeded > maxResiduals) this.#multiplyAll();
    else this.#multiply();
  }

  /** Computes the requested products only. */
  #multiply(): void {
    if (this.#nRequested === 0) return;
    const columns = this.#requested.subarray(0, this.#nRequested);
    const dots = new Float64Array(columns.length);
    columnDots(this.#problem.design, columns, this.#residual!, dots);
    for (let k = 0; k < columns.length; k++) this.#products[columns[k]] = dots[k];
    this.#nRequested = 0;
  }

  #multiplyAll(): void {
    this.#problem.design.rmatvec(this.#residual!, this.#products);
    this.#known.add(this.#residual!, this.#products.slice());
    this.#isExact.fill(1);
    this.#distance = 0;
    this.#nRequested = 0;
    this.#nUnneeded = 0;
  }
}

/**
 * Returns the squared norms of the columns; they are their curvatures, rescaled, if those are known and the same for
 * all samples.
 */
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
