import { automaticProgress } from "../../display/progress-bar";
import type { AnyFit, PathOfFits } from "../fit/fit-of";
import type { FitRunner } from "../fit/fit-runner";
import type { ScoredFit } from "../fit/fitter";
import type { RunOptions } from "../options/run-options";
import { type PathProgress, pathProgress } from "../path/path-progress";
import { foldsInThreads } from "../threads/folds-in-threads";
import type { FoldResult } from "./fit-fold";
import { type FoldProgress, type FoldRun, foldsInTurn } from "./folds-in-turn";
import type { ValidationPlan } from "./validation-plan";

/** What one model of a cross-validation gives. */
export interface Validated {
  readonly path: PathOfFits<AnyFit>;
  /** One a fold; undefined for one that was not fitted to its end before the interruption. */
  readonly folds: readonly (FoldResult | undefined)[];
}

/** What it gives where it was validated: how well each fit of the path explains all rows, too. */
export interface ValidatedHere extends Validated {
  readonly scored: readonly ScoredFit<AnyFit>[];
}

/** The path of all rows and those of the folds along its lambdas, for one model after the other until aborted. */
export function validateAlong(
  models: readonly FitRunner<AnyFit>[],
  plan: ValidationPlan,
  { signal, onProgress = automaticProgress() }: Pick<RunOptions, "signal" | "onProgress">,
): ValidatedHere[] {
  const { where, data, folds, grid, depths } = plan;
  const fitFolds =
    plan.workers > 1 && !signal?.aborted
      ? foldsInThreads(plan)
      : (model: FitRunner<AnyFit>, lambdas: Float64Array, run: FoldRun) =>
          foldsInTurn(model, { ...plan, lambdas }, run);
  const progress = pathProgress(where, models.length * (1 + folds.ids.length), onProgress);
  const found: ValidatedHere[] = [];
  for (const [m, model] of models.entries()) {
    if (m > 0 && signal?.aborted) break;
    const what = depths === undefined ? "" : `depth ${depths[m]}, `;
    const follow = (n: number): ReturnType<PathProgress["next"]> => progress.next(`${what}all rows`, n);
    const { path, scored } = model.pathOf(where, data, { ...grid, signal }, follow);
    const listeners = folds.ids.map((_, f) =>
      progress.next(`${what}fold ${f + 1} of ${folds.ids.length}`, path.lambdas.length),
    );
    const tell = ({ fold, done, message }: FoldProgress): void => listeners[fold](done, () => message);
    const run = { signal, onProgress: onProgress && tell };
    found.push({ path, scored, folds: fitFolds(model, path.lambdas, run) });
  }
  const isWhole = found.length === models.length && found.every((each) => !each.folds.includes(undefined));
  if (!isWhole) progress.interrupt();
  return found;
}
