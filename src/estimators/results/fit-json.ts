/** Writes fits as plain JSON. */
import type { ClassLabel } from "../../design/targets/class-codes";
import { mustBe } from "../../errors";
import { headerOf, type JsonNumber, toJsonNumber } from "../../json-record";
import { recipeOf, toPlain } from "../../recipe";
import type { FitStatus } from "../../solvers";
import type { FittedModelFields, MultiResponseFitFields, SparseLinearFitFields } from "./fit-fields";
import type { GlobalProof } from "./global-proof";

/** The fields that the records of all fits have, whatever their number of responses. */
export interface FittedModelJson {
  /** The kind of file. */
  readonly format: "smooth-edges/fit";
  /** Version of the format; files of other versions are refused. */
  readonly version: number;
  /** Name of the estimator, such as `"SmoothLasso"`. */
  readonly estimator: string;
  /** The loss, by the factory and the arguments it was made with. */
  readonly datafit: unknown;
  /** The labels of the classes in ascending order; null for other responses. */
  readonly classes: readonly ClassLabel[] | null;
  /** Whether an offset was part of the linear predictor, which predictions then need. */
  readonly usesOffset: boolean;
  /** True where rows had weights. */
  readonly usesWeights?: true;
  /** False where no intercept was fitted. */
  readonly fitIntercept?: false;
  /** One a feature. */
  readonly featureNames: readonly string[];
  /** Standard deviations, in the data, of the features with a coefficient that is not zero, ascending. */
  readonly supportDeviations: readonly JsonNumber[];
  /** Strength of the penalty. */
  readonly lambda: JsonNumber;
  /** Iterations of the solver. */
  readonly nIter: number;
  /** How the fit ended. */
  readonly status: FitStatus;
  /** How far from optimal it is at most. */
  readonly certificate: {
    readonly objective: JsonNumber;
    readonly dualityGap: JsonNumber | null;
    readonly violation: JsonNumber;
    readonly coordinatewise: JsonNumber;
    readonly misalignment: JsonNumber;
  };
  /** Null deviance, of which `tol` bounds the duality gap as a share. */
  readonly nullDeviance: JsonNumber;
  /** One row an iteration of the solver. */
  readonly trace: readonly {
    readonly iteration: number;
    readonly objective: JsonNumber;
    readonly stationarity: JsonNumber;
    readonly dualityGap?: JsonNumber;
    readonly method?: string;
  }[];
  /** Where each way to a fit that is not convex ended. */
  readonly starts: readonly {
    readonly start: string;
    readonly objective: JsonNumber;
    readonly nIter: number;
    readonly status: FitStatus;
  }[];
  /** Sentences about the data that a reader should know. */
  readonly notes: readonly string[];
  /** The parameter of the loss that was estimated; left out where there is none. */
  readonly estimatedParameter?: {
    readonly name: string;
    readonly value: JsonNumber;
    readonly standardError: JsonNumber | null;
  };
  /** How far it is from the global minimum at most; left out where that was not asked. */
  readonly global?: Omit<GlobalProof, "objective" | "gap" | "claim" | "box"> & {
    readonly box: readonly JsonNumber[] | null;
  };
  /** True where it has no finite optimum. */
  readonly isEndless?: true;
}

/**
 * A fit as plain JSON: all that it needs to predict, score and show itself. Numbers that JSON has no word for, such as
 * infinite ones, stand there by name.
 */
export interface FitJson extends FittedModelJson {
  /** One a feature, on the original scale. */
  readonly coef: readonly JsonNumber[];
  /** 0 when none was fitted. */
  readonly intercept: JsonNumber;
}

/** A fit of several responses as plain JSON: its datafit, which is of so many, says that it is one. */
export interface MultiResponseFitJson extends FittedModelJson {
  /** Names of the responses; those of classes are their labels. */
  readonly responseNames: readonly string[];
  /** One list a response, in it a number a feature. */
  readonly coefs: readonly (readonly JsonNumber[])[];
  /** One a response. */
  readonly intercepts: readonly JsonNumber[];
}

/** @throws InputError when the datafit is one of the caller's own, which no file can hold. */
export function fitToJson(where: string, fit: Written<SparseLinearFitFields>): FitJson {
  return {
    ...modelToJson(where, fit),
    coef: Array.from(fit.coef, toJsonNumber),
    intercept: toJsonNumber(fit.intercept),
    ...outcomeToJson(fit),
  };
}

/** @throws InputError as {@link fitToJson}. */
export function multiResponseFitToJson(
  where: string,
  fit: Written<MultiResponseFitFields>,
): MultiResponseFitJson {
  return {
    ...modelToJson(where, fit),
    responseNames: [...fit.responseNames],
    coefs: fit.coefs.map((coef) => Array.from(coef, toJsonNumber)),
    intercepts: Array.from(fit.intercepts, toJsonNumber),
    ...outcomeToJson(fit),
  };
}

/** A fit as it is written, its notes as sentences. */
type Written<Fields> = Omit<Fields, "notes"> & { readonly notes: readonly string[] };

type ModelKey =
  | "format"
  | "version"
  | "estimator"
  | "datafit"
  | "classes"
  | "usesOffset"
  | "usesWeights"
  | "fitIntercept"
  | "featureNames";

function modelToJson(where: string, fit: Written<FittedModelFields>): Pick<FittedModelJson, ModelKey> {
  const { datafit } = fit;
  if (!recipeOf(datafit)) {
    throw mustBe(where, "datafit", "made by a factory of this library", datafit.name);
  }
  return {
    ...headerOf("smooth-edges/fit"),
    estimator: fit.estimator,
    datafit: toPlain(where, "datafit", datafit),
    classes: fit.classes ? [...fit.classes] : null,
    usesOffset: fit.usesOffset,
    ...(fit.usesWeights && { usesWeights: true as const }),
    ...(fit.fitIntercept === false && { fitIntercept: false as const }),
    featureNames: [...fit.featureNames],
  };
}

function outcomeToJson(fit: Written<FittedModelFields>): Omit<FittedModelJson, ModelKey> {
  const { certificate } = fit;
  const { estimatedParameter: estimated } = fit;
  return {
    supportDeviations: Array.from(fit.supportDeviations(), toJsonNumber),
    lambda: toJsonNumber(fit.lambda),
    nIter: fit.nIter,
    status: fit.status,
    certificate: {
      objective: toJsonNumber(certificate.objective),
      dualityGap: certificate.dualityGap === undefined ? null : toJsonNumber(certificate.dualityGap),
      violation: toJsonNumber(certificate.violation),
      coordinatewise: toJsonNumber(certificate.singleCoordinateGain),
      misalignment: toJsonNumber(certificate.misalignment),
    },
    nullDeviance: toJsonNumber(fit.nullDeviance),
    trace: fit.trace.map(({ iteration, objective, stationarity, dualityGap, method }) => ({
      iteration,
      objective: toJsonNumber(objective),
      stationarity: toJsonNumber(stationarity),
      ...(dualityGap !== undefined && { dualityGap: toJsonNumber(dualityGap) }),
      ...(method !== undefined && { method }),
    })),
    starts: (fit.starts ?? []).map((row) => ({ ...row, objective: toJsonNumber(row.objective) })),
    notes: [...fit.notes],
    ...(estimated && {
      estimatedParameter: {
        name: estimated.name,
        value: toJsonNumber(estimated.value),
        standardError: estimated.standardError === undefined ? null : toJsonNumber(estimated.standardError),
      },
    }),
    ...(fit.global && { global: proofToJson(fit.global) }),
    ...(fit.hasNoMinimizer && { isEndless: true as const }),
  };
}

function proofToJson({
  lowerBound,
  nodes,
  status,
  seconds,
  box,
  trace,
}: GlobalProof): FittedModelJson["global"] {
  return { lowerBound, nodes, status, seconds, box: box ? Array.from(box, toJsonNumber) : null, trace };
}
