/** Writes a path as plain JSON ({@link pathToJson}). */
import { headerOf, type JsonNumber, toJsonNumber } from "../../json-record";
import type { FitJson } from "../results/fit-json";
import type { AnyFit } from "../results/fit-of";
import type { PathStatus } from "./path-table";

/** A path as plain JSON: the names of its features, and its fits without them. */
export interface PathJson<Json = FitJson> {
  /** The kind of file. */
  readonly format: "smooth-edges/path";
  /** Version of the format; files of other versions are refused. */
  readonly version: number;
  /** `"interrupted"` where a signal was aborted before the last lambda. */
  readonly status: PathStatus;
  /** One a feature. */
  readonly featureNames: readonly string[];
  /** Share of the null deviance explained, one a lambda. */
  readonly devianceRatio: readonly JsonNumber[];
  /** Akaike's criterion, one a lambda. */
  readonly aic: readonly JsonNumber[];
  /** The Bayesian criterion, one a lambda. */
  readonly bic: readonly JsonNumber[];
  /** The extended Bayesian criterion, one a lambda. */
  readonly ebic: readonly JsonNumber[];
  /** The most features of a fit that the criteria weigh. */
  readonly maxDf: number;
  /** One a lambda, the largest first. */
  readonly fits: readonly Omit<Json, "format" | "version" | "featureNames">[];
}

/** The parts of a path that its record is made of. */
interface WrittenPath<Fit extends AnyFit> {
  readonly status: PathStatus;
  readonly featureNames: readonly string[];
  readonly devianceRatio: Float64Array;
  readonly aic: Float64Array;
  readonly bic: Float64Array;
  readonly ebic: Float64Array;
  readonly maxDf: number;
  readonly fits: readonly Fit[];
}

/**
 * Writes a path as plain JSON.
 *
 * @throws InputError when the datafit is one of the caller's own, which no file can hold.
 */
export function pathToJson<Fit extends AnyFit>(path: WrittenPath<Fit>): PathJson<JsonOf<Fit>> {
  return {
    ...headerOf("smooth-edges/path"),
    status: path.status,
    featureNames: [...path.featureNames],
    devianceRatio: Array.from(path.devianceRatio, toJsonNumber),
    aic: Array.from(path.aic, toJsonNumber),
    bic: Array.from(path.bic, toJsonNumber),
    ebic: Array.from(path.ebic, toJsonNumber),
    maxDf: path.maxDf,
    fits: path.fits.map((fit) => {
      const { format, version, featureNames, ...rest } = fit.toJSON() as JsonOf<Fit>;
      return rest;
    }),
  };
}

/** The JSON record of a fit. */
export type JsonOf<Fit extends AnyFit> = ReturnType<Fit["toJSON"]>;
