import type { SparseProblem } from "../objectives/sparse-problem";

/** What a reader of a fit without a finite answer should know. */
export const endlessNote =
  "no finite coefficients are best, since the loss falls without end along those that are not penalized, as with separable classes or counts that are all 0; penalize them, and read nothing into their size";

/**
 * Whether a loss has no minimiser, by where its minimisation without a penalty ended. Along the way to a minimiser a convex
 * loss rises beyond it; here twice the predictor explains no less, and half of it all but a hundredth. A predictor so far
 * out that rounding hides what is left to explain is taken back first: there a loss that is 0 from somewhere on, as the
 * squared hinge, has much to explain at half the way.
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
  const whole = excess(0);
  if (!(whole > 0)) return false;
  let way = 1;
  while (excess(way) <= Number.EPSILON * whole) way /= 2;
  return excess(2 * way) <= excess(way) && excess(way / 2) <= whole / 100;
}
