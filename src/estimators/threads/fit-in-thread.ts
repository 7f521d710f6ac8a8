/**
 * Runs fits, paths and cross-validations in a worker thread while the caller's thread is free. The async methods of
 * estimators call these functions.
 */
import type { DesignInput, TargetInput } from "../../design/design-input";
import { automaticProgress, notebookSignal } from "../../display/progress-display";
import { mustBe } from "../../errors";
import { crossValidationOf, type RunnerAt } from "../cross-validation/cross-validate";
import type { CrossValidation } from "../cross-validation/cross-validation";
import { labelsOf } from "../cross-validation/cross-validation-json";
import { type CrossValidationOptions, validationPlan } from "../cross-validation/validation-plan";
import type { LambdaGridOptions } from "../options/run-options";
import {
  checkWorkers,
  type GlobalRun,
  type PathOptions,
  type RunOptions,
  type SharedWork,
} from "../options/run-options";
import type { FitRunner } from "../path/fit-runner";
import type { PathOfFits } from "../path/fitted-path";
import type { AnyFit } from "../results/fit-of";
import { endOf } from "../results/fitted-model";
import { inThread } from "./kept-threads";
import { sharedData } from "./shared-data";

/** {@link FitRunner.fit} in another thread. */
export async function fitInThread<Fit extends AnyFit>(
  runner: FitRunner<Fit>,
  X: DesignInput,
  y: TargetInput,
  run: RunOptions & SharedWork & GlobalRun,
): Promise<Fit> {
  const where = `${runner.name}.fitAsync`;
  const workers = checkWorkers(where, run);
  const data = runner.fitData(where, X, y, run, true);
  const estimator = runner.describe(where);
  const sent = await inThread(
    { kind: "fit", where, estimator, data: sharedData(data), grid: {}, workers, global: run.global },
    heard(run),
  );
  const [fit] = runner.receive(data, sent).fits;
  runner.warnOf(where, [endOf(fit)]);
  return fit;
}

/** {@link FitRunner.path} in another thread. */
export async function pathInThread<Fit extends AnyFit>(
  runner: FitRunner<Fit>,
  X: DesignInput,
  y: TargetInput,
  options: PathOptions & SharedWork & GlobalRun,
): Promise<PathOfFits<Fit>> {
  const where = `${runner.name}.pathAsync`;
  const workers = checkWorkers(where, options);
  const data = runner.pathData(where, X, y, options, true);
  const grid = plainGrid(options);
  const estimator = runner.describe(where);
  const sent = await inThread(
    { kind: "path", where, estimator, data: sharedData(data), grid, workers, global: options.global },
    heard(options),
  );
  const { path } = runner.receive(data, sent);
  runner.warnOf(where, path.fits.map(endOf));
  return path;
}

/** The cross-validation of a model in another thread, its folds in more of them if so many are asked for. */
export async function crossValidateInThread(
  runner: FitRunner<AnyFit>,
  X: DesignInput,
  y: TargetInput,
  options: CrossValidationOptions,
  at: RunnerAt,
): Promise<CrossValidation<AnyFit>> {
  const where = `${runner.name}.crossValidateAsync`;
  const plan = validationPlan(where, runner, X, y, options, true);
  if (plan.preprocess)
    throw mustBe(where, "preprocess", "left out", options.preprocess, "crossValidate takes it");
  const runners = plan.points?.map(at) ?? [runner];
  const estimators = runners.map((each) => each.describe(where));
  // A measure may be a function of the caller's, and is taken here; values of a grid are in the estimators.
  const { measure, ...toSend } = { ...plan, points: plan.points?.map(labelsOf) };
  const shared = { ...toSend, grid: plainGrid(plan.grid), data: sharedData(plan.data) };
  const sent = await inThread({ kind: "crossValidate", estimators, plan: shared }, heard(options));
  const found = sent.map(({ path, folds }, m) => ({ ...runners[m].receive(plan.data, path), folds }));
  return crossValidationOf(runners, plan, found);
}

/** A run that is told how it goes, or shows it by itself where a kernel is, and ends where its cell is interrupted. */
function heard<Run extends RunOptions>({
  onProgress = automaticProgress(),
  signal = notebookSignal(),
  ...run
}: Run): RunOptions {
  return { ...run, onProgress, signal };
}

/** Lambdas of any list, as an array that can be sent. */
function plainGrid({ lambdas, nLambdas, lambdaMinRatio }: LambdaGridOptions): LambdaGridOptions {
  const isList = Object(lambdas).length > 0;
  return { lambdas: isList ? Array.from(lambdas!) : lambdas, nLambdas, lambdaMinRatio };
}
