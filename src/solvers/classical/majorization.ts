/** Share of `f` below which a change of it has too few digits to be compared. */
const smallChange = 1e-10;

/** What rounding may add to a value and to a change of slope, relative to them. */
const valueRounding = 4 * Number.EPSILON;
const slopeRounding = 1e-2;

/**
 * Whether the quadratic model `f + slope + square / 2` of a convex function is at least its value where a step leads, so
 * that a step that minimises model plus penalty cannot raise their sum.
 *
 * Near a minimum `f` changes by less than its rounding. There the change of the slope is compared instead, in which
 * nothing cancels: `f` is nearly quadratic on so short a step, and by convexity `after - before <= slope + slopeChange`.
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
  const size = Math.abs(before);
  if (Math.abs(slope) + square <= smallChange * size) return slopeChange() <= (1 + slopeRounding) * square;
  return after <= before + slope + square / 2 + valueRounding * size;
}
