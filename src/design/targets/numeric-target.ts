/** Reads responses of numbers: one number a sample, several, or a time until an event. */

import {
  emptyTable,
  InputError,
  isDate,
  listOf,
  missingSurvivalColumns,
  mustBe,
  severalResponses,
} from "../../errors";
import type { DesignInput, TargetInput } from "../design-input";
import { checkFeatureNames } from "../design-matrix";
import { copyFiniteColumn } from "../finite-values";
import {
  arrowVectorValues,
  columnSource,
  danfojsSeriesValues,
  isArrowVector,
  polarsSeriesValues,
} from "../sources/read-table";
import { isColumn } from "../sources/source";

/**
 * The response as 64-bit floats of its own: from numbers, a series, a vector, or a table of one column.
 *
 * @param where the caller's name, which opens every error message.
 * @param what its name there; another column that goes with the rows is read in the same way.
 * @param remedy what to do about several columns.
 * @throws InputError naming the first row, counted from 0, that holds no finite number, or if there are several columns.
 */
export function asTarget(where: string, y: TargetInput, what = "y", remedy?: string): Float64Array {
  const values = targetValues(where, y, what, remedy);
  const out = new Float64Array(values.length);
  copyFiniteColumn(where, what, values, out);
  return out;
}

/**
 * The entries of a response as they are, not yet checked, perhaps the table's own memory.
 *
 * @throws InputError when there is none, or if there are several columns.
 */
export function targetValues(where: string, y: TargetInput, what = "y", remedy?: string): ArrayLike<unknown> {
  const values = oneColumn(where, y, what, remedy);
  if (values.length === 0) throw emptyTable(where, what, 0, 1);
  return values;
}

/** The values of what is one column by itself: an array, a series or a vector; undefined for a table. */
function singleColumn(where: string, y: TargetInput, what: string): ArrayLike<unknown> | undefined {
  if (typeof y !== "object" || y === null) return undefined;
  const frameValues = danfojsSeriesValues(y) ?? polarsSeriesValues(y);
  if (frameValues) return frameValues;
  if (isArrowVector(y)) return arrowVectorValues(where, what, y);
  const flat = isColumn(y) && (typeof y[0] !== "object" || y[0] === null || isDate(y[0]));
  return flat ? y : undefined;
}

function oneColumn(where: string, y: TargetInput, what: string, remedy?: string): ArrayLike<unknown> {
  const lone = singleColumn(where, y, what);
  if (lone) return lone;
  const source = columnSource(where, what, y);
  if (source.nColumns > 1) throw severalResponses(where, what, source.nColumns, remedy);
  return source.nColumns === 0 ? [] : source.column(0);
}

/** Several responses a sample. */
interface ResponseMatrix {
  /** One response after the other. */
  readonly values: Float64Array;
  /** The names of the table's columns; `y0`, `y1`, ... for arrays. */
  readonly names: readonly string[];
}

/**
 * Several responses a sample, from rows, a matrix or a data frame: all 64-bit floats of its own.
 *
 * @param where the caller's name, which opens every error message.
 * @param expected the number of columns; undefined for any.
 * @param what its name there; other columns that go with the rows are read in the same way.
 * @throws InputError if there are not so many columns, or naming the first value that is no finite number.
 */
export function asResponseMatrix(
  where: string,
  y: TargetInput,
  expected: number | undefined,
  what = "y",
): ResponseMatrix {
  if (isColumn(y) && y.length > 0 && !(typeof y[0] === "object" && y[0] !== null)) {
    const rows = expected === undefined ? "rows of numbers" : `rows of ${expected} numbers`;
    throw mustBe(where, what, `${rows}, a matrix or a data frame`, y);
  }
  const source = columnSource(where, what, y as DesignInput);
  const { nRows, nColumns: nResponses } = source;
  if (expected !== undefined && nResponses !== expected) {
    const rule = `the datafit's ${expected} responses`;
    throw mustBe(where, `the number of columns of ${what}`, rule, nResponses);
  }
  if (nRows === 0 || nResponses === 0) throw emptyTable(where, what, nRows, nResponses);
  const names = source.names ?? Array.from({ length: nResponses }, (_, r) => `${what}${r}`);
  checkFeatureNames(where, names);
  const values = new Float64Array(nRows * nResponses);
  for (let r = 0; r < nResponses; r++) {
    const named = `${what}, column ${JSON.stringify(names[r])}`;
    copyFiniteColumn(where, named, source.column(r), values.subarray(r * nRows, (r + 1) * nRows));
  }
  return { values, names };
}

/** Shares of successes, and the number of trials behind each. */
export interface CountedShares {
  /** In [0, 1]; 0 of no trial. */
  readonly shares: Float64Array;
  readonly trials: Float64Array;
}

/**
 * Reads a table of counts, of which the columns say by their names what they count, since packages differ in their order.
 *
 * @returns undefined where `y` is one column.
 * @throws InputError unless the columns are `successes` and `failures` or `trials`, or naming the first row with a count below 0 or above its trials.
 */
export function countedShares(where: string, y: TargetInput): CountedShares | undefined {
  if (singleColumn(where, y, "y")) return undefined;
  const { names = [], nColumns, column } = columnSource(where, "y", y);
  if (nColumns < 2) return undefined;
  const second = names.find((name) => name === "failures" || name === "trials");
  if (nColumns > 2 || second === undefined || !names.includes("successes")) {
    const rule = `y must be one column of shares, or two, "successes" and "failures" or "trials"`;
    const given = names.length > 0 ? listOf(names, "and") : `${nColumns} without names`;
    const remedy = "name them, as cbind(successes = a, failures = b) does in a formula";
    throw new InputError(`${where}: ${rule}, got ${given}; ${remedy}`);
  }
  const countsOf = (name: string): Float64Array => {
    const values = column(names.indexOf(name));
    const counts = new Float64Array(values.length);
    copyFiniteColumn(where, `the ${name} of y`, values, counts);
    const row = counts.findIndex((count) => count < 0);
    if (row !== -1) throw mustBe(where, `the ${name} of y, row ${row}`, "a number >= 0", counts[row]);
    return counts;
  };
  const [successes, others] = [countsOf("successes"), countsOf(second)];
  const trials = second === "trials" ? others : others.map((failures, i) => failures + successes[i]);
  const shares = successes.map((count, i) => {
    if (count > trials[i])
      throw mustBe(where, `the successes of y, row ${i}`, `at most its trials ${trials[i]}`, count);
    return count === 0 ? 0 : count / trials[i];
  });
  return { shares, trials };
}

/** Times until an event, as they were given. */
export interface SurvivalTarget {
  /** `t` for an event at `t`, `-t` for a sample censored at `t`. */
  readonly times: Float64Array;
  /** When each sample comes under observation; undefined for all from the start. */
  readonly start: Float64Array | undefined;
  /** The label of the stratum of each sample, not checked yet; undefined for one of all. */
  readonly strata: ArrayLike<unknown> | undefined;
}

/**
 * Times until an event.
 *
 * @param y rows `[time, event]` or `[start, time, event]`, or a table with the columns `time`, positive, `event`, truth values or 1 and 0,
 * and perhaps `start`, at least 0 and below its time, and `strata`; others are left alone; or signed numbers.
 * @throws InputError naming the first row, counted from 0, that holds no time or no event, the column that is missing, or one such as `stratum` or
 * `tstart` whose name is nearly one of these.
 */
export function survivalTarget(where: string, y: TargetInput): SurvivalTarget {
  const table = survivalColumns(where, y);
  if (table === undefined) return { times: asTarget(where, y), start: undefined, strata: undefined };
  const numbers = (what: string, values: ArrayLike<unknown>): Float64Array => {
    const out = new Float64Array(values.length);
    copyFiniteColumn(where, `the ${what} of y`, values, out);
    return out;
  };
  const times = numbers("time", table.time);
  const start = table.start && numbers("start", table.start);
  return {
    times: times.map((time, i) => {
      if (!(time > 0)) {
        const remedy = time === 0 ? "start the clock earlier" : undefined;
        throw mustBe(where, `the time of y, row ${i}`, "positive", time, remedy);
      }
      if (start && !(start[i] >= 0 && start[i] < time))
        throw mustBe(where, `the start of y, row ${i}`, `at least 0 and below its time ${time}`, start[i]);
      return isEvent(where, i, table.event[i]) ? time : -time;
    }),
    start,
    strata: table.strata,
  };
}

function isEvent(where: string, row: number, event: unknown): boolean {
  if (event === true || event === 1 || event === 1n) return true;
  if (event === false || event === 0 || event === 0n) return false;
  throw mustBe(where, `the event of y, row ${row}`, "true or false, 1 or 0", event);
}

type SurvivalColumns = Record<"time" | "event", ArrayLike<unknown>> &
  Partial<Record<"start" | "strata", ArrayLike<unknown>>>;

/** Names that times of entry and strata have elsewhere; without these columns a fit would be of another model, in silence. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  start: "start",
  tstart: "start",
  entry: "start",
  strata: "strata",
  stratum: "strata",
};

/** Returns the columns, or undefined where there is only one. */
function survivalColumns(where: string, y: TargetInput): SurvivalColumns | undefined {
  if (singleColumn(where, y, "y")) return undefined;
  const { names, nColumns, column } = columnSource(where, "y", y);
  if (nColumns < 2) return undefined;
  if (!names) {
    if (nColumns > 3)
      throw mustBe(where, "y", "one column, two (time and event) or three (start, time and event)", nColumns);
    const start = nColumns === 3 ? column(0) : undefined;
    return { start, time: column(nColumns - 2), event: column(nColumns - 1) };
  }
  const missing = ["time", "event"].filter((name) => !names.includes(name));
  if (missing.length > 0) throw missingSurvivalColumns(where, missing);
  for (const name of names) {
    const meant = OTHER_NAMES[name.toLowerCase()];
    if (meant === undefined || names.includes(meant)) continue;
    const rule = `named ${JSON.stringify(meant)} if it is meant`;
    throw mustBe(where, "a column of y", rule, name, "leave it out otherwise");
  }
  const named = (name: string): ArrayLike<unknown> | undefined =>
    names.includes(name) ? column(names.indexOf(name)) : undefined;
  return { start: named("start"), time: named("time")!, event: named("event")!, strata: named("strata") };
}
