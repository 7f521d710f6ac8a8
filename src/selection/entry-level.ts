import { mustBe } from "../errors";
import { type ModelOptions, SmoothElasticNet, SmoothLasso, SparseLinearModel } from "../estimators";
import type { Estimator } from "../estimators/named/estimator";
import {
  bounded,
  elasticNet,
  isSeparable,
  nonNegative,
  type Penalty,
  type SeparablePenalty,
} from "../penalties";

/**
 * How steep the penalty of coefficient `j` is at zero, before penalty factors: what a gradient must exceed for it to leave
 * zero. One number for each direction that it may take, up and down unless its sign is fixed.
 */
export type EntryLevels = (j: number, lambda: number) => readonly number[];

/** @throws InputError unless the estimator has a penalty of single coordinates with a finite slope at zero, the same for any y. */
export function entryLevels(where: string, estimator: Estimator<ModelOptions>): EntryLevels {
  const penalty = penaltyOf(where, estimator);
  if (!penalty || !isSeparable(penalty) || risesWithoutEnd(penalty)) {
    const rule =
      "one whose penalty has a finite slope at zero in every coordinate: l1, elasticNet, scad or mcp";
    throw mustBe(where, "estimator", rule, penalty?.name ?? estimator);
  }
  return (j, lambda) => slopes(penalty, j, lambda);
}

/** Whether the slope is still growing this near to zero, as that of a bridge is. */
function risesWithoutEnd(penalty: SeparablePenalty): boolean {
  return slopes(penalty, 0, 1).some((slope, k) => slope !== slopes(penalty, 0, 1, 1e-100)[k]);
}

/** The slopes beside zero, in the directions that the domain of the coefficient has. */
function slopes(
  { domain, coordinateSlope }: SeparablePenalty,
  j: number,
  lambda: number,
  distance: number = Number.MIN_VALUE,
): number[] {
  const [low, high] = domain?.(j) ?? [-1, 1];
  const beside = [...(high > 0 ? [distance] : []), ...(low < 0 ? [-distance] : [])];
  return beside.map((b) => Math.abs(coordinateSlope(j, b, lambda)));
}

function penaltyOf(where: string, estimator: Estimator<ModelOptions>): Penalty | undefined {
  if (estimator instanceof SparseLinearModel) {
    return estimator.params.penalty ?? estimator.params.parametrization?.inducedPenalty;
  }
  const isLasso = estimator instanceof SmoothLasso;
  if (!isLasso && !(estimator instanceof SmoothElasticNet)) return undefined;
  const { nonNegative: oneSided, bounds, adaptive } = estimator.params;
  if (adaptive) throw mustBe(where, "adaptive", "false, since its weights depend on the response", adaptive);
  const penalty = elasticNet({ l1Ratio: isLasso ? 1 : estimator.params.l1Ratio });
  const signed = oneSided ? nonNegative(penalty) : penalty;
  return bounds === undefined ? signed : bounded(signed, bounds);
}
