/** The base class of all estimators ({@link Estimator}): `fit`, `path` and `crossValidate`, here and in worker threads. */
import { threadsFor } from "#platform";
import { type Datafit, squaredError } from "../../datafits";
import type { DesignInput, TargetInput } from "../../design/design-input";
import { InputError, mustBe } from "../../errors";
import type { RunnerAt } from "../cross-validation/cross-validate";
import type { CrossValidation } from "../cross-validation/cross-validation";
import type { CrossValidationOptions } from "../cross-validation/validation-plan";
import type { PenaltySpecOf } from "../fit/penalty-spec";
import { type EstimatorJson, estimatorToJson } from "../options/estimator-json";
import type { CheckedOptions, ModelOptions } from "../options/model-options";
import type { GlobalRun, PathOptions, RunOptions, SharedWork } from "../options/run-options";
import { FitRunner } from "../path/fit-runner";
import type { PathOf } from "../path/fitted-path";
import type { AnyFit, FitOf } from "../results/fit-of";

/** An estimator of any class. */
export type AnyEstimator = Estimator<ModelOptions>;

/** Returns the runner behind an estimator, for threads that work for it. */
export let runnerOf: (estimator: Estimator<ModelOptions>) => FitRunner<AnyFit>;

/** Returns what makes the runners of an estimator with some options changed. */
export let runnersOf: (estimator: Estimator<ModelOptions>) => RunnerAt;

/**
 * Fits, paths and cross-validations as every estimator offers them, for a loss of type `D`: a vector of coefficients where it is of one response, one
 * vector a response where it is of several. A member says what it penalizes.
 */
export abstract class Estimator<Options extends ModelOptions<D>, D extends Datafit = Datafit> {
  /** The options it was made with. */
  readonly params: Readonly<Options>;
  readonly #runner: FitRunner<AnyFit>;
  readonly #defaults: GlobalRun | undefined;

  static {
    runnerOf = (estimator) => estimator.#runner;
    runnersOf = (estimator) => estimator.#runnerAt();
    // Not in the types: for those who know fits that are their own models, as scikit-learn's.
    for (const method of ["predict", "predictLabels", "predictProbability", "decisionFunction", "score"]) {
      Object.defineProperty(Estimator.prototype, method, {
        value(this: object): never {
          const remedy = `const fit = model.fit(X, y); fit.${method}(X${method === "score" ? ", y" : ""})`;
          const where = `${this.constructor.name}.${method}`;
          throw new InputError(`${where}: ${method} must be called on a fit, got a model; ${remedy}`);
        },
      });
    }
  }

  /**
   * @param checked `options` with every value checked and defaults filled in.
   * @param defaults options of fits and paths that are not given with these.
   */
  protected constructor(
    name: string,
    options: Options,
    checked: CheckedOptions,
    specOf: PenaltySpecOf,
    defaults?: GlobalRun,
  ) {
    this.params = Object.freeze({ ...options });
    this.#runner = new FitRunner(name, specOf, checked, this.params);
    this.#defaults = defaults;
  }

  /** The loss that it fits: the option `datafit`, or that of its name. */
  get datafit(): D {
    return this.#runner.datafit as D;
  }

  /**
   * Returns the same estimator with some options changed; this one stays as it is.
   *
   * @throws InputError when an option is unknown or outside its domain, or a datafit has other responses than that of this
   * one, whose fits are of another type.
   */
  withParams(changes: Partial<Options>): this {
    const kindOf = ({ datafit = squaredError() }: Partial<Options>): string =>
      datafit.responses ?? "one response";
    const [own, other] = [kindOf(this.params), kindOf({ ...this.params, ...changes })];
    if (other !== own) {
      const where = `${this.constructor.name}.withParams`;
      throw mustBe(where, "datafit", `one of ${own}, as it was`, other, "make a new estimator");
    }
    const Self = this.constructor as new (options: Options) => this;
    return new Self({ ...this.params, ...changes });
  }

  /**
   * Fits at the estimator's `lambda`.
   *
   * @param X n rows and p columns: rows, a matrix, columns by name, or any data frame.
   * @param y n responses of the datafit: numbers, or a column of a data frame; n rows of several; labels of classes.
   * @returns a value; the estimator does not change.
   * @throws InputError when no `lambda` was given, or the data are not n finite rows and n responses of the datafit.
   */
  fit(X: DesignInput, y: TargetInput, run: RunOptions & SharedWork & GlobalRun = {}): FitOf<D> {
    return this.#runner.fit(X, y, this.#withDefaults(run)) as FitOf<D>;
  }

  /**
   * Fits along a decreasing grid of lambdas, each from the one before.
   *
   * @param options `lambdas`, or `nLambdas` (100) and `lambdaMinRatio` (1e-4 if n > p, else 1e-2): then the path ends, as
   * glmnet's does, once it explains 0.999 of the deviance or one more lambda adds less than 1e-5; `workers` (1), which compute products.
   * @throws InputError as `fit`, and when `y` leaves nothing to explain and no `lambdas` were given.
   */
  path(X: DesignInput, y: TargetInput, options: PathOptions & SharedWork & GlobalRun = {}): PathOf<D> {
    return this.#runner.path(X, y, this.#withDefaults(options)) as PathOf<D>;
  }

  /**
   * Chooses `lambda` by how well fits predict rows that they have not seen: each fold is predicted by fits of the others,
   * along the lambdas of the path of all rows. Columns are standardized inside each fold.
   *
   * @param options those of `path`; `folds` (10), `stratified` (true for classes) or `sampleGroups`, `seed` (1) and `repeats` (1), or
   * `foldId`; `timeOrdered`; the `measure`; a `grid` of other options, and `relax`, to choose among as well; `keep`; `workers` (1), over
   * which the folds are spread.
   * @returns scores as `cv.glmnet` has them, the path, and its fits at the lambdas chosen.
   * @throws InputError as `path`, when a fold leaves out all rows of a class, for a measure that the loss does not have, or for
   * `workers` above 1 with a part of your own, such as a datafit, since no other thread can be sent it.
   * @see glmnet, `cv.glmnet`
   */
  crossValidate(
    X: DesignInput,
    y: TargetInput,
    options: CrossValidationOptions<Options> = {},
  ): CrossValidation<FitOf<D>> {
    const cv: CrossValidation<AnyFit> = loadCrossValidation().crossValidate(
      this.#runner,
      X,
      y,
      options as CrossValidationOptions,
      this.#runnerAt(),
    );
    return cv as CrossValidation<FitOf<D>>;
  }

  /**
   * {@link fit} in a worker thread: a promise of the same fit, to the last bit, while this thread is free for other work.
   *
   * Progress is told here, and an aborted `signal` ends the work there. The data stay here, for `refit`. In a browser, call `fit` in a
   * Web Worker of the page instead.
   *
   * @throws InputError as `fit`, and naming the option whose value is a part of your own: no other thread can be sent it.
   */
  async fitAsync(
    X: DesignInput,
    y: TargetInput,
    run: RunOptions & SharedWork & GlobalRun = {},
  ): Promise<FitOf<D>> {
    const { fitInThread } = loadThreads(`${this.#runner.name}.fitAsync`);
    return fitInThread(this.#runner, X, y, this.#withDefaults(run)) as Promise<FitOf<D>>;
  }

  /** {@link path} in a worker thread, as {@link fitAsync} is {@link fit} in one. @throws InputError as these two. */
  async pathAsync(
    X: DesignInput,
    y: TargetInput,
    options: PathOptions & SharedWork & GlobalRun = {},
  ): Promise<PathOf<D>> {
    const { pathInThread } = loadThreads(`${this.#runner.name}.pathAsync`);
    return pathInThread(this.#runner, X, y, this.#withDefaults(options)) as Promise<PathOf<D>>;
  }

  /**
   * {@link crossValidate} in a worker thread, as {@link fitAsync} is {@link fit} in one.
   *
   * @param options `workers`: over that many threads the folds are spread, that one among them.
   * @throws InputError as these two.
   */
  async crossValidateAsync(
    X: DesignInput,
    y: TargetInput,
    options: CrossValidationOptions<Options> = {},
  ): Promise<CrossValidation<FitOf<D>>> {
    const { crossValidateInThread } = loadThreads(`${this.#runner.name}.crossValidateAsync`);
    const cv = await crossValidateInThread(
      this.#runner,
      X,
      y,
      options as CrossValidationOptions,
      this.#runnerAt(),
    );
    return cv as CrossValidation<FitOf<D>>;
  }

  /**
   * The estimator as plain JSON, which `JSON.stringify(estimator)` calls and `estimatorFromJSON` reads.
   *
   * @throws InputError naming the option whose value is a part of your own, which no file can hold.
   */
  toJSON(): EstimatorJson {
    return estimatorToJson(`${this.#runner.name}.toJSON`, this.#runner.name, this.params);
  }

  /** Returns the same estimator at a point of a grid. */
  protected at(params: Partial<Options>): this {
    return this.withParams(params);
  }

  #withDefaults<Run extends GlobalRun>(run: Run): Run {
    return this.#defaults ? { ...this.#defaults, ...run } : run;
  }

  #runnerAt(): RunnerAt {
    return (params) => this.at(params as Partial<Options>).#runner;
  }
}

/** Loads the cross-validation of models. */
function loadCrossValidation(): typeof import("../cross-validation/cross-validate") {
  return require("../cross-validation/cross-validate");
}

/** Loads what fits models in worker threads. @throws InputError where there are none. */
function loadThreads(where: string): typeof import("../threads/fit-in-thread") {
  threadsFor(where);
  return require("../threads/fit-in-thread");
}
