import type { Datafit } from "../datafits";
import { asTarget } from "../design/as-target";
import { type ClassLabel, classCodes, encodeClasses } from "../design/class-codes";
import type { TargetInput } from "../design/design-input";
import { survivalTarget } from "../design/survival-target";
import { notTwoClasses } from "../errors";

/** A response as the numbers that its datafit takes. */
export interface ReadTarget {
  /** One number a sample; of two classes 0 for the first and 1 for the second. */
  readonly target: Float64Array;
  /** The labels of the two classes in ascending order; undefined for what is no class. */
  readonly classes: readonly ClassLabel[] | undefined;
}

/** @throws InputError when a value is no number, label or time, or there are not two classes where there must be. */
export function readTarget(where: string, y: TargetInput, datafit: Datafit): ReadTarget {
  if (!isOfTwoClasses(datafit)) return { target: readNumbers(where, y, datafit), classes: undefined };
  const { classes, codes } = encodeClasses(where, y);
  if (classes.length !== 2) throw notTwoClasses(where, classes, datafit.name);
  return { target: codes, classes };
}

/**
 * A response for a fit that is there already.
 *
 * @param classes those of the fit.
 * @throws InputError as {@link readTarget}, and when a label is none of `classes`.
 */
export function readLikeFit(
  where: string,
  y: TargetInput,
  datafit: Datafit,
  classes: readonly ClassLabel[] | undefined,
): Float64Array {
  return classes ? classCodes(where, y, classes) : readNumbers(where, y, datafit);
}

function readNumbers(where: string, y: TargetInput, datafit: Datafit): Float64Array {
  return datafit.kind === "survival" ? survivalTarget(where, y) : asTarget(where, y);
}

/** Whether a response is one of two classes, encoded as 0 and 1. */
export function isOfTwoClasses({ kind, nResponses }: Datafit): boolean {
  return nResponses === 1 && (kind === "classes" || kind === "margins");
}
