/**
 * The two shares below which differences of floating-point numbers tell nothing: {@link ROUNDING} for sums, and {@link NEGLIGIBLE} for
 * what has been computed from them.
 *
 * Neither is sharp: at half and at double of both, certificates and the solvers of searches, of piecewise linear losses and the classical ones
 * pass the same tests. A smaller one lets descents go on for some iterations in which only rounding changes; a larger one ends them
 * earlier by as much.
 */

/**
 * A relative error that rounding may leave in a sum of many terms, such as a loss, a norm or a slope: a smaller difference of two such sums
 * may be rounding alone.
 *
 * The error of a sum grows about as the square root of the number of its terms, and 256 is the root of 65 536.
 */
export const ROUNDING: number = 256 * Number.EPSILON;

/**
 * A share of a quantity that counts as nothing: a fall of an objective that is no progress, a singular value or a pivot of a direction that is
 * not there, a ridge that makes a singular matrix definite.
 *
 * It lies between the rounding of sums and the tolerances of fits, of which 1e-7 is the default.
 */
export const NEGLIGIBLE = 1e-10;
