import type { ProgressEvent } from "../../display/progress";
import type { FoldResult } from "../cross-validation/fit-fold";
import type { ValidationPlan } from "../cross-validation/validation-plan";
import type { EstimatorJson } from "../json/estimator-to-json";
import type { LambdaGridOptions } from "../lambda-grid";
import type { SentPath } from "./sent-fit";
import type { SharedData } from "./shared-data";

/** The fits of a model at its lambda, or along a path. */
export interface FitJob {
  readonly kind: "fit" | "path";
  readonly where: string;
  readonly estimator: EstimatorJson;
  readonly data: SharedData;
  /** Of a path. */
  readonly grid: LambdaGridOptions;
}

/** A cross-validation of one model, or of one a depth. */
export interface ValidationJob {
  readonly kind: "crossValidate";
  readonly estimators: readonly EstimatorJson[];
  readonly plan: Omit<ValidationPlan, "data"> & { readonly data: SharedData };
}

/** One fold. */
export interface FoldJob {
  readonly kind: "fold";
  readonly where: string;
  readonly estimator: EstimatorJson;
  readonly data: SharedData;
  readonly heldOut: Int32Array;
  readonly lambdas: Float64Array;
  readonly bySample: boolean;
}

/** Folds, spread over threads. */
export interface FoldsJob {
  readonly kind: "folds";
  readonly folds: readonly FoldJob[];
  readonly workers: number;
}

/** What a thread can be asked to do. */
export type Job = FitJob | ValidationJob | FoldJob | FoldsJob;

/** What it gives. */
export interface ValueOf {
  readonly fit: SentPath;
  readonly path: SentPath;
  readonly crossValidate: { readonly path: SentPath; readonly folds: readonly (FoldResult | undefined)[] }[];
  readonly fold: FoldResult | undefined;
  readonly folds: (FoldResult | undefined)[];
}

/** What it tells meanwhile. */
export interface ProgressOf {
  readonly fit: ProgressEvent;
  readonly path: ProgressEvent;
  readonly crossValidate: ProgressEvent;
  readonly fold: { readonly done: number; readonly message: string };
  /** The same, and of which fold. */
  readonly folds: { readonly fold: number; readonly done: number; readonly message: string };
}

/** How a job is listened to, and ended before its time. */
export interface JobRun<K extends Job["kind"]> {
  readonly signal?: { readonly aborted: boolean };
  onProgress?(progress: ProgressOf[K]): void;
}
