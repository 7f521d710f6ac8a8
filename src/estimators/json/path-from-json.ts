import { checkFeatureNames } from "../../design/feature-names";
import { type JsonRecord, recordOf } from "../../json-record";
import type { AnyFit } from "../fit/fit-of";
import { MultiResponsePath } from "../path/multi-response-path";
import { pathStatuses } from "../path/path-fits";
import { SparsePath } from "../path/sparse-path";
import { fitOfRecord } from "./fit-from-json";
import type { FitJson, MultiResponseFitJson } from "./fit-to-json";
import { type PathJson, pathFormat, pathVersion } from "./path-to-json";

const where = "pathFromJSON";

/**
 * The path that `JSON.stringify(path)` wrote, with fits that predict, score and show themselves as before, to the last bit.
 *
 * It has no data, so it is there at the lambdas of its grid only, and cannot be `relaxed`. The record says whether it is of
 * one response or of several: where several are expected say so, `pathFromJSON<MultiResponsePath>(json)`.
 *
 * @param json the text, or what `JSON.parse` made of it.
 * @throws InputError naming the field that is not as it was written, or when a newer version wrote it.
 * @example
 * ```ts
 * const path = new SmoothLasso().path([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2], { nLambdas: 5 });
 * pathFromJSON(JSON.stringify(path)).df[0]; // 0
 * ```
 */
export function pathFromJSON<Path extends SparsePath | MultiResponsePath = SparsePath>(
  json: string | PathJson<FitJson | MultiResponseFitJson> | object,
): Path {
  return pathOfRecord(where, recordOf(where, json, pathFormat, pathVersion)) as Path;
}

/** The path of a record, without its header. @throws InputError naming the field that is not as it was written. */
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
  const maxDf = record.get("maxDf") === undefined ? featureNames.length : record.finite("maxDf");
  const criteria = { aic: oneEach("aic"), bic: oneEach("bic"), ebic: oneEach("ebic"), maxDf };
  const scored = fits.map((fit, k) => ({ fit, devianceRatio: ratios[k] }));
  const status = record.choice("status", pathStatuses);
  return "coefs" in fits[0]
    ? new MultiResponsePath(scored as never, criteria, status, undefined)
    : new SparsePath(scored as never, criteria, status, undefined);
}
