/** The checks of targets and sample weights that several losses share. */

import { mustBe, oneClass, tooManyClasses } from "../errors";

/**
 * Returns a copy of the sample weights after checking each of them; the caller sees to their mean.
 *
 * @throws InputError when a weight is negative or not finite.
 */
export function sampleWeights(where: string, weights: Float64Array): Float64Array {
  const own = weights.slice();
  own.forEach((weight, i) => {
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw mustBe(where, `weights[${i}]`, "a finite number >= 0", weight);
    }
  });
  return own;
}

/**
 * Checks that a target has whole samples, as many as there are weights.
 *
 * @throws InputError when it does not.
 */
export function checkLength(
  where: string,
  y: Float64Array,
  nResponses: number,
  weights: Float64Array | undefined,
): void {
  if (y.length % nResponses !== 0) {
    throw mustBe(where, "the length of y", `a multiple of the ${nResponses} responses`, y.length);
  }
  const n = y.length / nResponses;
  if (weights && weights.length !== n) {
    throw mustBe(where, "the number of sample weights", `that of the samples (${n})`, weights.length);
  }
}

/**
 * Checks that a target has two classes, written 0 and 1.
 *
 * @throws InputError naming the first entry that is neither, or the number of classes when there are not two.
 */
export function checkBinary(where: string, y: Float64Array): void {
  const row = y.findIndex((label) => label !== 0 && label !== 1);
  if (row === -1) {
    const [first] = y;
    if (y.every((label) => label === first)) throw oneClass(where, first);
    return;
  }
  const classes = new Set(y).size;
  if (classes > 2) throw tooManyClasses(where, classes);
  throw mustBe(where, `y, row ${row}`, "0 or 1", y[row], "encode the two classes as 0 and 1");
}
