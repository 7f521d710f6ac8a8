/** Cross-validates models: the path of all rows, the paths of the folds along its lambdas, and the scores of both together. */
import type { Datafit } from "../../datafits";
import type { DesignInput, TargetInput } from "../../design/design-input";
import type { ProgressListener } from "../../display/progress";
import { automaticProgress, type ProgressReporter, throttledProgress } from "../../display/progress-display";
import type { ScoredFit } from "../fit/fitter";
import { loadFoldsInThreads } from "../lazy";
import { lossFor } from "../options/model-data";
import type { RunOptions } from "../options/run-options";
import type { FitRunner } from "../path/fit-runner";
import type { PathOfFits } from "../path/fitted-path";
import type { AnyFit } from "../results/fit-of";
import { endOf, responseRows } from "../results/fitted-model";
import {
  CrossValidation,
  type CrossValidationFields,
  crossValidationScores,
  type OutOfFold,
} from "./cross-validation";
import type { FoldResult } from "./fit-folds";
import { type FoldProgress, type FoldRun, foldsInTurn } from "./fit-folds";
import { type Folds, rowsOf } from "./folds";
import { scoredBy } from "./measure";
import { type CrossValidationOptions, type ValidationPlan, validationPlan } from "./validation-plan";

/** Makes the runner of the same model at another depth, for estimators that have one. */
export type RunnerAt = (depth: number) => FitRunner<AnyFit>;

/** Cross-validates a model, or one a depth on the same folds; `atDepth` makes the latter where there is a depth. */
export function crossValidate(
  runner: FitRunner<AnyFit>,
  X: DesignInput,
  y: TargetInput,
  options: CrossValidationOptions,
  atDepth: RunnerAt | undefined,
): CrossValidation<AnyFit> {
  const where = `${runner.name}.crossValidate`;
  const plan = validationPlan(where, runner, X, y, options, atDepth !== undefined);
  const runners = plan.depths && atDepth ? plan.depths.map(atDepth) : [runner];
  if (plan.workers > 1) for (const each of runners) each.describe(where); // refused before the long work, not after
  return crossValidationOf(runners, plan, validateAlong(runners, plan, options));
}

/** The scores of what was validated, that of the best depth where depths are compared, and one warning. */
export function crossValidationOf(
  runners: readonly FitRunner<AnyFit>[],
  plan: ValidationPlan,
  found: readonly Validated[],
): CrossValidation<AnyFit> {
  const members = found.map((each, m) => fieldsOf(runners[m], plan, each, plan.depths?.[m]));
  const complete = members.filter((fields) => fields.status === "complete");
  const status = complete.length === runners.length ? "complete" : "interrupted";
  const ends = found.flatMap(({ path, folds }) => [
    ...path.fits.map(endOf),
    ...folds.flatMap((fold) => fold?.ends ?? []),
  ]);
  runners[0].warnOf(plan.where, ends);
  const byDepth = members.map((fields) => new CrossValidation(fields));
  if (plan.depths === undefined) return byDepth[0];
  // Scores over all folds and over some of them do not compare.
  const sign = plan.measure.higherIsBetter ? -1 : 1;
  const lowest = (cv: CrossValidation<AnyFit>): number =>
    cv.status === "complete"
      ? cv.meanScore.reduce((least, score) => Math.min(least, sign * score), Number.POSITIVE_INFINITY)
      : Number.POSITIVE_INFINITY;
  const best = byDepth.reduce((a, b) => (lowest(b) < lowest(a) ? b : a));
  return new CrossValidation({ ...members[byDepth.indexOf(best)], status, byDepth });
}

function fieldsOf(
  { name, datafit }: FitRunner<AnyFit>,
  { data, folds, keep, measure, bySample }: ValidationPlan,
  { path, folds: validated }: Validated,
  depth: number | undefined,
): CrossValidationFields<AnyFit> {
  const { label, higherIsBetter } = measure;
  const results = scoredBy(measure, folds, validated, data, datafit, bySample);
  const fitted = results.filter((result) => result !== undefined);
  return {
    estimator: name,
    measure: label,
    higherIsBetter,
    path,
    foldId: folds.foldId,
    folds: folds.ids.filter((_, f) => results[f] !== undefined),
    foldScores: fitted.map(({ fold }) => fold.loss),
    scores: crossValidationScores(
      fitted.flatMap(({ parts }) => parts),
      path.lambdas.length,
      higherIsBetter,
    ),
    outOfFold: keep ? outOfFold(folds, results, path.lambdas.length, lossFor(datafit, data)) : undefined,
    status: fitted.length === folds.ids.length ? "complete" : "interrupted",
    depth,
    byDepth: [],
  };
}

/** The linear predictors of all rows at each lambda, NaN where a fold was not fitted. */
function outOfFold(
  folds: Folds,
  results: readonly (FoldResult | undefined)[],
  nLambdas: number,
  { nResponses, responses }: Datafit,
): OutOfFold<AnyFit> {
  const nSamples = folds.foldId.length;
  const heldOut = folds.ids.map((id) => rowsOf(folds, id));
  const long = Array.from({ length: nLambdas }, (_, k) => {
    const all = new Float64Array(nSamples * nResponses).fill(Number.NaN);
    results.forEach((result, f) => {
      const { length } = heldOut[f];
      result?.predictors[k].forEach((eta, i) => {
        all[Math.floor(i / length) * nSamples + heldOut[f][i % length]] = eta;
      });
    });
    return all;
  });
  return responses ? long.map((all) => responseRows(all, nResponses)) : long;
}

/** Tells of several paths, one after the other or side by side, as of one work. */
export interface PathProgress {
  /** Adds a path; what it gives listens to the fits done. */
  next(what: string, nLambdas: number): (done: number, message: () => string) => void;
  /** Tells that the paths end before the last. */
  interrupt(): void;
}

/** @param nPaths of as many lambdas as the first one, or of fewer that count as much. */
function pathProgress(task: string, nPaths: number, listener: ProgressListener | undefined): PathProgress {
  const shares: number[] = [];
  let perPath = 0;
  let tell: ProgressReporter = () => {};
  const done = (): number => shares.reduce((sum, share) => sum + share, 0);
  return {
    next(what, nLambdas) {
      if (shares.length === 0) {
        perPath = nLambdas;
        tell = throttledProgress(task, nPaths * perPath, listener);
      }
      const own = shares.push(0) - 1;
      return (nFits, message) => {
        shares[own] = Math.floor((nFits / nLambdas) * perPath);
        tell(done(), () => `${what}, ${message()}`);
      };
    },
    interrupt() {
      tell(done(), () => "interrupted", { interrupted: true });
    },
  };
}

/** The path of one model in a cross-validation, and its folds. */
interface Validated {
  readonly path: PathOfFits<AnyFit>;
  /** One a fold; undefined for one that was not fitted to its end before the interruption. */
  readonly folds: readonly (FoldResult | undefined)[];
}

/** A validated model, and how well each fit of its path explains all rows. */
interface ValidatedHere extends Validated {
  readonly scored: readonly ScoredFit<AnyFit>[];
}

/** The path of all rows and those of the folds along its lambdas, for one model after the other until aborted. */
export function validateAlong(
  runners: readonly FitRunner<AnyFit>[],
  plan: Omit<ValidationPlan, "measure">,
  { signal, onProgress = automaticProgress() }: Pick<RunOptions, "signal" | "onProgress">,
): ValidatedHere[] {
  const { where, data, folds, grid, depths } = plan;
  const fitFolds =
    plan.workers > 1 && !signal?.aborted
      ? loadFoldsInThreads(where).foldsInThreads(plan)
      : (runner: FitRunner<AnyFit>, lambdas: Float64Array, run: FoldRun) =>
          foldsInTurn(runner, { ...plan, lambdas }, run);
  const progress = pathProgress(where, runners.length * (1 + folds.ids.length), onProgress);
  const found: ValidatedHere[] = [];
  for (const [m, runner] of runners.entries()) {
    if (m > 0 && signal?.aborted) break;
    const what = depths === undefined ? "" : `depth ${depths[m]}, `;
    const follow = (n: number): ReturnType<PathProgress["next"]> => progress.next(`${what}all rows`, n);
    const { path, scored } = runner.pathOf(where, data, { ...grid, signal }, follow);
    const listeners = folds.ids.map((_, f) =>
      progress.next(`${what}fold ${f + 1} of ${folds.ids.length}`, path.lambdas.length),
    );
    const tell = ({ fold, done, message }: FoldProgress): void => listeners[fold](done, () => message);
    const run = { signal, onProgress: onProgress && tell };
    found.push({ path, scored, folds: fitFolds(runner, path.lambdas, run) });
  }
  const isWhole = found.length === runners.length && found.every((each) => !each.folds.includes(undefined));
  if (!isWhole) progress.interrupt();
  return found;
}
