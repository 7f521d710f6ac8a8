import { type JsonNumber, toJsonNumber } from "../../json-number";
import type { CrossValidation } from "../cross-validation/cross-validation";
import type { AnyFit } from "../fit/fit-of";
import type { PathStatus } from "../path/path-fits";
import type { FitJson, MultiResponseFitJson } from "./fit-to-json";
import type { PathJson } from "./path-to-json";

/** What a file says that holds a cross-validation. */
export const crossValidationFormat = "smooth-edges/cross-validation";

/** The version that is written, and the newest one that can be read. */
export const crossValidationVersion = 1;

/** A cross-validation as plain JSON. */
export interface CrossValidationJson {
  /** What the file holds. */
  readonly format: typeof crossValidationFormat;
  /** Of the format; files of newer ones are refused. */
  readonly version: number;
  /** Name of the estimator, such as `"SmoothLasso"`. */
  readonly estimator: string;
  /** What the scores are. */
  readonly measure: "mean squared error" | "deviance";
  /** `"interrupted"` where a signal was aborted before the last fold. */
  readonly status: PathStatus;
  /** The number of each row's fold. */
  readonly foldId: readonly number[];
  /** The best of the depths that were compared; null where none were. */
  readonly depth: number | null;
  /** One a depth, or one only. */
  readonly members: readonly ValidatedJson[];
}

/** The scores along a path, and the path. */
export interface ValidatedJson {
  readonly depth: number | null;
  readonly status: PathStatus;
  /** One a lambda of the path, as are the scores. */
  readonly lambdas: readonly JsonNumber[];
  readonly meanScore: readonly JsonNumber[];
  readonly standardError: readonly JsonNumber[];
  readonly lambdaMin: JsonNumber;
  readonly lambda1se: JsonNumber;
  /** The folds that were fitted, and the scores of each. */
  readonly folds: readonly number[];
  readonly foldLoss: readonly (readonly JsonNumber[])[];
  /** At each lambda a number a row, of several responses as many a row. */
  readonly outOfFold: readonly (readonly (JsonNumber | readonly JsonNumber[])[])[] | null;
  readonly path: Omit<PathJson<FitJson | MultiResponseFitJson>, "format" | "version">;
}

/** @throws InputError when the datafit is one of the caller's own, which no file can hold. */
export function crossValidationToJson(cv: CrossValidation<AnyFit>): CrossValidationJson {
  const members = cv.byDepth.length > 0 ? cv.byDepth : [cv];
  return {
    format: crossValidationFormat,
    version: crossValidationVersion,
    estimator: cv.estimator,
    measure: cv.measure,
    status: cv.status,
    foldId: [...cv.foldId],
    depth: cv.depth ?? null,
    members: members.map(validatedToJson),
  };
}

function validatedToJson(cv: CrossValidation<AnyFit>): ValidatedJson {
  const { format, version, ...path } = cv.path.toJSON();
  return {
    depth: cv.depth ?? null,
    status: cv.status,
    lambdas: numbersOf(cv.lambdas),
    meanScore: numbersOf(cv.meanScore),
    standardError: numbersOf(cv.standardError),
    lambdaMin: toJsonNumber(cv.lambdaMin),
    lambda1se: toJsonNumber(cv.lambda1se),
    folds: [...cv.folds],
    foldLoss: cv.foldLoss.map(numbersOf),
    outOfFold: cv.outOfFold ? cv.outOfFold.map(predictorsOf) : null,
    path,
  };
}

function numbersOf(values: Float64Array): JsonNumber[] {
  return Array.from(values, toJsonNumber);
}

/** The linear predictors at a lambda. */
function predictorsOf(rows: ArrayLike<number> | readonly Float64Array[]): (JsonNumber | JsonNumber[])[] {
  return Array.from(rows as ArrayLike<number | Float64Array>, (row) =>
    typeof row === "number" ? toJsonNumber(row) : numbersOf(row),
  );
}
