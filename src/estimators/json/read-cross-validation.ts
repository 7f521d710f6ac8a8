/** Reads the record of a cross-validation, field by field. */
import { type JsonRecord, recordOf } from "../../json-record";
import { bestOf, CrossValidation, type CrossValidationFields } from "../cross-validation/cross-validation";
import { pathStatuses } from "../path/path-table";
import type { AnyFit } from "../results/fit-of";
import { pathOfRecord } from "./read-fit";

const where = "crossValidationFromJSON";

type Fields = CrossValidationFields<AnyFit>;

/** The fields that all members of a cross-validation have in common. */
type SharedFields = Pick<
  Fields,
  "estimator" | "measure" | "higherIsBetter" | "foldId" | "repeats" | "timeOrdered"
>;

/**
 * Reads the record of a cross-validation.
 *
 * @throws InputError naming the field that is not as it was written.
 */
export function readCrossValidation(json: unknown): CrossValidation<AnyFit> {
  const record = recordOf(where, json, "smooth-edges/cross-validation");
  const shared: SharedFields = {
    estimator: record.text("estimator"),
    measure: record.text("measure"),
    higherIsBetter: record.boolean("higherIsBetter"),
    foldId: Int32Array.from(record.whole("foldId")),
    repeats: record.count("repeats"),
    timeOrdered: record.boolean("timeOrdered"),
  };
  const members = record
    .records("members")
    .map((each): Fields => ({ ...shared, ...validatedOf(each, shared.foldId) }));
  const nCompared = members.filter(({ params }) => params !== undefined).length;
  if (nCompared === 0) {
    if (members.length !== 1)
      throw record.mustBe("members", "an array of one where no options were compared");
    return new CrossValidation(members[0]);
  }
  if (nCompared < members.length) throw record.mustBe("members", "an array of members with params each");
  const status = record.choice("status", pathStatuses);
  return bestOf(
    members.map((member) => new CrossValidation(member)),
    status,
  );
}

function validatedOf(record: JsonRecord, foldId: Int32Array): Omit<Fields, keyof SharedFields> {
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
    params: paramsOf(record),
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

function paramsOf(record: JsonRecord): Fields["params"] {
  const params = record.get("params");
  if (params === null) return undefined;
  const isPlain = (value: unknown): boolean => ["number", "string", "boolean"].includes(typeof value);
  if (typeof params !== "object" || Array.isArray(params) || !Object.values(params).every(isPlain))
    throw record.mustBe("params", "an object of numbers, texts and truth values");
  return { ...params };
}
