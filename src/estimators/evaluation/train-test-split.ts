/** Divides rows into those that a model is fitted to and those that it is judged by ({@link trainTestSplit}). */
import type { DesignInput, TargetInput } from "../../design/design-input";
import { columnSource } from "../../design/sources/read-table";
import { isColumn } from "../../design/sources/source";
import { type ClassLabel, encodeClasses } from "../../design/targets/class-codes";
import { targetValues } from "../../design/targets/numeric-target";
import { InputError, mustBe, rowCountMismatch } from "../../errors";
import { checkKeys } from "../../options";
import { seededRandom } from "../../random/random";
import { checkRows } from "../options/model-data";

/** Options of {@link trainTestSplit}: how many rows are put aside, and which must stay together. */
export interface TrainTestSplitOptions {
  /** Share of the rows that are held out, strictly between 0 and 1; their number is rounded up. Default: 0.25. */
  readonly testShare?: number;
  /** Whether every class of `y` has its share in both parts. Default: true where `y` holds texts or truth values, without `sampleGroups`. */
  readonly stratified?: boolean;
  /** A label a row: rows with the same one, such as those of a patient, stay together. Default: each row by itself. */
  readonly sampleGroups?: TargetInput;
  /** Whether the last rows are held out in place of rows drawn. Default: false. */
  readonly timeOrdered?: boolean;
  /** Seed of the draw, an integer. Default: 1. */
  readonly seed?: number;
}

/** One part of the rows. */
export interface SplitPart<X, Y> {
  /** The rows of the table. */
  readonly X: X;
  /** Their responses. */
  readonly y: Y;
  /** The rows of the data that these are, ascending. */
  readonly rows: Int32Array;
}

/** Some rows of a table: of an array the same rows, of any other table its columns by name, or rows of numbers where it has no names. */
export type SplitTable<Table> = Table extends readonly unknown[]
  ? Table[number][]
  : Readonly<Record<string, ArrayLike<number>>>;

/**
 * Divides rows at random into those for fitting and those for judging, as scikit-learn's `train_test_split`.
 *
 * @param X any table that a model or `fromFrame` takes, with n rows.
 * @param y n responses, a column or a table.
 * @returns both parts with the numbers of their rows, ascending; rows of an array stay what they are, and other tables become columns by name.
 * @throws InputError when `X` and `y` differ in length, a part would be empty, or an option is outside its domain.
 * @example
 * ```ts
 * const { train, test } = trainTestSplit([[1], [2], [3], [4]], ["a", "b", "a", "b"], { testShare: 0.5 });
 * test.y.length; // 2, one of each class
 * ```
 */
export function trainTestSplit<X extends DesignInput, Y extends TargetInput>(
  X: X,
  y: Y,
  options: TrainTestSplitOptions = {},
): {
  readonly train: SplitPart<SplitTable<X>, SplitTable<Y>>;
  readonly test: SplitPart<SplitTable<X>, SplitTable<Y>>;
} {
  const where = "trainTestSplit";
  checkKeys(where, options, ["testShare", "stratified", "sampleGroups", "timeOrdered", "seed"], undefined, {
    test_size: 'did you mean "testShare"?',
    testSize: 'did you mean "testShare"?',
    random_state: 'did you mean "seed"?',
    stratify: 'did you mean "stratified"?',
    shuffle: 'did you mean "timeOrdered"?',
    groups: 'did you mean "sampleGroups"?',
  });
  const { testShare = 0.25, sampleGroups, timeOrdered = false, seed = 1 } = options;
  if (!(typeof testShare === "number" && testShare > 0 && testShare < 1))
    throw mustBe(where, "testShare", "a number strictly between 0 and 1", testShare);
  if (typeof timeOrdered !== "boolean") throw mustBe(where, "timeOrdered", "true or false", timeOrdered);
  if (!Number.isSafeInteger(seed)) throw mustBe(where, "seed", "an integer", seed);
  const [nSamples, nResponses] = [rowCount(where, "X", X), rowCount(where, "y", y)];
  if (nResponses !== nSamples) throw rowCountMismatch(where, nSamples, nResponses);
  const nTest = Math.ceil(testShare * nSamples - 1e-9);
  if (nTest >= nSamples)
    throw mustBe(where, "testShare", `one that leaves rows of ${nSamples} to fit`, testShare);
  if (timeOrdered && (sampleGroups !== undefined || options.stratified !== undefined))
    throw new InputError(`${where}: timeOrdered must come without sampleGroups and stratified, got both`);
  const { stratified = !timeOrdered && sampleGroups === undefined && isOfLabels(where, y) } = options;
  if (typeof stratified !== "boolean") throw mustBe(where, "stratified", "true or false", stratified);
  if (stratified && sampleGroups !== undefined)
    throw mustBe(
      where,
      "stratified",
      "false with sampleGroups, whose classes stay where they are",
      stratified,
    );
  const random = seededRandom(seed);
  const order = random.permutation(nSamples);
  const isTest = new Uint8Array(nSamples);
  if (timeOrdered) isTest.fill(1, nSamples - nTest);
  else if (sampleGroups !== undefined) {
    const { classes, codes } = encodeClasses(where, sampleGroups, "sampleGroups");
    checkRows(where, "sampleGroups", codes.length, nSamples);
    for (const i of heldOutGroups(where, codes, random.permutation(classes.length), nTest)) isTest[i] = 1;
  } else {
    const codes = stratified ? encodeClasses(where, y, "y").codes : new Float64Array(nSamples);
    for (const i of heldOutOfStrata(order, codes, nTest)) isTest[i] = 1;
  }
  const part = (kept: 0 | 1): SplitPart<SplitTable<X>, SplitTable<Y>> => {
    const rows = Int32Array.from(isTest.keys()).filter((i) => isTest[i] === kept);
    return {
      X: takeRows(where, "X", X, rows) as SplitTable<X>,
      y: takeRows(where, "y", y, rows) as SplitTable<Y>,
      rows,
    };
  };
  return { train: part(0), test: part(1) };
}

/** Each class has its share, rounded so that all together are `nTest`: those with the largest remainders have one more. */
function heldOutOfStrata(order: Int32Array, codes: Float64Array, nTest: number): number[] {
  const strata = new Map<number, number[]>();
  for (const i of order) {
    const members = strata.get(codes[i]);
    if (members) members.push(i);
    else strata.set(codes[i], [i]);
  }
  const shares = [...strata.values()].map((members) => {
    const exact = (members.length * nTest) / order.length;
    return { members, count: Math.floor(exact), remainder: exact - Math.floor(exact) };
  });
  let left = nTest - shares.reduce((sum, { count }) => sum + count, 0);
  for (const share of [...shares].sort((a, b) => b.remainder - a.remainder)) if (left-- > 0) share.count++;
  return shares.flatMap(({ members, count }) => members.slice(0, count));
}

/** Whole groups in the order drawn, each where it brings the number of rows nearer to `nTest`; at least one is held out, and one is not. */
function heldOutGroups(where: string, codes: Float64Array, drawn: Int32Array, nTest: number): number[] {
  if (drawn.length < 2) throw mustBe(where, "the number of sampleGroups", "at least 2", drawn.length);
  const members = Array.from(drawn, (): number[] => []);
  codes.forEach((code, i) => {
    members[code].push(i);
  });
  const held: number[] = [];
  let nHeld = 0;
  for (const group of drawn) {
    const rows = members[group];
    const isNearer = Math.abs(held.length + rows.length - nTest) < Math.abs(held.length - nTest);
    if (nHeld > 0 && (!isNearer || nHeld === drawn.length - 1)) continue;
    held.push(...rows);
    nHeld++;
  }
  return held;
}

function isOfLabels(where: string, y: TargetInput): boolean {
  if (Array.isArray(y) && typeof y[0] === "object") return false;
  try {
    const [first] = Array.from(targetValues(where, y) as ArrayLike<ClassLabel>);
    return typeof first === "string" || typeof first === "boolean";
  } catch (error) {
    if (error instanceof InputError) return false; // a table of several responses or of times
    throw error;
  }
}

function rowCount(where: string, what: string, table: DesignInput | TargetInput): number {
  if (isColumn(table)) return table.length;
  return isTable(table) ? columnSource(where, what, table).nRows : targetValues(where, table, what).length;
}

/** Whether it has columns, and is no single one such as a series. */
function isTable(table: object): boolean {
  return !("values" in table) && !("nullCount" in table) && !("dtype" in table);
}

function takeRows(where: string, what: string, table: DesignInput | TargetInput, rows: Int32Array): unknown {
  const pick = (values: ArrayLike<unknown>): unknown[] => Array.from(rows, (i) => values[i]);
  if (isColumn(table)) return pick(table);
  if (!isTable(table)) return pick(targetValues(where, table, what));
  const { names, nColumns, column } = columnSource(where, what, table);
  const columns = Array.from({ length: nColumns }, (_, j) => pick(column(j)));
  if (names === undefined) return Array.from(rows, (_, i) => columns.map((values) => values[i]));
  return Object.fromEntries(names.map((name, j) => [name, columns[j]]));
}
