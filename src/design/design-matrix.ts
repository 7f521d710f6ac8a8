import { mustBe } from "../errors";

/** A column as a constant, the background, plus sparse entries. */
export interface ColumnEntries {
  /** The value that is added in every row. */
  readonly background: number;
  /** Ascending and distinct. */
  readonly rows: Int32Array;
  /** Row `rows[k]` is `background + values[k]`. */
  readonly values: Float64Array;
}

/** Groups of columns, one after the other, each with the eigenbasis of its second derivatives `curvature X_g'X_g`. */
export interface GroupEigenbases {
  readonly columns: Int32Array;
  readonly sizes: Int32Array;
  /** The factor of each group's norm in the penalty. */
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

  /** Mean and standard deviation of column `j` from sums that are computed once; undefined where these would lose digits. */
  momentsOf?(j: number): ColumnMoment | undefined;

  /** The response in whose rows alone column `j` has entries; only a design of several responses has it. */
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
   * A block of the Gram matrix with weights that couple the responses of a sample: `out[k, l] = sum_i weights[r][s][i] x_ia x_ib`
   * for column `a` of response `r` and column `b` of response `s`, over the rows `i` of one response. Only a design of several
   * responses has it.
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
    groups: GroupEigenbases,
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

/** Returns a dense copy of column `j`. */
export function columnOf(design: DesignMatrix, j: number): Float64Array {
  const column = new Float64Array(design.nSamples);
  design.addColumn(j, 1, column);
  return column;
}

/** The design of a whole table, of which rows can be selected. */
export interface TableDesign extends DesignMatrix {
  /**
   * The design with these rows only, of the same kind: a sparse one stays sparse.
   *
   * @param rows ascending and distinct.
   */
  selectRows(rows: Int32Array): TableDesign;
}

/** `out[k] = x_j'v` for `j = columns[k]` */
export function columnDots(
  design: DesignMatrix,
  columns: Int32Array,
  v: Float64Array,
  out: Float64Array,
): void {
  if (design.rmatvecColumns) design.rmatvecColumns(columns, v, out);
  else for (let k = 0; k < columns.length; k++) out[k] = design.columnDot(columns[k], v);
}

/** @throws InputError when a column has an entry so large that squares and products of it overflow. */
export function checkSizes(where: string, design: DesignMatrix): void {
  for (let j = 0; j < design.nFeatures; j++) {
    const largest = design.largestEntry(j);
    if (largest < 1e140) continue;
    const what = `column ${JSON.stringify(design.featureNames[j])}`;
    throw mustBe(where, what, "of a size below 1e140", largest, "rescale it");
  }
}

/** Mean and standard deviation (divisor n) of one column. */
export interface ColumnMoment {
  readonly mean: number;
  readonly deviation: number;
}

/** Mean and standard deviation (divisor n) of every column. */
export interface ColumnMoments {
  readonly means: Float64Array;
  /** Exactly 0 for a column that is constant to rounding. */
  readonly deviations: Float64Array;
}
