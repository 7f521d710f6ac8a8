/** Checks the subject of a report: the fit with the options of `report`. */
import { type OfFrames, ofFeatures } from "../../design/of-frames";
import { formatNumber } from "../../display/formatting";
import type { Table } from "../../display/table";
import { mustBe } from "../../errors";
import type { AnyFit } from "../../estimators/results/fit-of";
import { checkChoice, checkKeys } from "../../options";
import type { CalibratedEvaluation } from "../charts/calibration-plot";
import { isOnPath, type Place, placeIn } from "./chosen-fit";
import type { ReportedPath, ReportedValidation } from "./reported-parts";

/** The members of an evaluation that {@link report} reads. */
export interface ReportedEvaluation extends CalibratedEvaluation {
  /** Name of the estimator. */
  readonly estimator: string;
  /** Strength of the penalty. */
  readonly lambda: number;
  /** Number of rows. */
  readonly nSamples: number;
  /** Labels of the classes, where the response has some. */
  readonly classes?: readonly unknown[] | undefined;
  /** The responses, of numbers or two classes. */
  readonly observed?: ArrayLike<number> | undefined;
  /** Predictions of them. */
  readonly predicted?: ArrayLike<number> | undefined;
  /** How much each row counts. */
  readonly weights?: ArrayLike<number> | undefined;
  /** The ROC curve of two classes. */
  readonly roc?:
    | readonly { readonly falsePositiveRate: number; readonly truePositiveRate: number }[]
    | undefined;
  /** The area under it. */
  readonly auc?: number | undefined;
  /** Its 95 % interval. */
  readonly aucInterval?: readonly [number, number] | undefined;
  /** The measures. */
  summary(): Table;
  /** How many rows of each class are predicted to be of each. */
  confusionTable(): Table;
}

/** The members of a diagnosis that {@link report} reads. */
export interface ReportedDiagnosis {
  /** The estimator that was diagnosed, and its lambda. */
  readonly estimator: string;
  /** The findings. */
  summary(): Table;
}

/** The rows that a fit is evaluated on. */
export type EvaluatedOn = (typeof EVALUATED_ON)[number];

const EVALUATED_ON = ["fit", "folds", "test"] as const;

/** Options of {@link report}: what else is known of the fit. What is not given is left out. */
export interface ReportOptions {
  /** Default: the kind of model and the response, where it has a name. */
  readonly title?: string;
  /** Where and when the report was made, such as `"2026-12-03 · smooth-edges 0.1.0 · seed 1"`; stands below the title. Default: not told. */
  readonly provenance?: string;
  /** Sentences on the data, at the beginning of what is said of the model; names between backticks are set as code. Default: none. */
  readonly description?: string | readonly string[];
  /** The options of the estimator, as `params` of it has them. Default: not told. */
  readonly params?: object;
  /** The cross-validation that chose the fit, that of a pipeline too. */
  readonly crossValidation?: ReportedValidation | OfFrames<"cv", ReportedValidation>;
  /** The path that the fit was taken from. Default: that of the cross-validation. */
  readonly path?: ReportedPath | OfFrames<"path", ReportedPath>;
  /** What `evaluate` says of the fit, or a table of it, which has no charts. */
  readonly evaluation?: ReportedEvaluation | Table;
  /**
   * The rows of `evaluation`: those that the fit was fitted to, those that the folds of the cross-validation held out, each predicted by a fit
   * that has not seen it, or test rows, which had no part in the fit and in the choice of `lambda`. Default: not told.
   */
  readonly evaluatedOn?: EvaluatedOn;
  /** What `diagnose` says of the fit, or a table of it. */
  readonly diagnosis?: ReportedDiagnosis | Table;
  /** The code that repeats the fit. */
  readonly code?: string;
}

/** The parts of a report's subject, with results of pipelines replaced by those of the features. */
export interface Subject
  extends Omit<ReportOptions, "crossValidation" | "path" | "description" | "title" | "params"> {
  readonly fit: AnyFit;
  readonly title: string | undefined;
  readonly description: readonly string[];
  /** They are those of the fit if several were compared, and undefined if they are not known. */
  readonly params: Readonly<Record<string, unknown>> | undefined;
  /** The place of the fit in the cross-validation; undefined where it is none of its fits. */
  readonly place: Place | undefined;
  /** Whether the fit is one of `path`. */
  readonly isOnPath: boolean;
  /** What the fit alone says of its data and its loss. */
  readonly record: FitRecord;
  readonly crossValidation: ReportedValidation | undefined;
  readonly path: ReportedPath | undefined;
  /** How the columns of frames become features; undefined for a fit of numbers. */
  readonly columns: Table | undefined;
  /** Whether some features are indicators of levels. */
  readonly hasLevels: boolean;
  /** The rule for missing values; undefined where it is not known. */
  readonly missing: string | undefined;
  /** The columns of which missing values were filled, most first; none where that is not known. */
  readonly filled: readonly { readonly name: string; readonly count: number }[];
  /** The columns of the response; none where their names are not known. */
  readonly responses: readonly string[];
  /** Undefined where it is not known. */
  readonly nSamples: number | undefined;
}

/** The members of the record of a fit that a report reads; none for a loss of the caller's own, of which there is no record. */
interface FitRecord {
  readonly datafit?: { readonly $made?: string; readonly args?: readonly unknown[] };
  readonly usesOffset?: boolean;
  readonly usesWeights?: boolean;
}

const where = "report";

/** Reads what a report is made of. @throws InputError when a part is of another kind, or of another fit. */
export function readSubject(given: AnyFit | OfFrames<"fit", AnyFit>, options: ReportOptions): Subject {
  checkKeys(where, options, [
    "title",
    "provenance",
    "description",
    "params",
    "crossValidation",
    "path",
    "evaluation",
    "evaluatedOn",
    "diagnosis",
    "code",
  ]);
  const fit = ofFeatures<"fit", AnyFit>(given, "fit");
  if (!("certificate" in Object(fit)) || typeof Object(fit).summary !== "function")
    throw mustBe(where, "fit", "what fit(X, y) gives", fit, remedyFor(given));
  checkTexts(options);
  const crossValidation =
    options.crossValidation &&
    ofFeatures<"cv", ReportedValidation>(options.crossValidation as ReportedValidation, "cv");
  const path = options.path
    ? ofFeatures<"path", ReportedPath>(options.path as ReportedPath, "path")
    : crossValidation?.path;
  checkOfFit(fit, crossValidation, path, options);
  const { encoder, data, responses } = Object(given) as FramePart;
  const place = crossValidation && placeIn(crossValidation, fit);
  const params = options.params as Readonly<Record<string, unknown>> | undefined;
  return {
    ...options,
    fit,
    title: options.title,
    description: [options.description ?? []].flat(),
    params: params && { ...params, ...place?.params },
    place,
    isOnPath: path !== undefined && isOnPath(fit, path),
    record: recordOf(fit),
    crossValidation,
    path,
    columns: data?.nFilled.some((count) => count > 0) ? data.summary() : encoder?.summary(),
    hasLevels: encoder?.columns.some(({ levels }) => levels !== undefined) ?? false,
    missing: data?.missing,
    filled: (encoder?.columns ?? [])
      .map(({ name }, c) => ({ name, count: data?.nFilled[c] ?? 0 }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count),
    responses: responses ?? [],
    nSamples: data?.rows.length ?? (crossValidation?.foldId.length || undefined),
  };
}

function recordOf(fit: AnyFit): FitRecord {
  try {
    return fit.toJSON() as FitRecord;
  } catch {
    return {};
  }
}

/** The members of a pipeline's fit that are read beside its fit. */
interface FramePart {
  readonly encoder?: {
    readonly columns: readonly { readonly name: string; readonly levels: readonly unknown[] | undefined }[];
    summary(): Table;
  };
  readonly responses?: readonly string[];
  readonly data?: {
    readonly rows: ArrayLike<number>;
    readonly nFilled: readonly number[];
    readonly missing: string;
    summary(): Table;
  };
}

function remedyFor(given: unknown): string | undefined {
  const { cv, path, meanScore, fits } = Object(given);
  if (cv ?? meanScore) return "pass cv.best or cv.oneStandardError, and { crossValidation: cv }";
  return (path ?? fits) ? "pass a fit of the path, and { path }" : undefined;
}

function checkTexts({ title, provenance, description, code, evaluatedOn, params }: ReportOptions): void {
  for (const [name, value] of Object.entries({ title, provenance, code }))
    if (value !== undefined && typeof value !== "string") throw mustBe(where, name, "a text", value);
  if ([description ?? []].flat().some((sentence) => typeof sentence !== "string"))
    throw mustBe(where, "description", "a text or a list of texts", description);
  if (evaluatedOn !== undefined) checkChoice(where, "evaluatedOn", evaluatedOn, EVALUATED_ON);
  if (params !== undefined && (typeof params !== "object" || params === null))
    throw mustBe(where, "params", "the options of an estimator, as model.params", params);
}

/** @throws InputError when a part has not what is read of it, or is of another fit. */
function checkOfFit(
  fit: AnyFit,
  cv: ReportedValidation | undefined,
  path: ReportedPath | undefined,
  { evaluation, diagnosis }: ReportOptions,
): void {
  const hasSummary = (part: unknown): boolean => typeof Object(part).summary === "function";
  if (cv !== undefined && !(hasSummary(cv) && "lambdaMin" in cv && "path" in cv))
    throw mustBe(where, "crossValidation", "what crossValidate(X, y) gives", cv);
  for (const [name, part] of Object.entries({ crossValidation: cv?.path, path })) {
    if (part === undefined) continue;
    const { featureNames, lambdas } = Object(part) as ReportedPath;
    if (!featureNames || !lambdas) throw mustBe(where, name, "what path(X, y) gives", part);
    const isSame =
      featureNames.length === fit.featureNames.length &&
      featureNames.every((feature, j) => feature === fit.featureNames[j]);
    if (!isSame) throw mustBe(where, name, "one of the features of the fit", part);
  }
  for (const [name, part] of Object.entries({ evaluation, diagnosis })) {
    if (part === undefined) continue;
    const isTable = Array.isArray(Object(part).rows) && Array.isArray(Object(part).columns);
    if (!isTable && !hasSummary(part))
      throw mustBe(where, name, `what ${name === "evaluation" ? "evaluate" : "diagnose"}(fit) gives`, part);
  }
  const own = `${fit.estimator}, lambda = ${formatNumber(fit.lambda, 4)}`;
  const judged = Object(evaluation) as Partial<ReportedEvaluation>;
  if (judged.lambda !== undefined && (judged.estimator !== fit.estimator || judged.lambda !== fit.lambda))
    throw mustBe(where, "evaluation", `that of the fit, ${own}`, `${judged.estimator} at ${judged.lambda}`);
  const diagnosed: unknown = Object(diagnosis).estimator;
  if (diagnosed !== undefined && diagnosed !== own)
    throw mustBe(where, "diagnosis", `that of the fit, ${own}`, diagnosed);
}
