/** The progress of work that a loop follows ({@link progressOf}). */
import { mustBe } from "../errors";
import { checkKeys } from "../options";
import type { ProgressEvent, ProgressListener } from "./progress";

/** The options of a run that {@link progressOf} gives to the work. */
export interface ProgressRun {
  /** Told how the work goes. */
  readonly onProgress: ProgressListener;
  /** Aborted once the loop is left, or the signal of `progressOf` is. */
  readonly signal: { readonly aborted: boolean };
}

/** Work that goes on, of which a loop has the events as they come. */
export interface WorkInProgress<Result> extends AsyncIterable<ProgressEvent> {
  /** A promise of what the work gives. */
  readonly result: Promise<Result>;
}

/**
 * Has a loop follow any work that takes `onProgress` and `signal` and gives a promise, such as `crossValidateAsync`, fits of files and training of
 * networks. Leaving the loop, or aborting `signal`, ends the work with what it has.
 *
 * Work that promises nothing, such as `crossValidate`, ends before the loop begins.
 *
 * @param start begins the work with the options of its run that it is given.
 * @param options `signal`: an AbortSignal, or what has `aborted`.
 * @returns the events of the work, at most ten a second, and the promise of its result.
 * @throws InputError unless `start` is a function and `signal` a signal; the loop and `result` throw the error of the work.
 * @example
 * ```ts
 * const work = progressOf((run) => new SmoothLasso().crossValidateAsync(X, y, { folds: 3, nLambdas: 5, ...run }));
 * for await (const { done, total } of work) done <= total; // true
 * (await work.result).lambdas.length; // 5
 * ```
 */
export function progressOf<Result>(
  start: (run: ProgressRun) => Promise<Result>,
  options: { readonly signal?: { readonly aborted: boolean } } = {},
): WorkInProgress<Result> {
  const where = "progressOf";
  checkKeys(where, options, ["signal"]);
  const { signal } = options;
  if (typeof start !== "function") throw mustBe(where, "start", "a function that begins the work", start);
  // An AbortController in place of its signal would never abort anything.
  if (signal !== undefined && typeof Object(signal).aborted !== "boolean")
    throw mustBe(where, "signal", "an AbortSignal", signal);
  const events: ProgressEvent[] = [];
  let isLeft = false;
  let isEnded = false;
  let wake = (): void => {};
  const run: ProgressRun = {
    onProgress(event) {
      events.push(event);
      wake();
    },
    signal: {
      get aborted() {
        return isLeft || signal?.aborted === true;
      },
    },
  };
  const result = (async () => start(run))().finally(() => {
    isEnded = true;
    wake();
  });
  result.catch(() => {}); // The loop throws it.
  const follow = async function* (): AsyncGenerator<ProgressEvent, void> {
    try {
      for (;;) {
        while (events.length > 0) yield events.shift()!;
        if (isEnded) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      await result;
    } finally {
      isLeft = true;
    }
  };
  return { result, [Symbol.asyncIterator]: follow };
}
