/**
 * The interface that a penalty has for the solver ({@link Blocks}). The penalty is a sum over blocks, which are single coefficients or
 * groups, and the interface says how to descend on a block.
 */
import type { GramBlock } from "../subproblem/gram-cache";
import type { QuadraticModel } from "../subproblem/quadratic-model";

/** The quadratic model of the datafit in the columns of a working set, times a factor. */
export interface ModelRows {
  readonly model: QuadraticModel;
  /** The Gram matrix of those columns, with their coefficients and slopes: minus the gradient of the model. */
  readonly rows: GramBlock;
  /** The blocks of the working set, and the first row of each. Methods refer to a block by its position in this list. */
  readonly blocks: readonly number[];
  readonly starts: readonly number[];
  /** Multiplies the curvature of the model; positive. */
  readonly factor: number;
}

/** A block at zero that a descent would move, and by how much its slope exceeds the largest slope at which it would stay. */
export interface Violator {
  readonly block: number;
  readonly excess: number;
}

/** The first point of a step at which a coefficient reaches a kink, which is zero or a bound. */
export interface Crossing {
  /** The position of the coefficient among the rows of the step. */
  readonly at: number;
  /** The share of the step up to the kink. */
  readonly length: number;
  /** Zero or the bound. */
  readonly end: number;
}

/** A penalty that is a sum over blocks. */
export interface Blocks {
  readonly nBlocks: number;

  /**
   * Whether the penalty is concave on each orthant, so that it falls to a kink along each line in one of the two senses. A penalty of the
   * user's own that is neither convex nor concave counts as concave; steps along which it rises are not taken.
   */
  readonly isConcave: boolean;

  /** The columns of a block. */
  columnsOf(block: number): ArrayLike<number>;

  /** Sets `out` to 1 for each block with a coefficient that is not zero, else to 0. */
  active(beta: Float64Array, out: Uint8Array): void;

  /** Sets `out` to the Euclidean norm of a vector in each block. */
  norms(vector: Float64Array, out: Float64Array): void;

  /**
   * The norm of the gradient up to which each block stays at zero, whatever the other blocks are; undefined if it is not known.
   *
   * @param curvature of the datafit by column; left out for a convex penalty, where the bound does not depend on it.
   */
  zeroBounds(lambda: number, curvature: Float64Array | undefined): Float64Array | undefined;

  /**
   * Returns the blocks at zero that a descent would move.
   *
   * @param curvature of the datafit by column; asked where the penalty is not convex.
   * @param among the blocks that are examined. Default: all.
   */
  violators(
    lambda: number,
    beta: Float64Array,
    gradient: Float64Array,
    curvature: () => Float64Array,
    among?: readonly number[],
  ): Violator[];

  /** The number of additional numbers that {@link cycle} needs for each row of the Gram matrix. */
  readonly extraPerRow: number;

  /** Takes the model on which the methods below descend, and the lambda of the penalty. */
  begin(model: ModelRows, lambda: number): void;

  /** Minimises over one block after the other; returns the largest `curvature * change^2`. */
  cycle(positions: ArrayLike<number>): number;

  /** The positions of the blocks that are not zero. */
  nonzero(): number[];

  /** The blocks at zero, by their positions, that {@link cycle} would move. */
  leavingZero(): Violator[];

  /** The number of cycles that cost as much as one step of Newton's method. */
  readonly cyclesPerStep: number;

  /** The rows of coefficients that are not zero. */
  nonzeroRows(): number[];

  /** The rows that Newton's method moves: those of coefficients that are neither zero nor at a bound. */
  movable(): number[];

  /** Sets `out` to the slope of the penalty in some rows. */
  slopes(rows: readonly number[], out: Float64Array): void;

  /** Factors the Hessian of model and penalty in some rows; returns the rows in the order of the factor, or undefined unless it is positive definite. */
  factor(rows: readonly number[]): readonly number[] | undefined;

  /** Whether the last model's Hessian needed a ridge to have a factor, because its columns are linearly dependent. */
  readonly isSingular: boolean;

  /** Solves with that factor, in place. */
  solve(x: Float64Array): void;

  /** Returns where a step first reaches a kink, if it does. */
  crossing(rows: readonly number[], step: Float64Array): Crossing | undefined;

  /** The change of the penalty by a step, and the sum of the absolute values of the terms in this difference, which bounds its rounding. */
  change(rows: readonly number[], step: Float64Array): { readonly change: number; readonly terms: number };

  /** Estimates the gap and the violation of the model; left out where Newton's method ends exactly and soon. */
  modelGap?(scalingCost: number): { readonly gap: number; readonly violation: number };
}
