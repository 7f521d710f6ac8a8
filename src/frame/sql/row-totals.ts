/** Sums by which each query of a fit notices that a table has other rows than in the first pass ({@link RowTotals}). */
import { mustBe, PassFailure } from "../../errors";
import { alias, type Expression, literal, plus, times } from "./expression";

/** Difference of a sum, beside the sum of magnitudes, that is rounding: databases add up a billion numbers to some 1e-12 of it. */
const ROUNDING = 1e-9;

/** The results of the first pass. */
export interface RowTotals {
  readonly nRows: number;
  readonly weight: number;
  readonly meanResponse: number;
  /** The mean size of the response. */
  readonly responseSize: number;
  /** The means of the features in units of their deviations, of which rounding leaves a share in standardized columns. */
  readonly distances: Float64Array;
}

/** The number of sums that {@link totalsOf} adds to a query. */
export const N_TOTALS = 4;

/** Unlike factors, so that changes of several features do not cancel. */
function factorOf(j: number): number {
  return Math.sqrt(j + 1);
}

/** The sums of a query: weights, responses as they are in the table, and standardized features; beside the number of rows. */
export function totalsOf(features: readonly number[]): Expression[] {
  const weight = alias("se_w");
  const all = plus(...features.map((j) => times(factorOf(j), alias(`se_x${j}`))), literal(0));
  return [weight, times(weight, alias("se_t")), times(weight, all)];
}

/** @throws PassFailure where a table has other rows than in the first pass. */
export function checkTotals(
  where: string,
  wanted: RowTotals,
  [nRows, weight, response, ofFeatures]: readonly number[],
  features: readonly number[],
): void {
  checkCount(where, wanted.nRows, nRows);
  checkSum(where, "the sum of sampleWeight", weight, wanted.weight, wanted.weight);
  const { meanResponse, responseSize, distances } = wanted;
  const mean = "the mean of the response";
  checkSum(where, mean, response / weight, meanResponse, responseSize);
  const size = features.reduce((sum, j) => sum + factorOf(j) * (1 + 1e-5 * Math.abs(distances[j])), 0);
  checkSum(where, "the mean of the standardized features", ofFeatures / weight, 0, size);
}

/** @throws PassFailure where a table has more or fewer rows than before. */
export function checkCount(where: string, wanted: number, found: number): void {
  if (found !== wanted) throw changed(where, "the number of rows", wanted, found);
}

/** @throws PassFailure where a sum is another one than before. @param size of what was added up. */
export function checkSum(where: string, what: string, found: number, wanted: number, size: number): void {
  if (!(Math.abs(found - wanted) <= ROUNDING * size)) throw changed(where, what, wanted, found);
}

function changed(where: string, what: string, wanted: number, found: number): PassFailure {
  const rule = `${wanted} in every query, since a table must stay as it is during a fit`;
  const remedy = "open it anew, and read it in one transaction of REPEATABLE READ or from a copy";
  return new PassFailure(mustBe(where, what, rule, found, remedy).message);
}
