import { columnDots } from "../../design/column-dots";
import { isConstant } from "../../linalg/vector";
import { columnCurvature, curvatureAt, hasConstantHessian, type SparseProblem } from "../../problem/problem";
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
