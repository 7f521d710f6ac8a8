/** The jobs that the caller's thread sends to worker threads, and the messages that they answer with. */

import { warn } from "#platform";
import type { ProgressEvent } from "../../display/progress";
import { InputError, InternalError } from "../../errors";
import type { ThreadPort } from "../../platform/platform";
import type { FoldProgress, FoldResult } from "../cross-validation/fit-folds";
import type { ValidationPlan } from "../cross-validation/validation-plan";
import type { EstimatorJson } from "../options/estimator-json";
import type { GlobalRun, LambdaGridOptions } from "../options/run-options";
import type { SentPath } from "../path/fit-runner";
import type { SharedData } from "./shared-data";

/** The fits of a model at its lambda, or along a path. */
export interface FitJob {
  readonly kind: "fit" | "path";
  readonly where: string;
  readonly estimator: EstimatorJson;
  readonly data: SharedData;
  /** The lambdas of a path. */
  readonly grid: LambdaGridOptions;
  /** Threads that compute products, that one among them. */
  readonly workers: number;
  /** Whether each fit gets a proof of how far it is from the global minimum. */
  readonly global: GlobalRun["global"];
}

/** A cross-validation of one model, or of one a depth. */
export interface ValidationJob {
  readonly kind: "crossValidate";
  readonly estimators: readonly EstimatorJson[];
  readonly plan: Omit<ValidationPlan, "data" | "measure"> & { readonly data: SharedData };
}

/** The folds of a model, of which each thread takes the next one until there is none. */
export interface FoldsJob extends Pick<ValidationPlan, "where" | "folds" | "bySample" | "gammas"> {
  readonly kind: "folds";
  readonly estimator: EstimatorJson;
  readonly data: SharedData;
  readonly lambdas: Float64Array;
  /** At 0 the number of the next fold, which all threads see. */
  readonly next: Int32Array;
}

/** The folds of a model, spread over threads. */
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

/** A job that a thread can be asked to do. */
export type Job = FitJob | ValidationJob | FoldsJob | SpreadJob | ReadyJob;

/** The value that each kind of job returns. */
export interface ValueOf {
  readonly fit: SentPath;
  readonly path: SentPath;
  readonly crossValidate: { readonly path: SentPath; readonly folds: readonly (FoldResult | undefined)[] }[];
  readonly folds: TakenFolds<SentError>;
  /** One a thread. */
  readonly spread: readonly TakenFolds<SentError>[];
  readonly ready: undefined;
}

/** The progress that each kind of job reports. */
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

/** The data that a thread is started with. */
export interface ThreadData {
  /** At 0 how many jobs it has, or {@link ENDED}. */
  readonly jobs: Int32Array;
}

/** In place of a number of jobs: the thread takes none any more. */
export const ENDED = -1;

export const messageCount = 0;
export const aborted = 1;

/** The message that hands a job to a thread. */
export interface JobMessage {
  readonly job: Job;
  /** Whether anybody listens to its progress. */
  readonly listens: boolean;
  /** Where it is answered, and where whoever stands still may ask for a sign of life. */
  readonly port: ThreadPort;
  /** At {@link messageCount} the number of messages and signs of life so far, at {@link aborted} whether to stop. */
  readonly flags: Int32Array;
}

/** A message from a thread; the last one for a job is its value or its error. */
export type ThreadMessage =
  | { readonly kind: "progress"; readonly progress: unknown }
  | { readonly kind: "warning"; readonly name: string; readonly message: string }
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "error"; readonly error: SentError };

/** An error as plain texts, since a copy of it would forget its class. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

const classes: readonly (new (message: string) => Error)[] = [
  InputError,
  InternalError,
  RangeError,
  TypeError,
];

export function sentError(error: unknown): SentError {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { name, message, stack };
}

/** The error as it was thrown, its stack that of the thread where it was. */
export function receivedError({ name, message, stack }: SentError): Error {
  const Class = classes.find((each) => each.name === name) ?? Error;
  const error = new Class(message);
  error.stack = stack;
  return error;
}

/**
 * Passes on what a thread tells: warnings to the process, progress to the listener.
 *
 * @returns the value of its job, once that is what it tells.
 * @throws what it failed with, and what the listener throws.
 */
export function readMessage<P, V>(
  message: ThreadMessage,
  onProgress: ((progress: P) => void) | undefined,
): { readonly value: V } | undefined {
  switch (message.kind) {
    case "value":
      return { value: message.value as V };
    case "error":
      throw receivedError(message.error);
    case "warning":
      warn(message.message, message.name);
      return undefined;
    case "progress":
      onProgress?.(message.progress as P);
      return undefined;
  }
}

/** The results of one thread for folds that several threads share. */
export interface TakenFolds<E = unknown> {
  /** One a fold; undefined for one that was another's, or not fitted to its end. */
  readonly results: readonly (FoldResult | undefined)[];
  /** The fold that ended it, and by what. */
  readonly failed: { readonly fold: number; readonly error: E } | undefined;
}
