/** Nested cross-validation ({@link nestedCrossValidate}): the score of a model together with how its options were chosen. */
import type { Datafit } from "../../datafits";
import type { DesignInput, TargetInput } from "../../design/design-input";
import { encodeClasses } from "../../design/targets/class-codes";
import { formatNumber } from "../../display/formatting";
import { Table, TableResult } from "../../display/table";
import { InputError } from "../../errors";
import { checkChoice, checkKeys } from "../../options";
import { type Estimator, runnerOf, runnersOf } from "../named/estimator";
import { type FrameEstimator, type ModelArguments, readModel } from "../named/frame-estimator";
import { checkRows, lossFor, type ModelData, readData, selectSamples } from "../options/model-data";
import type { ModelOptions } from "../options/model-options";
import { checkRun } from "../options/run-options";
import type { AnyFit } from "../results/fit-of";
import { responseRows } from "../results/fitted-model";
import {
  type CrossValidation,
  crossValidationScores,
  type OutOfFold,
  paramsInWords,
} from "./cross-validation";
import { labelsOf } from "./cross-validation-json";
import { foldPredictor, type Preprocess } from "./fit-folds";
import { type FoldOptions, fittedRows, foldKeys, foldsOf, heldOutRows } from "./folds";
import { checkComparable, measureOf, scoredBy } from "./measure";
import {
  type CrossValidationOptions,
  type Params,
  planOf,
  preprocessOf,
  validationKeys,
} from "./validation-plan";

/** Options of {@link nestedCrossValidate}: those of the cross-validation inside each fold, and the outer folds. */
export interface NestedOptions extends Omit<CrossValidationOptions, "keep" | "onProgress" | "foldId"> {
  /**
   * The outer folds, as the options of `crossValidate` say them. Default: 5 folds, which keep `sampleGroups` together or are `timeOrdered`
   * where the inner ones are, unless `foldId` is given.
   */
  readonly outer?: Omit<FoldOptions, "repeats">;
  /** The fit of each inner cross-validation that is judged: of the best score, or the sparser one. Default: `"lambdaMin"`. */
  readonly choose?: "lambdaMin" | "lambda1se";
}

/** The choice without an outer fold, and how well it predicts that fold. */
export interface NestedChoice {
  /** The number of the fold. */
  readonly fold: number;
  /** The lambda that was chosen. */
  readonly lambda: number;
  /** The options that were chosen, of a `grid` and `relax`; empty where none were compared. */
  readonly params: Params;
  /** Features with a coefficient that is not zero. */
  readonly df: number;
  /** The score of the rows of the fold. */
  readonly score: number;
}

/** The fields that a {@link NestedCrossValidation} is made of. */
type NestedFields = Omit<NestedCrossValidation, "summary" | "toString" | "toMimeBundle">;

/** How well a model predicts rows that had no part in its choice either; an immutable value. */
export class NestedCrossValidation extends TableResult {
  /** Name of the estimator, such as `"SmoothLasso"`. */
  readonly estimator!: string;
  /** The name of the scores. */
  readonly measure!: string;
  /** Whether a higher score is the better one. */
  readonly higherIsBetter!: boolean;
  /** Mean score of the outer folds. */
  readonly meanScore!: number;
  /** Its standard error over the outer folds. */
  readonly standardError!: number;
  /** One an outer fold. */
  readonly choices!: readonly NestedChoice[];
  /** The number of each row's outer fold. */
  readonly foldId!: Int32Array;
  /** The linear predictor of each row by the fit that was chosen without it; of several responses one number each; NaN for a row that is
   * never held out. */
  readonly outOfFold!: OutOfFold<AnyFit>[number];

  constructor(fields: NestedFields) {
    super();
    Object.assign(this, fields);
  }

  /** One row an outer fold: what was chosen without it, and its score. */
  summary(): Table {
    const better = this.higherIsBetter ? "higher is better" : "lower is better";
    const names = Object.keys(this.choices[0].params);
    return new Table({
      title: `${this.estimator}, nested cross-validation in ${this.choices.length} folds: ${this.measure} ${formatNumber(this.meanScore)} ± ${formatNumber(this.standardError)} (${better})`,
      columns: ["fold", ...names, "lambda", "df", this.measure],
      rows: this.choices.map(({ fold, params, lambda, df, score }) => [
        fold,
        ...Object.values(labelsOf(params)),
        lambda,
        df,
        Number.isNaN(score) ? null : score,
      ]),
    });
  }
}

/**
 * Estimates how well a model predicts new rows when its `lambda`, and a `grid` of other options, are chosen by cross-validation: each outer
 * fold is predicted by what a cross-validation of the other rows chose.
 *
 * The best score of a cross-validation is too good an estimate, since it is the best of many; this one is not, at the price of as many
 * cross-validations as there are outer folds.
 *
 * @param X n rows and p columns, as `fit` of the estimators takes them.
 * @param y n responses of the datafit.
 * @param options those of `crossValidate`, for the inner folds; `outer`, the outer ones; `choose`.
 * @returns the mean score of the outer folds with its standard error, and what was chosen without each.
 * @throws InputError as `crossValidate`, and when `signal` is aborted, since half of it is no estimate.
 * @see Varma and Simon, Bias in error estimation when using cross-validation for model selection (2006)
 * @example
 * ```ts
 * const nested = nestedCrossValidate(new SmoothLasso(), X, y, { folds: 3, nLambdas: 5, outer: { folds: 3 } });
 * nested.choices.length; // 3
 * ```
 */
export function nestedCrossValidate<D extends Datafit>(
  estimator: Estimator<ModelOptions<D>, D>,
  X: DesignInput,
  y: TargetInput,
  options?: NestedOptions,
): NestedCrossValidation;
/** Does the same for a pipeline and a frame with the response, whose folds are each prepared by their own rows. @throws InputError as with an estimator. */
export function nestedCrossValidate(
  model: FrameEstimator,
  frame: DesignInput,
  options?: NestedOptions,
): NestedCrossValidation;
export function nestedCrossValidate(...args: ModelArguments<NestedOptions>): NestedCrossValidation {
  const where = "nestedCrossValidate";
  const { estimator: model, X, y, options, preprocess: prepared } = readModel(where, args);
  const { outer = {}, choose = "lambdaMin", ...given } = options;
  const inner = { ...given, ...(prepared && { preprocess: prepared }) } as CrossValidationOptions;
  const innerKeys = validationKeys.filter((key) => !["keep", "foldId", "onProgress"].includes(key));
  checkRun(where, inner, [...innerKeys, "outer", "choose"]);
  checkKeys(
    `${where}, outer`,
    outer,
    foldKeys.filter((key) => key !== "repeats"),
  );
  checkChoice(where, "choose", choose, ["lambdaMin", "lambda1se"]);
  const runner = runnerOf(model);
  const { datafit, name } = runner;
  const data = { ...readData(where, X, y, datafit, inner), ownsDesign: false };
  const measure = measureOf(where, datafit, inner.measure);
  const { nSamples } = data.design;
  const groups =
    inner.sampleGroups === undefined
      ? undefined
      : encodeClasses(where, inner.sampleGroups, "sampleGroups").codes;
  if (groups) checkRows(where, "sampleGroups", groups.length, nSamples);
  const folds = foldsOf(`${where}, outer`, outerFolds(outer, inner), data, datafit);
  checkComparable(where, inner.measure, folds, data);
  const loss = lossFor(datafit, data);
  const eta = new Float64Array(nSamples * loss.nResponses).fill(Number.NaN);
  const preprocess = preprocessOf(where, inner, data.design);
  const predicted = folds.ids.map((id, f) => {
    const [heldOut, fitted] = [heldOutRows(folds, f), fittedRows(folds, f)];
    const at = `${where}, without fold ${id}`;
    const own = { ...inner, ...(groups && { sampleGroups: fitted.map((i) => groups[i]) }) };
    const seen = preprocess ? { ...data, design: preprocess(at, fitted) } : data;
    // A fold inside consists of rows of what is fitted, so that the rows held out here stay unseen.
    const within: Preprocess | undefined =
      preprocess &&
      ((place, rows) =>
        preprocess(
          place,
          rows.map((k) => fitted[k]),
        ).selectRows(fitted));
    const cv = chosenAmong(at, model, selectSamples(where, seen, fitted), own, within);
    const fit = choose === "lambdaMin" ? cv.best : cv.oneStandardError;
    const { predictorsOf, predicted: predict } = foldPredictor(
      { data: seen, heldOut, fitted, bySample: false },
      datafit,
    );
    const result = predict([predictorsOf(fit)]);
    result.predictors[0].forEach((value, i) => {
      eta[Math.floor(i / heldOut.length) * nSamples + heldOut[i % heldOut.length]] = value;
    });
    return { result, fit, params: choose === "lambdaMin" ? cv.params : cv.params1se };
  });
  const results = predicted.map(({ result }) => ({ ...result, relaxed: [], ends: [] }));
  const scored = scoredBy(measure, folds, results, data, datafit, false);
  const parts = scored.flatMap((result) => result?.parts ?? []);
  const { meanScore, standardError } = crossValidationScores([parts], 1, measure.higherIsBetter);
  return new NestedCrossValidation({
    estimator: name,
    measure: measure.label,
    higherIsBetter: measure.higherIsBetter,
    meanScore: meanScore[0],
    standardError: standardError[0],
    choices: predicted.map(({ fit, params }, f) => ({
      fold: folds.ids[f],
      lambda: fit.lambda,
      params,
      df: fit.support.length,
      score: scored[f]?.fold.loss[0] ?? Number.NaN,
    })),
    foldId: folds.foldIds[0],
    outOfFold: loss.responses ? responseRows(eta, loss.nResponses) : eta,
  });
}

/** The options of the outer folds; rows that belong together do so there too, or the score would be too good. */
function outerFolds(outer: FoldOptions, inner: FoldOptions): FoldOptions {
  if (outer.foldId !== undefined) return outer;
  const { timeOrdered = inner.timeOrdered && outer.sampleGroups === undefined } = outer;
  const sampleGroups = outer.sampleGroups ?? (timeOrdered ? undefined : inner.sampleGroups);
  return { folds: 5, ...outer, sampleGroups, timeOrdered };
}

/** The cross-validation of some rows. @throws InputError when it was interrupted. */
function chosenAmong(
  where: string,
  model: Estimator<ModelOptions>,
  data: ModelData,
  options: CrossValidationOptions,
  preprocess: Preprocess | undefined,
): CrossValidation<AnyFit> {
  const runner = runnerOf(model);
  const plan = { ...planOf(where, runner.datafit, { ...data, ownsDesign: false }, options), preprocess };
  const runners = plan.points?.map(runnersOf(model)) ?? [runner];
  if (plan.workers > 1) for (const each of runners) each.describe(where);
  const { crossValidationOf, validateAlong } = loadCrossValidation();
  const cv = crossValidationOf(
    runners,
    plan,
    validateAlong(runners, plan, { ...options, onProgress: () => {} }),
  );
  if (cv.status === "complete") return cv;
  const chosen = cv.members.length > 0 ? `, at ${paramsInWords(cv.params)}` : "";
  throw new InputError(`${where}: every cross-validation must end, got an interruption${chosen}`);
}

/** Loads the cross-validation of models. */
function loadCrossValidation(): typeof import("./cross-validate") {
  return require("./cross-validate");
}
