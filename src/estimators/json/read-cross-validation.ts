/** Reads the record of a cross-validation, field by field. */
import { type JsonRecord, recordOf } from "../../json-record";
import {
  CrossValidation,
  type CrossValidationFields,
  crossValidationFormat,
  crossValidationVersion,
} from "../cross-validation/cross-validation";
import { pathStatuses } from "../path/path-table";
import type { AnyFit } from "../results/fit-of";
import { pathOfRecord } from "./read-fit";

const where = "crossValidationFromJSON";

type Fields = CrossValidationFields<AnyFit>;

/**
 * Reads the record of a cross-validation.
 *
 * @throws InputError naming the field that is not as it was written.
 */
export function readCrossValidation(json: unknown): CrossValidation<AnyFit> {
  const record = recordOf(where, json, crossValidationFormat, crossValidationVersion);
  const shared = {
    estimator: record.text("estimator"),
    measure: record.text("measure"),
    higherIsBetter: record.get("higherIsBetter") === undefined ? false : record.boolean("higherIsBetter"),
    foldId: Int32Array.from(record.whole("foldId")),
  };
  const depth = depthOf(record);
  const members = record
    .records("members")
    .map((each): Fields => ({ ...shared, ...validatedOf(each, shared.foldId) }));
  if (depth === undefined) {
    if (members.length !== 1 || members[0].depth !== undefined)
      throw record.mustBe("members", "an array of one without depth");
    return new CrossValidation(members[0]);
  }
  const best = members.find((member) => member.depth === depth);
  if (best === undefined || members.some((member) => member.depth === undefined))
    throw record.mustBe("members", `an array of one a depth, with depth ${depth} among them`);
  const byDepth = members.map((member) => new CrossValidation(member));
  return new CrossValidation({ ...best, status: record.choice("status", pathStatuses), byDepth });
}

function validatedOf(
  record: JsonRecord,
  foldId: Int32Array,
): Omit<Fields, "estimator" | "measure" | "higherIsBetter" | "foldId"> {
  const path = pathOfRecord(where, record.record("path"));
  const { lambdas } = path;
  const oneEach = (name: string): Float64Array => {
    const values = record.numbers(name);
    if (values.length !== lambdas.length)
      throw record.mustBe(name, `an array of ${lambdas.length}, as many as path.fits`);
    return values;
  };
  if (oneEach("lambdas").some((lambda, k) => lambda !== lambdas[k]))
    throw record.mustBe("lambdas", "those of path.fits");
  const folds = record.whole("folds");
  const placeOf = (name: string): number => {
    const lambda = record.number(name);
    const place = lambdas.indexOf(lambda);
    if (place < 0 && !(folds.length === 0 && Number.isNaN(lambda)))
      throw record.mustBe(name, folds.length > 0 ? "one of lambdas" : '"NaN" without folds');
    return place;
  };
  const foldLoss = record.rows("foldLoss");
  if (foldLoss.length !== folds.length)
    throw record.mustBe("foldLoss", `an array of ${folds.length}, as many as folds`);
  if (foldLoss.some(({ length }) => length !== lambdas.length))
    throw record.mustBe("foldLoss", `arrays of ${lambdas.length}, as many as lambdas`);
  return {
    path,
    folds,
    foldScores: foldLoss,
    scores: {
      meanScore: oneEach("meanScore"),
      standardError: oneEach("standardError"),
      indexMin: placeOf("lambdaMin"),
      index1se: placeOf("lambda1se"),
    },
    outOfFold: outOfFold(record, "responseNames" in path, lambdas.length, foldId.length),
    status: record.choice("status", pathStatuses),
    depth: depthOf(record),
    byDepth: [],
  };
}

function outOfFold(
  record: JsonRecord,
  ofSeveral: boolean,
  nLambdas: number,
  nSamples: number,
): Fields["outOfFold"] {
  if (record.get("outOfFold") === null) return undefined;
  const predictors: readonly ArrayLike<unknown>[] = ofSeveral
    ? record.tables("outOfFold")
    : record.rows("outOfFold");
  if (predictors.length !== nLambdas || predictors.some(({ length }) => length !== nSamples)) {
    const rule = `arrays of ${nSamples}, as many as foldId, one for each of ${nLambdas} lambdas`;
    throw record.mustBe("outOfFold", rule);
  }
  return predictors as Fields["outOfFold"];
}

function depthOf(record: JsonRecord): number | undefined {
  return record.get("depth") === null ? undefined : record.finite("depth");
}
