import type { DesignMatrix, GroupEigenbases } from "../../design/design-matrix";
import { columnDots } from "../../design/design-matrix";
import { addScaled, isConstant, norm } from "../../linalg/vector";
import type { GroupPenalty } from "../../penalties";
import { columnCurvature, hasConstantHessian, type SparseProblem } from "../../problem/problem";
import type { KnownGradient } from "../subproblem/screening";
import { type GroupBlock, joinedColumns } from "./block";

/** Entries of a design below which any way is fast. */
const smallestDesign = 5e5;

/** Columns of a design that has room for what a cycle needs. */
const fewestColumns = 128;

/** Share of a column of the unpenalized part in another that is rounding. */
const sharedRounding = 1e-10;

/** Cycles that a lambda is thought to take before any has been seen. */
const fewestCycles = 2;

/** Cycles between two looks at how far there is to go, each of which costs half of one, after some. */
const cyclesPerLook = (before: number): number => 1 + Math.floor(before / 8);

/** What a product with a column that waits for memory costs, in those of a Gram block. */
const slowness = 1.75;

/** Difference of two residuals, as a share of them, that is the rounding of a descent. */
const sameResidual = 64 * Number.EPSILON;

/** A design with all that a descent on the residual asks for. */
type Design = DesignMatrix & Required<Pick<DesignMatrix, "descendGroups" | "gram">>;

/**
 * Block descent on the residual of a squared error, which needs no Gram matrix of the working set.
 *
 * A cycle costs two products with each column that moves, where on the Gram matrix it costs one with each row; but a group that
 * enters costs a product of its columns with all others before that. So groups wait until cycles on the residual have
 * cost as much: together they then cost at most twice what the better way does.
 */
export class ResidualBcd {
  readonly #design: Design;
  readonly #penalty: GroupPenalty;
  readonly #problem: SparseProblem;
  readonly #curvature: number;
  readonly #width: number;
  /** Products since the Gram matrix had all groups, by columns. */
  #spent = 0;
  /** Cycles that the next lambda is thought to take: about as many as the last did. */
  #enough = fewestCycles;
  #residual: Float64Array = new Float64Array(0);
  /** Where the last descent ended, until the next begins. */
  #ends: Float64Array | undefined;
  #columns: Int32Array = new Int32Array(0);
  #curvatures: Float64Array = new Float64Array(0);
  #bases: Float64Array = new Float64Array(0);

  /**
   * @param curvature of the loss in each sample.
   * @returns undefined where the loss bends by more in some samples, or the design is small or has no such descent.
   */
  static of(problem: SparseProblem, penalty: GroupPenalty, curvature: Float64Array): ResidualBcd | undefined {
    const { design } = problem;
    const { nSamples, nFeatures } = design;
    if (nSamples * nFeatures < smallestDesign || nFeatures < fewestColumns) return undefined;
    if (!design.descendGroups || !design.gram || !hasConstantHessian(problem)) return undefined;
    return isConstant(curvature) ? new ResidualBcd(problem, penalty, curvature[0]) : undefined;
  }

  private constructor(problem: SparseProblem, penalty: GroupPenalty, curvature: number) {
    this.#design = problem.design as Design;
    this.#penalty = penalty;
    this.#problem = problem;
    this.#curvature = curvature;
    this.#width = penalty.groups.sizes.reduce((a, b) => Math.max(a, b), 0);
  }

  /** Whether groups of columns are orthogonal to the unpenalized part, as they are to an intercept once they are centred. */
  suits(units: readonly Int32Array[]): boolean {
    return this.#problem.free.basis.every((q) => {
      // A share of the length of both.
      const least = (sharedRounding * norm(q)) / Math.sqrt(this.#curvature);
      const bends = columnCurvature(this.#problem, this.#problem.target);
      return units.every((columns) => {
        const shares = new Float64Array(columns.length);
        columnDots(this.#problem.design, columns, q, shares);
        return shares.every((share, k) => Math.abs(share) <= least * Math.sqrt(bends[columns[k]]));
      });
    });
  }

  /** The second derivatives of the loss in some coefficients. */
  hessianOf(columns: Int32Array): Float64Array {
    const hessian = new Float64Array(columns.length ** 2);
    this.#design.gram(columns, columns, hessian);
    for (let k = 0; k < hessian.length; k++) hessian[k] *= this.#curvature;
    return hessian;
  }

  /** @param residual of the loss, not changed. */
  moveTo(residual: Float64Array): void {
    this.#residual = residual.slice();
    this.#ends = undefined;
  }

  /** The slopes of the groups where the last descent ended, if a residual is that one but for rounding. */
  slopesAt(residual: Float64Array): KnownGradient | undefined {
    if (!this.#ends) return undefined;
    const difference = residual.slice();
    addScaled(-1, this.#residual, difference);
    if (!(norm(difference) <= sameResidual * norm(residual))) return undefined;
    return { columns: this.#columns, slopes: this.#ends };
  }

  /**
   * Minimises over groups until that is enough, or has cost more than a Gram matrix of them.
   *
   * @param at the coefficients of the groups and the slopes there, updated.
   * @param nThere columns that the Gram matrix has.
   * @returns whether it is enough, or nobody waits for it any more.
   */
  minimise(
    blocks: readonly GroupBlock[],
    lambda: number,
    { beta, slopes }: { readonly beta: Float64Array; readonly slopes: Float64Array },
    nThere: number,
    isEnough: () => boolean,
    signal?: { readonly aborted: boolean },
  ): boolean {
    if (beta.length !== this.#columns.length) this.#prepare(blocks, beta.length);
    const sizes = Int32Array.from(blocks, ({ columns }) => columns.length);
    const levels = Float64Array.from(blocks, ({ g }) => this.#penalty.normSlope!(g, lambda));
    const groups: GroupEigenbases = {
      columns: this.#columns,
      sizes,
      levels,
      curvatures: this.#curvatures,
      bases: this.#bases,
      width: this.#width,
    };
    const missing = beta.length - nThere;
    const price = missing * (missing / 2 + nThere);
    this.#ends = undefined;
    let gone = 0;
    for (let cycles = this.#enough; ; cycles = cyclesPerLook(gone)) {
      const moves = this.#cycle(groups, beta, slopes, cycles, price);
      columnDots(this.#design, this.#columns, this.#residual, slopes);
      gone += cycles;
      if (!moves || isEnough() || signal?.aborted) {
        // What was enough at the first look may have been too much.
        this.#ends = slopes.slice();
        this.#enough = gone === this.#enough ? Math.max(1, gone - cyclesPerLook(gone)) : gone;
        return true;
      }
      const isDear = this.#spent >= price;
      this.#spent += slowness * beta.length;
      if (!isDear) continue;
      this.#spent = 0;
      return false;
    }
  }

  /** Some cycles, fewer where that gets dear or nothing moves any more; whether anything moved in the last. */
  #cycle(
    groups: GroupEigenbases,
    beta: Float64Array,
    slopes: Float64Array,
    cycles: number,
    price: number,
  ): boolean {
    for (let cycle = 1; ; cycle++) {
      const change = this.#design.descendGroups(groups, this.#curvature, beta, slopes, this.#residual);
      this.#spent += slowness * (beta.length + countOf(beta));
      if (change === 0) return false;
      if (cycle === cycles || this.#spent >= price) return true;
    }
  }

  /** Takes over the columns and eigenbases of the groups that are new. */
  #prepare(blocks: readonly GroupBlock[], nColumns: number): void {
    const width = this.#width;
    const before = this.#columns.length;
    const [curvatures, bases] = [new Float64Array(nColumns), new Float64Array(nColumns * width)];
    curvatures.set(this.#curvatures);
    bases.set(this.#bases);
    for (const { start, eigen } of blocks) {
      if (start < before) continue;
      curvatures.set(eigen.values, start);
      for (let k = 0; k < eigen.values.length; k++) bases.set(eigen.vectors[k], (start + k) * width);
    }
    [this.#curvatures, this.#bases] = [curvatures, bases];
    const groups = blocks.map(({ g }) => g);
    this.#columns = joinedColumns(this.#penalty.groups.members, groups);
  }
}

/** How many coefficients are not zero. */
function countOf(beta: Float64Array): number {
  let count = 0;
  for (let k = 0; k < beta.length; k++) if (beta[k] !== 0) count++;
  return count;
}
