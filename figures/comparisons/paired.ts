import { meanOf } from "../studies/means";
import type { Draws } from "./draws";
import { probability } from "./student";

/** A measure of one way less that of another, draw by draw. */
export interface Difference {
  /** Draws that both have. */
  readonly n: number;
  readonly mean: number;
  /** The standard error of the mean. */
  readonly error: number;
  /** How probable a larger `mean / error` is by chance, in absolute value: Student's t of `n - 1` degrees of freedom. */
  readonly p: number;
  /** Where `p` is below a twentieth, the direction. */
  readonly verdict: "less" | "level" | "more";
}

/**
 * The mean difference of two ways over the draws that both have.
 *
 * @param overlap what test rows are to training rows where draws are splits of the same rows.
 * @throws Error where they have fewer than two draws in common.
 */
export function paired(one: Draws, other: Draws, overlap = 0): Difference {
  const differences = [...one].flatMap(([draw, value]) => {
    const against = other.get(draw);
    return against === undefined ? [] : [value - against];
  });
  const n = differences.length;
  if (n < 2) throw new Error(`paired: ${n} draws in common`);
  const { mean, error } = meanOf(differences, overlap);
  // Draws that are all alike differ by nothing.
  const p = mean === 0 ? 1 : probability(mean / error, n - 1);
  return { n, mean, error, p, verdict: p < 0.05 ? (mean < 0 ? "less" : "more") : "level" };
}

/** The same in percent of the mean of the other way. */
export function pairedPercent(one: Draws, other: Draws, overlap = 0): Difference {
  const { mean, error, ...found } = paired(one, other, overlap);
  const shared = [...other].filter(([draw]) => one.has(draw)).map(([, value]) => value);
  const share = 100 / meanOf(shared).mean;
  return { ...found, mean: share * mean, error: share * error };
}
