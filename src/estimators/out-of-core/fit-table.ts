/**
 * Fits and cross-validates an estimator on a table that is read in passes ({@link pathOfTable}, {@link crossValidateTable}): all lambdas, and
 * all folds, take their steps in the same passes.
 */
import { warn } from "#platform";
import type { Datafit } from "../../datafits";
import { scaleOf } from "../../datafits/robust-loss";
import type { ClassLabel } from "../../design/targets/class-codes";
import { counted } from "../../display/formatting";
import { type ProgressReporter, throttledProgress } from "../../display/progress-display";
import { InputError, mustBe, PassFailure } from "../../errors";
import { CrossValidation, crossValidationScores } from "../cross-validation/cross-validation";
import type { HeldOutLoss } from "../cross-validation/fit-folds";
import { type Measure, type MeasureName, rowMeasureOf } from "../cross-validation/measure";
import type { ScoredFit } from "../fit/fitter";
import type { Estimator } from "../named/estimator";
import { runnerOf } from "../named/estimator";
import { SmoothLasso } from "../named/smooth-lasso";
import type { ModelOptions } from "../options/model-options";
import { lambdaGrid, type PathOptions } from "../options/run-options";
import { SparsePath } from "../path/fitted-path";
import { explainsEnough, informationCriteria } from "../path/follow-path";
import { warnUnlessConverged } from "../results/certificate-report";
import { endOf } from "../results/fitted-model";
import type { RowMeasure } from "../results/score";
import { SparseLinearFit } from "../results/sparse-linear-fit";
import { PassModel } from "./pass-model";
import { inLockstep, inMemory, type Passes, type PassPoint, type PassTable } from "./passes";
import { type Found, type NullPoint, solveInPasses, solveNull } from "./proximal-newton";

/** Options of a run on a table that is read in passes, which has its weights and offsets itself. */
export type TableRunOptions = Omit<PathOptions, "sampleWeight" | "offset">;

/** An estimator of one response. */
export type TableEstimator = Estimator<ModelOptions>;

/** The loss, and the table with the response as it takes it. */
export interface TableTask {
  readonly where: string;
  readonly estimator: TableEstimator;
  readonly table: PassTable;
  /** The loss in the unit of the response. */
  readonly datafit: Datafit;
  readonly classes: readonly ClassLabel[] | undefined;
}

/** Least lambda of fits that begin side by side at the last one before them, as a share of their largest. */
const NEAREST = 0.5;

/** Tolerance of the fits of the sample, from which those of all rows begin. */
const SAMPLE_TOLERANCE = 1e-5;

/** Returns the loss of an estimator. @throws InputError unless it is a sum over rows of one response. */
export function tableLossOf(where: string, estimator: TableEstimator): Datafit {
  const { datafit, name } = runnerOf(estimator);
  if (datafit.terms !== undefined) {
    const smooth = datafit.response === "classes" ? "squaredHinge()" : "quantile()";
    const remedy = `fit it to rows in memory, or new SmoothLasso({ datafit: ${smooth} })`;
    throw mustBe(where, "estimator", "one of a smooth loss", name, remedy);
  }
  if (datafit.responses !== undefined || datafit.comparesSamples || !datafit.hasDiagonalHessian)
    throw mustBe(
      where,
      "datafit",
      "a sum over rows of one response",
      datafit.responses === "tasks" ? `${datafit.name} of several responses` : datafit.name,
      "fit it to rows in memory",
    );
  if (datafit.estimated)
    throw mustBe(
      where,
      datafit.estimated.name,
      "a number in a table that is not in memory",
      "estimate",
      "estimate it on a sample in memory",
    );
  const { adaptive } = estimator.params as { readonly adaptive?: unknown };
  if (!datafit.quadratic && adaptive)
    throw mustBe(
      where,
      "adaptive",
      `left out with ${datafit.name}`,
      adaptive,
      "fit a pilot and pass penaltyFactors",
    );
  return datafit;
}

/** The measure of a cross-validation of an estimator. @throws InputError unless it is a mean over rows, and one of its loss. */
export function tableMeasureOf(
  where: string,
  estimator: TableEstimator,
  measure: MeasureName | Measure | undefined,
): ReturnType<typeof rowMeasureOf> {
  return rowMeasureOf(where, tableLossOf(where, estimator), measure);
}

/** The estimator of the same loss without a penalty on some features, and without the others. */
export function withoutPenalty(
  where: string,
  estimator: TableEstimator,
  support: Iterable<number>,
  nFeatures: number,
): TableEstimator {
  const { fitIntercept, maxIter, tol } = estimator.params;
  const penaltyFactors = new Float64Array(nFeatures).fill(Number.POSITIVE_INFINITY);
  for (const j of support) penaltyFactors[j] = 1;
  const datafit = tableLossOf(where, estimator);
  return new SmoothLasso({ datafit, lambda: 0, fitIntercept, maxIter, tol, penaltyFactors });
}

/** A loss in the unit of a response that has these quantiles, at 5, 25, 75 and 95 %, and this standard deviation. */
export function lossOfScale(datafit: Datafit, quantiles: readonly number[], deviation: number): Datafit {
  // Two numbers of the same scale.
  return datafit.forTarget!(Float64Array.of(0, 2 * scaleOf(quantiles, deviation)));
}

/** A path, and what the folds of a cross-validation begin from. */
interface Followed {
  readonly path: SparsePath;
  readonly nullPoint: NullPoint;
  readonly model: PassModel;
  /** Tells how many fits are done. */
  readonly tell: (nDone: number, interrupted?: boolean) => void;
}

/** The path of an estimator on all rows. */
export async function pathOfTable(task: TableTask, run: TableRunOptions): Promise<SparsePath> {
  const { path, tell } = await followTable(task, run, 0);
  tell(Number.POSITIVE_INFINITY, path.status === "interrupted");
  warnUnlessConverged(task.where, path.fits.map(endOf), runnerOf(task.estimator).model.options);
  return path;
}

/** @param nFolds folds of a cross-validation, whose fits come after those of the path. */
async function followTable(task: TableTask, run: TableRunOptions, nFolds: number): Promise<Followed> {
  const { where, estimator, table, datafit, classes } = task;
  const { signal, onProgress } = run;
  const { name, model: parts } = runnerOf(estimator);
  const { options } = parts;
  const { fitIntercept, tol } = options;
  const { nCounted, responseVaries } = table.momentsOf();
  if (classes && !responseVaries)
    throw mustBe(where, "the number of classes that have rows of positive weight", "2", 1);
  const model = new PassModel(where, table, undefined, parts);
  const pass = (points: readonly PassPoint[]) => table.evaluate(datafit, points);
  const { sample, sampleHasFeatures } = table;
  const ofSample = <Result>(of: Passes<Result>): Result => inMemory(of, datafit, sample);
  const sampleNull = ofSample(solveNull(model, model.nullStart(sample, datafit), datafit));
  const [nullPoint] = await inLockstep([solveNull(model, sampleNull.point.parameters, datafit)], pass);
  if (!Number.isFinite(nullPoint.point.loss))
    throw mustBe(
      where,
      "the loss without penalized features",
      "finite",
      nullPoint.point.loss,
      "take the offset, or the response, on a smaller scale",
    );
  const nFeatures = table.featureNames.length;
  const obstacle = nullPoint.nullDeviance > 0 ? undefined : ("nothing-to-explain" as const);
  const start = { lambdaMax: nullPoint.lambdaMax, ...(obstacle && { obstacle }) };
  const { lambdas, stopsEarly } = lambdaGrid(where, run, start, nCounted, nFeatures);
  const total = lambdas.length * (1 + nFolds);
  const report: ProgressReporter = throttledProgress(where, total, onProgress);
  const tell = (nDone: number, interrupted = false): void => {
    const passes = `${table.passes} passes over the rows`;
    report(Math.min(nDone, total), () => passes, interrupted ? { interrupted } : undefined);
  };
  const isConvex = model.working.problem.penalty.convex;

  const scored: ScoredFit[] = [];
  let last = (sampleHasFeatures ? sampleNull : nullPoint).point.parameters;
  let isEnough = false;
  const failures: PassFailure[] = [];
  const isOver = (): boolean => isEnough || failures.length > 0 || (signal?.aborted ?? false);
  for (let from = 0; from < lambdas.length && !(from > 0 && isOver()); ) {
    const rest = lambdas.subarray(from);
    const nNear = rest.findIndex((lambda) => lambda < NEAREST * rest[0]);
    const some = sampleHasFeatures || nNear < 0 ? rest : rest.subarray(0, nNear);
    const starts = Array.from(some, (lambda) => {
      if (!sampleHasFeatures) return last;
      const goal = { tol: Math.max(tol, SAMPLE_TOLERANCE), signal };
      last = ofSample(solveInPasses(model, lambda, last, sampleNull, goal)).point.parameters;
      return last;
    });
    const solves = starts.map((begin, k) => solveInPasses(model, some[k], begin, nullPoint, { tol, signal }));
    const found = await inLockstep(solves, pass, {
      signal,
      onPass: (nDone) => tell(Math.min(from + nDone, total - 1)),
      onFailure: (failure) => failures.push(failure),
    });
    if (!sampleHasFeatures && found.length > 0) last = found[found.length - 1].point.parameters;
    for (const [k, each] of found.entries()) {
      scored.push(scoredFit(task, name, model, some[k], each, nullPoint));
      isEnough = stopsEarly && explainsEnough(scored, lambdas.length, datafit, isConvex);
      if (isEnough) break;
    }
    from += some.length;
  }
  if (failures.length > 0 && scored.length === 0) throw failures[0];
  if (!signal?.aborted) warnOfFailure(failures, `the path has ${counted(scored.length, "fit")}`);
  const isWhole =
    (isEnough || scored.length === lambdas.length) && scored.every(({ fit }) => fit.status !== "interrupted");
  const criteria = (fits: readonly ScoredFit[]): ReturnType<typeof informationCriteria> =>
    informationCriteria(fits, { nCounted, nFeatures, datafit, fitIntercept });
  const path = new SparsePath(scored, criteria(scored), isWhole ? "complete" : "interrupted", {
    fitAt: (lambda) => {
      throw new InputError(
        `${where}: at must be given a lambda of the path, got ${lambda}; another one takes passes over the rows, as path(estimator, { lambdas: [${lambda}] })`,
      );
    },
    relax: () => {
      throw new InputError(
        `${where}: relaxed must have the rows in memory, got rows that are read in passes; refit(estimator, fit) of the table gives the fit that it blends with`,
      );
    },
    criteria,
  });
  return { path, nullPoint, model, tell };
}

/** Warns of the first failure of a pass, if any. @param what is there nevertheless. */
function warnOfFailure([failure]: readonly PassFailure[], what: string): void {
  if (failure) warn(`${failure.message}; ${what}`, "ConvergenceWarning");
}

function scoredFit(
  { where, estimator, table, datafit, classes }: TableTask,
  name: string,
  model: PassModel,
  lambda: number,
  { point, certificate, status, trace }: Found,
  { nullDeviance }: NullPoint,
): ScoredFit {
  const { coef, intercept } = model.toOriginal(point.parameters);
  const { groups, notes: ofPenalty = [] } = model.penaltySpec;
  const aboutColumns = model.working.notes.filter(({ code }) => code.endsWith("-column"));
  const fit: SparseLinearFit = new SparseLinearFit({
    estimator: name,
    datafit,
    classes,
    usesOffset: table.usesOffset,
    fitIntercept: runnerOf(estimator).model.options.fitIntercept,
    featureNames: table.featureNames,
    lambda,
    nIter: trace.length,
    status,
    certificate,
    nullDeviance,
    trace,
    starts: [],
    notes: [...ofPenalty, ...aboutColumns],
    hasNoMinimizer: false,
    supportDeviations: () => Float64Array.from(fit.support, (j) => table.spread[j]),
    groups: () => groups,
    refit: () => {
      throw new InputError(
        `${where}: the refit of a fit must have the rows in memory, got rows that are read in passes; call refit(estimator, fit) of the table`,
      );
    },
    coef,
    intercept,
  });
  const unexplained = point.loss - point.saturated;
  return { fit, unexplained, devianceRatio: nullDeviance === 0 ? 0 : 1 - unexplained / nullDeviance };
}

/**
 * Cross-validates an estimator: the path of all rows, and those of the others of each fold along its lambdas.
 *
 * @param foldId the number of each row's fold, from 0.
 * @param measure of the rows held out; undefined for the deviance.
 */
export async function crossValidateTable(
  task: TableTask,
  run: TableRunOptions,
  {
    nFolds,
    foldId,
    label,
    measure,
  }: {
    readonly nFolds: number;
    readonly foldId: Int32Array;
    readonly label: string;
    readonly measure: RowMeasure | undefined;
  },
): Promise<CrossValidation> {
  const { where, estimator, table, datafit, classes } = task;
  const { model: parts } = runnerOf(estimator);
  const { tol } = parts.options;
  const { signal } = run;
  for (let fold = 0; classes && fold < nFolds; fold++)
    if (!table.momentsOf({ fold, isHeldOut: false }).responseVaries)
      throw new InputError(
        `${where}: the rows outside fold ${fold} must have all 2 classes, got 1; every class needs rows in two folds`,
      );
  const pass = (points: readonly PassPoint[]) => table.evaluate(datafit, points);
  const { path, nullPoint, model, tell } = await followTable(task, run, nFolds);
  const none = model.toOriginal(nullPoint.point.parameters);
  const models = Array.from({ length: nFolds }, (_, fold) => {
    return new PassModel(`${where}, without fold ${fold}`, table, { fold, isHeldOut: false }, parts);
  });
  const startOf = (
    fold: number,
    { coef, intercept }: { coef: Float64Array; intercept: number },
  ): Float64Array => models[fold].fromOriginal(coef, intercept);
  const failures: PassFailure[] = [];
  const onFailure = (failure: PassFailure): void => {
    failures.push(failure);
  };
  const isOver = (): boolean => path.status === "interrupted" || failures.length > 0;
  const nullPoints = isOver()
    ? []
    : await inLockstep(
        models.map((each, fold) => solveNull(each, startOf(fold, none), datafit)),
        pass,
        { onFailure },
      );
  const count = path.fits.length;
  const solves = models.flatMap((each, fold) =>
    path.fits.map((fit) =>
      solveInPasses(each, fit.lambda, startOf(fold, fit), nullPoints[fold], { tol, signal }),
    ),
  );
  const solved =
    signal?.aborted || isOver()
      ? []
      : await inLockstep(solves, pass, { signal, onPass: (nDone) => tell(count + nDone), onFailure });
  const found = models.map((_, fold) => solved.slice(fold * count, (fold + 1) * count));
  const isWhole = solved.length === solves.length && solved.every(({ status }) => status !== "interrupted");
  const coefsOf = (fold: number): Float64Array[] =>
    found[fold].map(({ point }) => models[fold].inTable(point.parameters));
  const held = isWhole
    ? await heldOutLosses(table, datafit, measure, models, coefsOf).catch((failure) => {
        if (!(failure instanceof PassFailure)) throw failure;
        onFailure(failure);
        return [];
      })
    : [];
  if (!signal?.aborted) warnOfFailure(failures, "the path has no scores");
  tell(Number.POSITIVE_INFINITY, !isWhole);
  const ends = found.flatMap((each, fold) =>
    each.map((one, k) => ({
      ...one,
      lambda: path.fits[k].lambda,
      notes: models[fold].penaltySpec.notes ?? [],
    })),
  );
  warnUnlessConverged(where, [...path.fits.map(endOf), ...ends], parts.options);
  return crossValidationOf(estimator, label, path, held, foldId);
}

/**
 * Scores the rows of each fold, in one pass.
 *
 * @param coefsOf the coefficients of a fold at each lambda, of standardized columns, and last the intercept.
 */
async function heldOutLosses(
  table: PassTable,
  datafit: Datafit,
  measure: RowMeasure | undefined,
  folds: ArrayLike<unknown>,
  coefsOf: (fold: number) => readonly Float64Array[],
): Promise<HeldOutLoss[]> {
  const points = Array.from(folds, (_, fold) =>
    coefsOf(fold).map(
      (coefs): PassPoint => ({
        coefs,
        rows: { fold, isHeldOut: true },
        ...(measure && { measure }),
      }),
    ),
  );
  const sums = await table.evaluate(datafit, points.flat());
  let at = 0;
  return points.map((own) => {
    const ofFold = sums.slice(at, at + own.length);
    at += own.length;
    return {
      weight: ofFold[0].weight,
      loss: Float64Array.from(ofFold, ({ loss, saturated, error }) =>
        measure ? error : 2 * (loss - saturated),
      ),
    };
  });
}

/** Scores fits of the others of each fold on its rows, in one pass. */
export async function scoreFolds(
  { table, datafit }: Pick<TableTask, "table" | "datafit">,
  measure: RowMeasure,
  fits: readonly (readonly Pick<SparseLinearFit, "coef" | "intercept">[])[],
): Promise<HeldOutLoss[]> {
  const { means, deviations } = table;
  return heldOutLosses(table, datafit, measure, fits, (fold) =>
    fits[fold].map(({ coef, intercept }) => {
      const coefs = new Float64Array(means.length + 1);
      coef.forEach((own, j) => {
        coefs[j] = own * deviations[j];
        intercept += own * means[j];
      });
      coefs[means.length] = intercept;
      return coefs;
    }),
  );
}

/** The cross-validation of folds that were scored along a path. */
export function crossValidationOf(
  estimator: TableEstimator,
  measure: string,
  path: SparsePath,
  held: readonly HeldOutLoss[],
  foldId: Int32Array,
): CrossValidation {
  return new CrossValidation({
    estimator: runnerOf(estimator).name,
    measure,
    higherIsBetter: false,
    path,
    foldId,
    repeats: 1,
    timeOrdered: false,
    folds: held.map((_, fold) => fold),
    foldScores: held.map(({ loss }) => loss),
    scores: crossValidationScores([held], path.lambdas.length),
    outOfFold: undefined,
    status: held.length > 0 ? "complete" : "interrupted",
    params: undefined,
  });
}
