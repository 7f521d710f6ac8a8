/** Reads the data of a fit: the design, the response, and what is known of each row beside them. */
import type { Datafit, MultiResponseDatafit, RiskSetColumns } from "../../datafits";
import type { ColumnInput, DesignInput, MomentMatrix, TargetInput } from "../../design/design-input";
import { columnMoments, type TableDesign } from "../../design/design-matrix";
import { mostInformativeNumber, numberFormatRemedies, textInTarget } from "../../design/finite-values";
import { asDesignMatrix } from "../../design/sources/read-table";
import { registeredDesign } from "../../design/sources/sparse-matrix";
import { type ClassLabel, classCodes, encodeClasses } from "../../design/targets/class-codes";
import {
  asResponseMatrix,
  asTarget,
  countedShares,
  survivalTarget,
  targetValues,
} from "../../design/targets/numeric-target";
import { InputError, listOf, mustBe, oneLabel, rowCountMismatch } from "../../errors";
import { maxAbs } from "../../linalg/vector";
import { isNumberText } from "../../number-texts";
import { type Note, numericLabelsRemedy, numericResponseRemedy } from "../notes";

/** The data of a run, read and checked: what a model is prepared from. */
export interface ModelData extends ReadTarget {
  readonly design: TableDesign;
  /** Whether nobody else has the design, so that a model may use its memory and give back another one. */
  readonly ownsDesign: boolean;
  readonly samples: SampleColumns;
  /** Number of samples that these were chosen from, as in a fold; left out where these are all. */
  readonly chosenFrom?: number;
  /** The standard deviation of each feature, where a model has looked at it. */
  readonly deviations?: Float64Array | undefined;
}

/**
 * @param isShared whether other threads will read the data too. Default: false.
 * @throws InputError when a value is not a finite number, or `X`, `y` and the columns beside them differ in length.
 */
export function readData(
  where: string,
  X: DesignInput,
  y: TargetInput,
  datafit: Datafit,
  options: SampleOptions,
  isShared = false,
): ModelData {
  const design = asDesignMatrix(where, X, isShared);
  const { trials, ...read } = readTarget(where, y, datafit);
  const nResponses = read.responseNames.length;
  const nTargets = read.target.length / nResponses;
  if (nTargets !== design.nSamples) throw rowCountMismatch(where, design.nSamples, nTargets);
  const { riskSets } = read;
  const counted = { ...options, sampleWeight: weightsOfTrials(where, options.sampleWeight, trials) };
  const samples = sampleColumns(where, counted, design.nSamples, datafit.responses && nResponses);
  const { nRepresented } = X as Partial<MomentMatrix>;
  const nCounted = typeof nRepresented === "number" ? nRepresented : samples.nCounted;
  const ownsDesign = !isShared && !Object.is(design, X) && !registeredDesign(X);
  const totalWeight = typeof nRepresented === "number" ? nRepresented : samples.totalWeight;
  return { design, ownsDesign, ...read, samples: { ...samples, riskSets, nCounted, totalWeight } };
}

const looked = new WeakMap<ModelData, Float64Array>();

/** The standard deviation of each feature (divisor n, weights counted), 0 of one that is constant. */
export function featureDeviations(data: ModelData): Float64Array {
  const deviations =
    data.deviations ?? looked.get(data) ?? columnMoments(data.design, data.samples.weights).deviations;
  looked.set(data, deviations);
  return deviations;
}

/** Returns the number of coefficients that the penalty acts on: one a feature and response. */
export function coefficientCount({ design, responseNames }: ModelData): number {
  return design.nFeatures * responseNames.length;
}

/**
 * The data of some samples only, as if there were no others.
 *
 * @param rows ascending and distinct.
 * @throws InputError when all their weights are 0.
 */
export function selectSamples(where: string, data: ModelData, rows: Int32Array): ModelData {
  const { weights, offset, riskSets, totalWeight } = data.samples;
  const of = (column: Float64Array | undefined): Float64Array | undefined =>
    column && entriesOf(column, rows, data.design.nSamples);
  const chosen = sampleColumns(where, { sampleWeight: of(weights) }, rows.length);
  return {
    ...data,
    chosenFrom: data.chosenFrom ?? data.design.nSamples,
    deviations: undefined,
    design: data.design.selectRows(rows),
    ownsDesign: true,
    target: entriesOf(data.target, rows, data.design.nSamples),
    samples: {
      ...chosen,
      offset: of(offset),
      riskSets: riskSetsAmong(riskSets, rows, data.design.nSamples),
      // Weights had been scaled to mean one.
      totalWeight: (chosen.totalWeight * totalWeight) / data.design.nSamples,
    },
  };
}

/** The entries of some samples, of a vector that holds one response after the other. */
export function entriesOf(values: Float64Array, rows: Int32Array, nSamples: number): Float64Array {
  const nResponses = values.length / nSamples;
  const own = new Float64Array(rows.length * nResponses);
  for (let r = 0; r < nResponses; r++) {
    rows.forEach((row, k) => {
      own[r * rows.length + k] = values[r * nSamples + row];
    });
  }
  return own;
}

/** Times of entry and strata of some samples. */
export function riskSetsAmong(
  riskSets: RiskSetColumns | undefined,
  rows: Int32Array,
  nSamples: number,
): RiskSetColumns | undefined {
  const of = (column: Float64Array | undefined): Float64Array | undefined =>
    column && entriesOf(column, rows, nSamples);
  return riskSets && { start: of(riskSets.start), strata: of(riskSets.strata) };
}

/** Options with one number a row, beside its features: arrays of numbers, series, or tables of one column. */
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
  /** Offsets, those of one response after those of the other. */
  readonly offset: Float64Array | undefined;
  /** Times of entry and strata of survival times; undefined where all are of one and from the start. */
  readonly riskSets?: RiskSetColumns | undefined;
  /** Number of rows of positive weight, or that the rows stand for. */
  readonly nCounted: number;
  /** The sum of the weights as they were given, or the number of rows that there are or that the rows stand for. */
  readonly totalWeight: number;
}

/** The weights of rows that stand for several trials each: weight times trials. @throws InputError as {@link checkedWeights}. */
export function weightsOfTrials(
  where: string,
  sampleWeight: ColumnInput | undefined,
  trials: Float64Array | undefined,
): ColumnInput | undefined {
  if (trials === undefined || sampleWeight === undefined) return trials ?? sampleWeight;
  checkedWeights(where, sampleWeight, trials.length);
  return asTarget(where, sampleWeight, "sampleWeight").map((weight, i) => weight * trials[i]);
}

/**
 * @param nResponses how many offsets a row has, as a table; undefined for one, as a column.
 * @throws InputError when there is not one number a row, or a weight is negative, or all of them are 0.
 */
function sampleColumns(
  where: string,
  options: SampleOptions,
  nSamples: number,
  nResponses?: number,
): SampleColumns {
  const weights = checkedWeights(where, options.sampleWeight, nSamples);
  const nCounted = weights ? weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0) : nSamples;
  const offset = checkedOffset(where, options.offset, nSamples, nResponses);
  return { weights, offset, nCounted, totalWeight: totalOf(where, options.sampleWeight, nSamples) };
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

/** The sum of weights that were checked, or the number of rows where there are none. */
function totalOf(where: string, sampleWeight: ColumnInput | undefined, nSamples: number): number {
  if (sampleWeight === undefined) return nSamples;
  return rowColumn(where, "sampleWeight", sampleWeight, nSamples).reduce((sum, weight) => sum + weight, 0);
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

/** The loss of samples as they count, and among whom they are compared. */
export function countedLoss(
  datafit: Datafit,
  { weights, riskSets }: Pick<SampleColumns, "weights" | "riskSets">,
): Datafit {
  const weighted = weights ? datafit.weighted(weights) : datafit;
  return riskSets ? weighted.withRiskSets!(riskSets) : weighted;
}

/** Returns the loss for as many responses as were read, and in their unit. */
export function lossFor(
  datafit: Datafit,
  { responseNames, target, samples }: ReadTarget & { readonly samples: SampleColumns },
): Datafit {
  const { forResponses }: Partial<MultiResponseDatafit> = datafit as MultiResponseDatafit;
  if (forResponses) return forResponses(responseNames.length);
  const { weights, offset } = samples;
  if (datafit.estimated && datafit.estimated.value === undefined)
    return datafit.estimated.atStart(target, weights, offset);
  if (!datafit.forTarget) return datafit;
  return datafit.forTarget(offset ? target.map((value, i) => value - offset[i]) : target, weights);
}

// Reads the response as the numbers that its loss takes: values, classes, times until an event, or several of them.

/** A response as the numbers that its datafit takes. */
export interface ReadTarget {
  /**
   * One number a sample; of two classes 0 for the first and 1 for the second. Of several responses one after the other,
   * and of their classes the indicators.
   */
  readonly target: Float64Array;
  /** The labels of the classes in ascending order; undefined for what is no class. */
  readonly classes: readonly ClassLabel[] | undefined;
  /** One a response. */
  readonly responseNames: readonly string[];
  /** Times of entry and strata, of times until an event that have any. */
  readonly riskSets?: RiskSetColumns | undefined;
  /** The labels of the strata, whose places are their numbers. */
  readonly strataLabels?: readonly ClassLabel[] | undefined;
  /** The number of trials behind each share, where the response was counts. */
  readonly trials?: Float64Array | undefined;
}

/** @throws InputError when a value is no number, label or time, or there are not two classes where there must be. */
export function readTarget(where: string, y: TargetInput, datafit: Datafit): ReadTarget {
  if (datafit.responses === "classes") return readClasses(where, y, datafit as MultiResponseDatafit);
  if (datafit.responses === "tasks") {
    const { values, names } = asResponseMatrix(where, y, datafit.nResponses || undefined);
    return { target: values, classes: undefined, responseNames: names };
  }
  const responseNames = ["y"];
  if (!isOfTwoClasses(datafit)) {
    refuseLabels(where, y, datafit);
    return { ...readNumbers(where, y, datafit), classes: undefined, responseNames };
  }
  const { classes, codes } = encodeClasses(where, y);
  if (classes.length !== 2) throw notTwoClasses(where, classes, datafit.name);
  return { target: codes, classes, responseNames };
}

/** Labels of as many classes as the loss has, or of any number where that was left open. */
function readClasses(where: string, y: TargetInput, datafit: MultiResponseDatafit): ReadTarget {
  const { classes, codes } = encodeClasses(where, y);
  const nClasses = classes.length;
  if (nClasses < 2) throw oneLabel(where, classes[0]);
  const fraction = classes.find((label) => typeof label === "number" && !Number.isInteger(label));
  if (fraction !== undefined && areCrowded(classes, codes.length)) {
    const given = `${nClasses} different numbers in ${codes.length} rows, such as ${fraction}`;
    throw new InputError(
      `${where}: y must have few classes with ${datafit.name}, got ${given}; ${numericResponseRemedy}, or write labels as texts`,
    );
  }
  if (!datafit.forResponses && datafit.nResponses !== nClasses) {
    throw mustBe(where, "the number of classes of y", `the datafit's ${datafit.nResponses}`, nClasses);
  }
  const target = new Float64Array(codes.length * nClasses);
  codes.forEach((code, i) => {
    target[code * codes.length + i] = 1;
  });
  return { target, classes, responseNames: classes.map(String) };
}

/** Whether more than two classes have fewer than three rows each on average: such a `y` is hardly one of classes. */
function areCrowded({ length }: readonly ClassLabel[], nSamples: number): boolean {
  return length > 2 && nSamples < 3 * length;
}

function notTwoClasses(where: string, classes: readonly ClassLabel[], datafit: string): InputError {
  const count = `${classes.length} class${classes.length === 1 ? "" : "es"}`;
  const moreClasses = "for more classes use multinomial";
  const orNumbers = typeof classes[0] === "number" ? `${moreClasses}, ${numericResponseRemedy}` : moreClasses;
  const more = classes.length > 2 ? orNumbers : undefined;
  const label = numericLabel(classes);
  const remedy = label === undefined ? more : numericLabelsRemedy(label);
  return new InputError(
    `${where}: y must have two classes with ${datafit}, got ${count}, ${listOf(classes, "and")}${remedy ? `; ${remedy}` : ""}`,
  );
}

/**
 * Returns the label whose spelling says most where labels are numbers to a reader, as `1,5` and `7 %` are, but not all to a
 * computer; undefined where they are not.
 */
function numericLabel(labels: readonly ClassLabel[]): ClassLabel | undefined {
  const spelt = mostInformativeNumber(labels);
  const isNumber = (label: ClassLabel): boolean =>
    numberFormatRemedies(label) !== undefined || Number.isFinite(Number(label));
  return labels.every(isNumber) ? (spelt as ClassLabel | undefined) : undefined;
}

/** Returns a note where labels are numbers to a reader, or where numbers became almost as many classes as there are rows. */
export function notesOnClasses({ classes = [], target, responseNames }: ReadTarget): Note[] {
  const label = numericLabel(classes);
  if (label !== undefined) return [{ code: "numeric-labels", classes, label }];
  const nSamples = target.length / responseNames.length;
  const isNumeric = typeof classes[0] === "number" && areCrowded(classes, nSamples);
  return isNumeric ? [{ code: "many-classes", nClasses: classes.length, nSamples }] : [];
}

/** @throws InputError when the rows of a class have no weight: its intercept would not be finite. */
export function checkClassesCount(
  where: string,
  { target, classes, responseNames }: ReadTarget,
  weights: Float64Array | undefined,
): void {
  if (classes === undefined) return;
  const nSamples = target.length / responseNames.length;
  const isOf = (c: number, i: number): boolean =>
    responseNames.length === 1 ? target[i] === c : target[c * nSamples + i] === 1;
  classes.forEach((label, c) => {
    for (let i = 0; i < nSamples; i++) {
      if (isOf(c, i) && (weights === undefined || weights[i] > 0)) return;
    }
    const what = `the number of rows of positive weight in class ${JSON.stringify(label)}`;
    throw mustBe(where, what, "at least 1", 0);
  });
}

/**
 * A response for a fit that is there already.
 *
 * @param classes those of the fit.
 * @throws InputError as {@link readTarget}, and when a label is none of `classes`.
 */
export function readLikeFit(
  where: string,
  y: TargetInput,
  datafit: Datafit,
  classes: readonly ClassLabel[] | undefined,
): ReadNumbers {
  return classes ? { target: classCodes(where, y, classes) } : readNumbers(where, y, datafit);
}

/** A remedy for a response of several columns, where the loss has no form of several responses. */
const fitOneColumn =
  "fit one column at a time; counts of successes and failures are binomial()'s y: { successes, failures }";

/** @throws InputError when a response of numbers begins with a text, which may be the label of a class: naming the first that is no number. */
function refuseLabels(where: string, y: TargetInput, { response, quadratic, readsTrials }: Datafit): void {
  if (response === "times" || (readsTrials && countedShares(where, y))) return;
  const values = Array.from(targetValues(where, y, "y", quadratic ? undefined : fitOneColumn));
  if (typeof values[0] !== "string") return;
  const row = Math.max(
    0,
    values.findIndex((value) => typeof value === "string" && !isNumberText(value)),
  );
  throw textInTarget(where, `y, row ${row}`, String(values[row]), values);
}

/** A response of one number a sample, and of times until an event who is at risk together. */
export type ReadNumbers = Pick<ReadTarget, "target" | "riskSets" | "strataLabels" | "trials">;

function readNumbers(where: string, y: TargetInput, datafit: Datafit): ReadNumbers {
  if (datafit.response !== "times") {
    const counted = datafit.readsTrials ? countedShares(where, y) : undefined;
    if (counted) return { target: counted.shares, trials: counted.trials };
    return { target: asTarget(where, y) };
  }
  const { times: target, start, strata } = survivalTarget(where, y);
  if (start === undefined && strata === undefined) return { target };
  if (!datafit.withRiskSets)
    throw mustBe(where, "y", "times and events alone with this loss", start ? "start" : "strata");
  const encoded = strata && encodeClasses(where, strata as TargetInput, "the strata of y");
  return { target, riskSets: { start, strata: encoded?.codes }, strataLabels: encoded?.classes };
}

/** Whether a response is one of two classes, encoded as 0 and 1. */
export function isOfTwoClasses({ response, nResponses }: Datafit): boolean {
  return nResponses === 1 && response === "classes";
}

/**
 * One number a sample that tells its class from others: of two classes their 0 or 1, of the indicators of several classes
 * the place of its own, from 1 on.
 */
export function classNumbers(target: Float64Array, nSamples: number): Float64Array {
  const classes = new Float64Array(nSamples);
  target.forEach((entry, k) => {
    classes[k % nSamples] += (1 + Math.floor(k / nSamples)) * entry;
  });
  return classes;
}
