/** Frames in and predictions out ({@link pipeline}): the columns of a frame and the model of them as one. */
import type { DesignInput } from "../design/design-input";
import { type Displayable, type MimeBundle, makeDisplayable } from "../display/mime-bundle";
import type { Table } from "../display/table";
import { InputError, mustBe } from "../errors";
import type {
  AnyEstimator,
  CrossValidationOptions,
  PredictOptions,
  RunOptions,
  ScoreOptions,
  SharedWork,
} from "../estimators";
import { checkMethods, didYouMean } from "../options";
import type { FrameData, FrameResponse } from "./frame-data";
import { type FromFormulaOptions, fromFormula } from "./from-formula";
import { type FromFrameOptions, fromFrame } from "./from-frame";

/** The columns of a {@link pipeline}: the options of {@link fromFrame}, or a formula with those of {@link fromFormula}. */
export type PipelineColumns = FromFrameOptions | (FromFormulaOptions & { readonly formula: string });

/** The estimator of a {@link pipeline}, or what makes it of the data, as where its groups are those of the columns. */
export type PipelineEstimator<E extends AnyEstimator> = E | ((data: FrameData) => E);

type FitBy<E extends AnyEstimator> = ReturnType<E["fit"]>;
type ValidationBy<E extends AnyEstimator> = ReturnType<E["crossValidate"]>;
type AnyFitBy = ReturnType<AnyEstimator["fit"]>;

/** A model of the columns of frames: its own `fit` and `crossValidate` take frames with the response in them. */
export class Pipeline<E extends AnyEstimator> {
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
      checkMethods(
        where,
        "estimator",
        estimator,
        ["fit", "crossValidate"],
        "an estimator, or a function that makes one",
      );
    this.columns = columns;
    this.#estimator = estimator;
  }

  /**
   * Reads a frame and fits its rows.
   *
   * @param frame with the response.
   * @param run the options of the estimator's `fit`; arrays have one entry for each row that is read.
   * @throws InputError as {@link fromFrame} or {@link fromFormula}, and as the estimator's `fit`.
   */
  fit(frame: DesignInput, run: RunOptions & SharedWork = {}): PipelineFit<FitBy<E>> {
    const data = this.#read(frame);
    const fit = this.#estimatorFor(data).fit(data.X, data.y, run) as FitBy<E>;
    return new PipelineFit(fit, data);
  }

  /**
   * Chooses `lambda` by cross-validation in which each fold is prepared by the rows that it is fitted on alone: imputed values, knots and
   * polynomials are learnt anew, and columns are standardized, as the estimator does. Levels are those of the whole frame, so
   * that all folds have the same features; an indicator of a level that a fold does not have is zero there.
   *
   * @param options those of the estimator's `crossValidate`, with `workers` only where nothing is learnt but levels.
   * @throws InputError as {@link fit}, and as the estimator's `crossValidate`.
   */
  crossValidate(frame: DesignInput, options: CrossValidationOptions = {}): PipelineValidation<E> {
    const data = this.#read(frame);
    const own = data.preprocess ? { ...options, preprocess: data.preprocess } : options;
    const cv = this.#estimatorFor(data).crossValidate(data.X, data.y, own) as ValidationBy<E>;
    return new PipelineValidation(cv, data);
  }

  #read(frame: DesignInput): FrameData {
    if (!("formula" in this.columns)) return fromFrame(frame, this.columns);
    const { formula, ...options } = this.columns;
    return fromFormula(formula, frame, options);
  }

  #estimatorFor(data: FrameData): AnyEstimator {
    const given = this.#estimator;
    const estimator = typeof given === "function" ? given(data) : given;
    checkMethods("pipeline", "what estimator returns", estimator, ["fit", "crossValidate"], "an estimator");
    const { fitIntercept } = estimator.params as { readonly fitIntercept?: boolean };
    if (!data.fitIntercept && fitIntercept !== false) {
      throw new InputError(
        "pipeline: an estimator of a formula without an intercept must have fitIntercept: false, got none; say so, or leave out - 1",
      );
    }
    return estimator;
  }
}

/** A fitted model with how frames are read for it. */
export class PipelineFit<Fit extends AnyFitBy = AnyFitBy> implements Displayable {
  /** The fit of the features. */
  readonly fit: Fit;
  /** The frame that it was fitted to, as numbers; its `encoder` is what JSON preserves beside the fit. */
  readonly data: FrameData;

  constructor(fit: Fit, data: FrameData) {
    this.fit = fit;
    this.data = data;
  }

  /**
   * Predictions for the rows of a new frame, as those of the fit.
   *
   * @param frame with every column of the features, in any order, and any others.
   * @param options `offset`, where the fit had one.
   * @throws InputError as `encode` of {@link fromFrame}, and as `predict` of the fit.
   */
  predict(frame: DesignInput, options: PredictOptions = {}): ReturnType<Fit["predict"]> {
    return this.fit.predict(this.data.encode(frame), options) as ReturnType<Fit["predict"]>;
  }

  /**
   * How well the fit predicts a new frame with its response, as `score` of the fit.
   *
   * @param options `sampleWeight`, and `offset`, where the fit had one.
   * @throws InputError as {@link predict}, and naming the first response that is missing or of another kind.
   */
  score(frame: DesignInput, options: ScoreOptions = {}): number {
    const { X, y } = this.read(frame);
    return this.fit.score(X, y as never, options);
  }

  /** Features and response of a new frame, for `evaluate(fitted.fit, X, y)`. @throws InputError as {@link score}. */
  read(frame: DesignInput): { readonly X: FrameData["X"]; readonly y: FrameResponse } {
    return { X: this.data.encode(frame), y: this.data.response(frame) };
  }

  /** The coefficients and the certificate of the fit. */
  summary(): Table {
    return this.fit.summary();
  }

  toString(): string {
    return this.summary().toString();
  }

  toMimeBundle(): MimeBundle {
    return this.summary().toMimeBundle();
  }
}

makeDisplayable(PipelineFit);

/** A cross-validated model with how frames are read for it. */
export class PipelineValidation<E extends AnyEstimator> implements Displayable {
  /** The scores, the path and the lambdas chosen. */
  readonly cv: ValidationBy<E>;
  /** The frame, as numbers. */
  readonly data: FrameData;

  constructor(cv: ValidationBy<E>, data: FrameData) {
    this.cv = cv;
    this.data = data;
  }

  /** The fit of the best score. */
  get best(): PipelineFit<FitBy<E>> {
    return new PipelineFit(this.cv.best as FitBy<E>, this.data);
  }

  /** The sparsest fit within one standard error of it. */
  get oneStandardError(): PipelineFit<FitBy<E>> {
    return new PipelineFit(this.cv.oneStandardError as FitBy<E>, this.data);
  }

  /** The scores at the lambdas chosen. */
  summary(): Table {
    return this.cv.summary();
  }

  toString(): string {
    return this.summary().toString();
  }

  toMimeBundle(): MimeBundle {
    return this.summary().toMimeBundle();
  }
}

makeDisplayable(PipelineValidation);

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
 * ```
 */
export function pipeline<E extends AnyEstimator>(
  columns: PipelineColumns,
  estimator: PipelineEstimator<E>,
): Pipeline<E> {
  return new Pipeline(columns, estimator);
}
