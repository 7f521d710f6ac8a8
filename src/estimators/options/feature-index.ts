import type { DesignMatrix } from "../../design/design-matrix";
import { mustBe } from "../../errors";

/**
 * The index of a feature that was given by index or name.
 *
 * @param what the place where it was given, for the message.
 * @throws InputError when there is no such feature.
 */
export function featureIndex(
  where: string,
  what: string,
  feature: unknown,
  featureNames: DesignMatrix["featureNames"],
): number {
  const j = typeof feature === "string" ? featureNames.indexOf(feature) : feature;
  if (typeof j === "number" && Number.isInteger(j) && j >= 0 && j < featureNames.length) return j;
  throw mustBe(where, what, `a feature, by name or an index below ${featureNames.length}`, feature);
}
