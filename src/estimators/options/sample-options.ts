import type { ColumnInput } from "../../design/design-input";
import { asResponseMatrix, asTarget } from "../../design/targets/numeric-target";
import { mustBe } from "../../errors";
import { maxAbs } from "../../linalg/vector";

/** What may be known of each row beside its features: arrays of numbers, series, or tables of one column. */
export interface SampleOptions {
  /**
   * How much each row counts, at least 0 and not all 0; only ratios matter, since weights are scaled to mean one.
   * Weight 0 is as if the row were not there, and a whole number as if it were there so often. Default: 1 each.
   */
  readonly sampleWeight?: ColumnInput;
  /**
   * A known part of the linear predictor, one finite number a row: log exposures of counts, say; of several responses
   * rows of as many. Default: 0 each.
   */
  readonly offset?: ColumnInput;
}

/** {@link SampleOptions}, read and checked. */
export interface SampleColumns {
  /** At least 0, of mean one; undefined where all rows count the same. */
  readonly weights: Float64Array | undefined;
  /** Of several responses one after the other. */
  readonly offset: Float64Array | undefined;
  /** Number of rows of positive weight, or that the rows stand for. */
  readonly nCounted: number;
}

/**
 * @param nResponses how many offsets a row has, as a table; undefined for one, as a column.
 * @throws InputError when there is not one number a row, or a weight is negative, or all of them are 0.
 */
export function sampleColumns(
  where: string,
  options: SampleOptions,
  nSamples: number,
  nResponses?: number,
): SampleColumns {
  const weights = checkedWeights(where, options.sampleWeight, nSamples);
  const nCounted = weights ? weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0) : nSamples;
  return { weights, offset: checkedOffset(where, options.offset, nSamples, nResponses), nCounted };
}

/**
 * @param nResponses as in {@link sampleColumns}.
 * @throws InputError when there is not one finite number a row and response.
 */
export function checkedOffset(
  where: string,
  offset: ColumnInput | undefined,
  nSamples: number,
  nResponses?: number,
): Float64Array | undefined {
  if (offset === undefined) return undefined;
  if (nResponses === undefined) return rowColumn(where, "offset", offset, nSamples);
  const { values } = asResponseMatrix(where, offset, nResponses, "offset");
  checkRows(where, "offset", values.length / nResponses, nSamples);
  return values;
}

/** Weights of mean one, or undefined where none are given or all are equal. @throws InputError as {@link sampleColumns}. */
export function checkedWeights(
  where: string,
  sampleWeight: ColumnInput | undefined,
  nSamples: number,
): Float64Array | undefined {
  if (sampleWeight === undefined) return undefined;
  const weights = rowColumn(where, "sampleWeight", sampleWeight, nSamples);
  const row = weights.findIndex((weight) => weight < 0);
  if (row !== -1) throw mustBe(where, `sampleWeight, row ${row}`, "a number >= 0", weights[row]);
  const largest = maxAbs(weights);
  if (largest === 0) throw mustBe(where, "the sum of sampleWeight", "positive", 0);
  if (weights.every((weight) => weight === largest)) return undefined;
  const sum = weights.reduce((total, weight) => total + weight / largest, 0);
  return weights.map((weight) => (weight / largest / sum) * nSamples);
}

function rowColumn(where: string, what: string, column: ColumnInput, nSamples: number): Float64Array {
  const values = asTarget(where, column, what);
  checkRows(where, what, values.length, nSamples);
  return values;
}

/** @throws InputError when a list beside the rows has another length than they. */
export function checkRows(where: string, what: string, given: number, nSamples: number): void {
  if (given === nSamples) return;
  const remedy = given > nSamples ? "where fromFrame dropped rows, take those of data.rows" : undefined;
  throw mustBe(where, `the length of ${what}`, `the number of rows ${nSamples}`, given, remedy);
}
