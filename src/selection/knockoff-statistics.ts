import type { RowMajorMatrix } from "../design/design-input";
import { mustBe } from "../errors";
import type { ModelOptions, PathOptions, PathStatus } from "../estimators";
import type { Estimator } from "../estimators/named/estimator";

/** How features compare with their knockoffs: `W`, whose entry changes its sign when a feature and its knockoff swap. */
export interface KnockoffComparison {
  readonly statistics: Float64Array;
  readonly status: PathStatus;
}

/** A comparison, of p features and the p knockoffs after them. */
export type Compare = (
  where: string,
  estimator: Estimator<ModelOptions>,
  both: RowMajorMatrix,
  y: Float64Array,
  options: PathOptions,
) => KnockoffComparison;

/**
 * `max(Z_j, Z~_j) sign(Z_j - Z~_j)` with `Z` the largest lambda of the path at which a coefficient is not zero, 0 for none.
 */
export const signedMax: Compare = (_where, estimator, both, y, options) => {
  const { lambdas, nLambdas = 200, lambdaMinRatio = 0.01, ...run } = options;
  const grid = lambdas === undefined ? { nLambdas, lambdaMinRatio } : options;
  const path = estimator.path(both, y, { ...run, ...grid });
  const entry = new Float64Array(both.nFeatures);
  for (const { lambda, support } of path.fits) for (const j of support) entry[j] = Math.max(entry[j], lambda);
  return {
    statistics: compared(entry, (own, knockoff) => Math.max(own, knockoff) * Math.sign(own - knockoff)),
    status: path.status,
  };
};

/** `|b_j| - |b~_j|` of the fit at the estimator's lambda. */
export const coefficientDifference: Compare = (where, estimator, both, y, options) => {
  const { lambdas, nLambdas, lambdaMinRatio, ...run } = options;
  for (const [name, value] of Object.entries({ lambdas, nLambdas, lambdaMinRatio })) {
    if (value !== undefined) {
      throw mustBe(
        where,
        name,
        "left out with coefficientDifference",
        value,
        "lambda is an option of the estimator",
      );
    }
  }
  const fit = estimator.fit(both, y, run);
  return {
    statistics: compared(fit.coef, (own, knockoff) => Math.abs(own) - Math.abs(knockoff)),
    status: fit.status === "interrupted" ? "interrupted" : "complete",
  };
};

function compared(values: Float64Array, difference: (own: number, knockoff: number) => number): Float64Array {
  const p = values.length / 2;
  return Float64Array.from({ length: p }, (_, j) => difference(values[j], values[p + j]));
}
