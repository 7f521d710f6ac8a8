/** Fits an estimator on a table that is read in passes ({@link pathOfTable}): all lambdas take their steps in the same passes. */
import { warn } from "#platform";
import type { Datafit } from "../../datafits";
import { scaleOf } from "../../datafits/robust-loss";
import type { ClassLabel } from "../../design/targets/class-codes";
import { counted } from "../../display/formatting";
import { type ProgressReporter, throttledProgress } from "../../display/progress-display";
import { InputError, mustBe, type PassFailure } from "../../errors";
import { type Measure, type MeasureName, rowMeasureOf } from "../cross-validation/measure";
import type { ScoredFit } from "../fit/fitter";
import type { Estimator } from "../named/estimator";
import { runnerOf } from "../named/estimator";
import { SmoothLasso } from "../named/smooth-lasso";
import type { ModelOptions } from "../options/model-options";
import { type LambdaGrid, lambdaGrid, type PathOptions } from "../options/run-options";
import { SparsePath } from "../path/fitted-path";
import { explainsEnough, informationCriteria } from "../path/follow-path";
import { warnUnlessConverged } from "../results/certificate-report";
import { endOf } from "../results/fitted-model";
import { SparseLinearFit } from "../results/sparse-linear-fit";
import { PassModel } from "./pass-model";
import { inLockstep, inMemory, type PassTable } from "./passes";
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
export async function followTable(task: TableTask, run: TableRunOptions, nFolds: number): Promise<Followed> {
  const { where, table, classes } = task;
  const { nCounted, responseVaries } = table.momentsOf();
  if (classes && !responseVaries)
    throw mustBe(where, "the number of classes that have rows of positive weight", "2", 1);
  const model = new PassModel(where, table, undefined, runnerOf(task.estimator).model);
  const nulls = await nullPointsOf(task, model);
  const { lambdaMax, nullDeviance } = nulls.ofAll;
  const start = nullDeviance > 0 ? { lambdaMax } : { lambdaMax, obstacle: "nothing-to-explain" as const };
  const grid = lambdaGrid(where, run, start, nCounted, table.featureNames.length);
  const total = grid.lambdas.length * (1 + nFolds);
  const report: ProgressReporter = throttledProgress(where, total, run.onProgress);
  const tell = (nDone: number, interrupted = false): void => {
    const passes = `${table.passes} passes over the rows`;
    report(Math.min(nDone, total), () => passes, interrupted ? { interrupted } : undefined);
  };
  const { scored, isWhole } = await fitsAlong(task, model, grid, nulls, run, (nDone) =>
    tell(Math.min(nDone, total - 1)),
  );
  return { path: pathOf(task, nCounted, scored, isWhole), nullPoint: nulls.ofAll, model, tell };
}

/** The models without penalized features, of the sample in memory and of all rows. */
interface NullPoints {
  readonly ofSample: NullPoint;
  readonly ofAll: NullPoint;
}

/** @throws InputError where the loss of all rows is not finite. */
async function nullPointsOf({ where, table, datafit }: TableTask, model: PassModel): Promise<NullPoints> {
  const { sample } = table;
  const ofSample = inMemory(solveNull(model, model.nullStart(sample, datafit), datafit), datafit, sample);
  const [ofAll] = await inLockstep([solveNull(model, ofSample.point.parameters, datafit)], (points) =>
    table.evaluate(datafit, points),
  );
  const { loss } = ofAll.point;
  if (Number.isFinite(loss)) return { ofSample, ofAll };
  const remedy = "take the offset, or the response, on a smaller scale";
  throw mustBe(where, "the loss without penalized features", "finite", loss, remedy);
}

/**
 * Fits at each lambda, from those of the sample where it has features, else from the last fits before. Those that begin at the same
 * coefficients take their steps in the same passes.
 */
async function fitsAlong(
  task: TableTask,
  model: PassModel,
  { lambdas, stopsEarly }: LambdaGrid,
  { ofSample, ofAll }: NullPoints,
  { signal }: TableRunOptions,
  onPass: (nDone: number) => void,
): Promise<{ readonly scored: ScoredFit[]; readonly isWhole: boolean }> {
  const { estimator, table, datafit } = task;
  const { sample, sampleHasFeatures } = table;
  const { tol } = runnerOf(estimator).model.options;
  const isConvex = model.working.problem.penalty.convex;
  const scored: ScoredFit[] = [];
  const failures: PassFailure[] = [];
  let last = (sampleHasFeatures ? ofSample : ofAll).point.parameters;
  let isEnough = false;
  const isOver = (): boolean => isEnough || failures.length > 0 || (signal?.aborted ?? false);
  for (let from = 0; from < lambdas.length && !(from > 0 && isOver()); ) {
    const rest = lambdas.subarray(from);
    const nNear = rest.findIndex((lambda) => lambda < NEAREST * rest[0]);
    const some = sampleHasFeatures || nNear < 0 ? rest : rest.subarray(0, nNear);
    const solves = Array.from(some, (lambda) => {
      if (sampleHasFeatures) {
        const goal = { tol: Math.max(tol, SAMPLE_TOLERANCE), signal };
        last = inMemory(solveInPasses(model, lambda, last, ofSample, goal), datafit, sample).point.parameters;
      }
      return solveInPasses(model, lambda, last, ofAll, { tol, signal });
    });
    const found = await inLockstep(solves, (points) => table.evaluate(datafit, points), {
      signal,
      onPass: (nDone) => onPass(from + nDone),
      onFailure: (failure) => failures.push(failure),
    });
    if (!sampleHasFeatures && found.length > 0) last = found[found.length - 1].point.parameters;
    for (const [k, each] of found.entries()) {
      scored.push(scoredFit(task, model, some[k], each, ofAll));
      isEnough = stopsEarly && explainsEnough(scored, lambdas.length, datafit, isConvex);
      if (isEnough) break;
    }
    from += some.length;
  }
  if (failures.length > 0 && scored.length === 0) throw failures[0];
  if (!signal?.aborted) warnOfFailure(failures, `the path has ${counted(scored.length, "fit")}`);
  const isAll = isEnough || scored.length === lambdas.length;
  return { scored, isWhole: isAll && scored.every(({ fit }) => fit.status !== "interrupted") };
}

/** The path of fits, without the rows. */
function pathOf(
  { where, estimator, table, datafit }: TableTask,
  nCounted: number,
  scored: readonly ScoredFit[],
  isWhole: boolean,
): SparsePath {
  const { fitIntercept } = runnerOf(estimator).model.options;
  const nFeatures = table.featureNames.length;
  const criteria = (fits: readonly ScoredFit[]): ReturnType<typeof informationCriteria> =>
    informationCriteria(fits, { nCounted, nFeatures, datafit, fitIntercept });
  return new SparsePath(scored, criteria(scored), isWhole ? "complete" : "interrupted", {
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
}

/** Warns of the first failure of a pass, if any. @param what is there nevertheless. */
export function warnOfFailure([failure]: readonly PassFailure[], what: string): void {
  if (failure) warn(`${failure.message}; ${what}`, "ConvergenceWarning");
}

function scoredFit(
  { where, estimator, table, datafit, classes }: TableTask,
  model: PassModel,
  lambda: number,
  { point, certificate, status, trace }: Found,
  { nullDeviance }: NullPoint,
): ScoredFit {
  const { coef, intercept } = model.toOriginal(point.parameters);
  const { groups, notes: ofPenalty = [] } = model.penaltySpec;
  const aboutColumns = model.working.notes.filter(({ code }) => code.endsWith("-column"));
  const fit: SparseLinearFit = new SparseLinearFit({
    estimator: runnerOf(estimator).name,
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
