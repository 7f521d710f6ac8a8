/**
 * Block coordinate descent on the residual, for working sets whose Gram matrix would cost more
 * ({@link ResidualBcd}).
 */
import type { DesignMatrix, GroupEigenbases } from "../../design/design-matrix";
import { columnDots } from "../../design/design-matrix";
import { addScaled, isConstant, norm } from "../../linalg/vector";
import type { GroupPenalty } from "../../penalties";
import { columnCurvature, hasConstantHessian, type SparseProblem } from "../../problem/problem";
import { type GroupBlock, joinedColumns } from "../subproblem/group-block";
import type { KnownGradient } from "../subproblem/screening";

/** Minimum number of entries of a design for which this method is worth its overhead. */
const minDesignEntries = 5e5;

/** Minimum number of columns for which the memory of a design can hold what a cycle needs. */
const minColumns = 128;

/** Maximum cosine of a column with an unpenalized one for which they count as orthogonal; it is rounding. */
const orthogonalityTolerance = 1e-10;

/** Number of cycles that a first lambda is expected to take. */
const initialCycles = 2;

/** Returns the number of cycles until the next check of the gap, after some; each check costs half a cycle. */
const cyclesPerCheck = (before: number): number => 1 + Math.floor(before / 8);

/** Cost of a product with a column, which waits for memory, relative to one of a Gram block. */
const columnCost = 1.75;

/** Maximum relative difference of two residuals that are the same up to the rounding of a descent. */
const residualTolerance = 64 * Number.EPSILON;

/** A design with the kernels of a descent on the residual. */
type Design = DesignMatrix & Required<Pick<DesignMatrix, "descendGroups" | "gram">>;

/**
 * Block coordinate descent on the residual of a squared error, which needs no Gram matrix of the working set.
 *
 * A cycle costs two products for each column that changes, where on the Gram matrix it costs one per row; but a group
 * that enters the matrix costs a product of its columns with all others. So groups enter it only when cycles on the
 * residual have cost as much. Together they then cost at most twice as much as the cheaper way.
 */
export class ResidualBcd {
  readonly #design: Design;
  readonly #penalty: GroupPenalty;
  readonly #problem: SparseProblem;
  readonly #curvature: number;
  readonly #width: number;
  /** The cost of the cycles since the Gram matrix had all groups, in products of columns. */
  #cost = 0;
  /** The number of cycles that the next lambda is expected to take, about that of the last one. */
  #expectedCycles = initialCycles;
  #residual: Float64Array = new Float64Array(0);
  /** The slopes at the end of the last descent, until the next one starts. */
  #finalSlopes: Float64Array | undefined;
  #columns: Int32Array = new Int32Array(0);
  #curvatures: Float64Array = new Float64Array(0);
  #bases: Float64Array = new Float64Array(0);

  /**
   * @param curvature of the loss in each sample.
   * @returns undefined if the curvature varies between samples, or the design is small or has no such kernels.
   */
  static of(problem: SparseProblem, penalty: GroupPenalty, curvature: Float64Array): ResidualBcd | undefined {
    const { design } = problem;
    const { nSamples, nFeatures } = design;
    if (nSamples * nFeatures < minDesignEntries || nFeatures < minColumns) return undefined;
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

  /** Whether groups of columns are orthogonal to the unpenalized part, as centred columns are to an intercept. */
  isOrthogonalToUnpenalized(units: readonly Int32Array[]): boolean {
    return this.#problem.free.basis.every((q) => {
      // The tolerance is relative to the norms of both columns.
      const least = (orthogonalityTolerance * norm(q)) / Math.sqrt(this.#curvature);
      const curvatures = columnCurvature(this.#problem, this.#problem.target);
      return units.every((columns) => {
        const shares = new Float64Array(columns.length);
        columnDots(this.#problem.design, columns, q, shares);
        return shares.every((share, k) => Math.abs(share) <= least * Math.sqrt(curvatures[columns[k]]));
      });
    });
  }

  /** Returns the Hessian of the loss in some coefficients. */
  hessianOf(columns: Int32Array): Float64Array {
    const hessian = new Float64Array(columns.length ** 2);
    this.#design.gram(columns, columns, hessian);
    for (let k = 0; k < hessian.length; k++) hessian[k] *= this.#curvature;
    return hessian;
  }

  /** @param residual of the loss; it is copied. */
  startFrom(residual: Float64Array): void {
    this.#residual = residual.slice();
    this.#finalSlopes = undefined;
  }

  /**
   * Returns the slopes of the groups at the end of the last descent, if the residual is the one there up to rounding.
   */
  slopesAt(residual: Float64Array): KnownGradient | undefined {
    if (!this.#finalSlopes) return undefined;
    const difference = residual.slice();
    addScaled(-1, this.#residual, difference);
    if (!(norm(difference) <= residualTolerance * norm(residual))) return undefined;
    return { columns: this.#columns, slopes: this.#finalSlopes };
  }

  /**
   * Minimises over groups until the goal is met or it has cost more than their Gram matrix.
   *
   * @param at the coefficients of the groups and the slopes there, updated in place.
   * @param nThere the number of columns in the Gram matrix.
   * @returns true if the goal is met, nothing changes any more or a signal is aborted; false if the Gram matrix is
   * due.
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
    const gramCost = missing * (missing / 2 + nThere);
    this.#finalSlopes = undefined;
    let done = 0;
    for (let cycles = this.#expectedCycles; ; cycles = cyclesPerCheck(done)) {
      const moves = this.#cycle(groups, beta, slopes, cycles, gramCost);
      columnDots(this.#design, this.#columns, this.#residual, slopes);
      done += cycles;
      if (!moves || isEnough() || signal?.aborted) {
        // The cycles up to the first check may have been more than necessary.
        this.#finalSlopes = slopes.slice();
        this.#expectedCycles =
          done === this.#expectedCycles ? Math.max(1, done - cyclesPerCheck(done)) : done;
        return true;
      }
      const exceedsGram = this.#cost >= gramCost;
      this.#cost += columnCost * beta.length;
      if (!exceedsGram) continue;
      this.#cost = 0;
      return false;
    }
  }

  /**
   * Takes some cycles, fewer if the cost exceeds the Gram matrix or nothing changes; returns whether the last one
   * changed anything.
   */
  #cycle(
    groups: GroupEigenbases,
    beta: Float64Array,
    slopes: Float64Array,
    cycles: number,
    gramCost: number,
  ): boolean {
    for (let cycle = 1; ; cycle++) {
      const change = this.#design.descendGroups(groups, this.#curvature, beta, slopes, this.#residual);
      this.#cost += columnCost * (beta.length + countOf(beta));
      if (change === 0) return false;
      if (cycle === cycles || this.#cost >= gramCost) return true;
    }
  }

  /** Adds the columns and eigenbases of new groups. */
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

/** Returns the number of nonzero coefficients. */
function countOf(beta: Float64Array): number {
  let count = 0;
  for (let k = 0; k < beta.length; k++) if (beta[k] !== 0) count++;
  return count;
}
