/** Frames in and predictions out ({@link pipeline}): the columns of a frame and the model of them as one. */
import type { DesignInput } from "../design/design-input";
import { InputError, mustBe } from "../errors";
import {
  type AnyEstimator,
  type CrossValidationOptions,
  type EstimatorJson,
  estimatorFromJSON,
  type FrameModel,
  type GlobalRun,
  type PathOptions,
  type RunOptions,
  type SharedWork,
} from "../estimators";
import { optionsBesideFrame } from "../estimators/named/frame-estimator";
import { headerOf, recordOf } from "../json-record";
import { checkMethods, didYouMean } from "../options";
import type { FrameData } from "./frame-data";
import { type FromFormulaOptions, fromFormula } from "./from-formula";
import { type FromFrameOptions, fromFrame } from "./from-frame";
import { PipelineFit, PipelinePath, PipelineValidation } from "./pipeline-results";

/** The columns of a {@link pipeline}: the options of {@link fromFrame}, or a formula with those of {@link fromFormula}. */
export type PipelineColumns = FromFrameOptions | (FromFormulaOptions & { readonly formula: string });

/** The estimator of a {@link pipeline}, or what makes it of the data, as where its groups are those of the columns. */
export type PipelineEstimator<E extends AnyEstimator> = E | ((data: FrameData) => E);

/** A frame as {@link Pipeline.read} reads it. */
export interface PipelineReading<E extends AnyEstimator = AnyEstimator> extends FrameModel<E> {
  /** The frame as numbers. */
  readonly data: FrameData;
}

type FitBy<E extends AnyEstimator> = ReturnType<E["fit"]>;
type PathBy<E extends AnyEstimator> = ReturnType<E["path"]>;
type ValidationBy<E extends AnyEstimator> = ReturnType<E["crossValidate"]>;

/**
 * A model of the columns of frames: an estimator whose `fit`, `path` and `crossValidate` take frames with the response in them. Functions that
 * take an estimator, `X` and `y`, such as `nestedCrossValidate`, take a pipeline and a frame.
 */
export class Pipeline<E extends AnyEstimator = AnyEstimator> {
  /** How the columns are read. */
  readonly columns: PipelineColumns;
  readonly #estimator: PipelineEstimator<E>;

  constructor(columns: PipelineColumns, estimator: PipelineEstimator<E>) {
    const where = "pipeline";
    if (typeof columns !== "object" || columns === null || !("formula" in columns || "response" in columns)) {
      const rule = 'the options of fromFrame, or a formula, as { formula: "y ~ a + b" }';
      const guesses = Object.keys(Object(columns)).map((key) => didYouMean(key, ["response", "formula"]));
      throw mustBe(where, "columns", rule, columns, guesses.find(Boolean));
    }
    if (typeof estimator !== "function" || /^class\b/.test(String(estimator)))
      checkEstimator(estimator, "estimator", "an estimator, or a function that makes one");
    this.columns = columns;
    this.#estimator = estimator;
  }

  /**
   * Reads a frame: the features, the response and the estimator of these.
   *
   * @param frame with the response.
   * @throws InputError as {@link fromFrame} or {@link fromFormula}.
   */
  read(frame: DesignInput): PipelineReading<E> {
    const data = this.#dataOf(frame);
    const { X, y, preprocess } = data;
    return { estimator: this.#estimatorFor(data), X, y, preprocess, data };
  }

  /**
   * Reads a frame and fits its rows.
   *
   * @param frame with the response.
   * @param run the options of the estimator's `fit`; arrays have one entry for each row that is read.
   * @throws InputError as {@link fromFrame} or {@link fromFormula}, and as the estimator's `fit`.
   */
  fit(frame: DesignInput, ...run: [run?: RunOptions & SharedWork & GlobalRun]): PipelineFit<FitBy<E>> {
    const options = optionsBesideFrame<RunOptions & SharedWork & GlobalRun>("pipeline.fit", run);
    const { estimator, X, y, data } = this.read(frame);
    return new PipelineFit(estimator.fit(X, y, options) as FitBy<E>, data, data);
  }

  /**
   * Reads a frame and fits its rows along a grid of lambdas.
   *
   * @param options those of the estimator's `path`.
   * @throws InputError as {@link fit}, and as the estimator's `path`.
   */
  path(
    frame: DesignInput,
    ...options: [options?: PathOptions & SharedWork & GlobalRun]
  ): PipelinePath<PathBy<E>> {
    const own = optionsBesideFrame<PathOptions & SharedWork & GlobalRun>("pipeline.path", options);
    const { estimator, X, y, data } = this.read(frame);
    return new PipelinePath(estimator.path(X, y, own) as PathBy<E>, data, data);
  }

  /**
   * Chooses `lambda` by cross-validation in which each fold is prepared by the rows that it is fitted on alone: imputed values, knots and
   * polynomials are learnt anew, and columns are standardized, as the estimator does. Levels are those of the whole frame, so
   * that all folds have the same features; an indicator of a level that a fold does not have is zero there.
   *
   * @param options those of the estimator's `crossValidate` but for `preprocess`, with `workers` only where nothing is learnt but levels.
   * @throws InputError as {@link fit}, and as the estimator's `crossValidate`.
   */
  crossValidate(
    frame: DesignInput,
    ...options: [options?: CrossValidationOptions]
  ): PipelineValidation<ValidationBy<E>> {
    const own = optionsBesideFrame<CrossValidationOptions>("pipeline.crossValidate", options);
    const { estimator, X, y, preprocess, data } = this.read(frame);
    const cv = estimator.crossValidate(X, y, preprocess ? { ...own, preprocess } : own);
    return new PipelineValidation(cv as ValidationBy<E>, data, data);
  }

  /**
   * Fits as {@link fit} does, in a worker thread, and promises the same fit, to the last bit.
   *
   * @throws InputError as {@link fit}, and as the estimator's `fitAsync`.
   */
  async fitAsync(
    frame: DesignInput,
    ...run: [run?: RunOptions & SharedWork & GlobalRun]
  ): Promise<PipelineFit<FitBy<E>>> {
    const options = optionsBesideFrame<RunOptions & SharedWork & GlobalRun>("pipeline.fitAsync", run);
    const { estimator, X, y, data } = this.read(frame);
    return new PipelineFit((await estimator.fitAsync(X, y, options)) as FitBy<E>, data, data);
  }

  /** Fits as {@link path} does, in a worker thread, and promises the same path, to the last bit. @throws InputError as these two. */
  async pathAsync(
    frame: DesignInput,
    ...options: [options?: PathOptions & SharedWork & GlobalRun]
  ): Promise<PipelinePath<PathBy<E>>> {
    const own = optionsBesideFrame<PathOptions & SharedWork & GlobalRun>("pipeline.pathAsync", options);
    const { estimator, X, y, data } = this.read(frame);
    return new PipelinePath((await estimator.pathAsync(X, y, own)) as PathBy<E>, data, data);
  }

  /**
   * Chooses as {@link crossValidate} does, in a worker thread, where nothing but levels is learnt from a fold.
   *
   * @throws InputError as these two, and where more is learnt: no other thread can be sent how folds are prepared.
   */
  async crossValidateAsync(
    frame: DesignInput,
    ...options: [options?: CrossValidationOptions]
  ): Promise<PipelineValidation<ValidationBy<E>>> {
    const where = "pipeline.crossValidateAsync";
    const own = optionsBesideFrame<CrossValidationOptions>(where, options);
    const { estimator, X, y, preprocess, data } = this.read(frame);
    if (preprocess !== undefined) {
      const rule = "nothing but levels must be learnt from the rows of a fold";
      throw new InputError(
        `${where}: ${rule}, got imputed values, knots or polynomials; use crossValidate, in this thread`,
      );
    }
    const cv = await estimator.crossValidateAsync(X, y, own);
    return new PipelineValidation(cv as ValidationBy<E>, data, data);
  }

  /** Returns the same pipeline with some options of its estimator changed. @throws InputError as the estimator's `withParams`, here or by {@link fit}. */
  withParams(changes: Partial<E["params"]>): Pipeline<E> {
    const given = this.#estimator;
    const changed = (estimator: E): E => estimator.withParams(changes);
    return new Pipeline(
      this.columns,
      typeof given === "function" ? (data: FrameData): E => changed(given(data)) : changed(given),
    );
  }

  /**
   * The pipeline as plain JSON, which `JSON.stringify(model)` calls and `pipelineFromJSON` reads.
   *
   * @throws InputError where a function makes the estimator, which no file can hold.
   */
  toJSON(): PipelineJson {
    const given = this.#estimator;
    if (typeof given === "function")
      throw mustBe("pipeline.toJSON", "estimator", "an estimator, since no file can hold a function", given);
    return { ...headerOf("smooth-edges/pipeline"), columns: { ...this.columns }, estimator: given.toJSON() };
  }

  #dataOf(frame: DesignInput): FrameData {
    if (!("formula" in this.columns)) return fromFrame(frame, this.columns);
    const { formula, ...options } = this.columns;
    return fromFormula(formula, frame, options);
  }

  #estimatorFor(data: FrameData): E {
    const given = this.#estimator;
    const estimator = typeof given === "function" ? given(data) : given;
    checkEstimator(estimator, "what estimator returns", "an estimator");
    const { fitIntercept } = estimator.params as { readonly fitIntercept?: boolean };
    if (!data.fitIntercept && fitIntercept !== false) {
      throw new InputError(
        "pipeline: an estimator of a formula without an intercept must have fitIntercept: false, got none; say so, or leave out - 1",
      );
    }
    return estimator;
  }
}

/** @throws InputError unless a value is an estimator of columns of numbers. */
function checkEstimator(estimator: unknown, what: string, rule: string): void {
  checkMethods("pipeline", what, estimator, ["fit", "path", "crossValidate", "withParams"], rule);
  if (estimator instanceof Pipeline)
    throw new InputError(`pipeline: ${what} must be ${rule}, got a pipeline; its columns are read already`);
}

/** A {@link Pipeline} as plain JSON. */
export interface PipelineJson {
  /** Kind of the file. */
  readonly format: "smooth-edges/pipeline";
  /** Version of the format; files of other versions are refused. */
  readonly version: number;
  /** How the columns are read. */
  readonly columns: PipelineColumns;
  /** The estimator. */
  readonly estimator: EstimatorJson;
}

/**
 * Reads the pipeline that `JSON.stringify(model)` wrote.
 *
 * @param json the text, or what `JSON.parse` made of it.
 * @throws InputError naming the field that is not as it was written, or when another version of the format wrote it.
 * @example
 * ```ts
 * const model = pipeline({ response: "rent" }, new SmoothLasso({ lambda: 0.1 }));
 * pipelineFromJSON(JSON.stringify(model)).columns; // { response: "rent" }
 * ```
 */
export function pipelineFromJSON(json: string | PipelineJson | object): Pipeline {
  const record = recordOf("pipelineFromJSON", json, "smooth-edges/pipeline");
  record.record("columns");
  record.record("estimator");
  return new Pipeline(
    record.get("columns") as PipelineColumns,
    estimatorFromJSON(record.get("estimator") as object),
  );
}

/**
 * Joins the reading of frames and a model, so that `fit`, `crossValidate` and `predict` take frames, and cross-validation learns nothing from
 * the rows that it holds out: scikit-learn's `make_pipeline(ColumnTransformer, estimator)`.
 *
 * @param columns the options of {@link fromFrame}, or `{ formula, ... }` with those of {@link fromFormula}.
 * @param estimator the model, or a function that makes it of the data: `({ groups }) => new SmoothGroupLasso({ groups })`.
 * @throws InputError when either is none.
 * @example
 * ```ts
 * const flats = { area: [50, 70, null, 60], city: ["Ulm", "Bonn", "Kiel", "Ulm"], rent: [9, 14, 15, 10] };
 * const model = pipeline({ response: "rent", missing: "median" }, new SmoothLasso({ lambda: 0.1 }));
 * const fitted = model.fit(flats);
 * fitted.predict({ area: [80], city: ["Kiel"] }).length; // 1
 * model.crossValidate(flats, { folds: 2, nLambdas: 5 }).best.predict(flats).length; // 4
 * evaluate(fitted, flats).nSamples; // 4
 * ```
 */
export function pipeline<E extends AnyEstimator>(
  columns: PipelineColumns,
  estimator: PipelineEstimator<E>,
): Pipeline<E> {
  return new Pipeline(columns, estimator);
}
