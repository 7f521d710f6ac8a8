import { type JsonNumber, toJsonNumber } from "../../json-number";
import type { SparsePath } from "../sparse-path";
import type { FitJson } from "./fit-to-json";

/** What a file says that holds a path. */
export const pathFormat = "smooth-edges/path";

/** The version that is written, and the newest one that can be read. */
export const pathVersion = 1;

/** A path as plain JSON: the names of its features, and its fits without them. */
export interface PathJson {
  readonly format: typeof pathFormat;
  readonly version: number;
  readonly featureNames: readonly string[];
  readonly devianceRatio: readonly JsonNumber[];
  readonly aic: readonly JsonNumber[];
  readonly bic: readonly JsonNumber[];
  readonly ebic: readonly JsonNumber[];
  readonly fits: readonly Omit<FitJson, "format" | "version" | "featureNames">[];
}

/** @throws InputError when the datafit is one of the caller's own, which no file can hold. */
export function pathToJson(path: SparsePath): PathJson {
  return {
    format: pathFormat,
    version: pathVersion,
    featureNames: [...path.featureNames],
    devianceRatio: Array.from(path.devianceRatio, toJsonNumber),
    aic: Array.from(path.aic, toJsonNumber),
    bic: Array.from(path.bic, toJsonNumber),
    ebic: Array.from(path.ebic, toJsonNumber),
    fits: path.fits.map((fit) => {
      const { format, version, featureNames, ...rest } = fit.toJSON();
      return rest;
    }),
  };
}
