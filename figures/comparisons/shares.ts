import { studentQuantile } from "../../src/random/distributions";
import type { Mean } from "../studies/means";

/** A share and the ends of its interval of 95 %. */
export interface Share {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The share of `count` among `n` independent trials with Wilson's interval, which holds its 95 % for shares near 0 and 1 too.
 *
 * @throws Error where `count` is not between 0 and `n`, or `n` is 0.
 * @see Wilson, Probable inference, the law of succession, and statistical inference (1927)
 */
export function wilson(count: number, n: number): Share {
  if (!(n > 0 && count >= 0 && count <= n)) throw new Error(`wilson: ${count} of ${n} is no share`);
  const square = studentQuantile(0.025, Number.POSITIVE_INFINITY) ** 2;
  const center = (count + square / 2) / (n + square);
  const reach = Math.sqrt(square * ((count * (n - count)) / n + square / 4)) / (n + square);
  return { share: count / n, low: Math.max(center - reach, 0), high: Math.min(center + reach, 1) };
}

/**
 * The mean of all values and its standard error where only the clusters are independent: problems that were drawn from one seed.
 *
 * @throws Error where there are fewer than two clusters.
 * @see Cochran, Sampling Techniques (1977), chapter 6, the ratio of two sums over clusters
 */
export function clusteredMean(clusters: readonly (readonly number[])[]): Mean {
  if (clusters.length < 2)
    throw new Error(`clusteredMean: there must be two clusters, got ${clusters.length}`);
  const values = clusters.flat();
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = clusters.reduce(
    (sum, cluster) => sum + cluster.reduce((total, value) => total + value - mean, 0) ** 2,
    0,
  );
  const scale = clusters.length / (clusters.length - 1);
  return { mean, error: Math.sqrt(scale * squares) / values.length };
}
