/** The functions of one predictor that losses of odds share. */
import { relativeEntropy } from "./relative-entropy";

/** `1 / (1 + exp(-z))` */
export function sigmoid(z: number): number {
  const odds = Math.exp(-Math.abs(z));
  return (z >= 0 ? 1 : odds) / (1 + odds);
}

/** `log(1 + exp(z))` */
export function softplus(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

/**
 * The relative entropy of a Bernoulli distribution with respect to the one of the predictor `z`, `P = sigmoid(z)`.
 *
 * @param share the probability that `z` speaks for.
 * @param other `1 - share`, which the caller knows to more digits where it is small.
 */
export function bernoulliRelativeEntropy(share: number, other: number, z: number): number {
  return relativeEntropy(share, sigmoid(z), z) + relativeEntropy(other, sigmoid(-z), -z);
}
