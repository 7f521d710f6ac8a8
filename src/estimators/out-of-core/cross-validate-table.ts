/**
 * Cross-validates an estimator on a table that is read in passes ({@link crossValidateTable}): the lambdas of all folds take their steps in
 * the same passes.
 */
import type { Datafit } from "../../datafits";
import { InputError, PassFailure } from "../../errors";
import { CrossValidation, crossValidationScores } from "../cross-validation/cross-validation";
import type { HeldOutLoss } from "../cross-validation/fit-folds";
import { runnerOf } from "../named/estimator";
import type { SparsePath } from "../path/fitted-path";
import { warnUnlessConverged } from "../results/certificate-report";
import { endOf } from "../results/fitted-model";
import type { RowMeasure } from "../results/score";
import type { SparseLinearFit } from "../results/sparse-linear-fit";
import {
  followTable,
  type TableEstimator,
  type TableRunOptions,
  type TableTask,
  warnOfFailure,
} from "./fit-table";
import { PassModel } from "./pass-model";
import { inLockstep, type PassPoint, type PassTable } from "./passes";
import { solveInPasses, solveNull } from "./proximal-newton";

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
      nullDeviance: nullPoints[fold].nullDeviance,
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
