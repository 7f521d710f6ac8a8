/** Makes penalties that are sparse between and within groups ({@link bilevelPenalty}). */
import { curvatureBound, type GroupPenalty, type GroupTerms, groupPenalty } from "./group-penalty";
import type { Groups } from "./groups";
import { softThreshold } from "./l1";
import type { Penalty } from "./penalty";

/** A penalty that is on each group a concave, increasing function of the magnitudes `|b_i|`. */
export interface BilevelTerms
  extends Pick<GroupTerms, "groupValue" | "groupHessian">,
    Pick<Penalty, "name" | "scalesWithLambda" | "zeroIsAlwaysLocalMinimum" | "becomesFlat" | "lambdaMax"> {
  /** `out[i] = d groupValue / d|b_i|`, also at `b_i = 0`, where it may be Infinity. */
  magnitudeSlopes(g: number, b: Float64Array, lambda: number, out: Float64Array): void;
}

/**
 * Completes a penalty that is sparse between and within groups.
 *
 * The tangent plane of a concave function lies above it, so `sum_i slope_i |b_i|` majorizes the term, up to a constant:
 * what lowers the objective with it does so with the term. There is no prox in closed form.
 */
export function bilevelPenalty(where: string, groups: Groups, terms: BilevelTerms): GroupPenalty {
  const scratch = groups.members.map((features) => new Float64Array(features.length));
  const slopesAt = (g: number, b: Float64Array, lambda: number): Float64Array => {
    terms.magnitudeSlopes(g, b, lambda, scratch[g]);
    return scratch[g];
  };
  const termAt = (g: number, b: Float64Array, lambda: number): MovableTerm => ({
    b,
    value: (at) => terms.groupValue(g, at, lambda),
    slopes: (at) => slopesAt(g, at, lambda),
  });

  return groupPenalty(where, groups, {
    name: terms.name,
    convex: false,
    scalesWithLambda: terms.scalesWithLambda,
    zeroIsAlwaysLocalMinimum: terms.zeroIsAlwaysLocalMinimum,
    becomesFlat: terms.becomesFlat,
    isRadial: groups.nGroups === groups.nFeatures,
    elementwise: true,
    quadraticOnOrthants: false,
    groupValue: terms.groupValue,
    groupHessian: terms.groupHessian,
    lambdaMax: terms.lambdaMax,

    groupViolation(g, b, gradient, lambda) {
      const slopes = slopesAt(g, b, lambda);
      let squares = 0;
      for (let i = 0; i < b.length; i++) {
        const distance =
          b[i] === 0
            ? Math.max(Math.abs(gradient[i]) - slopes[i], 0)
            : gradient[i] + Math.sign(b[i]) * slopes[i];
        squares += distance ** 2;
      }
      return Math.sqrt(squares);
    },

    // Moving b_i to 0 lowers the objective by at least |b_i| (slope_i - |gradient_i| - curvature_i |b_i| / 2). At a
    // stationary b_i there is no slack, so that it stays even where the curvature is 0.
    groupZeros(g, b, gradient, curvature, lambda, out) {
      const slopes = slopesAt(g, b, lambda);
      for (let i = 0; i < b.length; i++) {
        const slack = slopes[i] - Math.abs(gradient[i]);
        out[i] = slack > 0 && Math.abs(b[i]) * curvature[i] <= slack ? 0 : b[i];
      }
    },

    groupSlope(g, b, lambda, out) {
      const slopes = slopesAt(g, b, lambda);
      for (let i = 0; i < b.length; i++) out[i] = b[i] === 0 ? 0 : Math.sign(b[i]) * slopes[i];
    },

    groupDescent: (g, free, b, point, step, lambda, out) =>
      lowestDescent(termAt(g, b, lambda), free, point, step, out),

    groupDecrease(g, b, gradient, curvature, lambda) {
      const term = termAt(g, b, lambda);
      const everything = Array.from(b, (_, i) => i);
      let largest = decreaseOf(term, gradient, everything, curvatureBound(curvature));
      for (const i of everything) largest = Math.max(largest, decreaseOf(term, gradient, [i], curvature[i]));
      return largest;
    },
  });
}

/** The term of a group whose coefficients may move from `b`. */
interface MovableTerm {
  readonly b: Float64Array;
  value(at: Float64Array): number;
  slopes(at: Float64Array): Float64Array;
}

/** Descends from where the coefficients `free` are, from zero and from `point`, and leaves the lowest of the three in `out`. */
function lowestDescent(
  { b, value: valueAt, slopes }: MovableTerm,
  free: readonly number[],
  point: Float64Array,
  step: number,
  out: Float64Array,
): void {
  const trial = b.slice();
  const modelAt = (at: Float64Array): number =>
    free.reduce((sum, i, k) => sum + (at[i] - point[k]) ** 2 / 2, step * valueAt(at));
  // Tangents from b never lead upwards; near the minimum only rounding could say that they did.
  let lowest = Number.POSITIVE_INFINITY;
  for (const start of [(k: number) => b[free[k]], () => 0, (k: number) => point[k]]) {
    free.forEach((i, k) => {
      trial[i] = start(k);
    });
    majorizedDescent(trial, free, point, step, slopes);
    const value = modelAt(trial);
    if (!(value < lowest - 1e-14 * Math.abs(lowest) || lowest === Infinity)) continue;
    lowest = value;
    free.forEach((i, k) => {
      out[k] = trial[i];
    });
  }
}

/**
 * The decrease that the coefficients `free` reach: at zero, or where the majorizing penalties lead from the minimiser
 * without penalty.
 *
 * @param curvature upper bound on the curvature of the datafit in every direction of those coefficients.
 */
function decreaseOf(
  { b, value, slopes }: MovableTerm,
  gradient: Float64Array,
  free: readonly number[],
  curvature: number,
): number {
  const decrease = (at: Float64Array): number => {
    let sum = value(b) - value(at);
    for (const i of free) sum -= (at[i] - b[i]) * (gradient[i] + (curvature * (at[i] - b[i])) / 2);
    return sum;
  };
  const point = b.slice();
  for (const i of free) point[i] = 0;
  const atZero = decrease(point);
  if (curvature === 0) return atZero; // along a line there need not be a minimiser

  const target = Float64Array.from(free, (i) => b[i] - gradient[i] / curvature);
  free.forEach((i, k) => {
    point[i] = target[k];
  });
  majorizedDescent(point, free, target, 1 / curvature, slopes);
  return Math.max(atZero, decrease(point));
}

/**
 * Moves the coefficients `free` of `x` down `1/2 ||x - point||^2 + step * term(x)`, the tangent of the term in their magnitudes
 * in its place again and again.
 */
function majorizedDescent(
  x: Float64Array,
  free: readonly number[],
  point: Float64Array,
  step: number,
  slopes: (at: Float64Array) => Float64Array,
): void {
  for (let iteration = 0, moved = true; moved && iteration < 100; iteration++) {
    const thresholds = slopes(x);
    moved = false;
    free.forEach((i, k) => {
      const next = softThreshold(point[k], step * thresholds[i]); // zero where the slope is infinite
      moved ||= next !== x[i];
      x[i] = next;
    });
  }
}
