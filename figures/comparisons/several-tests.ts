import { studentQuantile, studentTail } from "../../src/random/distributions";
import { probability } from "./student";

/**
 * Holm's adjusted probabilities, in the order of those given: where none of a family of tests has a true difference, some adjusted
 * one is below 0.05 once in twenty.
 *
 * @see Holm, A simple sequentially rejective multiple test procedure (1979)
 */
export function holm(probabilities: readonly number[]): number[] {
  const order = [...probabilities.keys()].sort((a, b) => probabilities[a] - probabilities[b]);
  const adjusted = new Array<number>(probabilities.length);
  let least = 0;
  order.forEach((test, rank) => {
    least = Math.max(least, Math.min((order.length - rank) * probabilities[test], 1));
    adjusted[test] = least;
  });
  return adjusted;
}

/** A mean difference in standard errors, and the degrees of freedom of these. */
export interface Test {
  readonly t: number;
  readonly freedom: number;
}

/**
 * Stouffer's test of independent differences together: each `t` becomes the normal number of the same tail, and the sum of `k` of
 * them is divided by `sqrt(k)`.
 *
 * @returns this normal number, and how probable a larger one is by chance, in absolute value.
 * @see Stouffer and others, The American Soldier (1949)
 */
export function stouffer(tests: readonly Test[]): { readonly z: number; readonly p: number } {
  const sum = tests.reduce(
    (total, { t, freedom }) =>
      total + Math.sign(t) * studentQuantile(studentTail(Math.abs(t), freedom), Number.POSITIVE_INFINITY),
    0,
  );
  const z = sum / Math.sqrt(tests.length);
  return { z, p: probability(z, Number.POSITIVE_INFINITY) };
}
