import type { ProgressEvent } from "../../display/progress";
import type { FoldResult } from "../cross-validation/fit-fold";
import type { FoldProgress } from "../cross-validation/folds-in-turn";
import type { ValidationPlan } from "../cross-validation/validation-plan";
import type { EstimatorJson } from "../json/estimator-to-json";
import type { LambdaGridOptions } from "../options/lambda-grid";
import type { SentError } from "./sent-error";
import type { SentPath } from "./sent-fit";
import type { SharedData } from "./shared-data";
import type { TakenFolds } from "./take-folds";

/** The fits of a model at its lambda, or along a path. */
export interface FitJob {
  readonly kind: "fit" | "path";
  readonly where: string;
  readonly estimator: EstimatorJson;
  readonly data: SharedData;
  /** Of a path. */
  readonly grid: LambdaGridOptions;
  /** Threads that compute products, that one among them. */
  readonly workers: number;
}

/** A cross-validation of one model, or of one a depth. */
export interface ValidationJob {
  readonly kind: "crossValidate";
  readonly estimators: readonly EstimatorJson[];
  readonly plan: Omit<ValidationPlan, "data"> & { readonly data: SharedData };
}

/** The folds of a model, of which each thread takes the next one until there is none. */
export interface FoldsJob extends Pick<ValidationPlan, "where" | "folds" | "bySample"> {
  readonly kind: "folds";
  readonly estimator: EstimatorJson;
  readonly data: SharedData;
  readonly lambdas: Float64Array;
  /** At 0 the number of the next fold, which all threads see. */
  readonly next: Int32Array;
}

/** The same, spread over threads. */
export interface SpreadJob {
  readonly kind: "spread";
  readonly job: FoldsJob;
  readonly threads: number;
}

/** Threads that will be needed soon. */
export interface ReadyJob {
  readonly kind: "ready";
  readonly threads: number;
}

/** What a thread can be asked to do. */
export type Job = FitJob | ValidationJob | FoldsJob | SpreadJob | ReadyJob;

/** What it gives. */
export interface ValueOf {
  readonly fit: SentPath;
  readonly path: SentPath;
  readonly crossValidate: { readonly path: SentPath; readonly folds: readonly (FoldResult | undefined)[] }[];
  readonly folds: TakenFolds<SentError>;
  /** One a thread. */
  readonly spread: readonly TakenFolds<SentError>[];
  readonly ready: undefined;
}

/** What it tells meanwhile. */
export interface ProgressOf {
  readonly fit: ProgressEvent;
  readonly path: ProgressEvent;
  readonly crossValidate: ProgressEvent;
  readonly folds: FoldProgress;
  readonly spread: FoldProgress;
  readonly ready: never;
}

/** How a job is listened to, and ended before its time. */
export interface JobRun<K extends Job["kind"]> {
  readonly signal?: { readonly aborted: boolean };
  onProgress?(progress: ProgressOf[K]): void;
}
