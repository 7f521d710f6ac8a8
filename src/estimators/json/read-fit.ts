/** Reads the records of fits and paths, field by field, each refused by its name where it is not as it was written. */
import * as datafits from "../../datafits";
import { checkFeatureNames } from "../../design/design-matrix";
import type { ClassLabel } from "../../design/targets/class-codes";
import { type JsonRecord, recordOf } from "../../json-record";
import { hinge, pinball } from "../../piecewise-linear";
import { fromPlain, recipeOf } from "../../recipe";
import type { FitStatus } from "../../solvers";
import { noteFromFile } from "../notes";
import { isOfTwoClasses } from "../options/model-data";
import { MultiResponsePath, SparsePath } from "../path/fitted-path";
import { pathStatuses } from "../path/path-table";
import type { FittedModelFields } from "../results/fit-fields";
import type { AnyFit } from "../results/fit-of";
import { jointSupport } from "../results/fitted-model";
import { type GlobalStatus, globalProof } from "../results/global-proof";
import { MultiResponseFit } from "../results/multi-response-fit";
import { SparseLinearFit } from "../results/sparse-linear-fit";

const globalStatuses: readonly GlobalStatus[] = ["optimal", "timeLimit", "interrupted", "gap"];
const statuses: readonly FitStatus[] = ["converged", "max-iter", "stalled", "interrupted"];

/**
 * Reads the record of a fit.
 *
 * @throws InputError naming the field that is not as it was written.
 */
export function readFit(where: string, json: unknown): AnyFit {
  const record = recordOf(where, json, "smooth-edges/fit");
  const featureNames = record.strings("featureNames");
  checkFeatureNames(where, featureNames);
  return fitOfRecord(where, record, featureNames);
}

/**
 * Reads the record of a path.
 *
 * @throws InputError naming the field that is not as it was written.
 */
export function readPath(where: string, json: unknown): SparsePath | MultiResponsePath {
  return pathOfRecord(where, recordOf(where, json, "smooth-edges/path"));
}

/** Reads a fit without its header. */
function fitOfRecord(where: string, record: JsonRecord, featureNames: readonly string[]): AnyFit {
  const datafit = datafitOf(where, record);
  const fields = { datafit, featureNames, ...fieldsOf(record, datafit) };
  const { length } = featureNames;
  if (datafit.responses === undefined) {
    const coef = record.finites("coef");
    checkCount(record, "coef", coef.length, length, "featureNames");
    const supportDeviations = deviationsOf(record, [coef]);
    return new SparseLinearFit({ ...fields, coef, intercept: record.finite("intercept"), supportDeviations });
  }
  const coefs = record.finiteRows("coefs");
  checkCount(record, "coefs", coefs.length, datafit.nResponses, "responses of the datafit");
  if (coefs.some((coef) => coef.length !== length)) {
    throw record.mustBe("coefs", `arrays of ${length}, as many as featureNames`);
  }
  const intercepts = record.finites("intercepts");
  const responseNames = record.strings("responseNames");
  checkCount(record, "intercepts", intercepts.length, coefs.length, "coefs");
  checkCount(record, "responseNames", responseNames.length, coefs.length, "coefs");
  const supportDeviations = deviationsOf(record, coefs);
  return new MultiResponseFit({ ...fields, coefs, intercepts, responseNames, supportDeviations });
}

function deviationsOf(record: JsonRecord, coefs: readonly Float64Array[]): () => Float64Array {
  const deviations = record.finites("supportDeviations");
  checkCount(
    record,
    "supportDeviations",
    deviations.length,
    jointSupport(coefs).length,
    "coefficients not zero",
  );
  return () => deviations;
}

function checkCount(record: JsonRecord, name: string, given: number, wanted: number, as: string): void {
  if (given !== wanted) throw record.mustBe(name, `an array of ${wanted}, as many as ${as}`);
}

/** Reads the fields of a fit besides its coefficients, features and datafit. */
function fieldsOf(
  record: JsonRecord,
  datafit: datafits.Datafit,
): Omit<FittedModelFields, "datafit" | "featureNames" | "supportDeviations" | "refit"> {
  const lambda = record.finite("lambda");
  if (lambda < 0) throw record.mustBe("lambda", "a finite number >= 0");
  const certificate = record.record("certificate");
  return {
    estimator: record.text("estimator"),
    classes: classesOf(record, datafit),
    usesOffset: record.boolean("usesOffset"),
    usesWeights: record.get("usesWeights") !== undefined && record.boolean("usesWeights"),
    fitIntercept: record.get("fitIntercept") === undefined || record.boolean("fitIntercept"),
    lambda,
    nIter: record.count("nIter"),
    status: record.choice("status", statuses),
    certificate: {
      objective: certificate.number("objective"),
      dualityGap: certificate.get("dualityGap") === null ? undefined : certificate.number("dualityGap"),
      violation: certificate.number("violation"),
      singleCoordinateGain: certificate.number("coordinatewise"),
      misalignment: certificate.number("misalignment"),
    },
    nullDeviance: record.number("nullDeviance"),
    trace: record.records("trace").map((row) => ({
      iteration: row.count("iteration"),
      objective: row.number("objective"),
      stationarity: row.number("stationarity"),
      ...(row.get("dualityGap") !== undefined && { dualityGap: row.number("dualityGap") }),
      ...(row.get("method") !== undefined && { method: row.text("method") }),
    })),
    starts: record.records("starts").map((row) => ({
      start: row.text("start"),
      objective: row.number("objective"),
      nIter: row.count("nIter"),
      status: row.choice("status", statuses),
    })),
    notes: record.strings("notes").map(noteFromFile),
    estimatedParameter: estimatedIn(record),
    global: proofIn(record, certificate.number("objective")),
    hasNoMinimizer: record.get("isEndless") !== undefined && record.boolean("isEndless"),
  };
}

function estimatedIn(record: JsonRecord): FittedModelFields["estimatedParameter"] {
  if (record.get("estimatedParameter") === undefined) return undefined;
  const estimated = record.record("estimatedParameter");
  const isKnown = estimated.get("standardError") !== null;
  return {
    name: estimated.text("name"),
    value: estimated.number("value"),
    standardError: isKnown ? estimated.number("standardError") : undefined,
  };
}

function proofIn(record: JsonRecord, objective: number): FittedModelFields["global"] {
  if (record.get("global") === undefined) return undefined;
  const proof = record.record("global");
  return globalProof({
    objective,
    lowerBound: proof.number("lowerBound"),
    nodes: proof.count("nodes"),
    status: proof.choice("status", globalStatuses),
    seconds: proof.number("seconds"),
    box: proof.get("box") === null ? undefined : proof.numbers("box"),
    trace: proof.records("trace").map((row) => ({
      seconds: row.number("seconds"),
      nodes: row.count("nodes"),
      lowerBound: row.number("lowerBound"),
      objective: row.number("objective"),
    })),
  });
}

function datafitOf(where: string, record: JsonRecord): datafits.Datafit {
  const factories = { ...datafits, hinge, pinball };
  const datafit = fromPlain(where, "datafit", record.get("datafit"), factories);
  const isOne = typeof datafit === "object" && datafit !== null && recipeOf(datafit) !== undefined;
  if (isOne && Number.isInteger((datafit as datafits.Datafit).nResponses)) return datafit as datafits.Datafit;
  throw record.mustBe("datafit", "a datafit of a known number of responses");
}

function classesOf(record: JsonRecord, datafit: datafits.Datafit): readonly ClassLabel[] | undefined {
  const count = isOfTwoClasses(datafit) ? 2 : datafit.responses === "classes" ? datafit.nResponses : 0;
  if (count === 0) {
    if (record.get("classes") !== null) throw record.mustBe("classes", `null with ${datafit.name}`);
    return undefined;
  }
  const classes = record.list("classes");
  const [first] = classes;
  const isLabel = ["string", "boolean"].includes(typeof first) || Number.isFinite(first);
  const ofOneKind = classes.every((label) => typeof label === typeof first);
  if (!(classes.length === count && new Set(classes).size === count && isLabel && ofOneKind)) {
    throw record.mustBe("classes", `${count} labels of one kind`);
  }
  return classes as ClassLabel[];
}

/** Reads a path without its header. */
export function pathOfRecord(where: string, record: JsonRecord): SparsePath | MultiResponsePath {
  const featureNames = record.strings("featureNames");
  checkFeatureNames(where, featureNames);
  const fits = record.records("fits").map((each) => fitOfRecord(where, each, featureNames));
  if (fits.length === 0) throw record.mustBe("fits", "an array of at least one fit");
  if (fits.some(({ lambda }, k) => k > 0 && lambda > fits[k - 1].lambda)) {
    throw record.mustBe("fits", "in the order of falling lambdas");
  }
  const responsesOf = (fit: AnyFit): string => JSON.stringify("coefs" in fit ? fit.responseNames : "one");
  if (fits.some((fit) => responsesOf(fit) !== responsesOf(fits[0]))) {
    throw record.mustBe("fits", "of the same responses");
  }
  const oneEach = (name: string): Float64Array => {
    const values = record.numbers(name);
    if (values.length !== fits.length)
      throw record.mustBe(name, `an array of ${fits.length}, as many as fits`);
    return values;
  };
  const ratios = oneEach("devianceRatio");
  const [aic, bic, ebic] = ["aic", "bic", "ebic"].map(oneEach);
  const criteria = { aic, bic, ebic, maxDf: record.finite("maxDf") };
  const scored = fits.map((fit, k) => ({ fit, devianceRatio: ratios[k] }));
  const status = record.choice("status", pathStatuses);
  return "coefs" in fits[0]
    ? new MultiResponsePath(scored as never, criteria, status, undefined)
    : new SparsePath(scored as never, criteria, status, undefined);
}
