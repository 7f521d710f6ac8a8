/**
 * The interface of the numerical kernels ({@link Kernels}), which TypeScript and WebAssembly implement with the same
 * bits.
 */

/** Sparse columns: the entries of column `j` are at `starts[j]` up to, not including, `starts[j + 1]`. */
export interface StoredColumns {
  readonly starts: Int32Array;
  /** Rows of the vectors beside them. */
  readonly rows: Int32Array;
  readonly values: Float64Array;
}

/** Summaries of sparse columns, one number per column, from their stored entries. */
export interface StoredSummaries {
  readonly sums: Float64Array;
  /** The sums of squares. */
  readonly squares: Float64Array;
  /** The smallest stored entries; Infinity for a column without entries. */
  readonly smallest: Float64Array;
  /** The largest stored entries; -Infinity for a column without entries. */
  readonly largest: Float64Array;
}

/** Summaries of contiguous columns, one number per column. */
export interface ColumnSummaries {
  readonly means: Float64Array;
  /** The sums of squares about the means. */
  readonly squares: Float64Array;
  readonly smallest: Float64Array;
  readonly largest: Float64Array;
}

/**
 * Whole passes over numbers in one block of memory, an {@link Arena}.
 *
 * Arrays of several columns are column-major; their number of rows is the length of the vector beside them. Every sum runs in an order that
 * depends on its length alone, the same in every backend: the bits do not depend on the backend, on which other columns are requested, or
 * on the number of threads.
 */
export interface Kernels {
  /** `a'b` */
  dot(a: Float64Array, b: Float64Array): number;

  /** `out += scale * a` */
  addScaled(scale: number, a: Float64Array, out: Float64Array): void;

  /** `out[j] = x_j'v` for the first `out.length` columns. */
  columnDots(columns: Float64Array, v: Float64Array, out: Float64Array): void;

  /** `out[k] = x_j'v` for `j = indices[k]` */
  columnDotsAt(columns: Float64Array, indices: Int32Array, v: Float64Array, out: Float64Array): void;

  /** `out += sum_k scales[k] x_j` for `j = indices[k]` */
  addColumns(columns: Float64Array, indices: Int32Array, scales: Float64Array, out: Float64Array): void;

  /**
   * Summarizes the first `out.means.length` columns; the mean of a constant column is exactly its constant. If a column has an entry that
   * is NaN or infinite, `smallest` or `largest` is not finite.
   *
   * @param nSamples at least 1.
   */
  summarizeColumns(columns: Float64Array, nSamples: number, out: ColumnSummaries): void;

  /** {@link Kernels.columnDots} for columns of stored entries. */
  sparseDots(columns: StoredColumns, v: Float64Array, out: Float64Array): void;

  /** {@link Kernels.columnDotsAt} for columns of stored entries. */
  sparseDotsAt(columns: StoredColumns, indices: Int32Array, v: Float64Array, out: Float64Array): void;

  /** {@link Kernels.addColumns} for columns of stored entries. */
  addSparseColumns(
    columns: StoredColumns,
    indices: Int32Array,
    scales: Float64Array,
    out: Float64Array,
  ): void;

  /**
   * Drops stored zeros, moving up what follows, and summarizes the columns.
   *
   * @returns the first column whose rows do not ascend from 0, all below `nSamples`, or whose entries are not finite; else how
   * many there are.
   */
  compactColumns(columns: StoredColumns, nSamples: number, out: StoredSummaries): number;

  /**
   * `out[k] = sum_i weights[i] x_ij^2` for `out.length` columns.
   *
   * @param indices their numbers `j`. Default: the first ones.
   */
  weightedSquaredNorms(
    columns: Float64Array,
    weights: Float64Array,
    out: Float64Array,
    indices?: Int32Array,
  ): void;

  /**
   * `out[k, l] = sum_i weights[i] x_ia x_ib` for `a = rows[k]`, `b = others[l]`; `out` is row-major. Where `others` is `rows`, half
   * of it is computed and mirrored.
   *
   * @param weights ones if left out.
   */
  gramBlock(
    columns: Float64Array,
    nSamples: number,
    rows: Int32Array,
    others: Int32Array,
    out: Float64Array,
    weights?: Float64Array,
  ): void;

  /**
   * Replaces the lower triangle of a matrix by its factor `L`, `A = L L'`.
   *
   * @param factor rows packed: row `i` begins at `i (i + 1) / 2`.
   * @param from the rows before this one already hold the factor.
   * @param relativePivot smallest pivot accepted, relative to its diagonal entry.
   * @returns the number of leading rows that were factored: `size`, unless a pivot is too small.
   */
  factorPacked(factor: Float64Array, from: number, size: number, relativePivot: number): number;

  /** Solves `L x = b` in place for the leading `b.length` rows of a packed factor. */
  forwardSolve(factor: Float64Array, b: Float64Array): void;

  /** Solves `L' x = b` in place for the leading `b.length` rows of a packed factor. */
  backSolve(factor: Float64Array, b: Float64Array): void;

  /**
   * Updates a packed factor to that of the matrix without row and column `k`.
   *
   * @param rotations scratch of `2 * size` numbers.
   */
  dropRow(factor: Float64Array, size: number, k: number, rotations: Float64Array): void;

  /**
   * One cycle of coordinate descent on `b'Gb / 2 - b'c + sum_k penalty(|b_k|)` for a folded concave penalty and the leading
   * `beta.length` rows of a Gram matrix `G`; `beta` and `slopes` are updated.
   *
   * @param stride entries from one row of `gram` to the next.
   * @param order the coordinates of the cycle, one after the other; their diagonal entries are positive.
   * @param shape of the penalty.
   * @param gamma the magnitude from which the penalty is flat, in units of its level.
   * @param levels the slope of the penalty at zero, by coordinate.
   * @param slopes `c - G beta`
   * @returns the largest `G[k, k] * change^2`, or NaN if any of them is NaN.
   */
  descendFoldedOnGram(
    gram: Float64Array,
    stride: number,
    order: Int32Array,
    shape: FoldedShape,
    gamma: number,
    levels: Float64Array,
    beta: Float64Array,
    slopes: Float64Array,
  ): number;

  /**
   * One cycle of block descent on `b'Gb / 2 - b'c + sum_g levels[g] ||b_g||_2` for the leading `beta.length` rows of a Gram
   * matrix `G`, each group minimised exactly; `beta` and `gradient` are updated.
   *
   * @param stride entries from one row of `gram` to the next.
   * @param sizes of the groups, which lie one after the other, of at most 1024 coefficients each.
   * @param levels one for each group, at least 0.
   * @param curvatures the eigenvalues of each group's block of `G`, at least 0, at the positions of the group's coefficients.
   * @param bases the unit eigenvectors: the rows of a group's coefficients hold the eigenvectors of its block, row `k` that of eigenvalue
   * `k`, from the first entry on.
   * @param width entries from one row of `bases` to the next, at least the largest size.
   * @param gradient `G b - c`
   * @returns the largest change of a coefficient, NaN as soon as one is.
   */
  descendGroupsOnGram(
    gram: Float64Array,
    stride: number,
    sizes: Int32Array,
    levels: Float64Array,
    curvatures: Float64Array,
    bases: Float64Array,
    width: number,
    beta: Float64Array,
    gradient: Float64Array,
  ): number;
}

/** The folded concave penalties that kernels know. */
export type FoldedShape = "mcp" | "scad";
