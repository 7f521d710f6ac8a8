import { mustBe } from "../errors";

/**
 * A copy of the weights of the samples, checked one by one; their mean is the caller's business.
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
