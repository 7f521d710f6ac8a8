/** The standard deviations of features that charts of coefficients standardize by. */

import type { DesignInput } from "../../../design/design-input";
import { columnMoments } from "../../../design/design-matrix";
import { alignFeatures } from "../../../design/sources/align-features";
import { mustBe } from "../../../errors";

/** How a chart standardizes coefficients. */
export interface StandardizedOptions {
  /**
   * The data that coefficients are standardized by, read by column name as `predict` reads them, in which a feature has its standard
   * deviation (divisor n); or false, for coefficients as they are. Default: the data of the fit, where it knows its features'
   * deviations there, else false.
   */
  readonly standardizedBy?: DesignInput | false | undefined;
}

/** One fit as far as it tells the deviations of its features. */
export interface FitDeviations {
  /** The coefficients of each response; a feature is in the model if any of its coefficients is not zero. */
  readonly coefs: readonly ArrayLike<number>[];
  /** The standard deviation of each feature in the model, ascending; undefined where the fit does not know it. */
  readonly supportDeviations?: ArrayLike<number> | undefined;
}

/**
 * Returns what the coefficient of each feature is multiplied by, 0 for one that is in no model; undefined if coefficients are to stay as they are,
 * because that was asked or because a fit does not know its features' deviations.
 */
export function featureDeviations(
  where: string,
  { standardizedBy: by }: StandardizedOptions,
  featureNames: readonly string[],
  fits: readonly FitDeviations[],
): Float64Array | undefined {
  if (by === false) return undefined;
  if (by !== undefined) return columnMoments(alignFeatures(where, by, featureNames)).deviations;
  if (fits.length === 0) return undefined;
  const deviations = new Float64Array(featureNames.length);
  for (const { coefs, supportDeviations: known } of fits) {
    if (known === undefined) return undefined;
    let k = 0;
    for (let j = 0; j < deviations.length; j++)
      if (coefs.some((coef) => coef[j] !== 0)) deviations[j] = known[k++];
    if (k !== known.length)
      throw mustBe(where, "supportDeviations", `${k} numbers, one a feature in the model`, known);
  }
  return deviations;
}
