import { noProgress } from "../display/progress-bar";
import type { ModelOptions, SparseLinearFit } from "../estimators";
import { type AnyFit, coefsOf } from "../estimators/fit/fit-of";
import type { Estimator } from "../estimators/named/estimator";
import type { CheckedData } from "./checked-data";

/** Lambdas of a path between two looks at how many features have entered. */
const lambdasAtOnce = 10;

/**
 * The step of the lambdas at which each candidate enters a fit, from the first lambda on until `most` have entered. Of
 * those that enter at the same step the ones come first whose part in the linear predictors varies most.
 *
 * @param sampleWeight one a row, not all 0.
 */
export function entrySteps(
  estimator: Estimator<ModelOptions>,
  { X, y, offset, candidates, deviations }: CheckedData,
  sampleWeight: Float64Array,
  lambdas: Float64Array,
  most: number,
): Map<number, number> {
  const isCandidate = new Set(candidates);
  const steps = new Map<number, number>();
  let init: SparseLinearFit | undefined; // or of several responses, as y is
  for (let first = 0; first < lambdas.length; first += lambdasAtOnce) {
    const start = init === undefined ? estimator : estimator.withParams({ init });
    const block = lambdas.slice(first, first + lambdasAtOnce);
    const { fits } = start.path(X, y, { lambdas: block, sampleWeight, offset, onProgress: noProgress });
    for (const [k, fit] of fits.entries()) {
      const entering = fit.support.filter((j) => isCandidate.has(j) && !steps.has(j));
      const coefs = coefsOf(fit as AnyFit);
      const spread = (j: number): number => Math.hypot(...coefs.map((coef) => coef[j])) * deviations[j];
      entering.sort((a, b) => spread(b) - spread(a));
      for (const j of entering.subarray(0, most - steps.size)) steps.set(j, first + k);
      if (steps.size === most) return steps;
    }
    init = fits.at(-1);
  }
  return steps;
}
