/** Refuses data whose squares, or whose coefficients, would overflow or vanish in 64-bit floats. */
import type { Datafit } from "../../datafits";
import type { DesignMatrix } from "../../design/design-matrix";
import { formatNumber } from "../../display/formatting";
import { mustBe } from "../../errors";
import type { CheckedOptions } from "../options/model-options";
import type { ColumnRoles } from "./working-columns";

/** @throws InputError where the deviations of a response are so large or small that squares of them overflow or vanish. */
export function checkResponses(where: string, target: Float64Array, nSamples: number): void {
  for (let from = 0; from < target.length; from += nSamples) {
    checkScale(where, () => "y", largestDistance(target.subarray(from, from + nSamples)));
  }
}

/**
 * @param what names a column.
 * @param count how many of them, from the first on.
 * @throws InputError where squares of the entries of a column overflow or vanish.
 */
export function checkColumns(
  where: string,
  what: (k: number) => string,
  design: DesignMatrix,
  count: number,
): void {
  for (let k = 0; k < count; k++) checkScale(where, what, design.largestEntry(k), k);
}

/** Largest ratio of a predictor and a column: it leaves sixteen digits for coefficients of columns that nearly cancel. */
const largestCoefficient = Number.EPSILON * Number.MAX_VALUE;

/** @throws InputError where a column is so small that its coefficient would overflow. */
export function checkCoefficients(
  where: string,
  design: DesignMatrix,
  { penalized, unpenalized, scales }: ColumnRoles,
  { datafit, standardize }: CheckedOptions,
  target: Float64Array,
): void {
  const smallest = sizeOfPredictor(datafit, target) / largestCoefficient;
  for (const j of [...penalized, ...unpenalized]) {
    const size = standardize !== false ? scales[j] : design.largestEntry(j);
    if (size >= smallest || size === 0) continue;
    const rule = `of a size above ${formatNumber(smallest, 3)}, or its coefficient is beyond 64-bit floats`;
    throw mustBe(where, `column ${JSON.stringify(design.featureNames[j])}`, rule, size, "rescale it");
  }
}

/** The size of linear predictors: that of the response, or about 1 where they are logarithms. */
function sizeOfPredictor({ response }: Datafit, target: Float64Array): number {
  return response === "numbers" ? Math.max(1, largestDistance(target)) : 1;
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
