/**
 * The interface of design matrices, names of features, and means and deviations of columns that hold for any design.
 */
import { missingColumns, mustBe } from "../errors";
import { mean, sum } from "../linalg/vector";

/** A column as a constant, the background, plus sparse entries. */
export interface ColumnEntries {
  /** The value that is added in every row. */
  readonly background: number;
  /** Ascending and distinct. */
  readonly rows: Int32Array;
  /** Row `rows[k]` is `background + values[k]`. */
  readonly values: Float64Array;
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

/** `x0`, `x1`, ...: the names of columns that have none. */
export function defaultFeatureNames(nFeatures: number): string[] {
  const names = new Array<string>(nFeatures);
  for (let j = 0; j < nFeatures; j++) names[j] = `x${j}`;
  return names;
}

const namelessRemedy =
  'name it, or leave it out: fromFrame does by exclude: [""] and const { "": index, ...columns } = readCsv(path) by itself, R writes no row names with row.names = FALSE, and pandas no index with index=False';

/**
 * @param used the names of the columns that are read. Default: all.
 * @throws InputError if a name is not unique, or that of a column that is read is empty, since it could not identify a coefficient.
 */
export function checkFeatureNames(
  where: string,
  names: readonly string[],
  used: readonly string[] = names,
): void {
  const first = new Map<string, number>();
  names.forEach((name, j) => {
    if (name === "" && !used.includes(name)) return;
    if (typeof name !== "string" || name === "") {
      const remedy = name === "" ? namelessRemedy : undefined;
      throw mustBe(where, `the name of column ${j}`, "a text that is not empty", name, remedy);
    }
    const before = first.get(name);
    if (before !== undefined) {
      throw mustBe(where, "column names", "distinct", name, `rename column ${before} or column ${j}`);
    }
    first.set(name, j);
  });
}

/**
 * Returns the positions of the wanted columns among those of a table.
 *
 * @throws InputError naming those that are missing, or when the names of the table are not distinct.
 */
export function positionsByName(
  where: string,
  names: readonly string[],
  wanted: readonly string[],
): number[] {
  checkFeatureNames(where, names, wanted);
  const positions = new Map(names.map((name, j) => [name, j]));
  const missing = wanted.filter((name) => !positions.has(name));
  if (missing.length > 0) throw missingColumns(where, missing, names);
  return wanted.map((name) => positions.get(name) as number);
}

/**
 * Computes {@link ColumnMoments} in two passes, the second about the mean.
 *
 * Only the stored entries of a sparse design are read, unless rows are weighted: all other rows are equal, so they count as one
 * value.
 *
 * @param sampleWeights at least 0, of mean one. Default: 1 each.
 */
export function columnMoments(design: DesignMatrix, sampleWeights?: Float64Array): ColumnMoments {
  const { nSamples, moments } = design;
  if (moments && !sampleWeights) return moments;
  const means = new Float64Array(design.nFeatures);
  const deviations = new Float64Array(design.nFeatures);
  const column = new Float64Array(nSamples);
  for (let j = 0; j < design.nFeatures; j++) {
    if (sampleWeights) {
      const weighted = weightedMoments(fullColumn(design, j, column).values, sampleWeights);
      means[j] = weighted.mean;
      deviations[j] = weighted.deviation > 1e-14 * Math.abs(weighted.mean) ? weighted.deviation : 0;
      continue;
    }
    const known = design.momentsOf?.(j);
    if (known) {
      means[j] = known.mean;
      deviations[j] = known.deviation > 1e-14 * Math.abs(known.mean) ? known.deviation : 0;
      continue;
    }
    const { background, values } = design.columnEntries?.(j) ?? fullColumn(design, j, column);
    const nOthers = nSamples - values.length;
    const center = nOthers === 0 ? mean(values) : sum(values) / nSamples;
    let largest = nOthers === 0 ? 0 : Math.abs(center); // squares of the ratios neither overflow nor vanish
    for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k] - center));
    let squares = nOthers === 0 ? 0 : nOthers * (center / largest) ** 2;
    for (let k = 0; k < values.length; k++) squares += ((values[k] - center) / largest) ** 2;
    const deviation = largest === 0 ? 0 : largest * Math.sqrt(squares / nSamples);
    means[j] = background + center;
    deviations[j] = deviation > 1e-14 * Math.abs(means[j]) ? deviation : 0;
  }
  return { means, deviations };
}

/** Returns whether all rows of positive weight are equal; a column of deviation 0 may still vary by rounding. */
export function isConstantColumn(design: DesignMatrix, j: number, sampleWeights?: Float64Array): boolean {
  const column = columnOf(design, j);
  const values = sampleWeights ? column.filter((_, i) => sampleWeights[i] > 0) : column;
  return values.every((value) => value === values[0]);
}

function fullColumn(
  design: DesignMatrix,
  j: number,
  out: Float64Array,
): { readonly background: number; readonly values: Float64Array } {
  out.fill(0);
  design.addColumn(j, 1, out);
  return { background: 0, values: out };
}

/** Returns whether a sum of squares lies so far from underflow and overflow that no term of it was lost. */
export function isAccurateSumOfSquares(squares: number): boolean {
  return squares > 1e-250 && squares < 1e250;
}

/**
 * Weighted mean of a column, and its weighted standard deviation with divisor n, exactly 0 where rows of positive weight
 * agree. Rows of weight 0 play no part.
 *
 * @param weights at least 0, of mean one.
 */
function weightedMoments(
  column: Float64Array,
  weights: Float64Array,
): { readonly mean: number; readonly deviation: number } {
  const n = column.length;
  const origin = column[weights.findIndex((weight) => weight > 0)];
  // Taken about one of the entries, so that a constant column gives exactly that constant.
  let shift = 0;
  for (let i = 0; i < n; i++) if (weights[i] > 0) shift += (weights[i] * (column[i] - origin)) / n;
  const mean = origin + shift;
  let largest = 0; // squares of the ratios neither overflow nor vanish
  for (let i = 0; i < n; i++) if (weights[i] > 0) largest = Math.max(largest, Math.abs(column[i] - mean));
  let sum = 0;
  for (let i = 0; i < n; i++) if (weights[i] > 0) sum += weights[i] * ((column[i] - mean) / largest) ** 2;
  return { mean, deviation: largest === 0 ? 0 : largest * Math.sqrt(sum / n) };
}
