/**
 * Makes a penalty from one concave function of a magnitude ({@link concavePenalty}): its value and two derivatives. The prox, the
 * least lambda of an empty model, exact zeros and smallest magnitudes follow by Newton's method.
 */
import { mustBe } from "../errors";
import { checkDerivative, isNear, ROUGH } from "../linalg/finite-difference";
import { checkKeys, checkMethods, checkPositive } from "../options";
import type { FoldedConcaveKernel, SeparablePenalty } from "./penalty";
import { type WeightOptions, weightReader } from "./penalty-weights";
import { separablePenalty } from "./separable-penalty";

/** The largest difference of two values, relative to their terms, that may be rounding: then zero is taken. */
const EQUAL = 64 * Number.EPSILON;

/** Newton's method takes some ten steps to a simple root, and more only to one where the derivative is zero too. */
const MOST_STEPS = 100;

/**
 * A penalty of a magnitude `b >= 0` at a level `lambda w`: concave in `b`, and rising from 0 with a finite slope, in proportion to the
 * level, that falls towards 0.
 */
export interface ConcaveFunction {
  /** The name with the parameters, such as `"logSum(0.5)"`. */
  readonly name: string;

  /** The penalty, 0 at 0. */
  value(b: number, level: number): number;
  /** The first derivative in `b`. */
  slope(b: number, level: number): number;
  /** The second derivative in `b`, at most 0; beyond the last turn it only rises. It may jump, but not at 0. */
  curvature(b: number, level: number): number;

  /** The magnitudes at which the second derivative turns from falling to rising or back, increasing. Default: none, so that it only rises. */
  turns?(level: number): readonly number[];

  /** Whether the slope is zero, by itself or by underflow, beyond some magnitude. Default: false. */
  readonly becomesFlat?: boolean;

  /** Whether the value is the level times a function of `b`. Default: true. */
  readonly scalesWithLambda?: boolean;

  /** Minus the smallest second derivative, where that is the same at every level. Default: left out. */
  readonly concavity?: number;

  /** The global minimiser of `(b - z)^2 / 2 + step value(b, level)` for `z >= 0`, zero where that is as good. Default: found by Newton's method. */
  prox?(z: number, step: number, level: number): number;

  /** The largest `z` that the prox takes to zero. Default: left out. */
  proxThreshold?(step: number, level: number): number;

  /** The magnitudes between which `value + convexity b^2 / 2` is concave, for `convexity >= 0`. Default: found by bisection. */
  concaveRange?(level: number, convexity: number): readonly [from: number, to: number];

  /** What compiled kernels know of it. Default: nothing. */
  readonly kernel?: Omit<FoldedConcaveKernel, "level">;
}

/**
 * The penalty `sum_j value(|beta_j|, lambda w_j)` of a concave function of a magnitude, one's own or one of this library.
 *
 * The prox, `lambdaMax`, exact zeros, decreases and smallest magnitudes are found from its value and two derivatives. At a few magnitudes
 * it is checked that these are derivatives of each other, and that what else is stated is so.
 *
 * @param phi the function, with what is true of it.
 * @param options `weights`: positive, default 1.
 * @param where what an error begins with. Default: `concavePenalty`.
 * @returns a separable penalty; one of your own cannot be written as JSON.
 * @throws InputError when a weight is not positive and finite, or `phi` is not what it must be, with the magnitude that shows it.
 * @example
 * ```ts
 * // b / (1 + b), of Geman and Reynolds (1992).
 * const rational = concavePenalty({
 *   name: "rational",
 *   value: (b, level) => (level * b) / (1 + b),
 *   slope: (b, level) => level / (1 + b) ** 2,
 *   curvature: (b, level) => (-2 * level) / (1 + b) ** 3,
 * });
 * rational.value(Float64Array.of(1, -3), 2); // 2.5
 * new SparseLinearModel({ penalty: rational, lambda: 0.1 }).fit([[1, 0], [0, 1], [1, 1], [2, 1]], [1, 0, 1, 2]).coef[1]; // 0
 * ```
 */
export function concavePenalty(
  phi: ConcaveFunction,
  options: WeightOptions = {},
  where: string = "concavePenalty",
): SeparablePenalty {
  checkKeys(where, options, ["weights"]);
  checkConcave(where, phi);
  const weight = weightReader(where, options);
  const steepest = phi.slope(0, 1);
  const hasConvexSlope = phi.turns === undefined;
  const proxOf = phi.prox ?? ((z, step, level) => minimizer(phi, 1, z, step, level));
  return separablePenalty({
    name: phi.name,
    convex: false,
    scalesWithLambda: phi.scalesWithLambda !== false,
    zeroIsAlwaysLocalMinimum: false,
    becomesFlat: phi.becomesFlat === true,
    hasConvexSlope,
    concavity: phi.concavity,
    quadraticOnOrthants: false,
    foldedConcave: phi.kernel && { ...phi.kernel, level: (j, lambda) => lambda * weight(j) },
    coordinateValue: (j, b, lambda) => (b === 0 ? 0 : phi.value(Math.abs(b), lambda * weight(j))),
    coordinateProx(j, z, step, lambda) {
      const b = proxOf(Math.abs(z), step, lambda * weight(j));
      return z < 0 && b > 0 ? -b : b;
    },
    concaveRange: (j, lambda, convexity) => {
      const level = lambda * weight(j);
      return phi.concaveRange?.(level, convexity) ?? concaveRange(phi, level, convexity);
    },
    proxThreshold: phi.proxThreshold && ((j, step, lambda) => phi.proxThreshold!(step, lambda * weight(j))),
    coordinateSlope: (j, b, lambda) => Math.sign(b) * phi.slope(Math.abs(b), lambda * weight(j)),
    coordinateCurvature: (j, b, lambda) => phi.curvature(Math.abs(b), lambda * weight(j)),
    violationAtZero: (j, gradient, lambda) => Math.max(Math.abs(gradient) - lambda * weight(j) * steepest, 0),

    // The objective's slope at t, on the way from |b| to zero, is at least phi'(t) + curvature t - linear: it falls all the way where
    // that is positive at both ends and has no root at which it rises.
    roundsToZero(j, b, gradient, curvature, lambda) {
      const [level, magnitude] = [lambda * weight(j), Math.abs(b)];
      const linear = Math.abs(gradient) + curvature * magnitude;
      const isFalling = level * steepest > linear && phi.slope(magnitude, level) > Math.abs(gradient);
      return isFalling && risingRoots(phi, level, 1, curvature, linear, magnitude).length === 0;
    },

    lambdaMax(gradient, curvature) {
      let largest = 0;
      for (let j = 0; j < gradient.length; j++) {
        const g = Math.abs(gradient[j]);
        if (g > 0) largest = leastLevel(phi, g, curvature[j], largest * weight(j)) / weight(j);
      }
      return largest;
    },

    smallestMagnitude: hasConvexSlope
      ? (j, curvature, lambda) => leastCurved((b) => -phi.curvature(b, lambda * weight(j)), curvature)
      : undefined,

    // At the end: V8 gives every literal that goes on after a spread a shape of its own, and compiles for each anew.
    ...(options.weights === undefined && { zeroGradientBound: (lambda: number) => lambda * steepest }),
  });
}

const KEYS: readonly (keyof ConcaveFunction)[] = [
  ...(["name", "value", "slope", "curvature", "turns", "becomesFlat", "scalesWithLambda"] as const),
  ...(["concavity", "prox", "proxThreshold", "concaveRange", "kernel"] as const),
];

/** Magnitudes of several sizes, at none of which anything is likely to jump, and the level at which a function is tried. */
const TRIED = [0.0137, 0.371, 1.93, 23.7];
const LEVEL = 0.7;

/** @throws InputError where a function is not concave and rising, or its derivatives or properties are not what is stated. */
function checkConcave(where: string, phi: ConcaveFunction): void {
  checkMethods(
    where,
    "phi",
    phi,
    ["value", "slope", "curvature"],
    "an object with name, value, slope and curvature",
  );
  checkKeys(where, phi, KEYS);
  if (typeof phi.name !== "string") throw mustBe(where, "name", "a text", phi.name);
  const steepest = phi.slope(0, LEVEL);
  checkPositive(where, `slope(0, ${LEVEL})`, steepest);
  if (phi.value(0, LEVEL) !== 0) throw mustBe(where, `value(0, ${LEVEL})`, "0", phi.value(0, LEVEL));
  let [before, least] = [0, steepest];
  for (const b of TRIED) {
    const at = `at ${b} and level ${LEVEL}`;
    const slope = phi.slope(b, LEVEL);
    checkDerivative(where, ["slope", "value", at], (t) => phi.value(t, LEVEL), b, b, slope);
    checkDerivative(
      where,
      ["curvature", "slope", at],
      (t) => phi.slope(t, LEVEL),
      b,
      b,
      phi.curvature(b, LEVEL),
    );
    if (!(slope >= 0 && slope <= least * (1 + ROUGH)))
      throw mustBe(where, `slope ${at}`, `between 0 and that at ${before}, ${least}`, slope);
    const middle = phi.slope((before + b) / 2, LEVEL);
    if (!phi.turns && middle > ((least + slope) / 2) * (1 + ROUGH))
      throw mustBe(where, `slope below ${b}`, "convex, or turns of the curvature stated", middle);
    if (phi.scalesWithLambda !== false && !isNear(phi.value(b, 2 * LEVEL), 2 * phi.value(b, LEVEL), 0))
      throw mustBe(
        where,
        `value ${at}`,
        "the level times a function, or scalesWithLambda false",
        phi.value(b, LEVEL),
      );
    [before, least] = [b, slope];
  }
  if (!isNear(phi.slope(0, 2 * LEVEL), 2 * steepest, 0))
    throw mustBe(
      where,
      `slope(0, ${2 * LEVEL})`,
      `twice that at ${LEVEL}, ${2 * steepest}`,
      phi.slope(0, 2 * LEVEL),
    );
}

/**
 * The global minimiser over `b >= 0` of `curvature b^2 / 2 - linear b + factor phi(b)` for `linear >= 0`, zero when it is as good as another:
 * the best of zero and of the roots at which the derivative rises.
 */
function minimizer(
  phi: ConcaveFunction,
  curvature: number,
  linear: number,
  factor: number,
  level: number,
): number {
  const free = linear / curvature;
  if (factor * level === 0 || linear === 0) return free;
  const zeroIsMinimum = factor * phi.slope(0, level) >= linear;
  let best = 0;
  let lowest = zeroIsMinimum ? 0 : Number.POSITIVE_INFINITY;
  // All roots are below `free`, one of them perhaps next to it, so that the search begins well beyond.
  for (const root of risingRoots(phi, level, factor, curvature, linear, 2 * free)) {
    const b = Math.min(root, free);
    const change = b * ((curvature * b) / 2 - linear) + factor * phi.value(b, level);
    if (change < lowest - (best === 0 && zeroIsMinimum ? EQUAL * b * linear : 0))
      [best, lowest] = [b, change];
  }
  return best;
}

/**
 * The roots in `[0, end]` of `factor phi'(t) + curvature t - linear` at which it rises, increasing.
 *
 * Between two turns of `phi''` the function is convex or concave, so that it has at most one such root there, and Newton's method nears
 * it from one side: from above where the function is convex, from below where it is concave.
 */
function risingRoots(
  phi: ConcaveFunction,
  level: number,
  factor: number,
  curvature: number,
  linear: number,
  end: number,
): number[] {
  const turns = phi.turns?.(level) ?? [];
  const roots: number[] = [];
  for (let k = 0; k <= turns.length; k++) {
    const [low, high] = [k === 0 ? 0 : turns[k - 1], Math.min(turns[k] ?? end, end)];
    if (!(low < high)) break;
    const isConvex = (turns.length - k) % 2 === 0;
    const [from, to] = isConvex ? [high, low] : [low, high];
    const root = newtonFrom(
      (t) => factor * phi.slope(t, level) + curvature * t - linear,
      (t) => factor * phi.curvature(t, level) + curvature,
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

/** The magnitudes between which the concavity is above `convexity`: it rises up to at most one turn, and falls from there on. */
function concaveRange(phi: ConcaveFunction, level: number, convexity: number): readonly [number, number] {
  const concavity = (b: number): number => -phi.curvature(b, level);
  const [turn = 0] = phi.turns?.(level) ?? [];
  // Where the curvature jumps at its turn, it is steepest just behind.
  const top = turn * (1 + 2 * Number.EPSILON);
  if (!(concavity(top) > convexity)) return [0, 0];
  const from =
    turn === 0 || concavity(0) > convexity ? 0 : bisect((b) => !(concavity(b) > convexity), 0, top)[0];
  let high = 2 * (top || 1);
  while (concavity(high) > convexity && high < Number.MAX_VALUE) high *= 2;
  return [from, bisect((b) => concavity(b) > convexity, top, high)[1]];
}

/** The smallest `b` at which a concavity, which only falls, is at most `bound`. */
function leastCurved(concavity: (b: number) => number, bound: number): number {
  if (!(concavity(0) > bound)) return 0;
  let high = 1;
  while (concavity(high) > bound) high *= 2;
  return bisect((b) => concavity(b) > bound, 0, high)[0];
}

/**
 * The smallest level, at least `from`, at which zero minimises `phi(b) - g b + h b^2 / 2`: infinite without curvature, since a line
 * falls faster than any `phi` rises.
 */
function leastLevel(phi: ConcaveFunction, g: number, h: number, from: number): number {
  if (h === 0) return Number.POSITIVE_INFINITY;
  // Nothing is gained beyond 2 g / h, and before it the value is above a line through its value there.
  const isKept = (level: number): boolean =>
    phi.value((2 * g) / h, level) < 2 * g * (g / h) && minimizer(phi, h, g, 1, level) > 0;
  if (from === Number.POSITIVE_INFINITY || !isKept(from)) return from;
  // Below this level zero is no local minimum; where there is no other at it, it is the answer, to the last digit.
  let low = Math.max(from, g / phi.slope(0, 1));
  if (!isKept(low)) return low;
  let high = 2 * low;
  for (; isKept(high); high *= 2) low = high;
  return bisect(isKept, low, high)[1];
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
