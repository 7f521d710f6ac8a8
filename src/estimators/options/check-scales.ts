import type { DesignMatrix } from "../../design/design-matrix";
import { mustBe } from "../../errors";

/** @throws InputError where the deviations of a response are so large or small that squares of them overflow or vanish. */
export function checkResponses(where: string, target: Float64Array, nSamples: number): void {
  for (let from = 0; from < target.length; from += nSamples) {
    checkScale(where, () => "y", largestDistance(target.subarray(from, from + nSamples)));
  }
}

/**
 * The same of columns, in a function of its own: a loop within a long one has V8 compile all of that anew.
 *
 * @param what names a column.
 * @param count how many of them, from the first on.
 */
export function checkColumns(
  where: string,
  what: (k: number) => string,
  design: DesignMatrix,
  count: number,
): void {
  for (let k = 0; k < count; k++) checkScale(where, what, design.largestEntry(k), k);
}

/** Every number after squares that overflow or vanish would be wrong. */
function checkScale(where: string, what: (k: number) => string, largest: number, k = 0): void {
  if (largest === 0 || (largest > 1e-140 && largest < 1e140)) return;
  throw mustBe(where, what(k), "of a size between 1e-140 and 1e140", largest, "rescale it");
}

/** `max |a_i - a_0|` */
function largestDistance(a: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - a[0]));
  return largest;
}
