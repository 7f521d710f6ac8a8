import { matrixTable } from "../../display/matrix-table";
import { displayable } from "../../display/table";
import { emptyTable, mustBe } from "../../errors";
import { checkChoice, checkKeys } from "../../options";
import { DenseBlock } from "../dense-block";
import { DenseDesign } from "../dense-design";
import type { DenseMatrix, DesignInput } from "../design-input";
import { checkFeatureNames, columnMoments, columnOf, defaultFeatureNames } from "../design-matrix";
import { copyFiniteColumn, finiteValue } from "../finite-values";
import { StandardizedTable } from "../standardized-table";
import { columnSource } from "./read-table";

/** The options of a {@link denseMatrix}. */
export interface DenseOptions {
  /**
   * Whether models of it will have an intercept, for which columns are kept centred and scaled; `false` keeps them as they were
   * filled. Default: true.
   */
  readonly fitIntercept?: boolean;
  /** Whether the `workers` of a fit or a path may compute its products, for which its memory is one that threads share. Default: false. */
  readonly shared?: boolean;
}

/** The size of a {@link denseMatrix}, and its options. */
export interface DenseShape extends DenseOptions {
  /** At least 1. */
  readonly nSamples: number;
  /** At least 1. */
  readonly nFeatures: number;
  /** Defaults to `x0`, `x1`, ... */
  readonly featureNames?: readonly string[];
}

/**
 * A dense matrix that is filled where the library computes, so that no model needs a copy of it.
 *
 * Any other table is copied once as it comes in. This one is kept with its columns centred and scaled: models with the
 * default `fitIntercept` and `standardize` work on it as it is, those that scale columns otherwise do so in their products,
 * and only those that centre them otherwise (`sampleWeight`, the folds of a cross-validation, no intercept unless this
 * was said here) copy. What an entry differs from the mean of its column by is known to a few roundings, the entry itself to
 * a rounding of its own size besides; with `fitIntercept: false` entries are kept exactly.
 *
 * @param fill sets the entries, entry `(i, j)` at `i + j * nSamples` of an array of zeros; the array is the library's again as
 * soon as it returns.
 * @returns what every model takes as `X`.
 * @throws InputError when a size is no whole number of at least 1, `fill` gives a promise, there is no memory for so much, or
 * naming the column and the row (counted from 0) of the first entry that is no finite number.
 * @example
 * ```ts
 * const X = denseMatrix({ nSamples: 4, nFeatures: 2 }, (values) => values.set([1, 0, 1, 2, 0, 1, 1, 1]));
 * new SmoothLasso({ lambda: 0.1 }).fit(X, [1, 0, 1, 2]).support; // [0]
 * ```
 */
export function denseMatrix(shape: DenseShape, fill: (values: Float64Array) => void): DenseMatrix;
/**
 * A copy of a table, such as `fromFrame(frame, options).X`, that many models then read without another.
 *
 * @param table what every model takes as `X`.
 * @param options `fitIntercept` and `shared`.
 * @throws InputError when it is no table, or naming the first entry that is no finite number.
 * @example
 * ```ts
 * const { X, y } = fromFrame({ a: [1, 2, 4], b: [0, 1, 1], y: [1, 2, 3] }, { response: "y" });
 * new SmoothLasso({ lambda: 0.1 }).path(denseMatrix(X), y, { nLambdas: 5 }).fits[4].support.length; // 2
 * ```
 */
export function denseMatrix(table: DesignInput, options?: DenseOptions): DenseMatrix;
export function denseMatrix(
  given: DenseShape | DesignInput,
  filled?: DenseOptions | ((values: Float64Array) => void),
): DenseMatrix {
  const where = "denseMatrix";
  if (typeof filled === "function" || isShape(given)) return filledMatrix(where, given as DenseShape, filled);
  const options = filled ?? {};
  checkKeys(where, options, ["fitIntercept", "shared"]);
  const { nRows: nSamples, nColumns: nFeatures, names, column } = columnSource(where, "X", given);
  if (nSamples === 0 || nFeatures === 0) throw emptyTable(where, "X", nSamples, nFeatures);
  const shape = { ...options, nSamples, nFeatures, ...(names && { featureNames: names }) };
  return filledMatrix(where, shape, (values: Float64Array) => {
    for (let j = 0; j < nFeatures; j++) {
      const what = `column ${JSON.stringify(names?.[j] ?? `x${j}`)}`;
      copyFiniteColumn(where, what, column(j), values.subarray(j * nSamples, (j + 1) * nSamples));
    }
  });
}

/** Whether it is the size of a matrix, which has no entries. */
function isShape(given: DenseShape | DesignInput): boolean {
  const { nSamples, data, format } = Object(given) as Record<string, unknown>;
  return typeof nSamples === "number" && data === undefined && format === undefined;
}

function filledMatrix(where: string, shape: DenseShape, fill: unknown): DenseMatrix {
  const keys = ["nSamples", "nFeatures", "featureNames", "fitIntercept", "shared"];
  const instead =
    "write { nSamples: 4, nFeatures: 2 } and a function that fills them; rows go to a model as they are";
  checkKeys(where, shape, keys, instead);
  const { nSamples, nFeatures, featureNames, fitIntercept = true, shared = false } = shape;
  checkChoice(where, "fitIntercept", fitIntercept, [true, false]);
  checkChoice(where, "shared", shared, [true, false]);
  for (const [name, size] of Object.entries({ nSamples, nFeatures })) {
    if (!(Number.isInteger(size) && size >= 1)) throw mustBe(where, name, "a whole number >= 1", size);
  }
  if (featureNames && featureNames.length !== nFeatures) {
    throw mustBe(where, "featureNames", `nFeatures = ${nFeatures} names`, featureNames);
  }
  const names = featureNames ? [...featureNames] : defaultFeatureNames(nFeatures);
  if (featureNames) checkFeatureNames(where, names);
  if (typeof fill !== "function") throw mustBe(where, "fill", "a function", fill);
  const block = new DenseBlock(nSamples, nFeatures, undefined, shared);
  const answer: unknown = fill(block.values);
  if (typeof (answer as Partial<Promise<unknown>> | null | undefined)?.then === "function") {
    throw mustBe(where, "fill", "done when it returns", answer, "wait for the values first");
  }
  const design = new DenseDesign(block, names);
  for (let j = 0; j < nFeatures; j++) checkColumn(where, names[j], design.column(j), design.largestEntry(j));
  const moments = columnMoments(design);
  const all = Int32Array.from({ length: nFeatures }, (_, j) => j);
  const centers = fitIntercept ? moments.means : new Float64Array(nFeatures);
  const scales = moments.deviations.map((deviation) => (fitIntercept && deviation > 0 ? deviation : 1));
  const isNamed = featureNames !== undefined;
  const table = StandardizedTable.of(design, true, all, centers, scales, { isNamed, moments });
  return displayable(table, () => matrixTable(table, (i, j) => columnOf(table, j)[i]));
}

/** @throws InputError unless all entries are finite, and small enough to have a mean. */
function checkColumn(where: string, name: string, column: Float64Array, largest: number): void {
  if (largest < 1e140) return;
  const what = `column ${JSON.stringify(name)}`;
  for (let i = 0; i < column.length; i++) finiteValue(where, what, i, column[i]);
  throw mustBe(where, what, "of a size below 1e140", largest, "rescale it");
}
