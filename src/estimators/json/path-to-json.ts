import { type JsonNumber, toJsonNumber } from "../../json-number";
import type { AnyFit } from "../fit-of";
import type { FittedPath } from "../fitted-path";
import type { PathStatus } from "../path-fits";
import type { FitJson, JsonOf } from "./fit-to-json";

/** What a file says that holds a path. */
export const pathFormat = "smooth-edges/path";

/** The version that is written, and the newest one that can be read. */
export const pathVersion = 1;

/** A path as plain JSON: the names of its features, and its fits without them. */
export interface PathJson<Json = FitJson> {
  readonly format: typeof pathFormat;
  readonly version: number;
  readonly status: PathStatus;
  readonly featureNames: readonly string[];
  readonly devianceRatio: readonly JsonNumber[];
  readonly aic: readonly JsonNumber[];
  readonly bic: readonly JsonNumber[];
  readonly ebic: readonly JsonNumber[];
  readonly fits: readonly Omit<Json, "format" | "version" | "featureNames">[];
}

/** @throws InputError when the datafit is one of the caller's own, which no file can hold. */
export function pathToJson<Fit extends AnyFit>(path: FittedPath<Fit>): PathJson<JsonOf<Fit>> {
  return {
    format: pathFormat,
    version: pathVersion,
    status: path.status,
    featureNames: [...path.featureNames],
    devianceRatio: Array.from(path.devianceRatio, toJsonNumber),
    aic: Array.from(path.aic, toJsonNumber),
    bic: Array.from(path.bic, toJsonNumber),
    ebic: Array.from(path.ebic, toJsonNumber),
    fits: path.fits.map((fit) => {
      const { format, version, featureNames, ...rest } = fit.toJSON() as JsonOf<Fit>;
      return rest;
    }),
  };
}
