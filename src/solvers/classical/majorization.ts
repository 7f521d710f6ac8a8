import { NEGLIGIBLE } from "../../linalg/rounding";

/** Largest relative errors that rounding makes in a value and in a change of slope. */
const valueRounding = 4 * Number.EPSILON;
const slopeRounding = 1e-2;

/**
 * Tells whether the quadratic model `f + slope + square / 2` of a convex function is at least its value at the end of a
 * step, so that a step that minimises model plus penalty cannot raise their sum.
 *
 * Near a minimum `f` changes by a negligible share, of which too few digits are correct. There the change of the slope is compared instead, in which
 * nothing cancels: `f` is nearly quadratic on so short a step, and by convexity `after - before <= slope + slopeChange`.
 *
 * @param before `f` at the start of the step; `after` at its end.
 * @param slope the derivative along the step `d`, at its start.
 * @param square the second derivative of the model along the step, `h ||d||^2`.
 * @param slopeChange the growth of the derivative along the step; called only where it is needed.
 */
export function isMajorized(
  before: number,
  after: number,
  slope: number,
  square: number,
  slopeChange: () => number,
): boolean {
  const size = Math.abs(before);
  if (Math.abs(slope) + square <= NEGLIGIBLE * size) return slopeChange() <= (1 + slopeRounding) * square;
  return after <= before + slope + square / 2 + valueRounding * size;
}
