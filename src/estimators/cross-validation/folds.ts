/** Draws the folds of a cross-validation, or checks those that are given. */
import type { Datafit } from "../../datafits";
import type { TargetInput } from "../../design/design-input";
import { type ClassLabel, encodeClasses } from "../../design/targets/class-codes";
import { asTarget, targetValues } from "../../design/targets/numeric-target";
import { InputError, mustBe, show } from "../../errors";
import { seededRandom } from "../../random/random";
import type { ModelData } from "../options/model-data";
import { checkRows, classNumbers } from "../options/model-data";

/** Options that say which samples are held out together. */
export interface FoldOptions {
  /** Number of folds, an integer from 2 to the number of rows; excludes `foldId`. Default: 10. */
  readonly folds?: number;
  /**
   * The fold of each row, integers or texts of at least two kinds: folds of one's own, in place of the others. Texts are numbered
   * from 0 in ascending order (scikit-learn's `LeaveOneGroupOut`).
   */
  readonly foldId?: TargetInput;
  /**
   * A label a row, texts or numbers: rows with the same one, such as those of a patient, are held out together, in folds of
   * about the same size (scikit-learn's `GroupKFold`). Default: each row by itself.
   */
  readonly sampleGroups?: TargetInput;
  /** Whether every class is spread evenly over the folds. Default: true for losses of classes without `sampleGroups`. */
  readonly stratified?: boolean;
  /** Seed of the draw of the folds, an integer. Default: 1. */
  readonly seed?: number;
  /** How often the folds are drawn anew, by `seed`, `seed + 1` and so on, an integer of at least 1. Default: 1. */
  readonly repeats?: number;
  /**
   * Whether each fold is predicted by what came before it alone. The rows are in order of time and cut into `folds` + 1 blocks, of
   * which the first is never held out (scikit-learn's `TimeSeriesSplit`); with `foldId` numbers are in order of time, such as years.
   * Default: false.
   */
  readonly timeOrdered?: boolean;
}

/** The folds of a cross-validation, of all its repeats. */
export interface Folds {
  /** The number of each row's fold, for each repeat. */
  readonly foldIds: readonly Int32Array[];
  /** The numbers of the folds, ascending; with repeats those of one repeat after those of the other. */
  readonly ids: readonly number[];
  /** Whether a fold is predicted by the folds of smaller numbers alone; the first is then never held out, and not in `ids`. */
  readonly timeOrdered: boolean;
}

export const foldKeys: readonly string[] = [
  "folds",
  "foldId",
  "sampleGroups",
  "stratified",
  "seed",
  "repeats",
  "timeOrdered",
];

/**
 * The folds given, or folds drawn by the seed: they differ by at most one row, and so do the rows of each class where
 * they are stratified. Rows of weight 0 are dealt out on their own.
 *
 * @throws InputError when an option is outside its domain, or a class is found in one fold only.
 */
export function foldsOf(where: string, options: FoldOptions, data: ModelData, datafit: Datafit): Folds {
  const { nSamples } = data.design;
  const ofClasses = datafit.response === "classes";
  const { sampleGroups, seed = 1 } = options;
  const { repeats = 1, timeOrdered = false } = options;
  if (typeof timeOrdered !== "boolean") throw mustBe(where, "timeOrdered", "true or false", timeOrdered);
  if (!(Number.isSafeInteger(repeats) && repeats >= 1))
    throw mustBe(where, "repeats", "an integer >= 1", repeats);
  if (timeOrdered)
    refuseBeside(where, "timeOrdered", options, ["sampleGroups", "stratified", "seed", "repeats"]);
  const { stratified = ofClasses && sampleGroups === undefined } = options;
  if (typeof stratified !== "boolean") throw mustBe(where, "stratified", "true or false", stratified);
  if (stratified && !ofClasses) {
    throw mustBe(where, "stratified", "false for a loss that is not of classes", stratified);
  }
  if (stratified && sampleGroups !== undefined) {
    throw mustBe(
      where,
      "stratified",
      "false with sampleGroups, whose classes stay where they are",
      stratified,
    );
  }
  if (!Number.isSafeInteger(seed)) throw mustBe(where, "seed", "an integer", seed);
  const classes = ofClasses ? classNumbers(data.target, nSamples) : new Float64Array(nSamples);
  const strata = stratified ? classes : new Float64Array(nSamples);
  const given = options.foldId === undefined ? undefined : givenFolds(where, options, nSamples);
  const drawn = (): Int32Array[] =>
    timeOrdered
      ? [blocksOf(where, options.folds, nSamples)]
      : Array.from({ length: repeats }, (_, r) => drawnFolds(where, options, data, strata, seed + r));
  const foldIds = given ? [given.foldId] : drawn();
  const first = [...new Set(foldIds[0])].sort((a, b) => a - b).slice(timeOrdered ? 1 : 0);
  const ids = repeats === 1 ? first : Array.from({ length: repeats * first.length }, (_, f) => f);
  const nameOf = (id: number): string => show(given?.labels?.[id] ?? id);
  const folds = { foldIds, ids, timeOrdered };
  if (ofClasses) checkClasses(where, folds, classes, data.samples.weights, nameOf);
  return folds;
}

/** Returns the rows that fold `f` of `ids` holds out, ascending. */
export function heldOutRows(folds: Folds, f: number): Int32Array {
  const { foldId, id } = placeOf(folds, f);
  return Int32Array.from(foldId.keys()).filter((i) => foldId[i] === id);
}

/** Returns the rows by which fold `f` of `ids` is predicted, ascending. */
export function fittedRows(folds: Folds, f: number): Int32Array {
  const { foldId, id } = placeOf(folds, f);
  const isFitted = folds.timeOrdered ? (each: number) => each < id : (each: number) => each !== id;
  return Int32Array.from(foldId.keys()).filter((i) => isFitted(foldId[i]));
}

/** The folds of the repeat that fold `f` is of, and its number among them. */
function placeOf({ foldIds, ids }: Folds, f: number): { foldId: Int32Array; id: number } {
  const perRepeat = ids.length / foldIds.length;
  return { foldId: foldIds[Math.floor(f / perRepeat)], id: ids[f % perRepeat] };
}

/** @throws InputError when one of `others` is given beside an option. */
function refuseBeside(
  where: string,
  what: "foldId" | "timeOrdered",
  options: FoldOptions,
  others: readonly (keyof FoldOptions)[],
): void {
  for (const name of others) {
    if (options[name] !== undefined)
      throw new InputError(`${where}: ${what} must come without ${name}, got both`);
  }
}

/** Blocks of consecutive rows, numbered from 0, the last `folds` of them of the same size; the first takes what is left. */
function blocksOf(where: string, folds: number | undefined, nSamples: number): Int32Array {
  const nFolds = foldCount(where, folds, nSamples - 1, "rows behind the first");
  const size = Math.floor(nSamples / (nFolds + 1));
  const first = nSamples - nFolds * size;
  return Int32Array.from({ length: nSamples }, (_, i) =>
    i < first ? 0 : 1 + Math.floor((i - first) / size),
  );
}

function drawnFolds(
  where: string,
  { folds, sampleGroups }: FoldOptions,
  { design, samples }: ModelData,
  strata: Float64Array,
  seed: number,
): Int32Array {
  const { weights, nCounted } = samples;
  if (sampleGroups !== undefined) {
    const counts = Float64Array.from({ length: design.nSamples }, (_, i) => (weights?.[i] === 0 ? 0 : 1));
    return groupedFolds(where, sampleGroups, folds, seed, counts);
  }
  const nFolds = foldCount(where, folds, nCounted, weights ? "rows of positive weight" : "rows");
  // Stable, so rows of a stratum stay in the order drawn; what does not count comes last.
  const order = seededRandom(seed).permutation(design.nSamples);
  const counts = (i: number): number => (weights?.[i] === 0 ? 1 : 0);
  const dealt = [...order].sort((a, b) => counts(a) - counts(b) || strata[a] - strata[b]);
  const foldId = new Int32Array(design.nSamples);
  dealt.forEach((row, place) => {
    foldId[row] = place % nFolds;
  });
  return foldId;
}

/** @returns the number of each row's fold, and what the caller called the folds where that was not by numbers. */
function givenFolds(
  where: string,
  options: FoldOptions,
  nSamples: number,
): { foldId: Int32Array; labels?: readonly ClassLabel[] } {
  refuseBeside(where, "foldId", options, ["folds", "sampleGroups", "stratified", "seed", "repeats"]);
  const named =
    typeof targetValues(where, options.foldId as TargetInput, "foldId")[0] === "string"
      ? encodeClasses(where, options.foldId as TargetInput, "foldId")
      : undefined;
  const given = named?.codes ?? asTarget(where, options.foldId as TargetInput, "foldId");
  checkRows(where, "foldId", given.length, nSamples);
  given.forEach((id, i) => {
    if (!(Number.isInteger(id) && Math.abs(id) < 2 ** 31)) {
      throw mustBe(where, `foldId, row ${i}`, "an integer of 32 bits", id);
    }
  });
  if (given.every((id) => id === given[0])) {
    const only = show(named?.classes[0] ?? given[0]);
    throw new InputError(`${where}: foldId must be of at least two folds, got only ${only}`);
  }
  return { foldId: Int32Array.from(given), labels: named?.classes };
}

/** @throws InputError when a class is missing where a fold is held out: nothing could be learned of it. */
function checkClasses(
  where: string,
  folds: Folds,
  classes: Float64Array,
  weights: Float64Array | undefined,
  nameOf: (id: number) => string,
): void {
  const nClassesOf = (rows: Int32Array): number =>
    new Set(rows.filter((i) => weights?.[i] !== 0).map((i) => classes[i])).size;
  const nClasses = nClassesOf(Int32Array.from(classes.keys()));
  folds.ids.forEach((id, f) => {
    const found = nClassesOf(fittedRows(folds, f));
    if (found === nClasses) return;
    const [which, remedy] = folds.timeOrdered
      ? ["before", "every class needs rows in the first fold"]
      : ["outside", "every class needs rows in two folds"];
    throw new InputError(
      `${where}: the rows ${which} fold ${nameOf(id)} must have all ${nClasses} classes, got ${found}; ${remedy}`,
    );
  });
}

/**
 * Folds that keep rows of the same label together: labels, those of most rows first and equal ones in the order of the seed,
 * go to the fold with the fewest rows so far, as in scikit-learn's `GroupKFold`.
 *
 * @param counts how much each row counts for the size of a fold, 0 or 1.
 * @throws InputError when there is not one label a row, or fewer labels that count than folds.
 */
function groupedFolds(
  where: string,
  sampleGroups: TargetInput,
  folds: number | undefined,
  seed: number,
  counts: ArrayLike<number>,
): Int32Array {
  const { classes: labels, codes } = encodeClasses(where, sampleGroups, "sampleGroups");
  checkRows(where, "sampleGroups", codes.length, counts.length);
  const sizes = new Float64Array(labels.length);
  codes.forEach((code, i) => {
    sizes[code] += counts[i];
  });
  const nCounted = sizes.reduce((count, size) => count + (size > 0 ? 1 : 0), 0);
  const nFolds = foldCount(where, folds, nCounted, "sampleGroups");
  const order = [...seededRandom(seed).permutation(labels.length)].sort((a, b) => sizes[b] - sizes[a]);
  const filled = new Float64Array(nFolds);
  const foldOf = new Int32Array(labels.length);
  for (const label of order) {
    const lightest = filled.indexOf(Math.min(...filled));
    foldOf[label] = lightest;
    filled[lightest] += sizes[label];
  }
  return Int32Array.from(codes, (code) => foldOf[code]);
}

/** Number of folds where none is given, that of `cv.glmnet`. */
const USUAL = 10;

/**
 * Returns the number of folds.
 *
 * @param folds as given; undefined for 10.
 * @param count how many there are of what is dealt to the folds.
 * @param what is dealt, in the plural.
 * @throws InputError when a fold would be empty, or there is no other than it.
 */
export function foldCount(where: string, folds: number | undefined, count: number, what: string): number {
  const counted = `the number of ${what}`;
  if (count < 2) throw mustBe(where, counted, "at least 2", count);
  if (folds === undefined && count < USUAL)
    throw new InputError(
      `${where}: ${counted} must be at least ${USUAL}, the default of folds, got ${count}; name folds, such as { folds: ${Math.min(5, count)} }`,
    );
  const given = folds === undefined ? USUAL : folds;
  if (Number.isInteger(given) && given >= 2 && given <= count) return given;
  throw mustBe(where, "folds", `an integer from 2 to ${counted}, here ${count}`, given);
}
