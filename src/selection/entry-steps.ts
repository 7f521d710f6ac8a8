import type { ModelOptions, SparseLinearFit } from "../estimators";
import type { Estimator } from "../estimators/estimator";
import type { CheckedData } from "./checked-data";

/** Lambdas of a path between two looks at how many features have entered. */
const lambdasAtOnce = 10;

/**
 * The step of the lambdas at which each candidate enters a fit, from the first lambda on until `most` have entered. Of
 * those that enter at the same step the ones come first whose part in the linear predictor varies most.
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
  let init: SparseLinearFit | undefined;
  for (let first = 0; first < lambdas.length; first += lambdasAtOnce) {
    const start = init === undefined ? estimator : estimator.withParams({ init });
    const block = lambdas.slice(first, first + lambdasAtOnce);
    const { fits } = start.path(X, y, { lambdas: block, sampleWeight, offset });
    for (const [k, { support, coef }] of fits.entries()) {
      const entering = support.filter((j) => isCandidate.has(j) && !steps.has(j));
      entering.sort((a, b) => Math.abs(coef[b]) * deviations[b] - Math.abs(coef[a]) * deviations[a]);
      for (const j of entering.subarray(0, most - steps.size)) steps.set(j, first + k);
      if (steps.size === most) return steps;
    }
    init = fits.at(-1);
  }
  return steps;
}
