import { mustBe } from "../errors";
import { norm } from "../linalg/vector";
import { checkKeys } from "../options";
import { serializable } from "../recipe";
import { groupL2 } from "./group-l2";
import { curvatureBound, type GroupPenalty, groupPenalty } from "./group-penalty";
import { type GroupLabels, type Groups, type GroupWeightOptions, groupsOf, groupWeights } from "./groups";
import { l1, softThreshold } from "./l1";
import type { Penalty } from "./penalty";
import { coefficientWeights } from "./penalty-weights";

/** Options of the sparse group lasso. */
export interface SparseGroupOptions extends GroupWeightOptions {
  /** Share `a` of the elementwise part, in [0, 1]. */
  readonly l1Ratio: number;
  /** One positive finite weight a coefficient, of its absolute value. Default: 1 each. */
  readonly l1Weights?: ArrayLike<number>;
}

/**
 * The sparse group lasso penalty `lambda * (a sum_j v_j |beta_j| + (1 - a) sum_g w_g ||beta_g||_2)`, `a = l1Ratio`, which
 * drops whole groups and single coefficients of the others.
 *
 * `l1Ratio` 1 gives `l1({ weights: l1Weights })`, 0 gives `groupL2(groups, { weights })`.
 *
 * @param groups one label per feature.
 * @param options `l1Ratio` in [0, 1]; `weights` of the group part: one per group in order of first appearance,
 * positive, default 1; `l1Weights`, the `v_j`.
 * @throws InputError when a label is missing, or `l1Ratio` or a weight is outside its domain.
 * @see Simon, Friedman, Hastie and Tibshirani, A sparse-group lasso (2013)
 * @example
 * ```ts
 * sparseGroup([0, 0, 1], { l1Ratio: 0.5 }).value(Float64Array.of(3, 4, -2), 1); // 8: 3.5 and 2.5 of the first group, 1 and 1 of the second
 * ```
 */
export function sparseGroup(groups: GroupLabels, options: SparseGroupOptions): Penalty {
  checkKeys("sparseGroup", options, ["l1Ratio", "weights", "l1Weights"]);
  const { l1Ratio, l1Weights } = options;
  checkL1Ratio("sparseGroup", l1Ratio);
  const partition = groupsOf("sparseGroup", groups);
  const weights = groupWeights("sparseGroup", partition, options);
  if (l1Ratio === 0) return groupL2(groups, { weights });
  const ofEach = coefficientWeights("sparseGroup", "l1Weights", l1Weights, partition.nFeatures);
  if (l1Ratio === 1) return l1(l1Weights && { weights: ofEach });
  const penalty = mixed(
    partition,
    l1Ratio,
    ofEach.map((weight) => l1Ratio * weight),
    weights.map((weight) => (1 - l1Ratio) * weight),
  );
  return serializable("sparseGroup", [groups, options], penalty);
}

/** @throws InputError unless the share is in [0, 1]. */
export function checkL1Ratio(where: string, l1Ratio: number): void {
  if (!(l1Ratio >= 0 && l1Ratio <= 1)) throw mustBe(where, "l1Ratio", "a number in [0, 1]", l1Ratio);
}

/** `lambda (sum_j a_j |beta_j| + sum_g c_g ||beta_g||_2)` */
function mixed(groups: Groups, l1Ratio: number, lasso: Float64Array, c: Float64Array): GroupPenalty {
  const inGroup = groups.members.map((features) => Float64Array.from(features, (j) => lasso[j]));
  return groupPenalty("sparseGroup", groups, {
    name: `sparseGroup(${l1Ratio})`,
    convex: true,
    scalesWithLambda: true,
    zeroIsAlwaysLocalMinimum: false,
    becomesFlat: false,
    isRadial: groups.nGroups === groups.nFeatures,
    elementwise: true,
    quadraticOnOrthants: groups.nGroups === groups.nFeatures,

    groupValue(g, b, lambda) {
      let sum = 0;
      for (let i = 0; i < b.length; i++) sum += inGroup[g][i] * Math.abs(b[i]);
      return lambda * (sum + c[g] * norm(b));
    },

    // The prox of the sum is that of the norm after that of the absolute values.
    groupProx(g, z, step, lambda, out) {
      for (let i = 0; i < z.length; i++) out[i] = softThreshold(z[i], step * lambda * inGroup[g][i]);
      const size = norm(out);
      const scale = size === 0 ? 0 : Math.max(1 - (step * lambda * c[g]) / size, 0);
      for (let i = 0; i < out.length; i++) out[i] = scale === 0 ? 0 : scale * out[i];
    },

    groupViolation(g, b, gradient, lambda) {
      const a = inGroup[g];
      const size = norm(b);
      if (size === 0) return Math.max(softNorm(gradient, a, lambda) - lambda * c[g], 0);
      let squares = 0;
      for (let i = 0; i < b.length; i++) {
        const pull = Math.sign(b[i]) * lambda * a[i] + (lambda * c[g] * b[i]) / size;
        const distance =
          b[i] === 0 ? Math.max(Math.abs(gradient[i]) - lambda * a[i], 0) : Math.abs(gradient[i] + pull);
        squares += distance ** 2;
      }
      return Math.sqrt(squares);
    },

    // On the way to 0 no |gradient_i| grows by more than `reach`, so zero stays stationary and the objective falls. At a
    // stationary b there is no slack, so that it stays even where the curvature is 0.
    groupZeros(g, b, gradient, curvature, lambda, out) {
      const a = inGroup[g];
      const reach = norm(b) * curvatureBound(curvature);
      const slack = lambda * c[g] - softNorm(gradient, a, lambda);
      if (slack > 0 && softNorm(gradient, a, lambda, reach) <= lambda * c[g]) {
        out.fill(0);
        return;
      }
      for (let i = 0; i < b.length; i++) {
        const own = lambda * a[i] - Math.abs(gradient[i]);
        out[i] = own > 0 && Math.abs(b[i]) * curvature[i] <= own ? 0 : b[i];
      }
    },

    groupSlope(g, b, lambda, out) {
      const size = norm(b);
      for (let i = 0; i < b.length; i++) {
        out[i] = b[i] === 0 ? 0 : lambda * (inGroup[g][i] * Math.sign(b[i]) + (c[g] * b[i]) / size);
      }
    },

    groupHessian(g, b, lambda, out) {
      const size = norm(b);
      const across = (lambda * c[g]) / size;
      const d = b.length;
      for (let i = 0; i < d; i++) {
        for (let m = 0; m < d; m++) {
          out[i * d + m] = across * ((i === m ? 1 : 0) - (b[i] / size) * (b[m] / size));
        }
      }
    },

    dualNorm(gradient) {
      let largest = 0;
      groups.members.forEach((features, g) => {
        const block = Float64Array.from(features, (j) => gradient[j]);
        largest = Math.max(largest, epsilonNorm(block, inGroup[g], c[g]));
      });
      return largest;
    },

    // The dual point is split into a part in the box of half-widths lambda a and a part in the ball of radius lambda c.
    fenchelYoung(beta, dual, lambda) {
      let sum = 0;
      groups.members.forEach((features, g) => {
        const b = Float64Array.from(features, (j) => beta[j]);
        const inBall = Float64Array.from(features, (j) => softThreshold(dual[j], lambda * lasso[j]));
        const [size, dualSize] = [norm(b), norm(inBall)];
        if (size === 0) return;
        sum += (lambda * c[g] - dualSize) * size;
        features.forEach((j, i) => {
          if (b[i] !== 0) {
            const most = lambda * lasso[j];
            sum += most * Math.abs(b[i]) - Math.max(-most, Math.min(most, dual[j])) * b[i];
          }
          if (dualSize > 0) sum += (size * dualSize * (b[i] / size - inBall[i] / dualSize) ** 2) / 2;
        });
      });
      return sum;
    },

    lambdaMax(gradient) {
      return this.dualNorm!(gradient);
    },
  });
}

/** The Euclidean norm of `max(|v_i| + reach - r a_i, 0)`. */
function softNorm(v: Float64Array, a: Float64Array, r: number, reach: number = 0): number {
  let squares = 0;
  for (let i = 0; i < v.length; i++) squares += Math.max(Math.abs(v[i]) - (r * a[i] - reach), 0) ** 2;
  return Math.sqrt(squares);
}

/**
 * The `r` with `||soft(v, r a)||_2 = r c`, the dual norm of `sum_i a_i |b_i| + c ||b||_2`, for positive `a` and `c`.
 *
 * The difference of the two sides is convex and falls, so Newton's method from the left climbs to its root.
 *
 * @see Burdakov, A new vector norm for nonlinear curve fitting (1988)
 */
function epsilonNorm(v: Float64Array, a: Float64Array, c: number): number {
  let r = 0;
  for (let iteration = 0; iteration < 100; iteration++) {
    let squares = 0;
    let sum = 0;
    for (let i = 0; i < v.length; i++) {
      const rest = Math.max(Math.abs(v[i]) - r * a[i], 0);
      squares += rest ** 2;
      sum += a[i] * rest;
    }
    const size = Math.sqrt(squares);
    if (size === 0) break;
    const next = r + (size - r * c) / (sum / size + c);
    if (!(next > r)) break;
    r = next;
  }
  return r;
}
