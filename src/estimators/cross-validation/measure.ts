/** The measures by which a cross-validation scores rows that were held out ({@link measureOf}), and those of a user's own. */
import type { Datafit, RiskSetColumns } from "../../datafits";
import { InputError, listOf, mustBe } from "../../errors";
import { checkChoice, checkKeys } from "../../options";
import { entriesOf, lossFor, type ModelData, riskSetsAmong } from "../options/model-data";
import {
  areaUnderCurve,
  concordanceIndex,
  predictionsOf,
  type RowMeasure,
  rowErrors,
} from "../results/score";
import type { HeldOutLoss, PredictedFold } from "./fit-folds";
import { type Folds, heldOutRows } from "./folds";

/** The names of the measures of the library. */
const names = [
  "deviance",
  "squaredError",
  "absoluteError",
  "misclassification",
  "auc",
  "concordance",
] as const;

/** The name of a measure of the library. */
export type MeasureName = (typeof names)[number];

/** The names of these measures in glmnet and scikit-learn. */
const otherNames: Readonly<Record<string, MeasureName>> = {
  class: "misclassification",
  accuracy: "misclassification",
  mse: "squaredError",
  neg_mean_squared_error: "squaredError",
  mae: "absoluteError",
  neg_mean_absolute_error: "absoluteError",
  roc_auc: "auc",
  C: "concordance",
};

/**
 * A measure of one's own, which says which direction is better.
 *
 * @example
 * ```ts
 * const median = {
 *   name: "median absolute error",
 *   higherIsBetter: false,
 *   score: (y, predicted) => y.map((value, i) => Math.abs(value - predicted[i])).sort()[y.length >> 1],
 * };
 * new SmoothLasso().crossValidate(X, y, { folds: 3, nLambdas: 5, measure: median }).measure; // "median absolute error"
 * ```
 */
export interface Measure {
  /** The name in tables and charts. */
  readonly name: string;
  /** Whether the better of two predictions has the higher score. */
  readonly higherIsBetter: boolean;
  /**
   * Scores the rows of one fold.
   *
   * @param y the response: of two classes 0 and 1; of times until an event negative where censored; of several responses one after the
   * other, of more classes their indicators.
   * @param predicted the expected response, laid out as `y`: of two classes the probability of the second, of times the relative hazard.
   * @param weights one a row, of mean one over all rows.
   * @returns a finite number.
   */
  score(y: Float64Array, predicted: Float64Array, weights: Float64Array): number;
}

/** A measure that was checked against the loss. */
export interface CheckedMeasure {
  /** The name in tables and charts. */
  readonly label: string;
  readonly higherIsBetter: boolean;
  /** Scores the folds from their predictors; undefined where the loss of the folds is the score. */
  readonly scoreFold?: FoldScorer;
}

/** Scores the rows held out, at each lambda. */
type FoldScorer = (held: HeldOutRows) => Pick<PredictedFold, "fold" | "parts">;

/** Rows that were held out, and what is predicted of them. */
interface HeldOutRows {
  readonly fold: number;
  readonly loss: Datafit;
  /** One response after the other. */
  readonly target: Float64Array;
  readonly weights: Float64Array;
  readonly riskSets: RiskSetColumns | undefined;
  /** Linear predictors at each lambda, laid out as the target. */
  readonly etas: readonly Float64Array[];
  /** Whether a standard error counts each row by itself. */
  readonly bySample: boolean;
}

const labels: Readonly<Record<MeasureName, string>> = {
  deviance: "deviance",
  squaredError: "mean squared error",
  absoluteError: "mean absolute error",
  misclassification: "misclassification error",
  auc: "AUC",
  concordance: "concordance",
};

/**
 * Returns the measure that was asked for.
 *
 * @param measure by its name, or one of the caller's own. Default: `"deviance"`, which of a squared error is the mean squared error.
 * @throws InputError when the loss does not have it.
 */
export function measureOf(
  where: string,
  datafit: Datafit,
  measure: MeasureName | Measure = "deviance",
): CheckedMeasure {
  if (typeof measure === "object" && measure !== null) return ownMeasure(where, measure);
  if (Object.hasOwn(otherNames, measure)) {
    const remedy = `did you mean ${JSON.stringify(otherNames[measure])}?`;
    throw mustBe(where, "measure", listOf(names, "or"), measure, remedy);
  }
  checkChoice(where, "measure", measure, names);
  const lacking = lackOf(measure, datafit);
  if (lacking !== undefined) {
    const suitable = names.filter((name) => lackOf(name, datafit) === undefined);
    throw mustBe(where, "measure", `${listOf(suitable, "or")} with ${datafit.name}`, measure, lacking);
  }
  switch (measure) {
    case "deviance":
      return { label: labels[datafit.quadratic ? "squaredError" : measure], higherIsBetter: false };
    case "squaredError":
    case "absoluteError":
    case "misclassification":
      return meanOver(measure);
    case "auc":
      return perFold(measure, ({ target, weights }, eta) => areaUnderCurve(target, eta, weights));
    case "concordance":
      return perFold(measure, ({ target, weights, riskSets }, eta) =>
        concordanceIndex(target, eta, weights, riskSets),
      );
  }
}

/** Returns why a loss does not have a measure, or undefined where it has it. */
function lackOf(
  measure: MeasureName,
  { response, responses, hasProbabilities }: Datafit,
): string | undefined {
  switch (measure) {
    case "deviance":
      return undefined;
    case "squaredError":
    case "absoluteError":
      if (response === "times") return "a time until an event has no error where it is censored";
      return response === "classes" && responses === undefined && !hasProbabilities
        ? "errors of classes are those of their probabilities"
        : undefined;
    case "misclassification":
      return response !== "classes" && responses !== "classes"
        ? "it is of classes, such as those of logistic()"
        : undefined;
    case "auc":
      return response !== "classes" || responses !== undefined
        ? "it is of two classes, such as those of logistic()"
        : undefined;
    case "concordance":
      return response !== "times" ? "it is of times until an event, as those of cox()" : undefined;
  }
}

function ownMeasure(where: string, measure: Measure): CheckedMeasure {
  checkKeys(`${where}, measure`, measure, ["name", "higherIsBetter", "score"]);
  const { name, higherIsBetter } = measure;
  if (typeof name !== "string" || name === "")
    throw mustBe(where, "measure.name", "a text of at least one character", name);
  if (typeof higherIsBetter !== "boolean")
    throw mustBe(where, "measure.higherIsBetter", "true or false", higherIsBetter);
  if (typeof measure.score !== "function")
    throw mustBe(where, "measure.score", "a function of y, predictions and weights", measure.score);
  const scored = wholeFolds(({ fold, loss, target, weights }, eta) => {
    const score: unknown = measure.score(target.slice(), predictionsOf(loss, eta), weights.slice());
    if (typeof score === "number" && Number.isFinite(score)) return score;
    throw mustBe(where, `the score of ${JSON.stringify(name)} in fold ${fold}`, "a finite number", score);
  });
  return { label: name, higherIsBetter, scoreFold: scored };
}

/**
 * Returns the measure of rows that are read in passes.
 *
 * @returns `row` is undefined for the deviance.
 * @throws InputError when it is no mean over rows, or the loss does not have it.
 */
export function rowMeasureOf(
  where: string,
  datafit: Datafit,
  measure: MeasureName | Measure = "deviance",
): { readonly label: string; readonly row: RowMeasure | undefined } {
  const { label } = measureOf(where, datafit, measure);
  if (measure === "deviance") return { label, row: undefined };
  if (measure === "squaredError" || measure === "absoluteError" || measure === "misclassification")
    return { label, row: measure };
  const means = '"deviance", "squaredError", "absoluteError" or "misclassification"';
  const remedy = "a measure of a whole fold must have its rows in memory";
  throw mustBe(where, "measure", `${means} for rows that are read in passes`, label, remedy);
}

/** A measure that is a mean over rows. */
function meanOver(measure: RowMeasure): CheckedMeasure {
  const scoreFold: FoldScorer = ({ loss, target, weights, etas, bySample }) => {
    const n = weights.length;
    const terms = etas.map((eta) => rowErrors(measure, loss, target, eta, n));
    const lossOf = (of: Float64Array, i: number): number => {
      let sum = 0;
      for (let k = i; k < of.length; k += n) sum += of[k];
      return sum;
    };
    const weight = total(weights);
    const meanLoss = (of: Float64Array): number =>
      weights.reduce((sum, each, i) => sum + (each > 0 ? each * lossOf(of, i) : 0), 0) / weight;
    const fold = { weight, loss: Float64Array.from(terms, meanLoss) };
    const alone = (i: number): HeldOutLoss => ({
      weight: weights[i],
      loss: Float64Array.from(terms, (of) => lossOf(of, i)),
    });
    return { fold, parts: bySample ? Array.from(weights, (_, i) => alone(i)) : [fold] };
  };
  return { label: labels[measure], higherIsBetter: false, scoreFold };
}

/** A measure that compares the rows of a fold with each other, of which the higher is the better. */
function perFold(
  measure: MeasureName,
  scoreOf: (held: HeldOutRows, eta: Float64Array) => number,
): CheckedMeasure {
  return { label: labels[measure], higherIsBetter: true, scoreFold: wholeFolds(scoreOf) };
}

function wholeFolds(scoreOf: (held: HeldOutRows, eta: Float64Array) => number): FoldScorer {
  return (held) => {
    const weight = total(held.weights);
    const fold = {
      weight,
      loss: Float64Array.from(held.etas, (eta) => (weight > 0 ? scoreOf(held, eta) : Number.NaN)),
    };
    return { fold, parts: [fold] };
  };
}

function total(weights: Float64Array): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}

/** Returns the results of folds with the scores of a measure in place of those of the loss. */
export function scoredBy(
  { scoreFold }: CheckedMeasure,
  folds: Folds,
  results: readonly (PredictedFold | undefined)[],
  data: ModelData,
  datafit: Datafit,
  bySample: boolean,
): (PredictedFold | undefined)[] {
  if (scoreFold === undefined) return [...results];
  const loss = lossFor(datafit, data);
  return results.map((result, f) => {
    if (result === undefined) return undefined;
    const rows = heldOut(data, heldOutRows(folds, f));
    const held = { fold: folds.ids[f], loss, ...rows, etas: result.predictors, bySample };
    return { ...result, ...scoreFold(held) };
  });
}

/** @throws InputError when the rows of a fold cannot be compared with each other: they have one class only, or no comparable times. */
export function checkComparable(
  where: string,
  measure: MeasureName | Measure | undefined,
  folds: Folds,
  data: ModelData,
): void {
  if (measure !== "auc" && measure !== "concordance") return;
  folds.ids.forEach((id, f) => {
    const { target, weights, riskSets } = heldOut(data, heldOutRows(folds, f));
    if (total(weights) === 0) return;
    const even = new Float64Array(target.length);
    const isAuc = measure === "auc";
    const score = isAuc
      ? areaUnderCurve(target, even, weights)
      : concordanceIndex(target, even, weights, riskSets);
    if (!Number.isNaN(score)) return;
    const [what, rule] = isAuc
      ? [`the rows of fold ${id} must be of both classes`, "one class only"]
      : [`two rows of fold ${id} must have times that compare`, "none"];
    throw new InputError(
      `${where}: ${what} for measure "${measure}", got ${rule}; take fewer folds or another measure`,
    );
  });
}

function heldOut(
  { target, samples, design: { nSamples } }: ModelData,
  rows: Int32Array,
): Pick<HeldOutRows, "target" | "weights" | "riskSets"> {
  return {
    target: entriesOf(target, rows, nSamples),
    riskSets: riskSetsAmong(samples.riskSets, rows, nSamples),
    weights: samples.weights
      ? entriesOf(samples.weights, rows, nSamples)
      : new Float64Array(rows.length).fill(1),
  };
}
