import type { DesignInput, TargetInput } from "../design/design-input";
import { mustBe } from "../errors";
import type { EndedFit } from "./convergence-warning";
import { CrossValidation, type CrossValidationFields } from "./cross-validation";
import { type FoldResult, fitFold } from "./fit-fold";
import { type FoldOptions, type Folds, foldKeys, foldsOf, rowsOf } from "./folds";
import { type ModelData, readData } from "./model-data";
import { type PathProgress, pathProgress } from "./path-progress";
import { checkRun, type PathOptions, pathKeys } from "./run-options";
import { phraseOf, type SparseModel } from "./sparse-model";

/** What `crossValidate` takes besides the data: its lambdas, its folds and how it runs. */
export interface CrossValidationOptions extends PathOptions, FoldOptions {
  /** Depths to choose among as well, for an estimator that has one, each with lambdas of its own. Default: its own. */
  readonly depths?: ArrayLike<number>;
  /** Whether the linear predictors of the rows held out are kept. Default: false. */
  readonly keep?: boolean;
}

/** Cross-validates a model, or one a depth on the same folds; `atDepth` makes the latter where there is a depth. */
export function crossValidate(
  model: SparseModel,
  X: DesignInput,
  y: TargetInput,
  options: CrossValidationOptions,
  atDepth: ((depth: number) => SparseModel) | undefined,
): CrossValidation {
  const where = `${model.name}.crossValidate`;
  checkRun(where, options, [...pathKeys, ...foldKeys, "depths", "keep"]);
  const { keep = false } = options;
  if (typeof keep !== "boolean") throw mustBe(where, "keep", "true or false", keep);
  const depths = checkedDepths(where, options.depths, atDepth !== undefined);
  const models = depths && atDepth ? depths.map(atDepth) : [model];
  const data = readData(where, X, y, model.datafit, options);
  const folds = foldsOf(where, options, data, model.datafit);

  const task: Task = {
    where,
    data,
    folds,
    options,
    progress: pathProgress(where, models.length * (1 + folds.ids.length), options.onProgress),
  };
  const found: CrossValidationFields[] = [];
  const ends: EndedFit[] = [];
  for (const [m, each] of models.entries()) {
    if (m > 0 && options.signal?.aborted) break;
    const { fields, ends: own } = validateAlong(each, depths?.[m], task);
    found.push(fields);
    ends.push(...own);
  }
  const complete = found.filter(({ status }) => status === "complete");
  const status = complete.length === models.length ? "complete" : "interrupted";
  if (status === "interrupted") task.progress.end("interrupted");
  model.warnOf(where, ends);
  const members = found.map((fields) => new CrossValidation(fields));
  if (depths === undefined) return members[0];
  // Scores over all folds and over some of them do not compare.
  const lowest = (cv: CrossValidation): number =>
    cv.status === "complete" ? cv.meanScore.reduce((a, b) => Math.min(a, b)) : Number.POSITIVE_INFINITY;
  const best = members.reduce((a, b) => (lowest(b) < lowest(a) ? b : a));
  return new CrossValidation({ ...found[members.indexOf(best)], status, byDepth: members });
}

/** What the paths of a cross-validation share. */
interface Task {
  readonly where: string;
  readonly data: ModelData;
  readonly folds: Folds;
  readonly options: CrossValidationOptions;
  readonly progress: PathProgress;
}

/** The path of all rows, those of the folds along its lambdas, and how each fit ended. */
function validateAlong(
  model: SparseModel,
  depth: number | undefined,
  { where, data, folds, options, progress }: Task,
): { fields: CrossValidationFields; ends: EndedFit[] } {
  const { signal } = options;
  const { datafit } = model;
  const what = depth === undefined ? "" : `depth ${depth}, `;
  const path = model.pathOf(where, data, options, (n) => progress.next(`${what}all rows`, n));
  const { lambdas } = path;
  const ends: EndedFit[] = [...path.fits];
  // Of fewer than three samples a fold says little of the spread: then each sample counts by itself, as in cv.glmnet.
  const bySample = data.samples.nCounted / folds.ids.length < 3 && datafit.kind !== "survival";
  const results: FoldResult[] = [];
  for (const [f, id] of folds.ids.entries()) {
    if (signal?.aborted) break;
    const tell = progress.next(`${what}fold ${f + 1} of ${folds.ids.length}`, lambdas.length);
    const result = fitFold(
      `${where}, without fold ${id}`,
      { data, heldOut: rowsOf(folds, id), lambdas, bySample },
      datafit,
      (at, rows) => model.prepare(at, rows, signal),
      { init: model.init, signal, onFit: (fit, done) => tell(done, phraseOf(fit)) },
    );
    if (result === undefined) break;
    results.push(result);
    ends.push(...result.ends);
  }
  return {
    ends,
    fields: {
      estimator: model.name,
      measure: datafit.quadratic ? "mean squared error" : "deviance",
      path,
      foldId: folds.foldId,
      folds: folds.ids.slice(0, results.length),
      foldLoss: results.map(({ fold }) => fold.loss),
      parts: results.flatMap(({ parts }) => parts),
      outOfFold: options.keep ? outOfFold(folds, results, lambdas.length) : undefined,
      status: results.length === folds.ids.length ? "complete" : "interrupted",
      depth,
      byDepth: [],
    },
  };
}

/** The linear predictors of all rows at each lambda, NaN where a fold was not fitted. */
function outOfFold(folds: Folds, results: readonly FoldResult[], nLambdas: number): Float64Array[] {
  const nSamples = folds.foldId.length;
  const heldOut = results.map((_, f) => rowsOf(folds, folds.ids[f]));
  return Array.from({ length: nLambdas }, (_, k) => {
    const all = new Float64Array(nSamples).fill(Number.NaN);
    results.forEach(({ predictors }, f) => {
      heldOut[f].forEach((row, i) => {
        all[row] = predictors[k][i];
      });
    });
    return all;
  });
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
