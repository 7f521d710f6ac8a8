/**
 * The two shares at which differences of floating-point numbers end to tell anything: {@link ROUNDING} for sums, and {@link NEGLIGIBLE} for
 * what has been computed from them.
 */

/**
 * The largest relative error that rounding leaves in a sum of many terms, such as a loss, a norm or a slope: a smaller difference of two
 * such sums may be rounding alone.
 *
 * The error of a sum grows as the square root of the number of its terms, and 256 is the root of 65 536; for more terms the error stays below
 * it, since columns and losses are summed in parts.
 */
export const ROUNDING: number = 256 * Number.EPSILON;

/**
 * A share of a quantity that counts as nothing: a fall of an objective that is no progress, a singular value or a pivot of a direction that is
 * not there, a ridge that makes a singular matrix definite.
 *
 * It lies between the rounding of sums and the tolerances of fits, of which 1e-7 is the default.
 */
export const NEGLIGIBLE = 1e-10;
