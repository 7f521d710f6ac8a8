import type { DatafitKind } from "../../datafits";
import { concordanceIndex } from "./concordance-index";

/** What is compared with the response. */
export interface Scored {
  /** As the datafit takes it. */
  readonly target: Float64Array;
  /** Linear predictors. */
  readonly eta: Float64Array;
  /** What the datafit predicts from them. */
  readonly predicted: Float64Array;
  /** At least 0; undefined for 1 each. */
  readonly weights: Float64Array | undefined;
}

/**
 * How good predictions are, at most 1: `R^2 = 1 - sum w (y - predicted)^2 / sum w (y - mean y)^2` of numbers, the share of
 * classes that are right, `D^2`, which is `R^2` with Poisson's deviance in place of squares, of counts, and the concordance
 * index of times until an event.
 *
 * @returns NaN where the response, constant say, leaves nothing to tell apart.
 */
export function scoreOf(kind: DatafitKind, { target, eta, predicted, weights }: Scored): number {
  const total = (term: (i: number) => number): number => {
    let sum = 0;
    for (let i = 0; i < target.length; i++) {
      const weight = weights?.[i] ?? 1;
      if (weight > 0) sum += weight * term(i);
    }
    return sum;
  };
  const nCounted = total(() => 1);
  if (kind === "survival") return concordanceIndex(target, eta, weights);
  if (kind === "classes" || kind === "margins") {
    return total((i) => (isSecond(predicted[i]) === (target[i] === 1) ? 1 : 0)) / nCounted;
  }
  const first = target.find((_, i) => weights?.[i] !== 0);
  if (target.every((y, i) => y === first || weights?.[i] === 0)) return Number.NaN;
  const center = total((i) => target[i]) / nCounted;
  const deviance = kind === "counts" ? poissonDeviance : squared;
  return 1 - total((i) => deviance(target[i], predicted[i])) / total((i) => deviance(target[i], center));
}

/** Whether a prediction of two classes, a probability or what stands in for one, is the second of them. */
export function isSecond(predicted: number): boolean {
  return predicted > 0.5;
}

function squared(y: number, predicted: number): number {
  return (y - predicted) ** 2;
}

function poissonDeviance(y: number, mean: number): number {
  return y === 0 ? mean : y * Math.log(y / mean) - y + mean;
}
