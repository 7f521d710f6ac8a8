/** Paths whose fits a loop takes one by one ({@link iteratePath}). */
import type { Datafit } from "../../datafits";
import type { DesignInput, TargetInput } from "../../design/design-input";
import { notebookSignal } from "../../display/progress-display";
import { type Estimator, runnerOf } from "../named/estimator";
import { type FrameEstimator, type ModelArguments, readModel } from "../named/frame-estimator";
import type { ModelOptions } from "../options/model-options";
import { checkRun, type PathOptions, pathKeys } from "../options/run-options";
import type { EndedFit } from "../results/certificate-report";
import type { AnyFit, FitOf } from "../results/fit-of";
import { endOf } from "../results/fitted-model";
import { followedBy } from "./fit-runner";
import type { PathOf } from "./fitted-path";

/** The fits of a path as they come, and at the end of `next()` the path. */
export type PathSteps<Fit, Path> = AsyncGenerator<Fit, Path, void>;

/**
 * Follows the path of an estimator fit by fit: a loop has each fit when it is there, and other work of the thread, such as a page's, its turn
 * between two fits. A path of a penalty that is not convex improves its fits in the end; proofs of global minima are those of `path`.
 *
 * Leaving the loop ends the work. So does an aborted `signal`, also one that a button or a timer aborts: the loop ends with the fits so far.
 *
 * @param X n rows and p columns, as `fit` of the estimators takes them.
 * @param y n responses of the datafit.
 * @param options those of `path` but for `workers`.
 * @returns the fits by decreasing lambda; the value with which it ends is the path.
 * @throws InputError as `path`.
 * @example
 * ```ts
 * const steps = iteratePath(new SmoothLasso(), [[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2]);
 * for await (const fit of steps) if (fit.support.length === 2) break;
 * ```
 */
export function iteratePath<D extends Datafit>(
  estimator: Estimator<ModelOptions<D>, D>,
  X: DesignInput,
  y: TargetInput,
  options?: PathOptions,
): PathSteps<FitOf<D>, PathOf<D>>;
/** Does the same for a pipeline and a frame with the response: the fits are those of its features. @throws InputError as with an estimator. */
export function iteratePath(
  model: FrameEstimator,
  frame: DesignInput,
  options?: PathOptions,
): PathSteps<AnyFit, PathOf<Datafit>>;
export function iteratePath(...args: ModelArguments<PathOptions>): PathSteps<AnyFit, unknown> {
  const where = "iteratePath";
  const { estimator, X, y, options } = readModel(where, args);
  checkRun(where, options, pathKeys);
  const runner = runnerOf(estimator);
  const data = runner.pathData(where, X, y, options);
  return (async function* () {
    const run = { signal: notebookSignal(), ...options };
    const steps = runner.pathSteps(where, data, run, followedBy(where, run));
    let ends: EndedFit[] = [];
    try {
      for (;;) {
        const { done, value } = steps.next();
        if (done) {
          ends = value.path.fits.map(endOf);
          return value.path;
        }
        ends.push(endOf(value));
        yield value;
        await new Promise((resolve) => setTimeout(resolve));
      }
    } finally {
      runner.warnOf(where, ends);
    }
  })();
}
