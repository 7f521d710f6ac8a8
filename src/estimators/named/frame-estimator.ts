/** Estimators of frames, as `pipeline` makes, where functions take an estimator and its data ({@link readModel}). */
import type { DesignInput, TargetInput } from "../../design/design-input";
import { isOfFrames, type OfFrames, ofFeatures } from "../../design/of-frames";
import { InputError, mustBe, show } from "../../errors";
import type { CrossValidationOptions } from "../cross-validation/validation-plan";
import type { AnyFit } from "../results/fit-of";
import type { AnyEstimator } from "./estimator";

/** The features and the response of a frame. */
export interface FrameTable {
  /** One column a feature. */
  readonly X: DesignInput;
  /** The response. */
  readonly y: TargetInput;
  /** The rows of the frame that were left out for a missing value; undefined where none can be. */
  readonly droppedRows?: ArrayLike<number>;
}

/** A frame as an estimator of numbers takes it, and this estimator. */
export interface FrameModel<E extends AnyEstimator = AnyEstimator> extends FrameTable {
  /** The estimator of the features. */
  readonly estimator: E;
  /** The option of `crossValidate` by which each fold is prepared by its own rows; undefined where nothing but levels is learnt. */
  readonly preprocess: CrossValidationOptions["preprocess"];
}

/** An estimator of frames, as `pipeline` makes. */
export interface FrameEstimator<E extends AnyEstimator = AnyEstimator> {
  /** Reads a frame with the response. */
  read(frame: DesignInput): FrameModel<E>;
}

/** The fit of an estimator of frames. */
export interface FrameFit<Fit extends AnyFit = AnyFit> extends OfFrames<"fit", Fit> {
  /** Reads a frame with the response. */
  read(frame: DesignInput): FrameTable;
}

/** The arguments of a function that takes an estimator and its data, or an estimator of frames and a frame. */
export type ModelArguments<Options> =
  | readonly [estimator: AnyEstimator, X: DesignInput, y: TargetInput, options?: Options]
  | readonly [estimator: FrameEstimator, frame: DesignInput, options?: Options];

/** Reads the arguments of such a function. @throws InputError when a response comes beside a frame, which has it. */
export function readModel<Options extends object>(
  where: string,
  given: ModelArguments<Options>,
): Omit<FrameModel, "preprocess"> & Partial<FrameModel> & { readonly options: Options } {
  const { model, ...data } = readData<AnyEstimator, FrameEstimator, Options>(where, given, isFrameEstimator);
  return { estimator: model as AnyEstimator, ...data };
}

/** The arguments of a function that takes a fit and data, or the fit of an estimator of frames and a frame. */
export type FitArguments<Options> =
  | readonly [fit: AnyFit, X: DesignInput, y: TargetInput, options?: Options]
  | readonly [fit: FrameFit, frame: DesignInput, options?: Options];

/** Reads the arguments of such a function. @throws InputError as {@link readModel}. */
export function readFit<Options extends object>(
  where: string,
  given: FitArguments<Options>,
): FrameTable & { readonly fit: AnyFit; readonly options: Options } {
  const isFrameFit = (fit: AnyFit | FrameFit): fit is FrameFit => isOfFrames(fit, "fit");
  const { model, ...data } = readData<AnyFit, FrameFit, Options>(where, given, isFrameFit);
  return { ...data, fit: ofFeatures<"fit", AnyFit>(model, "fit") };
}

/** Reads the data behind a model: `X` and `y`, or what a model of frames reads of a frame, and the options that follow. */
function readData<
  Model,
  ModelOfFrames extends { read(frame: DesignInput): FrameTable & Partial<FrameModel> },
  Options extends object,
>(
  where: string,
  given: readonly unknown[],
  isOfFrames: (model: Model | ModelOfFrames) => model is ModelOfFrames,
): FrameTable &
  Partial<FrameModel> & {
    readonly model: Model | ModelOfFrames;
    readonly options: Options;
  } {
  const [model, X, ...rest] = given as [Model | ModelOfFrames, DesignInput, ...unknown[]];
  if (isOfFrames(model))
    return { model, ...model.read(X), options: optionsBesideFrame<Options>(where, rest) };
  const [y, options = {}] = rest as [TargetInput, Options?];
  return { model, X, y, options: options as Options };
}

/** Returns the options that follow a frame. @throws InputError when a response stands before them. */
export function optionsBesideFrame<Options extends object>(
  where: string,
  [options = {}, ...others]: readonly unknown[],
): Options {
  if (!isPlain(options) || others.some((other) => other !== undefined))
    throw new InputError(
      `${where}: y must be left out where a pipeline reads the response from the frame, got ${show(options)}`,
    );
  const { preprocess } = options as { readonly preprocess?: unknown };
  if (preprocess !== undefined)
    throw mustBe(
      where,
      "preprocess",
      "left out, since a pipeline prepares each fold by its own rows",
      preprocess,
    );
  return options as Options;
}

/** @throws InputError when an estimator is one of frames, where the columns are numbers already. */
export function checkNotOfFrames(where: string, estimator: unknown): void {
  if (isFrameEstimator(estimator))
    throw new InputError(
      `${where}: estimator must be one of columns of numbers, got a pipeline; give the estimator that it was made with`,
    );
}

function isFrameEstimator(model: unknown): model is FrameEstimator {
  const { read, crossValidate } = Object(model) as Record<string, unknown>;
  return typeof read === "function" && typeof crossValidate === "function";
}

function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
