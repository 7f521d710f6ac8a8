import type { ColumnMoment } from "./column-moment";
import type { ColumnMoments } from "./column-moments";

/** A column as a constant and the entries that have more. */
export interface ColumnEntries {
  /** What every row has. */
  readonly background: number;
  /** Ascending and distinct. */
  readonly rows: Int32Array;
  /** `values[k]` is what row `rows[k]` has more than the background. */
  readonly values: Float64Array;
}

/** Groups of columns, one after the other, each with the eigenbasis of its second derivatives `curvature X_g'X_g`. */
export interface GroupsInBases {
  readonly columns: Int32Array;
  readonly sizes: Int32Array;
  /** What the norm of each group is multiplied by. */
  readonly levels: Float64Array;
  /** Eigenvalues, at least 0, one a column. */
  readonly curvatures: Float64Array;
  /** Unit eigenvectors, one a column, their entries leading in rows of `width` numbers. */
  readonly bases: Float64Array;
  readonly width: number;
}

/** The columns of a linear predictor `eta = X beta`, as the solvers see them. */
export interface DesignMatrix {
  /** Number of rows. */
  readonly nSamples: number;
  /** Number of columns. */
  readonly nFeatures: number;
  /** One a column. */
  readonly featureNames: readonly string[];

  /** Mean and standard deviation of the columns, where they are known. */
  readonly moments?: ColumnMoments;

  /** `out = X beta`, of length `nSamples`. */
  matvec(beta: Float64Array, out: Float64Array): void;

  /** `out = X' residual`, of length `nFeatures`. */
  rmatvec(residual: Float64Array, out: Float64Array): void;

  /** `out[k] = (X beta)_i` for `i = rows[k]`: the predictors of a batch of samples. */
  matvecRows(rows: Int32Array, beta: Float64Array, out: Float64Array): void;

  /** `out = sum_k residual[k] x_i'` for `i = rows[k]`, of length `nFeatures`. */
  rmatvecRows(rows: Int32Array, residual: Float64Array, out: Float64Array): void;

  /**
   * `x_j' v`
   *
   * @param total the sum of `v` where it is known, which a centred sparse design needs.
   */
  columnDot(j: number, v: Float64Array, total?: number): number;

  /** `out += scale * x_j` */
  addColumn(j: number, scale: number, out: Float64Array): void;

  /** Column `j` by its entries, not copied; only a sparse design has them. */
  columnEntries?(j: number): ColumnEntries;

  /** Mean and standard deviation of column `j` by sums that are taken once, where these have all digits. */
  momentsOf?(j: number): ColumnMoment | undefined;

  /** The response of column `j`, in whose rows alone it has entries; only a design of several responses has them. */
  responseOf?(j: number): number;

  /** `max_i |x_ij|` */
  largestEntry(j: number): number;

  /**
   * `out[j] = sum_i weights[i] * x_ij^2`
   *
   * @param weights at least 0.
   */
  weightedSquaredNorms(weights: Float64Array, out: Float64Array): void;

  /**
   * `out[k] = sum_i weights[i] * x_ij^2` for distinct `j = columns[k]`.
   *
   * @param weights at least 0.
   */
  weightedSquaredNormsAt?(columns: Int32Array, weights: Float64Array, out: Float64Array): void;

  /** `out[k] = x_j' residual` for `j = columns[k]` */
  rmatvecColumns?(columns: Int32Array, residual: Float64Array, out: Float64Array): void;

  /**
   * A block of the Gram matrix, `out[k, l] = sum_i weights[i] x_ia x_ib` for `a = rows[k]`, `b = columns[l]`.
   *
   * @param rows the same array as `columns` where the block is symmetric: half the work.
   * @param out row-major.
   * @param weights at least 0; ones if left out.
   */
  gram?(rows: Int32Array, columns: Int32Array, out: Float64Array, weights?: Float64Array): void;

  /**
   * The same with weights that join the responses of a sample, `out[k, l] = sum_i weights[r][s][i] x_ia x_ib` where column `a`
   * is of response `r` and `b` of `s`, each entry `i` one of a response's own rows; only a design of several responses has it.
   *
   * @param weights of any sign.
   */
  joinedGram?(
    rows: Int32Array,
    columns: Int32Array,
    out: Float64Array,
    weights: readonly (readonly Float64Array[])[],
  ): void;

  /**
   * One cycle of block descent on `curvature ||X beta - z||^2 / 2 + sum_g levels[g] ||beta_g||_2` over groups of columns, of which
   * there are 1 to 32 in each; `beta`, a coefficient a column of the groups, and `residual` are updated.
   *
   * @param gradient set to `X_g' residual`, as it was before group `g` moved.
   * @param residual `curvature (X beta - z)`
   * @returns the largest change of a coefficient, NaN as soon as one is.
   */
  descendGroups?(
    groups: GroupsInBases,
    curvature: number,
    beta: Float64Array,
    gradient: Float64Array,
    residual: Float64Array,
  ): number;

  /**
   * The design with columns `(x_c - centers[k]) / scales[k]` for `c = columns[k]`.
   *
   * @param scales positive; a column divided by Infinity is zero.
   */
  standardizedColumns(columns: Int32Array, centers: Float64Array, scales: Float64Array): DesignMatrix;
}
