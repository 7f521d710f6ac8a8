import { meanOf } from "../studies/means";
import type { Draws } from "./draws";
import { beyondChance } from "./student";

/** A measure of one way less that of another, draw by draw. */
export interface Difference {
  /** Draws that both have. */
  readonly n: number;
  readonly mean: number;
  /** The standard error of the mean. */
  readonly error: number;
  /** `mean / error` beyond what Student's t of `n - 1` degrees of freedom exceeds once in twenty, and in which direction. */
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
  const isBeyond = Math.abs(mean) > beyondChance(n - 1) * error;
  return { n, mean, error, verdict: isBeyond ? (mean < 0 ? "less" : "more") : "level" };
}

/** The same in percent of the mean of the other way. */
export function pairedPercent(one: Draws, other: Draws, overlap = 0): Difference {
  const { n, mean, error, verdict } = paired(one, other, overlap);
  const shared = [...other].filter(([draw]) => one.has(draw)).map(([, value]) => value);
  const share = 100 / meanOf(shared).mean;
  return { n, mean: share * mean, error: share * error, verdict };
}
