/** Writes an estimator as plain JSON: its class and its options, from which a file or another thread makes it again. */
import { ofFeatures } from "../../design/of-frames";
import { mustBe } from "../../errors";
import { headerOf } from "../../json-record";
import { recipeOf, serializable, toPlain } from "../../recipe";
import type { ModelOptions } from "./model-options";

/** An estimator as plain JSON: its class and its options, parts of the library by how they were made. */
export interface EstimatorJson {
  /** The kind of file. */
  readonly format: "smooth-edges/estimator";
  /** Version of the format; files of other versions are refused. */
  readonly version: number;
  /** Name of the class, such as `"SmoothLasso"`. */
  readonly estimator: string;
  /** The options, those made by a factory as its name and arguments. */
  readonly params: unknown;
}

/**
 * @param name of the class.
 * @throws InputError naming the option whose value was not made by this library: neither a file nor another thread can
 * hold a function.
 */
export function estimatorToJson(
  where: string,
  name: string,
  params: Omit<ModelOptions, "init">,
): EstimatorJson {
  const plain = Object.entries(params).flatMap(([key, value]) => {
    if (value === undefined) return [];
    if (isFit(value))
      return [[key, fitAsPart(where, key, ofFeatures<"fit", Writable>(value, "fit"))] as const];
    if (hasMethods(value) && !recipeOf(value)) {
      throw mustBe(where, key, "made by a factory of this library", value.name ?? value);
    }
    return [[key, toPlain(where, key, value)] as const];
  });
  return {
    ...headerOf("smooth-edges/estimator"),
    estimator: name,
    params: Object.fromEntries(plain),
  };
}

/** A value that writes itself as JSON. */
interface Writable {
  toJSON(): unknown;
}

/** Returns whether an option is a fit, the only value among them that writes itself. */
function isFit(value: unknown): value is Writable {
  return typeof (value as { readonly toJSON?: unknown } | null)?.toJSON === "function";
}

/** Writes a fit as what `fitFromJSON` makes of its record. */
function fitAsPart(where: string, key: string, fit: Writable): unknown {
  return toPlain(where, key, serializable("fitFromJSON", [JSON.stringify(fit)], {}));
}

function hasMethods(value: unknown): value is { readonly name?: unknown } {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).some((entry) => typeof entry === "function")
  );
}
