/** Columns one after the other. */
export interface DenseColumns {
  readonly data: Float64Array;
}

/** Column `j` has `data[k]` in row `indices[k]` for `k` from `indptr[j]` up to, not including, `indptr[j + 1]`. */
export interface SparseColumns {
  readonly data: Float64Array;
  readonly indices: Int32Array;
  readonly indptr: Int32Array;
}

export type Loss =
  | "squared"
  | "logistic"
  | "poisson"
  | "multinomial"
  | "gamma"
  | "tweedie"
  | "negative-binomial";

/** The variance of a Tweedie response is its mean to this power; the checker's formula is for 1.5 alone. */
export const TWEEDIE_POWER = 1.5;

/** The variance of a negative binomial count with mean `mu` is `mu + mu^2 / THETA`. */
export const THETA = 2;

/** Sizes of groups are one for all: features `g size` up to `(g + 1) size` are group `g`, its weight 1. */
export type BenchPenalty =
  | { readonly name: "l1" | "ridge" }
  | { readonly name: "mcp" | "scad"; readonly gamma: number }
  | { readonly name: "lq"; readonly q: number }
  | { readonly name: "group"; readonly size: number }
  | { readonly name: "group-mcp" | "group-scad"; readonly size: number; readonly gamma: number }
  | { readonly name: "group-lq"; readonly size: number; readonly q: number }
  | { readonly name: "sparse-group"; readonly size: number; readonly l1Ratio: number };

/**
 * A problem of the benchmark, without intercept and without standardization, so that all solve the same:
 * `min f(X b) + lambda R(b)` with `f` the mean loss, half of it for the squared one.
 */
export interface BenchProblem {
  readonly name: string;
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly X: DenseColumns | SparseColumns;
  readonly y: Float64Array;
  /** Fresh responses of the same rows, drawn as `y` was, which no contender sees; real data have none. */
  readonly fresh?: Float64Array;
  /** Where the coefficients are that the truth has, one response after the other, which no contender sees either. */
  readonly truth?: readonly number[];
  /** Decreasing. */
  readonly lambdas: Float64Array;
  readonly loss: Loss;
  readonly penalty: BenchPenalty;
  /** Classes of a multinomial loss, else 1: that many vectors of coefficients, one after the other. */
  readonly nResponses: number;
  /** Columns are centred, of mean square 1, and those of a group orthogonal: as ncvreg and grpreg make theirs. */
  readonly standardized: boolean;
  /** Folds of a cross-validation, row `i` in fold `i mod folds`; 0 for a path. */
  readonly folds: number;
  /** What a solution must reach: the largest gap relative to the null deviance, without one the largest violation over lambda. */
  readonly targets: readonly number[];
}

/** Whether solutions have a duality gap. */
export function isConvex({ name }: BenchPenalty): boolean {
  return name === "l1" || name === "ridge" || name === "group" || name === "sparse-group";
}
