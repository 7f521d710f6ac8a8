/** Checks the options of a cross-validation and reads its data, before any model is fitted. */
import type { Datafit } from "../../datafits";
import type { DesignInput, TargetInput } from "../../design/design-input";
import { asDesignMatrix } from "../../design/sources/read-table";
import { InputError, mustBe } from "../../errors";
import { type ModelData, readData } from "../options/model-data";
import type { LambdaGridOptions } from "../options/run-options";
import { checkRun, checkWorkers, type PathOptions, pathKeys } from "../options/run-options";
import type { FitRunner } from "../path/fit-runner";
import type { AnyFit } from "../results/fit-of";
import type { Preprocess } from "./fit-folds";
import { type FoldOptions, type Folds, foldKeys, foldsOf } from "./folds";
import { type CheckedMeasure, checkComparable, type Measure, type MeasureName, measureOf } from "./measure";

/** Options of `crossValidate`: its lambdas, its folds and how it runs. */
export interface CrossValidationOptions<Options extends object = Readonly<Record<string, unknown>>>
  extends PathOptions,
    FoldOptions {
  /**
   * Values of other options of the estimator to choose among as well, such as `{ depth: [2, 3, 4] }` or `{ l1Ratio: [0.1, 0.5, 1] }`:
   * every combination is validated on the same folds, along lambdas of its own (scikit-learn's `GridSearchCV`). Default: its own.
   */
  readonly grid?: { readonly [Name in keyof Options]?: ArrayLike<Options[Name]> };
  /**
   * Whether relaxed paths are chosen among as well: the shares `gamma` of the penalized fit in each, from 0 to 1; true for glmnet's 0,
   * 0.25, 0.5, 0.75 and 1. Default: false.
   */
  readonly relax?: boolean | ArrayLike<number>;
  /**
   * The score of the rows held out, by which `lambda` is chosen: `"deviance"`, `"squaredError"`, `"absoluteError"`,
   * `"misclassification"`, `"auc"` (of two classes), `"concordance"` (of times until an event), or a measure of one's own. Errors of classes are
   * those of their probabilities. Default: `"deviance"`, which of a squared error is the mean squared error.
   */
  readonly measure?: MeasureName | Measure;
  /** Whether the linear predictors of the rows held out are kept. Default: false. */
  readonly keep?: boolean;
  /**
   * Makes the columns of all rows by what it learns from those that a fold is fitted on, given as indices: imputed values, knots, scores of a
   * principal component. It must not look at other rows, and has to return as many columns as `X` has. `preprocess` of `fromFrame` and
   * `fromFormula` is one. `where` names the call and the fold, for its errors. Not with several `workers`. Default: the columns of `X` in all folds.
   */
  readonly preprocess?: ((fitted: Int32Array, where: string) => DesignInput) | undefined;
  /**
   * Number of threads that the folds are spread over, that of the call among them, an integer of at least 1; the numbers are the same
   * to the last bit. Another thread takes about a tenth of a second to start, beside the path of all rows, and waits for
   * more work for a minute. Default: 1.
   */
  readonly workers?: number;
}

/** Remedies for the words of scikit-learn, glmnet and others. */
const otherWords: Readonly<Record<string, string>> = Object.fromEntries([
  ...["threads", "nThreads", "n_jobs", "nJobs", "parallel"].map((word) => [word, 'did you mean "workers"?']),
  ...["random_state", "randomState"].map((word) => [word, 'did you mean "seed"?']),
  ...["groups", "sample_groups"].map((word) => [word, 'did you mean "sampleGroups"?']),
  ...["scoring", "type_measure", "typeMeasure", "metric"].map((word) => [word, 'did you mean "measure"?']),
  ...["param_grid", "paramGrid"].map((word) => [word, 'did you mean "grid"?']),
  ...["depths", "qs", "l1Ratios", "l1_ratio"].map((word) => [
    word,
    "values of an option to choose among go into grid, as { depth: [2, 3] }",
  ]),
  ...["gamma", "gammas"].map((word) => [word, 'the gammas of relaxed paths go into "relax"']),
  ...["cv", "nfolds", "nFolds", "n_folds", "n_splits"].map((word) => [word, 'did you mean "folds"?']),
]);

/** The names of the options of a cross-validation. */
export const validationKeys: readonly string[] = [
  ...pathKeys,
  ...foldKeys,
  "grid",
  "relax",
  "measure",
  "keep",
  "preprocess",
  "workers",
];

/** Options of an estimator by their names, with one value each. */
export type Params = Readonly<Record<string, unknown>>;

/** A cross-validation whose options are checked and whose data are read. */
export interface ValidationPlan {
  readonly where: string;
  readonly data: ModelData;
  readonly folds: Folds;
  readonly grid: LambdaGridOptions;
  /** The combinations of options that are compared; undefined where the model is the only one. */
  readonly points: readonly Params[] | undefined;
  /** The shares of the penalized fit in the relaxed paths that are compared, descending. */
  readonly gammas?: readonly number[] | undefined;
  readonly keep: boolean;
  /** Undefined where the design of the data is that of all folds. */
  readonly preprocess?: Preprocess | undefined;
  readonly measure: CheckedMeasure;
  readonly workers: number;
  /** Whether a standard error counts each sample by itself. */
  readonly bySample: boolean;
}

/** @throws InputError when an option is unknown or outside its domain, or the data are not as they must be. */
export function validationPlan(
  where: string,
  { datafit }: FitRunner<AnyFit>,
  X: DesignInput,
  y: TargetInput,
  options: CrossValidationOptions,
  isShared = false,
): ValidationPlan {
  checkRun(where, options, validationKeys, otherWords);
  // The folds are chosen from the rows as they came.
  const data = { ...readData(where, X, y, datafit, options, isShared), ownsDesign: false };
  return planOf(where, datafit, data, options);
}

/** @throws InputError when an option is outside its domain, or the data cannot be divided so. */
export function planOf(
  where: string,
  datafit: Datafit,
  data: ModelData,
  options: CrossValidationOptions,
): ValidationPlan {
  const { keep = false, lambdas, nLambdas, lambdaMinRatio } = options;
  if (typeof keep !== "boolean") throw mustBe(where, "keep", "true or false", keep);
  const measure = measureOf(where, datafit, options.measure);
  const workers = checkWorkers(where, options);
  const preprocess = preprocessOf(where, options, data.design);
  const points = pointsOf(where, options.grid);
  const gammas = gammasOf(where, options.relax);
  const folds = foldsOf(where, options, data, datafit);
  checkComparable(where, options.measure, folds, data);
  return {
    where,
    data,
    folds,
    grid: { lambdas, nLambdas, lambdaMinRatio },
    points,
    gammas,
    keep,
    preprocess,
    measure,
    workers,
    // A fold of fewer than three samples says little of the spread, so each sample counts by itself then, as in cv.glmnet.
    bySample: data.samples.nCounted / folds.ids.length < 3 && !datafit.comparesSamples,
  };
}

/** Returns what reads the result of preprocessing. @throws InputError, then or later, when it is no function, or returns a table of another shape. */
export function preprocessOf(
  where: string,
  { preprocess, workers = 1 }: CrossValidationOptions,
  { nSamples, nFeatures }: ModelData["design"],
): Preprocess | undefined {
  if (preprocess === undefined) return undefined;
  if (typeof preprocess !== "function") throw mustBe(where, "preprocess", "a function", preprocess);
  if (workers > 1)
    throw mustBe(
      where,
      "workers",
      "1 with preprocess, which a pipeline has unless it learns levels only, and no other thread can be sent",
      workers,
    );
  return (at, fitted) => {
    const design = asDesignMatrix(at, preprocess(fitted.slice(), at));
    if (design.nSamples !== nSamples || design.nFeatures !== nFeatures) {
      const shape = `${design.nSamples} rows and ${design.nFeatures} columns`;
      throw new InputError(
        `${at}: preprocess must return the ${nSamples} rows and ${nFeatures} columns of X, got ${shape}`,
      );
    }
    return design;
  };
}

/** Every combination of the values, the last option changing first. */
function pointsOf(where: string, grid: Readonly<Record<string, unknown>> | undefined): Params[] | undefined {
  if (grid === undefined) return undefined;
  const isRecord = typeof grid === "object" && grid !== null && !Array.isArray(grid);
  const entries = isRecord ? Object.entries(grid).filter(([, values]) => values !== undefined) : [];
  if (entries.length === 0)
    throw mustBe(where, "grid", "options with lists of values, such as { depth: [2, 3] }", grid);
  let points: Params[] = [{}];
  for (const [name, values] of entries) {
    const what = `grid.${name}`;
    const remedies: Readonly<Record<string, string>> = {
      lambda: "name them by lambdas",
      datafit: "losses are not compared by their deviances, so cross-validate each",
    };
    if (Object.hasOwn(remedies, name)) throw mustBe(where, what, "left out", values, remedies[name]);
    const isList = Array.isArray(values) || ArrayBuffer.isView(values);
    const list: unknown[] = isList ? Array.from(values as unknown as ArrayLike<unknown>) : [];
    if (list.length === 0) throw mustBe(where, what, "a list of at least one value", values);
    if (new Set(list).size < list.length) throw mustBe(where, what, "different values", values);
    points = points.flatMap((point) => list.map((value) => ({ ...point, [name]: value })));
  }
  return points;
}

/** The gammas of glmnet. */
const usualGammas: readonly number[] = [0, 0.25, 0.5, 0.75, 1];

function gammasOf(where: string, relax: boolean | ArrayLike<number> = false): number[] | undefined {
  if (relax === false) return undefined;
  const isList = Array.isArray(relax) || ArrayBuffer.isView(relax);
  if (relax !== true && !isList) throw mustBe(where, "relax", "true, false or a list of gammas", relax);
  const gammas = relax === true ? [...usualGammas] : Array.from(relax as ArrayLike<number>);
  if (gammas.length === 0) throw mustBe(where, "relax", "a list of at least one gamma", relax);
  gammas.forEach((gamma, k) => {
    if (!(typeof gamma === "number" && gamma >= 0 && gamma <= 1))
      throw mustBe(where, `relax[${k}]`, "a number from 0 to 1", gamma);
  });
  if (new Set(gammas).size < gammas.length) throw mustBe(where, "relax", "different numbers", relax);
  return gammas.sort((a, b) => b - a);
}
