import * as datafits from "../../datafits";
import type { ClassLabel } from "../../design/class-codes";
import { checkFeatureNames } from "../../design/feature-names";
import { mustBe } from "../../errors";
import { fromPlain, recipeOf } from "../../recipe";
import type { FitStatus } from "../../solvers";
import { isOfTwoClasses } from "../read-target";
import { SparseLinearFit } from "../sparse-linear-fit";
import { type FitJson, fitFormat, fitVersion } from "./fit-to-json";
import { JsonRecord } from "./json-record";

const where = "fitFromJSON";

const statuses: readonly FitStatus[] = ["converged", "max-iter", "stalled", "interrupted"];

/**
 * The fit that `JSON.stringify(fit)` wrote: it predicts, scores and shows itself as before, to the last bit.
 *
 * It has no data, so it cannot `refit`.
 *
 * @param json the text, or what `JSON.parse` made of it.
 * @throws InputError naming the field that is not as it was written, or when a newer version wrote it.
 * @example
 * ```ts
 * const fit = new SmoothLasso({ lambda: 0.1 }).fit([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2]);
 * const again = fitFromJSON(JSON.stringify(fit));
 * again.predict([[3, 0]])[0] === fit.predict([[3, 0]])[0]; // true
 * ```
 */
export function fitFromJSON(json: string | FitJson | object): SparseLinearFit {
  const record = recordOf(where, json, fitFormat, fitVersion);
  const featureNames = record.texts("featureNames");
  checkFeatureNames(where, featureNames);
  return fitOfRecord(where, record, featureNames);
}

/**
 * The fields of what a library of this version, or an older one, wrote.
 *
 * @throws InputError when it is no JSON, of another format or of a newer version.
 */
export function recordOf(where: string, json: unknown, format: string, version: number): JsonRecord {
  const record = new JsonRecord(where, typeof json === "string" ? parsed(where, json) : json);
  record.choice("format", [format]);
  if (record.count("version") > version) {
    throw record.mustBe("version", `at most ${version}`, "update smooth-edges to read it");
  }
  return record;
}

/** The fit of a record, without its header. @throws InputError naming the field that is not as it was written. */
export function fitOfRecord(
  where: string,
  record: JsonRecord,
  featureNames: readonly string[],
): SparseLinearFit {
  const coef = record.finites("coef");
  if (coef.length !== featureNames.length) {
    throw record.mustBe("coef", `an array of ${featureNames.length}, as many as featureNames`);
  }
  const datafit = datafitOf(where, record);
  const lambda = record.finite("lambda");
  if (lambda < 0) throw record.mustBe("lambda", "a finite number >= 0");
  const certificate = record.record("certificate");
  return new SparseLinearFit({
    estimator: record.text("estimator"),
    datafit,
    classes: classesOf(record, datafit),
    usesOffset: record.truth("usesOffset"),
    featureNames,
    coef,
    intercept: record.finite("intercept"),
    lambda,
    nIter: record.count("nIter"),
    status: record.choice("status", statuses),
    certificate: {
      objective: certificate.number("objective"),
      dualityGap: certificate.get("dualityGap") === null ? undefined : certificate.number("dualityGap"),
      violation: certificate.number("violation"),
      coordinatewise: certificate.number("coordinatewise"),
      misalignment: certificate.number("misalignment"),
    },
    trace: record.records("trace").map((row) => ({
      iteration: row.count("iteration"),
      objective: row.number("objective"),
      stationarity: row.number("stationarity"),
      ...(row.get("dualityGap") !== undefined && { dualityGap: row.number("dualityGap") }),
    })),
    starts: record.records("starts").map((row) => ({
      start: row.text("start"),
      objective: row.number("objective"),
      nIter: row.count("nIter"),
      status: row.choice("status", statuses),
    })),
    notes: record.texts("notes"),
  });
}

function parsed(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw mustBe(where, "json", "the text of a JSON value", text);
  }
}

function datafitOf(where: string, record: JsonRecord): datafits.Datafit {
  const datafit = fromPlain(where, "datafit", record.get("datafit"), datafits);
  const isOne = typeof datafit === "object" && datafit !== null && recipeOf(datafit) !== undefined;
  if (isOne && (datafit as datafits.Datafit).nResponses === 1) return datafit as datafits.Datafit;
  throw record.mustBe("datafit", "a datafit of one response");
}

function classesOf(record: JsonRecord, datafit: datafits.Datafit): readonly ClassLabel[] | undefined {
  if (!isOfTwoClasses(datafit)) {
    if (record.get("classes") !== null) throw record.mustBe("classes", `null with ${datafit.name}`);
    return undefined;
  }
  const classes = record.list("classes");
  const [first, second] = classes;
  const isLabel = ["string", "boolean"].includes(typeof first) || Number.isFinite(first);
  if (!(classes.length === 2 && isLabel && typeof first === typeof second && first !== second)) {
    throw record.mustBe("classes", "two labels of one kind");
  }
  return classes as ClassLabel[];
}
