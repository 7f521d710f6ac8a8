/** A pipeline gives these in place of a fit, a path or a cross-validation: the same of the features, and how frames become features. */
import type { DesignInput } from "./design-input";

/** A result for frames, with that of the features under its name: `fit`, `path` or `cv`. */
export type OfFrames<Name extends "fit" | "path" | "cv", Result> = { readonly [N in Name]: Result } & {
  /** The features of a frame. */
  encode(frame: DesignInput): DesignInput;
};

/** Returns whether a value is a result of a pipeline. */
export function isOfFrames<Name extends "fit" | "path" | "cv", Result extends object>(
  given: Result | OfFrames<Name, Result>,
  name: Name,
): given is OfFrames<Name, Result> {
  const record = Object(given) as Record<string, unknown>;
  // A cross-validation has a path of its own.
  const isOther = name === "path" && "cv" in record;
  return typeof record.encode === "function" && typeof record[name] === "object" && !isOther;
}

/** Returns the result of the features, of a pipeline's result; any other as it is. */
export function ofFeatures<Name extends "fit" | "path" | "cv", Result extends object>(
  given: Result | OfFrames<Name, Result>,
  name: Name,
): Result {
  return isOfFrames(given, name) ? given[name] : given;
}
