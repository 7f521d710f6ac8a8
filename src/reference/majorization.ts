/** Share of `f` below which a change of it has too few digits to be compared. */
const smallChange = 1e-10;

/**
 * Whether the quadratic model `f + slope + square / 2` of a convex function is at least its value where a step leads,
 * so that a step that minimises model plus penalty cannot raise their sum.
 *
 * Near a minimum `f` changes by less than its rounding. There the change of the slope is compared, in which nothing
 * cancels: by convexity `after - before <= slope + slopeChange`.
 *
 * @param before `f` where the step begins, `after` where it leads.
 * @param slope derivative along the step `d`, where it begins.
 * @param square second derivative of the model along the step, `h ||d||^2`.
 * @param slopeChange by how much the derivative along the step grows; asked for only where it is needed.
 */
export function isMajorized(
  before: number,
  after: number,
  slope: number,
  square: number,
  slopeChange: () => number,
): boolean {
  if (after <= before + slope + square / 2) return true;
  return Math.abs(slope) + square <= smallChange * Math.abs(before) && slopeChange() <= square;
}
