/** The options of a run: its lambdas, how it reports progress and is stopped, and the threads that it may use. */
import { threadsFor } from "#platform";
import type { ProgressListener } from "../../display/progress";
import { InputError, mustBe } from "../../errors";
import { geometricGrid } from "../../linalg/geometric-grid";
import { checkKeys } from "../../options";
import { obstacleInWords, type PathObstacle } from "../notes";
import type { SampleOptions } from "./model-data";

/** Options of `fit` and `path` besides the data. */
export interface RunOptions extends SampleOptions {
  /** Told how the work goes, at most ten times a second: `progressBar()`, or a function of your own. */
  readonly onProgress?: ProgressListener;
  /**
   * Asked between steps of the work, which ends with what it has, status `"interrupted"`, once this is aborted. No timer or
   * button of the same thread gets its turn before a fit has ended, so `AbortSignal.timeout` is too late; a limit on time asks
   * the clock itself: `{ get aborted() { return Date.now() > end; } }`. In cells the stop button aborts `interruptSignal`,
   * and ends by itself what `fitAsync`, `pathAsync` and `crossValidateAsync` do without a signal.
   */
  readonly signal?: { readonly aborted: boolean };
}

/** Options of `path` besides the data: its lambdas and how it runs. */
export interface PathOptions extends LambdaGridOptions, RunOptions {}

/** Options of `fit` and `path` beside {@link RunOptions}: threads that share their work. */
export interface SharedWork {
  /**
   * Number of threads that compute the products with a dense `X`, the thread of the call included, an integer of at least 1. The numbers
   * are the same to the last bit. More than one pays from some millions of entries on, such as 20000 rows and 200 columns, and more than
   * four never do. A thread starts in about a tenth of a second, while the call works alone, and waits for the next call for a minute; it
   * ends sooner if calls have lent it more than 128 MiB. A `denseMatrix` must be made with `shared: true`; other tables are copied.
   * Default: 1.
   */
  readonly workers?: number;
}

/** When a search for the global minimum ends. */
export interface GlobalOptions {
  /** Seconds after which the search ends with the bound that it has; 0 gives that of the root. Default: 60. */
  readonly timeLimit?: number;
  /** The gap, relative to the objective, at which a fit counts as global; from 1e-9 on, below 1. Default: 1e-6. */
  readonly gap?: number;
}

/** Whether `fit` and `path` prove how far their fits are from the global minimum. */
export interface GlobalRun {
  /**
   * Whether each fit gets a proof, `fit.global`, of how far it is from the global minimum at most, by branch and bound, or becomes the better one
   * that the proof finds: for squared errors, and losses that state their `selfConcordance`, with `lq`, `logSum`, `mcp`, `scad`, `l0` and what
   * `concavePenalty` makes, and at once, by the duality gap,
   * with convex penalties; with options of the search where these are given. Default: false.
   */
  readonly global?: boolean | GlobalOptions;
}

export const runKeys: readonly string[] = ["sampleWeight", "offset", "onProgress", "signal"];
const gridKeys: readonly string[] = ["lambdas", "nLambdas", "lambdaMinRatio"];
export const pathKeys: readonly string[] = [...gridKeys, ...runKeys];

/** Names that scikit-learn and glmnet have for the options of a grid. */
const gridWords: readonly (readonly [word: string, key: string])[] = [
  ["alphas", "lambdas"],
  ...["n_alphas", "nAlphas", "nlambda", "nLambda"].map((word) => [word, "nLambdas"] as const),
  ...["eps", "lambda.min.ratio", "lambda_min_ratio"].map((word) => [word, "lambdaMinRatio"] as const),
];

/** Remedies by names of options of a grid, in any words, for what has none. */
export const ofGrids: Readonly<Record<string, string>> = Object.fromEntries(
  [...gridKeys.map((key) => [key, key]), ...gridWords].map(([word, key]) => [
    word,
    `path and crossValidate take ${word === key ? "it" : key}, behind the data`,
  ]),
);

const ofEstimators = ["lambda", "datafit", "fitIntercept", "standardize", "solver", "maxIter", "tol"];

/** Remedies for words of others, and for options that belong elsewhere, where `keys` are what there is. */
function wordsBeside(keys: readonly string[]): Readonly<Record<string, string>> {
  const hasGrid = keys.includes("lambdas");
  const elsewhere = ofEstimators.map((key) => [key, `${key} is an option of the estimator`]);
  return {
    ...Object.fromEntries(elsewhere),
    alpha: "scikit-learn's alpha is lambda here, an option of the estimator",
    ...(hasGrid
      ? Object.fromEntries(
          [...gridWords, ["lambda", "lambdas"]].map(([word, key]) => [word, `did you mean "${key}"?`]),
        )
      : ofGrids),
  };
}

/** @throws InputError unless it is an integer of at least 1, and 1 where there are no threads. */
export function checkWorkers(where: string, run: SharedWork): number {
  const { workers = 1 } = Object(run) as SharedWork; // what is none is refused later
  if (!Number.isInteger(workers) || workers < 1) throw mustBe(where, "workers", "an integer >= 1", workers);
  if (workers > 1) threadsFor(where);
  return workers;
}

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
  checkKeys(where, run, keys, undefined, { ...wordsBeside(keys), ...otherWords });
  checkListening(where, run);
}

/** @throws InputError where what is told of the progress is no function, or what ends the work no signal. */
export function checkListening(
  where: string,
  { onProgress, signal }: Pick<RunOptions, "onProgress" | "signal">,
): void {
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw mustBe(where, "onProgress", "a function", onProgress);
  // An AbortController in place of its signal would never abort anything.
  if (signal !== undefined && typeof Object(signal).aborted !== "boolean")
    throw mustBe(where, "signal", "an AbortSignal", signal);
}

/** Options that say which lambdas a path visits. */
export interface LambdaGridOptions {
  /** Lambdas of one's own, finite and at least 0, in any order; excludes the other two. */
  readonly lambdas?: ArrayLike<number>;
  /** Number of lambdas, evenly spaced on the log scale, an integer of at least 1. Default: 100. */
  readonly nLambdas?: number;
  /** Smallest lambda as a share of the largest, between 0 and 1. Default: 1e-4 if n > p, else 1e-2. */
  readonly lambdaMinRatio?: number;
}

/** The lambdas of a path, decreasing. */
export interface LambdaGrid {
  readonly lambdas: Float64Array;
  /** Whether the path may end before they do: not if they are the caller's own. */
  readonly stopsEarly: boolean;
}

/**
 * The grid, decreasing: the caller's own, or from `lambdaMax` downwards.
 *
 * @param start `lambdaMax`, and why it is 0 where it is.
 * @throws InputError when an option is outside its domain, or when no grid was given and there is nothing to explain, or `lambdaMax` is
 * not finite.
 */
export function lambdaGrid(
  where: string,
  options: LambdaGridOptions,
  start: { readonly lambdaMax: number; readonly obstacle?: PathObstacle },
  nSamples: number,
  nFeatures: number,
): LambdaGrid {
  const { lambdaMax, obstacle = "no-column-explains" } = start;
  const { lambdas, nLambdas = 100, lambdaMinRatio = nSamples > nFeatures ? 1e-4 : 1e-2 } = options;
  if (lambdas !== undefined) {
    if (options.nLambdas !== undefined || options.lambdaMinRatio !== undefined) {
      throw new InputError(`${where}: lambdas must come without nLambdas and lambdaMinRatio, got both`);
    }
    if (!(Object(lambdas).length > 0))
      throw mustBe(where, "lambdas", "a list of at least one number", lambdas);
    const own = Float64Array.from(lambdas, (lambda, k) => {
      if (!(typeof lambda === "number" && lambda >= 0 && lambda < Infinity)) {
        throw mustBe(where, `lambdas[${k}]`, "a finite number >= 0", lambda);
      }
      return lambda;
    });
    return { lambdas: own.sort((a, b) => b - a), stopsEarly: false };
  }
  if (!Number.isInteger(nLambdas) || nLambdas < 1)
    throw mustBe(where, "nLambdas", "an integer >= 1", nLambdas);
  if (!(lambdaMinRatio > 0 && lambdaMinRatio < 1)) {
    throw mustBe(where, "lambdaMinRatio", "a number strictly between 0 and 1", lambdaMinRatio);
  }
  if (lambdaMax === 0) {
    const remedy = `${obstacleInWords(obstacle)}, so pass lambdas to fit the null model`;
    throw mustBe(where, "the lambda that a path starts from", "positive", lambdaMax, remedy);
  }
  if (!(lambdaMax < Infinity)) {
    const remedy = "pass lambdas of your own";
    throw mustBe(where, "the lambda that a path starts from", "finite", lambdaMax, remedy);
  }
  return { lambdas: geometricGrid(lambdaMax, lambdaMinRatio, nLambdas), stopsEarly: true };
}
