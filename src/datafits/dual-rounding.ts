import { maxAbs } from "../linalg/vector";

/**
 * How far an entry of a dual point may be from where it belongs and still count as being there.
 *
 * A dual point is a gradient that was projected off the unpenalized columns. That leaves it where it was, up to a
 * rounding of its largest entries, which moves the entries that are zero out of a domain that ends there.
 */
export function dualRounding(dual: Float64Array): number {
  return 1e-12 * maxAbs(dual);
}
