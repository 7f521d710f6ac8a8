/** Measures of predicted classes: the ROC curve, DeLong's standard error of the area under it, and calibration. */
import { areaUnderCurve } from "../results/score";

/** One threshold of a ROC curve. */
export interface RocPoint {
  /** Rows whose probability is at least this are taken for the second class; Infinity for none. */
  readonly threshold: number;
  /** Share of the rows of the first class that are taken for the second. */
  readonly falsePositiveRate: number;
  /** Share of the rows of the second class that are. */
  readonly truePositiveRate: number;
}

/** Rows of similar predictions, whose mean is compared with what was observed. */
export interface CalibrationGroup {
  /** Mean prediction: of two classes the probability of the second. */
  readonly predicted: number;
  /** Mean response: of two classes the share of the second. */
  readonly observed: number;
  /** Standard error of that mean. */
  readonly standardError: number;
  /** Number of rows. */
  readonly nSamples: number;
}

/** The area under a ROC curve. */
export interface AreaUnderCurve {
  readonly value: number;
  /** DeLong's; NaN where a class has one row, or rows have weights. */
  readonly standardError: number;
}

/**
 * The area under the ROC curve, and its standard error of DeLong, DeLong and Clarke-Pearson (1988).
 *
 * Each row of a class has the share of rows of the other that it is ordered rightly with; the variance of the area is the sum of the
 * variances of these shares over the number of rows, in both classes.
 *
 * @param classes 0 and 1.
 * @param scores larger for the likelier second class.
 */
export function areaWithError(
  classes: Float64Array,
  scores: Float64Array,
  weights: Float64Array | undefined,
): AreaUnderCurve {
  const value = areaUnderCurve(classes, scores, weights);
  if (weights !== undefined) return { value, standardError: Number.NaN };
  const sorted = [0, 1].map((code) => scores.filter((_, i) => classes[i] === code).sort());
  const varianceOf = (own: Float64Array, others: Float64Array): number => {
    // Ascending, so that both places move in one direction.
    let [below, upTo] = [0, 0];
    const shares = own.map((score) => {
      while (below < others.length && others[below] < score) below++;
      while (upTo < others.length && others[upTo] <= score) upTo++;
      return (below + upTo) / (2 * others.length);
    });
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const squares = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0);
    return squares / (shares.length - 1) / shares.length;
  };
  const [first, second] = sorted;
  return { value, standardError: Math.sqrt(varianceOf(second, first) + varianceOf(first, second)) };
}

/** The ROC curve from (0, 0) to (1, 1), one point a distinct score. */
export function rocCurve(
  classes: Float64Array,
  probabilities: Float64Array,
  weights: Float64Array | undefined,
): RocPoint[] {
  const order = Int32Array.from(probabilities.keys()).sort((a, b) => probabilities[b] - probabilities[a]);
  const totals = [0, 0];
  classes.forEach((code, i) => {
    totals[code] += weights?.[i] ?? 1;
  });
  const seen = [0, 0];
  const points: RocPoint[] = [
    { threshold: Number.POSITIVE_INFINITY, falsePositiveRate: 0, truePositiveRate: 0 },
  ];
  order.forEach((i, place) => {
    seen[classes[i]] += weights?.[i] ?? 1;
    if (probabilities[order[place + 1]] === probabilities[i]) return;
    points.push({
      threshold: probabilities[i],
      falsePositiveRate: seen[0] / totals[0],
      truePositiveRate: seen[1] / totals[1],
    });
  });
  return points;
}

/**
 * Groups rows by their prediction, as many in each as in the others or one more, and rows of equal predictions in one; compares the mean
 * prediction of a group with the mean of its responses.
 */
export function calibrationGroups(
  target: Float64Array,
  predicted: Float64Array,
  weights: Float64Array | undefined,
  nGroups: number,
): CalibrationGroup[] {
  const counted = Int32Array.from(target.keys()).filter((i) => weights?.[i] !== 0);
  const order = counted.sort((a, b) => predicted[a] - predicted[b]);
  const groups: CalibrationGroup[] = [];
  for (let g = 1, from = 0; g <= nGroups && from < order.length; g++) {
    let to = Math.max(from, Math.round((g * order.length) / nGroups));
    while (to > from && to < order.length && predicted[order[to]] === predicted[order[to - 1]]) to++;
    if (to > from) groups.push(groupOf(order.subarray(from, to), target, predicted, weights));
    from = to;
  }
  return groups;
}

function groupOf(
  rows: Int32Array,
  target: Float64Array,
  predicted: Float64Array,
  weights: Float64Array | undefined,
): CalibrationGroup {
  const weightOf = (i: number): number => weights?.[i] ?? 1;
  const total = rows.reduce((sum, i) => sum + weightOf(i), 0);
  const mean = (of: (i: number) => number): number =>
    rows.reduce((sum, i) => sum + weightOf(i) * of(i), 0) / total;
  const observed = mean((i) => target[i]);
  const variance = mean((i) => (target[i] - observed) ** 2);
  return {
    predicted: mean((i) => predicted[i]),
    observed,
    standardError: rows.length > 1 ? Math.sqrt(variance / (rows.length - 1)) : Number.NaN,
    nSamples: rows.length,
  };
}
