import type { ClassLabel } from "../../design/class-codes";
import { mustBe } from "../../errors";
import { type JsonNumber, toJsonNumber } from "../../json-number";
import { recipeOf, toPlain } from "../../recipe";
import type { FitStatus } from "../../solvers";
import type { SparseLinearFitFields } from "../sparse-linear-fit";

/** What a file says that holds a fit. */
export const fitFormat = "smooth-edges/fit";

/** The version that is written, and the newest one that can be read. */
export const fitVersion = 1;

/**
 * A fit as plain JSON: all that it needs to predict, score and show itself. Numbers that JSON has no word for, such as
 * infinite ones, stand there by name.
 */
export interface FitJson {
  readonly format: typeof fitFormat;
  readonly version: number;
  readonly estimator: string;
  /** The loss, by the factory and the arguments it was made with. */
  readonly datafit: unknown;
  readonly classes: readonly ClassLabel[] | null;
  readonly usesOffset: boolean;
  readonly featureNames: readonly string[];
  readonly coef: readonly JsonNumber[];
  readonly intercept: JsonNumber;
  readonly lambda: JsonNumber;
  readonly nIter: number;
  readonly status: FitStatus;
  readonly certificate: {
    readonly objective: JsonNumber;
    readonly dualityGap: JsonNumber | null;
    readonly violation: JsonNumber;
    readonly coordinatewise: JsonNumber;
    readonly misalignment: JsonNumber;
  };
  readonly trace: readonly {
    readonly iteration: number;
    readonly objective: JsonNumber;
    readonly stationarity: JsonNumber;
    readonly dualityGap?: JsonNumber;
  }[];
  readonly starts: readonly {
    readonly start: string;
    readonly objective: JsonNumber;
    readonly nIter: number;
    readonly status: FitStatus;
  }[];
  readonly notes: readonly string[];
}

/** @throws InputError when the datafit is one of the caller's own, which no file can hold. */
export function fitToJson(where: string, fit: SparseLinearFitFields): FitJson {
  const { certificate, datafit } = fit;
  if (!recipeOf(datafit)) {
    throw mustBe(where, "datafit", "made by a factory of this library", datafit.name);
  }
  return {
    format: fitFormat,
    version: fitVersion,
    estimator: fit.estimator,
    datafit: toPlain(where, "datafit", datafit),
    classes: fit.classes ? [...fit.classes] : null,
    usesOffset: fit.usesOffset,
    featureNames: [...fit.featureNames],
    coef: Array.from(fit.coef, toJsonNumber),
    intercept: toJsonNumber(fit.intercept),
    lambda: toJsonNumber(fit.lambda),
    nIter: fit.nIter,
    status: fit.status,
    certificate: {
      objective: toJsonNumber(certificate.objective),
      dualityGap: certificate.dualityGap === undefined ? null : toJsonNumber(certificate.dualityGap),
      violation: toJsonNumber(certificate.violation),
      coordinatewise: toJsonNumber(certificate.coordinatewise),
      misalignment: toJsonNumber(certificate.misalignment),
    },
    trace: fit.trace.map(({ iteration, objective, stationarity, dualityGap }) => ({
      iteration,
      objective: toJsonNumber(objective),
      stationarity: toJsonNumber(stationarity),
      ...(dualityGap !== undefined && { dualityGap: toJsonNumber(dualityGap) }),
    })),
    starts: (fit.starts ?? []).map((row) => ({ ...row, objective: toJsonNumber(row.objective) })),
    notes: [...fit.notes],
  };
}
