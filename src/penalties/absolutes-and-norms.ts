/** Sums of absolute values and norms of groups: the sparse group lasso, and group penalties on nonnegative coefficients ({@link absolutesAndNorms}). */
import { norm } from "../linalg/vector";
import { curvatureBound, type GroupPenalty, groupPenalty } from "./group-penalty";
import type { Groups } from "./groups";
import { softThreshold } from "./l1";

/** The weights of {@link absolutesAndNorms}, and whether coefficients must be nonnegative. */
interface AbsolutesAndNorms {
  readonly where: string;
  readonly name: string;
  readonly groups: Groups;
  /** `a_j`, at least 0. */
  readonly absolutes: Float64Array;
  /** `c_g`, positive. */
  readonly norms: Float64Array;
  /** Default: false. */
  readonly isNonNegative?: boolean;
}

/**
 * `lambda (sum_j a_j |beta_j| + sum_g c_g ||beta_g||_2)`, of any coefficients or, infinite elsewhere, of nonnegative ones.
 *
 * On these the gradient holds a coefficient at zero however strongly it pushes down, so that only what pushes up counts.
 */
export function absolutesAndNorms(given: AbsolutesAndNorms): GroupPenalty {
  const { where, name, groups, absolutes: lasso, norms: c, isNonNegative = false } = given;
  const inGroup = groups.members.map((features) => Float64Array.from(features, (j) => lasso[j]));
  /** How strongly a slope pushes a coefficient away from zero. */
  const push = isNonNegative ? (slope: number): number => -slope : Math.abs;
  const shrunk = isNonNegative
    ? (z: number, threshold: number): number => Math.max(z - threshold, 0)
    : softThreshold;
  const pushes = (gradient: Float64Array): Float64Array => gradient.map(push);
  return groupPenalty(where, groups, {
    name,
    convex: true,
    scalesWithLambda: true,
    zeroIsAlwaysLocalMinimum: false,
    becomesFlat: false,
    isRadial: groups.nGroups === groups.nFeatures && !isNonNegative,
    elementwise: true,
    quadraticOnOrthants: groups.nGroups === groups.nFeatures,
    ...(isNonNegative
      ? { isNonNegative }
      : {
          onNonNegative: () =>
            absolutesAndNorms({ ...given, name: `nonNegative(${name})`, isNonNegative: true }),
        }),

    groupValue(g, b, lambda) {
      let sum = 0;
      if (isNonNegative && b.some((entry) => entry < 0)) return Number.POSITIVE_INFINITY;
      for (let i = 0; i < b.length; i++) sum += inGroup[g][i] * Math.abs(b[i]);
      return lambda * (sum + c[g] * norm(b));
    },

    // The prox of the sum is that of the norm after that of the absolute values.
    groupProx(g, z, step, lambda, out) {
      for (let i = 0; i < z.length; i++) out[i] = shrunk(z[i], step * lambda * inGroup[g][i]);
      const size = norm(out);
      const scale = size === 0 ? 0 : Math.max(1 - (step * lambda * c[g]) / size, 0);
      for (let i = 0; i < out.length; i++) out[i] = scale === 0 ? 0 : scale * out[i];
    },

    groupViolation(g, b, gradient, lambda) {
      const a = inGroup[g];
      const size = norm(b);
      if (size === 0) return Math.max(softNorm(pushes(gradient), a, lambda) - lambda * c[g], 0);
      let squares = 0;
      if (isNonNegative && b.some((entry) => entry < 0)) return Number.POSITIVE_INFINITY;
      for (let i = 0; i < b.length; i++) {
        const pull = Math.sign(b[i]) * lambda * a[i] + (lambda * c[g] * b[i]) / size;
        const distance =
          b[i] === 0 ? Math.max(push(gradient[i]) - lambda * a[i], 0) : Math.abs(gradient[i] + pull);
        squares += distance ** 2;
      }
      return Math.sqrt(squares);
    },

    // On the way to 0 no |gradient_i| grows by more than `reach`, so zero stays stationary and the objective falls. At a
    // stationary b there is no slack, so that it stays even where the curvature is 0.
    groupZeros(g, b, gradient, curvature, lambda, out) {
      const a = inGroup[g];
      const reach = norm(b) * curvatureBound(curvature);
      const pushed = pushes(gradient);
      const slack = lambda * c[g] - softNorm(pushed, a, lambda);
      if (slack > 0 && softNorm(pushed, a, lambda, reach) <= lambda * c[g]) {
        out.fill(0);
        return;
      }
      for (let i = 0; i < b.length; i++) {
        const own = lambda * a[i] - pushed[i];
        const isBelow = isNonNegative && b[i] < 0;
        out[i] = isBelow || (own > 0 && Math.abs(b[i]) * curvature[i] <= own) ? 0 : b[i];
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

    dualNorm(dual) {
      let largest = 0;
      groups.members.forEach((features, g) => {
        const block = Float64Array.from(features, (j) => push(-dual[j]));
        largest = Math.max(largest, epsilonNorm(block, inGroup[g], c[g]));
      });
      return largest;
    },

    // The dual point is split into a part in the box of half-widths lambda a and a part in the ball of radius lambda c.
    fenchelYoung(beta, dual, lambda) {
      let sum = 0;
      if (isNonNegative && beta.some((entry) => entry < 0)) return Number.POSITIVE_INFINITY;
      groups.members.forEach((features, g) => {
        const b = Float64Array.from(features, (j) => beta[j]);
        const inBall = Float64Array.from(features, (j) => shrunk(dual[j], lambda * lasso[j]));
        const [size, dualSize] = [norm(b), norm(inBall)];
        if (size === 0) return;
        sum += (lambda * c[g] - dualSize) * size;
        features.forEach((j, i) => {
          if (b[i] !== 0) {
            const most = lambda * lasso[j];
            const inBox = isNonNegative ? Math.min(most, dual[j]) : Math.max(-most, Math.min(most, dual[j]));
            sum += most * Math.abs(b[i]) - inBox * b[i];
          }
          if (dualSize > 0) sum += (size * dualSize * (b[i] / size - inBall[i] / dualSize) ** 2) / 2;
        });
      });
      return sum;
    },

    lambdaMax(gradient) {
      return this.dualNorm!(gradient.map((slope) => -slope));
    },
  });
}

/** The Euclidean norm of `max(v_i + reach - r a_i, 0)`. */
function softNorm(v: Float64Array, a: Float64Array, r: number, reach: number = 0): number {
  let squares = 0;
  for (let i = 0; i < v.length; i++) squares += Math.max(v[i] - (r * a[i] - reach), 0) ** 2;
  return Math.sqrt(squares);
}

/**
 * The `r` with `||max(v - r a, 0)||_2 = r c`, of absolute values `v` the dual norm of `sum_i a_i |b_i| + c ||b||_2`, for positive `c`.
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
      const rest = Math.max(v[i] - r * a[i], 0);
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
