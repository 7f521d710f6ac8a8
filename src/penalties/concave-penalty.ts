/**
 * Makes a penalty from one concave function of a magnitude ({@link concavePenalty}): its value and two derivatives. The prox, the
 * least lambda of an empty model, exact zeros and smallest magnitudes follow by Newton's method.
 */
import { serializable } from "../recipe";
import type { SeparablePenalty } from "./penalty";
import { type WeightOptions, weightReader } from "./penalty-weights";
import { separablePenalty } from "./separable-penalty";

/** The largest difference of two values, relative to their terms, that may be rounding: then zero is taken. */
const EQUAL = 64 * Number.EPSILON;

/** Newton's method takes some ten steps to a simple root, and more only to one where the derivative is zero too. */
const MOST_STEPS = 100;

/** A function `phi` of a magnitude `b >= 0` that is concave and rises from `phi(0) = 0` with a finite slope, which falls to 0. */
export interface ConcaveFunction {
  value(b: number): number;
  slope(b: number): number;
  /** The second derivative, at most 0 and continuous; beyond the last turn it rises towards 0. */
  curvature(b: number): number;
  /** The magnitudes at which the second derivative turns from falling to rising or back, increasing. Default: none. */
  readonly turns?: readonly number[];
  /** Whether the slope is zero, by itself or by underflow, beyond some magnitude. Default: false. */
  readonly becomesFlat?: boolean;
}

/**
 * The penalty `lambda sum_j w_j phi(|beta_j|)`, with what solvers ask of a penalty derived from `phi`.
 *
 * @param factory the exported function that makes it, in `name` with its parameters.
 * @param options what the factory was called with, of which the weights are read.
 */
export function concavePenalty(
  factory: string,
  name: string,
  phi: ConcaveFunction,
  options: WeightOptions,
): SeparablePenalty {
  const weight = weightReader(factory, options);
  const steepest = phi.slope(0);
  const penalty = separablePenalty({
    name,
    convex: false,
    scalesWithLambda: true,
    zeroIsAlwaysLocalMinimum: false,
    becomesFlat: phi.becomesFlat === true,
    hasConvexSlope: phi.turns === undefined,
    quadraticOnOrthants: false,
    coordinateValue: (j, b, lambda) => lambda * weight(j) * phi.value(Math.abs(b)),
    coordinateProx(j, z, step, lambda) {
      const b = magnitudeProx(phi, Math.abs(z), step * lambda * weight(j));
      return z < 0 && b > 0 ? -b : b;
    },
    coordinateSlope: (j, b, lambda) => Math.sign(b) * lambda * weight(j) * phi.slope(Math.abs(b)),
    coordinateCurvature: (j, b, lambda) => lambda * weight(j) * phi.curvature(Math.abs(b)),
    violationAtZero: (j, gradient, lambda) => Math.max(Math.abs(gradient) - lambda * weight(j) * steepest, 0),

    // The objective's slope at t, on the way from |b| to zero, is at least level phi'(t) + curvature t - pull: it falls all the way
    // where that is positive at both ends and has no root at which it rises.
    roundsToZero(j, b, gradient, curvature, lambda) {
      const [level, magnitude] = [lambda * weight(j), Math.abs(b)];
      const pull = Math.abs(gradient) + curvature * magnitude;
      const isFalling = level * steepest > pull && level * phi.slope(magnitude) > Math.abs(gradient);
      return isFalling && risingRoots(phi, level, curvature, pull, magnitude).length === 0;
    },

    lambdaMax(gradient, curvature) {
      let largest = 0;
      for (let j = 0; j < gradient.length; j++) {
        const g = Math.abs(gradient[j]);
        if (g > 0) largest = leastLevel(phi, g, curvature[j], largest * weight(j)) / weight(j);
      }
      return largest;
    },

    // At the end: V8 gives every literal that goes on after a spread a shape of its own, and compiles for each anew.
    ...(phi.turns === undefined && {
      smallestMagnitude: (j: number, curvature: number, lambda: number) =>
        leastCurved(phi, curvature / (lambda * weight(j))),
    }),
    ...(options.weights === undefined && { zeroGradientBound: (lambda: number) => lambda * steepest }),
  });
  return serializable(factory, [options], penalty);
}

/**
 * The global minimiser over `b >= 0` of `(b - z)^2 / 2 + tau phi(b)` for `z >= 0`, zero when it is as good as another: the best of zero
 * and of the roots at which the derivative `b - z + tau phi'(b)` rises.
 */
function magnitudeProx(phi: ConcaveFunction, z: number, tau: number): number {
  if (tau === 0 || z === 0) return z;
  const zeroIsMinimum = tau * phi.slope(0) >= z;
  let best = 0;
  let lowest = zeroIsMinimum ? 0 : Number.POSITIVE_INFINITY;
  for (const b of risingRoots(phi, tau, 1, z, z)) {
    const change = b * (b / 2 - z) + tau * phi.value(b);
    if (change < lowest - (best === 0 && zeroIsMinimum ? EQUAL * b * z : 0)) [best, lowest] = [b, change];
  }
  return best;
}

/**
 * The roots in `[0, end]` of `level phi'(t) + curvature t - pull` at which it rises, increasing.
 *
 * Between two turns of `phi''` the function is convex or concave, so that it has at most one such root there, and Newton's method nears
 * it from one side: from above where the function is convex, from below where it is concave.
 */
function risingRoots(
  phi: ConcaveFunction,
  level: number,
  curvature: number,
  pull: number,
  end: number,
): number[] {
  const { turns = [] } = phi;
  const roots: number[] = [];
  for (let k = 0; k <= turns.length; k++) {
    const [low, high] = [k === 0 ? 0 : turns[k - 1], Math.min(turns[k] ?? end, end)];
    if (!(low < high)) break;
    const isConvex = (turns.length - k) % 2 === 0;
    const [from, to] = isConvex ? [high, low] : [low, high];
    const root = newtonFrom(
      (t) => level * phi.slope(t) + curvature * t - pull,
      (t) => level * phi.curvature(t) + curvature,
      from,
      to,
    );
    if (root !== undefined) roots.push(root);
  }
  return roots;
}

/** The root at which a function rises, by Newton's method from the end `from` towards `to`; undefined where there is none between. */
function newtonFrom(
  value: (t: number) => number,
  slope: (t: number) => number,
  from: number,
  to: number,
): number | undefined {
  const direction = Math.sign(to - from);
  if (value(from) * direction > 0) return undefined;
  let t = from;
  for (let step = 0; step < MOST_STEPS; step++) {
    const rise = slope(t);
    if (!(rise > 0)) return undefined;
    const next = t - value(t) / rise;
    // Where the root is the end itself rounding may step over it.
    if ((next - to) * direction > 0) return value(to) * direction >= 0 ? to : undefined;
    if (!((next - t) * direction > 0)) return t;
    t = next;
  }
  return t;
}

/** The smallest `b` with `-phi''(b) <= ratio`, for a curvature that only rises. */
function leastCurved(phi: ConcaveFunction, ratio: number): number {
  if (!(-phi.curvature(0) > ratio)) return 0;
  let high = 1;
  while (-phi.curvature(high) > ratio) high *= 2;
  return bisect((b) => -phi.curvature(b) > ratio, 0, high)[0];
}

/**
 * The smallest level, at least `from`, at which zero minimises `level phi(b) - g b + h b^2 / 2`: infinite without curvature, since a
 * line falls faster than any `phi` rises.
 */
function leastLevel(phi: ConcaveFunction, g: number, h: number, from: number): number {
  if (h === 0) return Number.POSITIVE_INFINITY;
  const isKept = (level: number): boolean => magnitudeProx(phi, g / h, level / h) > 0;
  if (from === Number.POSITIVE_INFINITY || !isKept(from)) return from;
  let high = Math.max(from, g / phi.slope(0));
  while (isKept(high)) high *= 2;
  return bisect(isKept, from, high)[1];
}

/** The neighbouring numbers between `low`, where a condition holds, and `high`, where it does not, at which that changes. */
function bisect(holds: (x: number) => boolean, low: number, high: number): [low: number, high: number] {
  for (;;) {
    const middle = low + (high - low) / 2;
    if (!(middle > low && middle < high)) return [low, high];
    if (holds(middle)) low = middle;
    else high = middle;
  }
}
