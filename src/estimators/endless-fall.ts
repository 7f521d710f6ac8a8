import type { SparseProblem } from "../objectives/sparse-problem";

/** What a reader of a fit without a finite answer should know. */
export const endlessNote =
  "no finite coefficients are best, since the loss falls without end along those that are not penalized, as with separable classes or counts that are all 0; penalize them, and read nothing into their size";

/**
 * Whether a loss has no minimiser, by where its minimisation without a penalty ended: half the predictor explains all but
 * a hundredth, and twice of it no less than all that it does. Along the way to a minimiser, a convex loss rises beyond it.
 */
export function fallsWithoutEnd({ datafit, target }: SparseProblem, eta: Float64Array): boolean {
  const slope = new Float64Array(eta.length);
  const best = datafit.saturatedValue(target);
  const excess = (times: number): number =>
    datafit.valueAndGradient(
      target,
      eta.map((entry) => times * entry),
      slope,
    ) - best;
  return excess(2) <= excess(1) && excess(0.5) <= excess(0) / 100 && excess(0) > 0;
}
