/** Scores of predictions: R^2, accuracy, explained deviance, the concordance index and the area under the ROC curve. */
import type { Datafit, RiskSetColumns } from "../../datafits";

/** A response, and the predictions that are compared with it. */
export interface Scored {
  /** The response as the datafit takes it. */
  readonly target: Float64Array;
  /** Linear predictors. */
  readonly eta: Float64Array;
  /** The predictions of the datafit from the linear predictors. */
  readonly predicted: Float64Array;
  /** At least 0; undefined for 1 each. */
  readonly weights: Float64Array | undefined;
  /** Times of entry and strata, of times until an event that have any. */
  readonly riskSets?: RiskSetColumns | undefined;
}

/**
 * How good predictions are, at most 1: `R^2 = 1 - sum w (y - predicted)^2 / sum w (y - mean y)^2` of numbers, or
 * `D^2`, which has the unit deviance of the loss in place of squares, the share of classes that are right, and the
 * concordance index of times until an event.
 *
 * @returns NaN where the response, constant say, leaves nothing to tell apart.
 */
export function scoreOf(
  { response, unitDeviance = squared, bestConstant }: Datafit,
  { target, eta, predicted, weights, riskSets }: Scored,
): number {
  const total = (term: (i: number) => number): number => {
    let sum = 0;
    for (let i = 0; i < target.length; i++) {
      const weight = weights?.[i] ?? 1;
      if (weight > 0) sum += weight * term(i);
    }
    return sum;
  };
  const nCounted = total(() => 1);
  if (response === "times") return concordanceIndex(target, eta, weights, riskSets);
  if (response === "classes") {
    return total((i) => (isSecond(predicted[i]) === (target[i] === 1) ? 1 : 0)) / nCounted;
  }
  const first = target.find((_, i) => weights?.[i] !== 0);
  if (target.every((y, i) => y === first || weights?.[i] === 0)) return Number.NaN;
  const center = bestConstant?.(target, weights) ?? total((i) => target[i]) / nCounted;
  return (
    1 - total((i) => unitDeviance(target[i], predicted[i])) / total((i) => unitDeviance(target[i], center))
  );
}

/** Whether a prediction of two classes, a probability or what stands in for one, is the second of them. */
export function isSecond(predicted: number): boolean {
  return predicted > 0.5;
}

function squared(y: number, predicted: number): number {
  return (y - predicted) ** 2;
}

/**
 * Harrell's concordance index: of the pairs of which is known who had the event first, the share in which that one has the
 * higher risk; equal risks count one half.
 *
 * Known it is where the earlier time is that of an event. Of equal times an event comes before a censoring, and two events
 * are no pair. With weights a pair counts the product of theirs. Pairs are of one stratum, and of rows that are under observation together,
 * as in `concordance` of R's survival. It takes time in proportion to `n log n`.
 *
 * @param times positive for an event, negative for a sample censored there.
 * @param risks any numbers, larger for earlier events.
 * @param weights at least 0; undefined for 1 each.
 * @param riskSets times of entry and strata; undefined for one stratum from the start.
 * @returns between 0 and 1, one half for risks at random; NaN where there is no such pair.
 * @see Harrell, Lee and Mark, Multivariable prognostic models (1996)
 */
export function concordanceIndex(
  times: Float64Array,
  risks: Float64Array,
  weights: Float64Array | undefined,
  { start, strata }: Partial<RiskSetColumns> = {},
): number {
  const weightOf = (i: number): number => weights?.[i] ?? 1;
  const stratumOf = (i: number): number => strata?.[i] ?? 0;
  const levels = new Float64Array(new Set(risks).size);
  levels.set([...new Set(risks)]);
  levels.sort();
  const rankOf = new Map(Array.from(levels, (risk, rank) => [risk, rank]));
  const rank = Int32Array.from(risks, (risk) => rankOf.get(risk) as number);
  const later = new CumulativeWeights(levels.length);
  // From the last time to the first; of one time the censored samples before the events, which they outlive.
  const order = Int32Array.from(times.keys()).sort(
    (a, b) => stratumOf(a) - stratumOf(b) || Math.abs(times[b]) - Math.abs(times[a]) || times[a] - times[b],
  );
  // Rows leave once the times before their entry are reached, and all of them at the end of their stratum.
  const leaving = start
    ? order.slice().sort((a, b) => stratumOf(a) - stratumOf(b) || start[b] - start[a])
    : order;
  let left = 0;
  let concordant = 0;
  let pairs = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    const first = order[from];
    const stratum = stratumOf(first);
    while (to < order.length && times[order[to]] === times[first] && stratumOf(order[to]) === stratum) to++;
    const group = order.subarray(from, to);
    for (; left < from; left++) {
      const i = leaving[left];
      if (stratumOf(i) === stratum && !(start && start[i] >= Math.abs(times[first]))) break;
      later.add(rank[i], -weightOf(i));
    }
    if (times[group[0]] > 0) {
      for (const i of group) {
        const [lower, upTo] = [later.below(rank[i]), later.below(rank[i] + 1)];
        concordant += (weightOf(i) * (lower + upTo)) / 2;
        pairs += weightOf(i) * later.below(levels.length);
      }
    }
    for (const i of group) later.add(rank[i], weightOf(i));
  }
  return pairs > 0 ? concordant / pairs : Number.NaN;
}

/**
 * The area under the ROC curve: the share of pairs of a row of each class in which that of the second class has the higher
 * score; equal scores count one half. With weights a pair counts the product of theirs.
 *
 * @param classes 0 and 1.
 * @param scores any numbers, larger for the likelier second class.
 * @param weights at least 0; undefined for 1 each.
 * @returns between 0 and 1; NaN where one class has no weight.
 * @see Hanley and McNeil, The meaning and use of the area under a receiver operating characteristic curve (1982)
 */
export function areaUnderCurve(
  classes: Float64Array,
  scores: Float64Array,
  weights: Float64Array | undefined,
): number {
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
  let [first, second, won] = [0, 0, 0];
  for (let from = 0, to = 0; from < order.length; from = to) {
    let [tiedFirst, tiedSecond] = [0, 0];
    for (; to < order.length && scores[order[to]] === scores[order[from]]; to++) {
      const weight = weights?.[order[to]] ?? 1;
      if (classes[order[to]] === 1) tiedSecond += weight;
      else tiedFirst += weight;
    }
    won += tiedSecond * (first + tiedFirst / 2);
    first += tiedFirst;
    second += tiedSecond;
  }
  return first > 0 && second > 0 ? won / (first * second) : Number.NaN;
}

/** Sums of weights up to a rank, each change and each question in `log n` steps (Fenwick 1994). */
class CumulativeWeights {
  readonly #tree: Float64Array;

  constructor(size: number) {
    this.#tree = new Float64Array(size + 1);
  }

  add(rank: number, weight: number): void {
    for (let k = rank + 1; k < this.#tree.length; k += k & -k) this.#tree[k] += weight;
  }

  /** The weight of all ranks below `rank`. */
  below(rank: number): number {
    let sum = 0;
    for (let k = rank; k > 0; k -= k & -k) sum += this.#tree[k];
    return sum;
  }
}

/** A measure that is a mean over rows. */
export type RowMeasure = "squaredError" | "absoluteError" | "misclassification";

/**
 * The terms of a measure, one a row, or one a row and response, which are added.
 *
 * @param n number of rows, of which several responses come one after the other.
 */
export function rowErrors(
  measure: RowMeasure,
  loss: Datafit,
  target: Float64Array,
  eta: Float64Array,
  n: number = target.length,
): Float64Array {
  if (measure === "misclassification") return misclassified(loss, target, eta, n);
  const term = measure === "squaredError" ? (error: number) => error ** 2 : Math.abs;
  return predictionsOf(loss, eta).map((value, k) => term(target[k] - value));
}

/** 1 for each row that is not of the likeliest class, of equal ones the first. */
function misclassified(loss: Datafit, target: Float64Array, eta: Float64Array, n: number): Float64Array {
  if (target.length === n) {
    const predicted = predictionsOf(loss, eta);
    return target.map((value, i) => (isSecond(predicted[i]) === (value === 1) ? 0 : 1));
  }
  return Float64Array.from({ length: n }, (_, i) => {
    let likeliest = i;
    for (let k = i + n; k < eta.length; k += n) if (eta[k] > eta[likeliest]) likeliest = k;
    return target[likeliest] === 1 ? 0 : 1;
  });
}

/** The expected response at linear predictors. */
export function predictionsOf(loss: Datafit, eta: Float64Array): Float64Array {
  const predicted = new Float64Array(eta.length);
  loss.inverseLink(eta, predicted);
  return predicted;
}
