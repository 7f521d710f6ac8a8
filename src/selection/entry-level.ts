import { mustBe } from "../errors";
import { type ModelOptions, SmoothElasticNet, SmoothLasso, SparseLinearModel } from "../estimators";
import type { Estimator } from "../estimators/estimator";
import { elasticNet, isSeparable, nonNegative, type Penalty } from "../penalties";

/** How steep a penalty is at zero, which a gradient must exceed for a coefficient to leave it. */
export interface EntryLevel {
  /** The slope in `|beta_j|`, before penalty factors. */
  of(j: number, lambda: number): number;
  /** 2, or 1 where coefficients must not be negative. */
  readonly nSigns: number;
}

/** @throws InputError unless the estimator has a penalty of single coordinates with a finite slope at zero. */
export function entryLevel(where: string, estimator: Estimator<ModelOptions>): EntryLevel {
  const penalty = penaltyOf(estimator);
  if (penalty && isSeparable(penalty)) {
    // Where the slope is infinite no gradient violates it.
    const nSigns = [-1e300, 1e300].filter((g) => penalty.violationAtZero(0, g, 1) > 0).length;
    const of = (j: number, lambda: number): number => penalty.coordinateSlope(j, Number.MIN_VALUE, lambda);
    if (nSigns > 0) return { of, nSigns };
  }
  const rule =
    "one whose penalty has a finite slope at zero in every coordinate: l1, elasticNet, scad or mcp";
  throw mustBe(where, "estimator", rule, penalty?.name ?? estimator);
}

function penaltyOf(estimator: Estimator<ModelOptions>): Penalty | undefined {
  if (estimator instanceof SparseLinearModel) {
    return estimator.params.penalty ?? estimator.params.parametrization?.inducedPenalty;
  }
  const isLasso = estimator instanceof SmoothLasso;
  if (!isLasso && !(estimator instanceof SmoothElasticNet)) return undefined;
  const penalty = elasticNet({ l1Ratio: isLasso ? 1 : estimator.params.l1Ratio });
  return estimator.params.nonNegative ? nonNegative(penalty) : penalty;
}
