/** Writes a cross-validation as plain JSON ({@link crossValidationToJson}). */
import { show } from "../../errors";
import { headerOf, type JsonNumber, toJsonNumber } from "../../json-record";
import type { PathJson } from "../path/path-json";
import type { PathStatus } from "../path/path-table";
import type { FitJson, MultiResponseFitJson } from "../results/fit-json";
import type { Params } from "./validation-plan";

/** Returns the values of options as numbers, truth values or texts, parts of the library by their names. */
export function labelsOf(params: Params): Record<string, number | string | boolean> {
  const labelOf = (value: unknown): number | string | boolean => {
    if (typeof value === "number" || typeof value === "boolean" || typeof value === "string") return value;
    const { name } = Object(value) as { readonly name?: unknown };
    return typeof name === "string" && name !== "" ? name : show(value);
  };
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, labelOf(value)]));
}

/** A cross-validation as plain JSON. */
export interface CrossValidationJson {
  /** The kind of file. */
  readonly format: "smooth-edges/cross-validation";
  /** Version of the format; files of other versions are refused. */
  readonly version: number;
  /** Name of the estimator, such as `"SmoothLasso"`. */
  readonly estimator: string;
  /** The name of the scores. */
  readonly measure: string;
  /** Whether a higher score is the better one. */
  readonly higherIsBetter: boolean;
  /** `"interrupted"` where a signal was aborted before the last fold. */
  readonly status: PathStatus;
  /** The number of each row's fold, in the first of several repeats. */
  readonly foldId: readonly number[];
  /** How often the folds were drawn. */
  readonly repeats: number;
  /** Whether each fold was predicted by those before it alone. */
  readonly timeOrdered: boolean;
  /** One for each of the options that were compared, or one only. */
  readonly members: readonly ValidatedJson[];
}

/** The scores along a path, and the path. */
interface ValidatedJson {
  /** The options that were compared, with parts of the library by their names; null where none were. */
  readonly params: Readonly<Record<string, number | string | boolean>> | null;
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

/** The members of a cross-validation that are written. */
interface Written
  extends Pick<
    CrossValidationJson,
    "estimator" | "measure" | "status" | "higherIsBetter" | "repeats" | "timeOrdered"
  > {
  readonly foldId: Int32Array;
  readonly folds: readonly number[];
  readonly params: Params;
  readonly lambdas: Float64Array;
  readonly meanScore: Float64Array;
  readonly standardError: Float64Array;
  readonly lambdaMin: number;
  readonly lambda1se: number;
  readonly foldScores: readonly Float64Array[];
  readonly outOfFold: readonly Predictors[] | undefined;
  readonly path: { toJSON(): PathJson<FitJson | MultiResponseFitJson> };
  readonly members: readonly Written[];
}

/** Linear predictors: a number a row, of several responses as many a row. */
type Predictors = ArrayLike<number> | readonly Float64Array[];

/** @throws InputError when the datafit is one of the caller's own, which no file can hold. */
export function crossValidationToJson(cv: Written): CrossValidationJson {
  const members = cv.members.length > 0 ? cv.members : [cv];
  return {
    ...headerOf("smooth-edges/cross-validation"),
    estimator: cv.estimator,
    measure: cv.measure,
    higherIsBetter: cv.higherIsBetter,
    status: cv.status,
    foldId: [...cv.foldId],
    repeats: cv.repeats,
    timeOrdered: cv.timeOrdered,
    members: members.map((each) => validatedToJson(each, cv.members.length > 0 ? each.params : null)),
  };
}

function validatedToJson(cv: Written, params: Params | null): ValidatedJson {
  const { format, version, ...path } = cv.path.toJSON();
  return {
    params: params && labelsOf(params),
    status: cv.status,
    lambdas: numbersOf(cv.lambdas),
    meanScore: numbersOf(cv.meanScore),
    standardError: numbersOf(cv.standardError),
    lambdaMin: toJsonNumber(cv.lambdaMin),
    lambda1se: toJsonNumber(cv.lambda1se),
    folds: [...cv.folds],
    foldLoss: cv.foldScores.map(numbersOf),
    outOfFold: cv.outOfFold ? cv.outOfFold.map(predictorsOf) : null,
    path,
  };
}

function numbersOf(values: Float64Array): JsonNumber[] {
  return Array.from(values, toJsonNumber);
}

/** The linear predictors at a lambda. */
function predictorsOf(rows: Predictors): (JsonNumber | JsonNumber[])[] {
  return Array.from(rows as ArrayLike<number | Float64Array>, (row) =>
    typeof row === "number" ? toJsonNumber(row) : numbersOf(row),
  );
}
