/** Judges a fit by rows that it was not fitted to ({@link evaluate}). */
import type { DesignInput, TargetInput } from "../../design/design-input";
import type { ClassLabel } from "../../design/targets/class-codes";
import { counted, formatNumber } from "../../display/formatting";
import { Table, TableResult } from "../../display/table";
import { InputError, mustBe, noClasses } from "../../errors";
import { checkKeys } from "../../options";
import { studentQuantile } from "../../random/distributions";
import { type FitArguments, type FrameFit, readFit } from "../named/frame-estimator";
import { countedLoss } from "../options/model-data";
import type { AnyFit } from "../results/fit-of";
import { type PredictedRows, predictedRows, type ScoreOptions } from "../results/fitted-model";
import { concordanceIndex, scoreOf } from "../results/score";
import {
  areaWithError,
  type CalibrationGroup,
  calibrationGroups,
  type RocPoint,
  rocCurve,
} from "./classification";
import { type MeasuresWithoutFeatures, measuresWithoutFeatures } from "./without-features";

/** Options of {@link evaluate}: weights and offsets of the rows, and how near to 0 or 1 a probability may come. */
export interface EvaluateOptions extends ScoreOptions {
  /**
   * The least probability of a class in the log loss and the deviance, from 0 to below 1/2: `assess.glmnet` has 1e-5. Of more than two
   * classes only from below. Default: 0, so that a class held for impossible makes both infinite.
   */
  readonly probabilityBound?: number;
  /**
   * Linear predictors to judge in place of the fit's own, one a row, of several responses one list a row: those of rows held out, such as
   * `cv.outOfFold[k]` of a cross-validation with `keep`. Default: what `decisionFunction` gives.
   */
  readonly linearPredictor?: ArrayLike<number> | readonly ArrayLike<number>[];
}

/** The fields that an {@link Evaluation} is made of. */
type EvaluationFields = Omit<
  Evaluation,
  "toString" | "toMimeBundle" | "summary" | "confusionTable" | "roc" | "calibration"
>;

/** Head of the column of what the best constant prediction reaches. */
const WITHOUT = "without features";

/** The quantile of a normal distribution that 2.5 % are above. */
const NORMAL = studentQuantile(0.025, Infinity);

/**
 * How well a fit predicts rows, as measures that its response has; those that it does not have are undefined. An immutable value.
 *
 * @example
 * ```ts
 * const fit = new SmoothLasso({ lambda: 0.1 }).fit([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2]);
 * evaluate(fit, [[3, 0], [0, 2]], [3, 1]).meanAbsoluteError; // below 1
 * ```
 */
export class Evaluation extends TableResult {
  /** Name of the estimator, such as `"SmoothLasso"`. */
  readonly estimator!: string;
  /** Strength of the penalty of the fit. */
  readonly lambda!: number;
  /** Number of rows. */
  readonly nSamples!: number;
  /** Number of rows of a frame that a pipeline with `missing: "drop"` left out. */
  readonly nDropped!: number;
  /** The labels of the classes, in the order of `confusion`; undefined where the response has none. */
  readonly classes!: readonly ClassLabel[] | undefined;
  /** Mean deviance, twice what the loss exceeds that of the saturated model by; of a squared error the mean squared error, of times until an
   * event that of the partial likelihood of these rows, by event. */
  readonly deviance!: number;
  /** For numbers `R^2`, or `D^2` with the deviance of counts and other losses that have one in place of squares; for tasks their mean. */
  readonly r2!: number | undefined;
  /** The name of `r2` in the table, which depends on the loss; undefined where there is none. */
  readonly r2Name!: "R²" | "D²" | undefined;
  /** The error of numbers, summed over tasks. */
  readonly meanSquaredError!: number | undefined;
  /** The error of numbers, summed over tasks. */
  readonly meanAbsoluteError!: number | undefined;
  /** Share of the rows whose class is predicted. */
  readonly accuracy!: number | undefined;
  /** Minus the mean logarithm of the probability of the class of a row. */
  readonly logLoss!: number | undefined;
  /** Mean squared error of the probability of the second class; of more classes summed over them (Brier 1950). */
  readonly brier!: number | undefined;
  /** Area under the ROC curve, of two classes; NaN where all rows are of one. */
  readonly auc!: number | undefined;
  /** Its 95 % interval of DeLong, cut to 0 and 1; undefined where rows have weights. */
  readonly aucInterval!: readonly [number, number] | undefined;
  /** Harrell's concordance index, of times until an event. */
  readonly concordance!: number | undefined;
  /** The measures of the best constant prediction of these rows, without features; undefined where rows have offsets. */
  readonly withoutFeatures!: MeasuresWithoutFeatures | undefined;
  /** `confusion[c][d]` is the weight of the rows of class `c` that are predicted to be of class `d`, their number where all rows count the same. */
  readonly confusion!: readonly (readonly number[])[] | undefined;
  /** The responses of numbers, or 0 and 1 of two classes; of others undefined. */
  readonly observed!: Float64Array | undefined;
  /** Predictions of them: expected values, or probabilities of the second class. */
  readonly predicted!: Float64Array | undefined;
  /** One a row, of mean one; undefined where all rows count the same. */
  readonly weights!: Float64Array | undefined;

  constructor(fields: EvaluationFields) {
    super();
    Object.assign(this, fields);
  }

  /**
   * The ROC curve, from no row taken for the second class to all; undefined unless there are two classes with probabilities, and rows of
   * both.
   */
  get roc(): RocPoint[] | undefined {
    const { observed, predicted, weights, auc } = this;
    const isOfBoth = auc !== undefined && !Number.isNaN(auc);
    return isOfBoth && observed && predicted ? rocCurve(observed, predicted, weights) : undefined;
  }

  /**
   * Compares predictions with responses in groups of rows with similar predictions.
   *
   * @param nGroups an integer of at least 2. Default: 10.
   * @returns one a group, by ascending prediction: fewer where predictions are equal. Of numbers, counts and two classes.
   * @throws InputError for several responses, more classes and times until an event.
   */
  calibration(nGroups: number = 10): CalibrationGroup[] {
    const where = "Evaluation.calibration";
    if (!(Number.isInteger(nGroups) && nGroups >= 2))
      throw mustBe(where, "nGroups", "an integer >= 2", nGroups);
    const { observed, predicted } = this;
    if (observed === undefined || predicted === undefined)
      throw new InputError(
        `${where}: the response must be of numbers or of two classes with probabilities, got ${this.#responseInWords()}`,
      );
    return calibrationGroups(observed, predicted, this.weights, nGroups);
  }

  /** One row a measure, beside what the best constant prediction reaches, with the interval of the area under the ROC curve. */
  summary(): Table {
    const none = this.withoutFeatures;
    const measures: [string, number | undefined, number | undefined][] = [
      ["deviance", this.deviance, none?.deviance],
      [this.r2Name ?? "R²", this.r2, 0],
      ["mean squared error", this.meanSquaredError, none?.meanSquaredError],
      ["mean absolute error", this.meanAbsoluteError, none?.meanAbsoluteError],
      ["accuracy", this.accuracy, none?.accuracy],
      ["log loss", this.logLoss, none?.logLoss],
      ["Brier score", this.brier, none?.brier],
      ["AUC", this.auc, 0.5],
      ["concordance", this.concordance, 0.5],
    ];
    const known = (value: number | undefined): number | null =>
      value === undefined || Number.isNaN(value) ? null : value;
    const interval = this.aucInterval;
    return new Table({
      title: `${this.estimator}, lambda = ${formatNumber(this.lambda, 4)}, evaluated on ${counted(this.nSamples, "row")}${this.nDropped > 0 ? `, ${this.nDropped} dropped for missing values` : ""}`,
      columns: ["measure", "value", ...(none ? [WITHOUT] : []), ...(interval ? ["95 % from", "to"] : [])],
      rows: measures
        .filter(([, value]) => value !== undefined)
        .map(([name, value, constant]) => [
          name,
          known(value),
          ...(none ? [known(constant)] : []),
          ...(interval ? (name === "AUC" ? interval : [null, null]) : []),
        ]),
      notes: this.confusion ? [this.#confusionInWords()] : [],
    });
  }

  /** One row a class, one column a predicted class. @throws InputError where the response has no classes. */
  confusionTable(): Table {
    const { classes, confusion } = this;
    if (classes === undefined || confusion === undefined)
      throw noClasses("Evaluation.confusionTable", this.estimator);
    return new Table({
      title: `Classes of ${counted(this.nSamples, "row")}, and those predicted`,
      columns: ["class", ...classes.map((label) => `predicted ${label}`), "right"],
      rows: confusion.map((counts, c) => {
        const all = counts.reduce((sum, count) => sum + count, 0);
        return [String(classes[c]), ...counts, all > 0 ? counts[c] / all : null];
      }),
    });
  }

  /** The response, where it is not of numbers. */
  #responseInWords(): string {
    if (this.concordance !== undefined) return "times until an event";
    if (this.classes === undefined) return "several responses";
    return this.auc === undefined ? `${this.classes.length} classes` : "two classes without probabilities";
  }

  /** `Of class "no" 50 of 60 rows are right, of "yes" 12 of 20.` */
  #confusionInWords(): string {
    const parts = (this.confusion ?? []).map((counts, c) => {
      const all = counts.reduce((sum, count) => sum + count, 0);
      return `of ${JSON.stringify(this.classes?.[c])} ${formatNumber(counts[c])} of ${formatNumber(all)}`;
    });
    const shown = parts.length > 6 ? [...parts.slice(0, 5), `and ${parts.length - 5} classes more`] : parts;
    return `Right: ${shown.join(", ")}.`;
  }
}

/**
 * Judges a fit by rows that it was not fitted to, with every measure that its response has: of numbers `R^2` and errors, of classes accuracy,
 * log loss, Brier score, the area under the ROC curve and the table of confusion, of times until an event the concordance index; and the
 * deviance of all.
 *
 * Rows that the fit has seen make it look better than it is: take `trainTestSplit` first, or `nestedCrossValidate` where there are few, or the
 * predictions of rows held out, `{ linearPredictor: cv.outOfFold[k] }`, though `lambda` was chosen by them.
 *
 * @param X with the training columns: a frame is read by column name, arrays by position.
 * @param y the response of these rows.
 * @param options `sampleWeight`: default 1 each; `offset`: needed where the fit had one; `probabilityBound`; `linearPredictor`.
 * @throws InputError when `X` and `y` do not fit each other or the model, or an option is outside its domain.
 * @see DeLong, DeLong and Clarke-Pearson, Comparing the areas under two or more correlated receiver operating characteristic curves (1988)
 * @example
 * ```ts
 * const X = [[1, 0], [0, 1], [1, 1], [2, 1], [0, 0], [2, 0]];
 * const fit = new SmoothLasso({ lambda: 0.05, datafit: logistic() }).fit(X, ["no", "no", "yes", "yes", "no", "yes"]);
 * evaluate(fit, X, ["no", "no", "yes", "yes", "no", "yes"]).auc; // 1: each "yes" has a higher probability than each "no"
 * ```
 */
export function evaluate(fit: AnyFit, X: DesignInput, y: TargetInput, options?: EvaluateOptions): Evaluation;
/** Does the same for the fit of a pipeline and a frame with the response, in the rows that the fit reads. @throws InputError as with a fit, and as `read` of the fit. */
export function evaluate(fit: FrameFit, frame: DesignInput, options?: EvaluateOptions): Evaluation;
export function evaluate(...args: FitArguments<EvaluateOptions>): Evaluation {
  const where = "evaluate";
  const { fit, X, y, droppedRows, options } = readFit(where, args);
  checkKeys(where, options, ["sampleWeight", "offset", "probabilityBound", "linearPredictor"], undefined, {
    weights: 'did you mean "sampleWeight"?',
    sample_weight: 'did you mean "sampleWeight"?',
  });
  if (typeof Object(fit).decisionFunction !== "function" || !("certificate" in Object(fit)))
    throw mustBe(
      where,
      "fit",
      "a fit of an estimator of this library",
      fit,
      "fit a model first, or take cv.best",
    );
  const { probabilityBound: bound = 0 } = options;
  if (!(typeof bound === "number" && bound >= 0 && bound < 0.5))
    throw mustBe(where, "probabilityBound", "a number of at least 0 and below 1/2", bound);
  const given = options.linearPredictor;
  const rows = predictedRows(
    where,
    fit,
    X,
    y,
    options,
    given && (({ length }, nResponses) => checkedPredictor(where, given, length, nResponses)),
  );
  const { datafit, nSamples, weights, target } = rows;
  const nResponses = target.length / nSamples;
  const { estimator, lambda, classes } = fit;
  const isOfTwo = datafit.response === "classes" && nResponses === 1;
  const hasProbabilities = isOfTwo ? datafit.hasProbabilities : classes !== undefined;
  const area = isOfTwo ? areaWithError(target, rows.eta, weights) : undefined;
  const isPlain = nResponses === 1 && (datafit.response === "numbers" || (isOfTwo && hasProbabilities));
  const logLoss = hasProbabilities ? logLossOf(rows, bound) : undefined;
  const deviance = logLoss !== undefined && bound > 0 ? 2 * logLoss : devianceOf(rows);
  const numbers = classes === undefined && datafit.response === "numbers" ? ofNumbers(rows) : noNumbers;
  const confusion = classes && confusionOf(rows, classes.length);
  const devianceAt = (eta: Float64Array): number => devianceOf({ ...rows, eta });
  return new Evaluation({
    estimator,
    lambda,
    nSamples,
    nDropped: droppedRows?.length ?? 0,
    classes,
    deviance,
    ...numbers,
    accuracy: classes && weightedMean(rows, (i) => (rows.codes[i] === codeOf(rows, i) ? 1 : 0)),
    logLoss,
    brier: hasProbabilities ? errorOf(rows, (error) => error ** 2) : undefined,
    auc: area?.value,
    aucInterval: area && intervalOf(area.value, area.standardError),
    concordance:
      datafit.response === "times" ? concordanceIndex(target, rows.eta, weights, rows.riskSets) : undefined,
    withoutFeatures:
      options.offset === undefined
        ? measuresWithoutFeatures(rows, {
            deviance,
            r2: numbers.r2,
            confusion,
            hasProbabilities,
            bound,
            devianceAt,
          })
        : undefined,
    confusion,
    observed: isPlain ? target : undefined,
    predicted: isPlain ? rows.predicted : undefined,
    weights,
  });
}

/** Linear predictors that are given in place of a fit's own, one response after the other. @throws InputError unless they are as many, and finite. */
function checkedPredictor(
  where: string,
  given: Required<EvaluateOptions>["linearPredictor"],
  length: number,
  nResponses: number,
): Float64Array {
  const nSamples = length / nResponses;
  const what = "linearPredictor";
  if (Object(given).length !== nSamples)
    throw mustBe(where, what, `a list of ${nSamples}, one a row`, Object(given).length ?? given);
  return Float64Array.from({ length }, (_, k) => {
    const [row, response] = [k % nSamples, Math.floor(k / nSamples)];
    const entry = given[row];
    const value = typeof entry === "number" ? (nResponses === 1 ? entry : undefined) : entry?.[response];
    if (typeof value === "number" && Number.isFinite(value)) return value;
    const rule = "finite, as where every fold was fitted";
    throw mustBe(where, `${what}[${row}]${nResponses > 1 ? `[${response}]` : ""}`, rule, value);
  });
}

function weightedMean({ nSamples, weights }: PredictedRows, of: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < nSamples; i++) {
    const weight = weights?.[i] ?? 1;
    if (weight > 0) sum += weight * of(i);
  }
  return sum / nSamples;
}

/** The mean of errors, summed over responses. */
function errorOf(rows: PredictedRows, term: (error: number) => number): number {
  const { nSamples, target, predicted } = rows;
  return weightedMean(rows, (i) => {
    let sum = 0;
    for (let k = i; k < target.length; k += nSamples) sum += term(target[k] - predicted[k]);
    return sum;
  });
}

function devianceOf(rows: PredictedRows): number {
  const { datafit, nSamples, target, eta, weights } = rows;
  if (datafit.response === "times" && !target.some((time, i) => time > 0 && weights?.[i] !== 0))
    return Number.NaN;
  const loss = countedLoss(datafit, rows);
  const excess =
    loss.valueAndGradient(target, eta, new Float64Array(eta.length)) - loss.saturatedValue(target);
  if (datafit.response !== "times") return 2 * excess;
  const nEvents = target.reduce((sum, time, i) => sum + (time > 0 ? (weights?.[i] ?? 1) : 0), 0);
  return (2 * excess * nSamples) / nEvents;
}

const noNumbers = {
  r2: undefined,
  r2Name: undefined,
  meanSquaredError: undefined,
  meanAbsoluteError: undefined,
};

function ofNumbers(rows: PredictedRows): Pick<EvaluationFields, keyof typeof noNumbers> {
  const { datafit, nSamples, target, eta, predicted, weights } = rows;
  let r2 = 0;
  const nResponses = target.length / nSamples;
  for (let r = 0; r < nResponses; r++) {
    const own = (values: Float64Array): Float64Array => values.subarray(r * nSamples, (r + 1) * nSamples);
    const scored = { target: own(target), eta: own(eta), predicted: own(predicted), weights };
    r2 += scoreOf(datafit, scored) / nResponses;
  }
  return {
    r2,
    r2Name: datafit.unitDeviance === undefined ? "R²" : "D²",
    meanSquaredError: errorOf(rows, (error) => error ** 2),
    meanAbsoluteError: errorOf(rows, Math.abs),
  };
}

/** The place of a row's class. */
function codeOf({ nSamples, target }: PredictedRows, i: number): number {
  if (target.length === nSamples) return target[i];
  for (let k = i; k < target.length; k += nSamples) if (target[k] === 1) return (k - i) / nSamples;
  return Number.NaN;
}

function logLossOf(rows: PredictedRows, bound: number): number {
  if (bound === 0) return devianceOf(rows) / 2;
  const { nSamples, target, predicted } = rows;
  return weightedMean(rows, (i) => {
    const ofOwn =
      target.length > nSamples
        ? predicted[codeOf(rows, i) * nSamples + i]
        : target[i] === 1
          ? predicted[i]
          : 1 - predicted[i];
    return -Math.log(Math.min(Math.max(ofOwn, bound), 1 - bound));
  });
}

function intervalOf(value: number, standardError: number): [number, number] | undefined {
  if (Number.isNaN(standardError)) return undefined;
  const at = (sign: number): number => Math.min(Math.max(value + sign * NORMAL * standardError, 0), 1);
  return [at(-1), at(1)];
}

function confusionOf(rows: PredictedRows, nClasses: number): number[][] {
  const confusion = Array.from({ length: nClasses }, () => new Array<number>(nClasses).fill(0));
  for (let i = 0; i < rows.nSamples; i++) confusion[codeOf(rows, i)][rows.codes[i]] += rows.weights?.[i] ?? 1;
  return confusion;
}
