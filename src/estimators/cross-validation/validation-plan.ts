/** Checks the options of a cross-validation and reads its data, before any model is fitted. */
import type { DesignInput, TargetInput } from "../../design/design-input";
import { mustBe } from "../../errors";
import { type ModelData, readData } from "../options/model-data";
import type { LambdaGridOptions } from "../options/run-options";
import { checkRun, checkWorkers, type PathOptions, pathKeys } from "../options/run-options";
import type { FitRunner } from "../path/fit-runner";
import type { AnyFit } from "../results/fit-of";
import { type FoldOptions, type Folds, foldKeys, foldsOf } from "./folds";
import { type CheckedMeasure, checkComparable, type Measure, type MeasureName, measureOf } from "./measure";

/** Options of `crossValidate`: its lambdas, its folds and how it runs. */
export interface CrossValidationOptions extends PathOptions, FoldOptions {
  /** Depths to choose among as well, for an estimator that has one, each with lambdas of its own. Default: its own. */
  readonly depths?: ArrayLike<number>;
  /**
   * The score of the rows held out, by which `lambda` is chosen: `"deviance"`, `"squaredError"`, `"absoluteError"`,
   * `"misclassification"`, `"auc"` (of two classes), `"concordance"` (of times until an event), or a measure of one's own. Errors of classes are
   * those of their probabilities. Default: `"deviance"`, which of a squared error is the mean squared error.
   */
  readonly measure?: MeasureName | Measure;
  /** Whether the linear predictors of the rows held out are kept. Default: false. */
  readonly keep?: boolean;
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
  ...["cv", "nfolds", "nFolds", "n_folds", "n_splits"].map((word) => [word, 'did you mean "folds"?']),
]);

/** A cross-validation whose options are checked and whose data are read. */
export interface ValidationPlan {
  readonly where: string;
  readonly data: ModelData;
  readonly folds: Folds;
  readonly grid: LambdaGridOptions;
  /** Undefined where the model is the only one. */
  readonly depths: readonly number[] | undefined;
  readonly keep: boolean;
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
  hasDepth: boolean,
  isShared = false,
): ValidationPlan {
  checkRun(where, options, [...pathKeys, ...foldKeys, "depths", "measure", "keep", "workers"], otherWords);
  const { keep = false, lambdas, nLambdas, lambdaMinRatio } = options;
  if (typeof keep !== "boolean") throw mustBe(where, "keep", "true or false", keep);
  const measure = measureOf(where, datafit, options.measure);
  const workers = checkWorkers(where, options);
  const depths = checkedDepths(where, options.depths, hasDepth);
  // The folds are chosen from the rows as they came.
  const data = { ...readData(where, X, y, datafit, options, isShared), ownsDesign: false };
  const folds = foldsOf(where, options, data, datafit);
  checkComparable(where, options.measure, folds, data);
  return {
    where,
    data,
    folds,
    grid: { lambdas, nLambdas, lambdaMinRatio },
    depths,
    keep,
    measure,
    workers,
    // A fold of fewer than three samples says little of the spread, so each sample counts by itself then, as in cv.glmnet.
    bySample: data.samples.nCounted / folds.ids.length < 3 && !datafit.comparesSamples,
  };
}

function checkedDepths(
  where: string,
  depths: ArrayLike<number> | undefined,
  hasDepth: boolean,
): number[] | undefined {
  if (depths === undefined) return undefined;
  if (!hasDepth) {
    const remedy = "SmoothBridge and SmoothGroupBridge have one";
    throw mustBe(where, "depths", "left out for an estimator without depth", depths, remedy);
  }
  const list = Array.from(Object(depths) as ArrayLike<number>);
  if (list.length === 0) throw mustBe(where, "depths", "a list of at least one number", depths);
  if (new Set(list).size < list.length) throw mustBe(where, "depths", "different numbers", depths);
  return list;
}
