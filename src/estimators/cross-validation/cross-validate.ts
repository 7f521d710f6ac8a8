/** Cross-validates models: the path of all rows, the paths of the folds along its lambdas, and the scores of both together. */
import { threadsFor } from "#platform";
import type { Datafit } from "../../datafits";
import type { DesignInput, TargetInput } from "../../design/design-input";
import type { ProgressListener } from "../../display/progress";
import { automaticProgress, type ProgressReporter, throttledProgress } from "../../display/progress-display";
import type { ScoredFit } from "../fit/fitter";
import { lossFor } from "../options/model-data";
import type { RunOptions } from "../options/run-options";
import type { FitRunner } from "../path/fit-runner";
import type { PathOfFits } from "../path/fitted-path";
import type { AnyFit } from "../results/fit-of";
import { endOf, responseRows } from "../results/fitted-model";
import {
  bestOf,
  CrossValidation,
  type CrossValidationFields,
  crossValidationScores,
  type OutOfFold,
  paramsInWords,
} from "./cross-validation";
import type { FoldResult, PredictedFold } from "./fit-folds";
import { type FoldProgress, type FoldRun, foldsInTurn } from "./fit-folds";
import { type Folds, heldOutRows } from "./folds";
import { scoredBy } from "./measure";
import {
  type CrossValidationOptions,
  type Params,
  type ValidationPlan,
  validationPlan,
} from "./validation-plan";

/** Makes the runner of the same model with some options changed. */
export type RunnerAt = (params: Params) => FitRunner<AnyFit>;

/** Cross-validates a model, or those of a grid on the same folds, which `at` makes. */
export function crossValidate(
  runner: FitRunner<AnyFit>,
  X: DesignInput,
  y: TargetInput,
  options: CrossValidationOptions,
  at: RunnerAt,
): CrossValidation<AnyFit> {
  const where = `${runner.name}.crossValidate`;
  const plan = validationPlan(where, runner, X, y, options);
  const runners = plan.points?.map(at) ?? [runner];
  if (plan.workers > 1) for (const each of runners) each.describe(where); // refused before the long work, not after
  return crossValidationOf(runners, plan, validateAlong(runners, plan, options));
}

/** The scores of what was validated, those of the best where several models are compared, and one warning. */
export function crossValidationOf(
  runners: readonly FitRunner<AnyFit>[],
  plan: ValidationPlan,
  found: readonly Validated[],
): CrossValidation<AnyFit> {
  const members = found.flatMap((each, m) => membersOf(runners[m], plan, each, plan.points?.[m]));
  const isWhole = found.length === runners.length && members.every(({ status }) => status === "complete");
  const ends = found.flatMap(({ path, folds }) => [
    ...path.fits.map(endOf),
    ...folds.flatMap((fold) => fold?.ends ?? []),
  ]);
  runners[0].warnOf(plan.where, ends);
  if (plan.points === undefined && plan.gammas === undefined) return new CrossValidation(members[0]);
  const each = members.map((fields) => new CrossValidation(fields));
  return bestOf(each, isWhole ? "complete" : "interrupted");
}

/** The cross-validations of a model: of its path, or of the relaxed ones. */
function membersOf(
  runner: FitRunner<AnyFit>,
  plan: ValidationPlan,
  { path, folds }: Validated,
  point: Params | undefined,
): CrossValidationFields<AnyFit>[] {
  const { gammas } = plan;
  if (gammas === undefined) return [fieldsOf(runner, plan, path, folds, point)];
  return gammas.map((gamma, g) => {
    const relaxed = folds.map((fold) => fold?.relaxed[g]);
    return fieldsOf(runner, plan, path.relaxed(gamma), relaxed, { ...point, relax: gamma });
  });
}

function fieldsOf(
  { name, datafit }: FitRunner<AnyFit>,
  { data, folds, keep, measure, bySample }: ValidationPlan,
  path: PathOfFits<AnyFit>,
  predicted: readonly (PredictedFold | undefined)[],
  params: Params | undefined,
): CrossValidationFields<AnyFit> {
  const { label, higherIsBetter } = measure;
  const results = scoredBy(measure, folds, predicted, data, datafit, bySample);
  const fitted = results.filter((result) => result !== undefined);
  const perRepeat = folds.ids.length / folds.foldIds.length;
  const parts = folds.foldIds.map((_, r) =>
    results.slice(r * perRepeat, (r + 1) * perRepeat).flatMap((result) => result?.parts ?? []),
  );
  return {
    estimator: name,
    measure: label,
    higherIsBetter,
    path,
    foldId: folds.foldIds[0],
    repeats: folds.foldIds.length,
    timeOrdered: folds.timeOrdered,
    folds: folds.ids.filter((_, f) => results[f] !== undefined),
    foldScores: fitted.map(({ fold }) => fold.loss),
    scores: crossValidationScores(parts, path.lambdas.length, higherIsBetter),
    outOfFold: keep ? outOfFold(folds, results, path.lambdas.length, lossFor(datafit, data)) : undefined,
    status: fitted.length === folds.ids.length ? "complete" : "interrupted",
    params,
  };
}

/** The linear predictors of all rows at each lambda, their mean over repeats; NaN where a fold was not fitted or is none. */
function outOfFold(
  folds: Folds,
  results: readonly (PredictedFold | undefined)[],
  nLambdas: number,
  { nResponses, responses }: Datafit,
): OutOfFold<AnyFit> {
  const [{ length: nSamples }] = folds.foldIds;
  const perRepeat = folds.ids.length / folds.foldIds.length;
  const heldOut = folds.ids.map((_, f) => heldOutRows(folds, f));
  const ofRepeat = (r: number, k: number): Float64Array => {
    const all = new Float64Array(nSamples * nResponses).fill(Number.NaN);
    for (let f = r * perRepeat; f < (r + 1) * perRepeat; f++) {
      const { length } = heldOut[f];
      results[f]?.predictors[k].forEach((eta, i) => {
        all[Math.floor(i / length) * nSamples + heldOut[f][i % length]] = eta;
      });
    }
    return all;
  };
  const long = Array.from({ length: nLambdas }, (_, k) => {
    const all = ofRepeat(0, k);
    for (let r = 1; r < folds.foldIds.length; r++) {
      ofRepeat(r, k).forEach((eta, i) => {
        all[i] += (eta - all[i]) / (r + 1);
      });
    }
    return all;
  });
  return responses ? long.map((all) => responseRows(all, nResponses)) : long;
}

/** Reports the progress of several paths, one after the other or side by side, as that of one computation. */
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
  const { where, data, folds, grid, points } = plan;
  const fitFolds =
    plan.workers > 1 && !signal?.aborted
      ? loadFoldsInThreads(where).foldsInThreads(plan)
      : (runner: FitRunner<AnyFit>, lambdas: Float64Array, run: FoldRun) =>
          foldsInTurn(runner, { ...plan, lambdas }, run);
  const progress = pathProgress(where, runners.length * (1 + folds.ids.length), onProgress);
  const found: ValidatedHere[] = [];
  for (const [m, runner] of runners.entries()) {
    if (m > 0 && signal?.aborted) break;
    const what = points === undefined ? "" : `${paramsInWords(points[m])}, `;
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

/** Loads what spreads folds over worker threads. @throws InputError where there are none. */
function loadFoldsInThreads(where: string): typeof import("../threads/folds-in-threads") {
  threadsFor(where);
  return require("../threads/folds-in-threads");
}
