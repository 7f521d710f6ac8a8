/** Sums of absolute values and norms of groups: the sparse group lasso, and group penalties between bounds ({@link absolutesAndNorms}). */
import { norm } from "../linalg/vector";
import { curvatureBound, type GroupPenalty, groupPenalty } from "./group-penalty";
import type { Groups } from "./groups";
import { softThreshold } from "./l1";
import type { Bound, Penalty } from "./penalty";

/** The weights of {@link absolutesAndNorms}, and the bounds of coefficients. */
interface AbsolutesAndNorms {
  readonly where: string;
  readonly name: string;
  readonly groups: Groups;
  /** `a_j`, at least 0. */
  readonly absolutes: Float64Array;
  /** `c_g`, positive. */
  readonly norms: Float64Array;
  /** Default: no bounds. */
  readonly domain?: (j: number) => Bound;
}

/** The nonnegative numbers. */
export const orthant: Bound = [0, Number.POSITIVE_INFINITY];

const line: Bound = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** The numbers between both. */
export function overlap(a: Bound, b: Bound): Bound {
  return [Math.max(a[0], b[0]), Math.min(a[1], b[1])];
}

/** A group lasso or a sparse group lasso between bounds, and between those it has; undefined for any other penalty. */
export function withinBounds(
  penalty: Penalty,
  name: string,
  read: () => (j: number) => Bound,
): GroupPenalty | undefined {
  const { within, normSlope, groups, domain } = Object(penalty) as Partial<GroupPenalty>;
  if (groups === undefined || !(within || normSlope)) return undefined;
  const bound = read();
  const both = domain ? (j: number): Bound => overlap(domain(j), bound(j)) : bound;
  if (within) return within(name, both);
  return absolutesAndNorms({
    where: name.replace(/\(.*/, ""),
    name,
    groups,
    absolutes: new Float64Array(groups.nFeatures),
    norms: Float64Array.from(groups.sizes, (_, g) => normSlope!(g, 1)),
    domain: both,
  });
}

/**
 * `lambda (sum_j a_j |beta_j| + sum_g c_g ||beta_g||_2)`, of any coefficients or, infinite elsewhere, of those between bounds.
 *
 * At a bound the gradient holds a coefficient however strongly it pushes against it, so that only what pushes back counts.
 */
export function absolutesAndNorms(given: AbsolutesAndNorms): GroupPenalty {
  const { where, name, groups, absolutes: lasso, norms: c, domain } = given;
  const bounds = groups.members.map((features) => Array.from(features, (j) => (domain ? domain(j) : line)));
  const isOutside = (g: number, b: Float64Array): boolean =>
    domain !== undefined && b.some((entry, i) => !(entry >= bounds[g][i][0] && entry <= bounds[g][i][1]));
  const inGroup = groups.members.map((features) => Float64Array.from(features, (j) => lasso[j]));
  /** How strongly a slope pushes a coefficient away from zero: not at all, or less, where that is a bound. */
  const push = (g: number, i: number, slope: number): number =>
    bounds[g][i][slope > 0 ? 0 : 1] === 0 ? -Math.abs(slope) : Math.abs(slope);
  const shrunk = (g: number, i: number, z: number, threshold: number): number =>
    bounds[g][i][z > 0 ? 1 : 0] === 0 ? 0 : softThreshold(z, threshold);
  const pushes = (g: number, gradient: Float64Array): Float64Array =>
    gradient.map((slope, i) => push(g, i, slope));
  return groupPenalty(where, groups, {
    name,
    convex: true,
    scalesWithLambda: true,
    zeroIsAlwaysLocalMinimum: false,
    becomesFlat: false,
    isRadial: groups.nGroups === groups.nFeatures && !domain,
    elementwise: true,
    // A bound may lie inside an orthant.
    quadraticOnOrthants:
      groups.nGroups === groups.nFeatures &&
      bounds.flat().every((bound) => bound.every((end) => end === 0 || !Number.isFinite(end))),
    ...(domain && { domain }),
    within: (other, own) => absolutesAndNorms({ ...given, name: other, domain: own }),

    groupValue(g, b, lambda) {
      let sum = 0;
      if (isOutside(g, b)) return Number.POSITIVE_INFINITY;
      for (let i = 0; i < b.length; i++) sum += inGroup[g][i] * Math.abs(b[i]);
      return lambda * (sum + c[g] * norm(b));
    },

    // The prox of the sum is that of the norm after that of the absolute values; between bounds, where one cuts it, the scale is another one.
    groupProx(g, z, step, lambda, out) {
      for (let i = 0; i < z.length; i++) out[i] = shrunk(g, i, z[i], step * lambda * inGroup[g][i]);
      const size = norm(out);
      const scale = size === 0 ? 0 : Math.max(1 - (step * lambda * c[g]) / size, 0);
      const isCut =
        scale > 0 && out.some((v, i) => scale * v > bounds[g][i][1] || scale * v < bounds[g][i][0]);
      const own = isCut ? cutScale(out, bounds[g], step * lambda * c[g], scale) : scale;
      for (let i = 0; i < out.length; i++) out[i] = own === 0 ? 0 : between(bounds[g][i], own * out[i]);
    },

    groupViolation(g, b, gradient, lambda) {
      const a = inGroup[g];
      const size = norm(b);
      if (size === 0) return Math.max(softNorm(pushes(g, gradient), a, lambda) - lambda * c[g], 0);
      let squares = 0;
      if (isOutside(g, b)) return Number.POSITIVE_INFINITY;
      for (let i = 0; i < b.length; i++) {
        const slope = gradient[i] + Math.sign(b[i]) * lambda * a[i] + (lambda * c[g] * b[i]) / size;
        const isHeld = b[i] !== 0 && b[i] === bounds[g][i][slope > 0 ? 0 : 1];
        const inside = b[i] === 0 ? Math.max(push(g, i, gradient[i]) - lambda * a[i], 0) : Math.abs(slope);
        const distance = isHeld ? 0 : inside;
        squares += distance ** 2;
      }
      return Math.sqrt(squares);
    },

    // On the way to 0 no |gradient_i| grows by more than `reach`, so zero stays stationary and the objective falls. At a
    // stationary b there is no slack, so that it stays even where the curvature is 0.
    groupZeros(g, b, gradient, curvature, lambda, out) {
      const a = inGroup[g];
      const reach = norm(b) * curvatureBound(curvature);
      const pushed = pushes(g, gradient);
      const slack = lambda * c[g] - softNorm(pushed, a, lambda);
      if (slack > 0 && softNorm(pushed, a, lambda, reach) <= lambda * c[g]) {
        out.fill(0);
        return;
      }
      for (let i = 0; i < b.length; i++) {
        const own = lambda * a[i] - pushed[i];
        const isZero = own > 0 && Math.abs(b[i]) * curvature[i] <= own;
        out[i] = isZero ? 0 : between(bounds[g][i], b[i]);
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

    // Along a ray that has a bound no dual point is too steep.
    dualNorm(dual) {
      let largest = 0;
      groups.members.forEach((features, g) => {
        const block = Float64Array.from(features, (j, i) =>
          Number.isFinite(bounds[g][i][dual[j] > 0 ? 1 : 0]) ? 0 : Math.abs(dual[j]),
        );
        largest = Math.max(largest, epsilonNorm(block, inGroup[g], c[g]));
      });
      return largest;
    },

    // The dual point is split into a part in the box of half-widths lambda a, a part in the ball of radius lambda c, and what pushes against bounds.
    fenchelYoung(beta, dual, lambda) {
      let sum = 0;
      for (let g = 0; g < groups.nGroups; g++) {
        const features = groups.members[g];
        const b = Float64Array.from(features, (j) => beta[j]);
        if (isOutside(g, b)) return Number.POSITIVE_INFINITY;
        const beyondBox = Float64Array.from(features, (j, i) => shrunk(g, i, dual[j], lambda * lasso[j]));
        const inBall = domain ? pullOf(beyondBox, bounds[g], lambda * c[g]) : beyondBox;
        for (let i = 0; i < b.length; i++) {
          const against = beyondBox[i] - inBall[i];
          if (against !== 0) sum += against * (bounds[g][i][against > 0 ? 1 : 0] - b[i]);
        }
        const [size, dualSize] = [norm(b), norm(inBall)];
        if (size === 0) continue;
        sum += (lambda * c[g] - dualSize) * size;
        features.forEach((j, i) => {
          if (b[i] !== 0) {
            const most = lambda * lasso[j];
            const isHeld = bounds[g][i][dual[j] > 0 ? 1 : 0] === 0;
            const inBox = isHeld ? dual[j] : Math.max(-most, Math.min(most, dual[j]));
            sum += most * Math.abs(b[i]) - inBox * b[i];
          }
          if (dualSize > 0) sum += (size * dualSize * (b[i] / size - inBall[i] / dualSize) ** 2) / 2;
        });
      }
      return sum;
    },

    lambdaMax(gradient) {
      let largest = 0;
      groups.members.forEach((features, g) => {
        const block = Float64Array.from(features, (j, i) => push(g, i, gradient[j]));
        largest = Math.max(largest, epsilonNorm(block, inGroup[g], c[g]));
      });
      return largest;
    },
  });
}

function between([low, high]: Bound, b: number): number {
  return Math.max(low, Math.min(high, b));
}

/**
 * The `s` with `||cut(s v)|| (1 - s) = t s`, where `cut` moves entries between the bounds: `cut(s v)` minimises `1/2 ||b - v||^2 + t ||b||` there.
 *
 * `||cut(s v)|| (1 - s) / s - t` falls, so that Newton's method in an interval that holds its root finds it.
 *
 * @param from the root where nothing is cut, which is above it.
 */
function cutScale(v: Float64Array, bounds: readonly Bound[], t: number, from: number): number {
  let [low, high] = [0, from];
  let s = from;
  for (let iteration = 0; iteration < 100; iteration++) {
    let [squares, free] = [0, 0];
    for (let i = 0; i < v.length; i++) {
      const cut = between(bounds[i], s * v[i]);
      squares += cut * cut;
      if (cut === s * v[i]) free += v[i] * cut;
    }
    const size = Math.sqrt(squares);
    const value = size * (1 - s) - t * s;
    if (value > 0) low = s;
    else high = s;
    const slope = (free / size) * (1 - s) - size - t;
    const next = s - value / slope;
    const safe = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(safe - s) <= 1e-16 * s || value === 0) return s;
    s = safe;
  }
  return s;
}

/**
 * The part of `v` that the norm takes up, `min(|v_i|, w bound_i)` with the sign of `v_i`, for the least `w` with which it is as long as `radius`; `v`
 * where that is no longer. The rest pushes against bounds.
 */
function pullOf(v: Float64Array, bounds: readonly Bound[], radius: number): Float64Array {
  if (norm(v) <= radius) return v;
  const ends = v.map((entry, i) => Math.abs(bounds[i][entry > 0 ? 1 : 0]));
  // Ascending, entries are taken up whole from the last one on: the ratio at which each is.
  const order = [...v.keys()]
    .filter((i) => v[i] !== 0)
    .sort((i, k) => Math.abs(v[i]) / ends[i] - Math.abs(v[k]) / ends[k]);
  let [whole, cut] = [0, 0];
  for (const i of order) cut += Number.isFinite(ends[i]) ? ends[i] ** 2 : 0;
  let w = 0;
  for (const i of order) {
    const ratio = Math.abs(v[i]) / ends[i];
    if (whole + ratio ** 2 * cut >= radius ** 2) break;
    w = ratio;
    whole += v[i] ** 2;
    cut -= Number.isFinite(ends[i]) ? ends[i] ** 2 : 0;
  }
  const rest = radius ** 2 - whole;
  w = Math.max(w, rest > 0 && cut > 0 ? Math.sqrt(rest / cut) : w);
  return v.map(
    (entry, i) =>
      Math.sign(entry) * Math.min(Math.abs(entry), Number.isFinite(ends[i]) ? w * ends[i] : Math.abs(entry)),
  );
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
