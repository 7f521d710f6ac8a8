import { mustBe, weightCountMismatch } from "../errors";

/** Options that every penalty with one weight a coordinate takes. */
export interface WeightOptions {
  /** One positive finite weight a coordinate. Default: 1 each. */
  readonly weights?: ArrayLike<number>;
}

/** Checks the weights once and returns how to read them, which throws for a coordinate that has none. */
export function weightReader(where: string, options: WeightOptions): (j: number) => number {
  if (options.weights === undefined) return () => 1;
  const weights = positiveWeights(where, options.weights);
  return (j) => {
    if (j >= weights.length) throw weightCountMismatch(where, "coefficients", weights.length);
    return weights[j];
  };
}

/** Returns how to read the scale of each square. @throws InputError when one is not positive and finite. */
export function squareScaleReader(
  where: string,
  given: number | ArrayLike<number> = 1,
): (j: number) => number {
  const scales = positiveWeights(where, typeof given === "number" ? [given] : given, "scales");
  if (typeof given === "number") return () => given;
  return (j) => {
    if (j < scales.length) return scales[j];
    throw mustBe(where, "the length of scales", "the number of coefficients", scales.length);
  };
}

/**
 * One weight for each of `nFeatures` coefficients.
 *
 * @throws InputError when a weight is not positive and finite, or there is not one a coefficient.
 */
export function coefficientWeights(
  where: string,
  what: string,
  given: ArrayLike<number> | undefined,
  nFeatures: number,
): Float64Array {
  if (given === undefined) return new Float64Array(nFeatures).fill(1);
  const weights = positiveWeights(where, given, what);
  if (weights.length === nFeatures) return weights;
  throw mustBe(where, `the length of ${what}`, `the number of coefficients ${nFeatures}`, weights.length);
}

/** @throws InputError when there are weights and not one for each of `nFeatures` coefficients. */
export function checkWeightCount(where: string, { weights }: WeightOptions, nFeatures: number): void {
  if (weights === undefined || weights.length === nFeatures) return;
  throw weightCountMismatch(where, `${nFeatures} coefficients`, weights.length);
}

/**
 * A copy of weights.
 *
 * @throws InputError when they are no array, or one is not positive and finite.
 */
export function positiveWeights(
  where: string,
  given: ArrayLike<number>,
  what: string = "weights",
): Float64Array {
  if (typeof Object(given).length !== "number") {
    throw mustBe(where, what, "an array of positive finite numbers", given);
  }
  const weights = Float64Array.from(given);
  weights.forEach((weight, j) => {
    if (!(weight > 0 && weight < Number.POSITIVE_INFINITY)) {
      throw mustBe(where, `${what}[${j}]`, "a positive finite number", weight);
    }
  });
  return weights;
}
