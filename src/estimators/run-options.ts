import type { ProgressListener } from "../display/progress";
import { mustBe } from "../errors";
import { checkKeys } from "../options";
import type { LambdaGridOptions } from "./lambda-grid";
import type { SampleOptions } from "./sample-options";

/** What `fit` and `path` take besides the data. */
export interface RunOptions extends SampleOptions {
  /** Told how the work goes, at most ten times a second: `progressBar()`, or a function of your own. */
  readonly onProgress?: ProgressListener;
  /**
   * Asked between steps of the work, which ends with what it has, status `"interrupted"`, once this is aborted. No timer or
   * button of the same thread gets its turn before a fit has ended, so `AbortSignal.timeout` is too late; a limit on time asks
   * the clock itself: `{ get aborted() { return Date.now() > end; } }`. In cells the stop button aborts `interruptSignal`.
   */
  readonly signal?: { readonly aborted: boolean };
}

/** What `path` takes besides the data: its lambdas and how it runs. */
export interface PathOptions extends LambdaGridOptions, RunOptions {}

export const runKeys: readonly string[] = ["sampleWeight", "offset", "onProgress", "signal"];
export const gridKeys: readonly string[] = ["lambdas", "nLambdas", "lambdaMinRatio"];
export const pathKeys: readonly string[] = [...gridKeys, ...runKeys];

/**
 * @param otherWords remedies by the names that other libraries have.
 * @throws InputError for an option of a run that is unknown or of the wrong kind.
 */
export function checkRun(
  where: string,
  run: RunOptions,
  keys: readonly string[],
  otherWords?: Readonly<Record<string, string>>,
): void {
  checkKeys(where, run, keys, undefined, otherWords);
  const { onProgress, signal } = run;
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw mustBe(where, "onProgress", "a function", onProgress);
  // An AbortController in place of its signal would never abort anything.
  if (signal !== undefined && typeof Object(signal).aborted !== "boolean")
    throw mustBe(where, "signal", "an AbortSignal", signal);
}
