/**
 * Boxes that hold every global optimum ({@link firstBoxes}), given the objective `U` of some point.
 *
 * The terms of a penalty are at least 0, so that `p_j(|b_j|) <= U`. Where `G` is positive definite with least squares `b~` and gradient `g`
 * there, and a ridge of the terms counted with it, `||b - b~||_G <= r` with `r^2 / 2 - ||g||_{G^-1} r <= U - h(b~)`, whence `|b_j - b~_j| <= r sqrt((G^-1)_jj)`.
 *
 * A loss that is not quadratic has self-concordance `M`, and with the second derivative `G` at `b~` no row's predictor moves by more than `r l`
 * where `||b - b~||_G = l`. Its rise from there is at least `(exp(-M r l) + M r l - 1) / (M r)^2` in place of `l^2 / 2`, since
 * `(exp(-x) + x - 1) / x^2` falls.
 *
 * An optimum is stationary in each coordinate, so that with unit columns, `rho_jk = a_j'a_k` and the residual's `a_j'r` of the sign of `b_j`,
 *
 *     |b_j| <= |a_j'y| + sum_k |rho_jk| |b_k|.
 *
 * A coefficient beyond `|a_j'y|` needs others that make up for it, and these cost too: of all magnitudes up to a cap `X` with a sum of at least
 * `s` the cheapest, for concave terms, are as many at `X` as there must be, where `|rho_jk|` is largest, and one below. First `X` is the
 * largest coefficient itself, then what is found for it. Of terms that are not concave, as `l0` with a ridge, only what is concave counts for the others.
 */
import { choleskyFactor, choleskySolve } from "../linalg/cholesky";
import { dot } from "../linalg/vector";
import type { Blocks, Objective } from "./blocks";
import type { PenaltyTerms } from "./envelopes";
import type { Loss } from "./loss";
import { QuadraticLoss } from "./quadratic-loss";

/** Least pivot of a Gram matrix, relative to its diagonal, with which an inverse has eight digits at least. */
const WELL_CONDITIONED = 1e-7;

/** Columns up to which a Gram matrix with a ridge is factored where there are no more rows than columns. */
const MOST_FACTORED = 500;

/** A box is widened by this share of its size, for rounding. */
const WIDENED = 1e-6;

/** Steps of Newton's method for the minimum without a penalty, and the decrease of the loss, relative to it, that ends it. */
const MOST_NEWTON_STEPS = 50;
const NEWTON_RESOLUTION = 1e-10;

/** Columns up to which all correlations are looked at. */
const MOST_CORRELATED = 3000;

/** The largest correlations of a column that are told apart; more of the last one are supposed. */
const LARGEST_CORRELATIONS = 12;

/** The ends of the boxes, one a column. */
export interface Boxes {
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Whether an end had to be declared, since nothing bounds it. */
  readonly isDeclared: boolean;
}

/**
 * The first boxes.
 *
 * @param upper the objective of a point.
 * @param domain the boxes that the penalty allows.
 * @param declared the largest magnitude of each where there is no other limit.
 */
export function firstBoxes(
  loss: Loss,
  terms: PenaltyTerms,
  upper: number,
  domain: { readonly low: Float64Array; readonly high: Float64Array },
  declared: Float64Array,
): Boxes {
  const [low, high] = [domain.low.slice(), domain.high.slice()];
  const ridge = Float64Array.from({ length: loss.size }, (_, j) => terms.ridge(j));
  const ellipsoid = ellipsoidBoxes(loss, ridge, upper);
  const compensated = loss instanceof QuadraticLoss ? compensatedMagnitudes(loss, terms, upper) : undefined;
  let isDeclared = false;
  for (let j = 0; j < loss.size; j++) {
    const most = Math.min(largestMagnitude(terms, j, upper - loss.least), compensated?.[j] ?? Infinity);
    low[j] = Math.max(low[j], -most, ellipsoid?.low[j] ?? -Infinity);
    high[j] = Math.min(high[j], most, ellipsoid?.high[j] ?? Infinity);
    if (low[j] < -declared[j] && !(ellipsoid || low[j] > -Infinity)) {
      low[j] = -declared[j];
      isDeclared = true;
    }
    if (high[j] > declared[j] && !(ellipsoid || high[j] < Infinity)) {
      high[j] = declared[j];
      isDeclared = true;
    }
    // Zero is always within: a box that leaves it out is not known to be right to the last digit.
    low[j] = Math.min(low[j], 0);
    high[j] = Math.max(high[j], 0);
  }
  return { low, high, isDeclared };
}

/**
 * The first boxes of the norms of groups: `p_g(||b_g||) <= U`, and the boxes of the coefficients where the loss has an ellipsoid.
 *
 * @param declared the largest norm of each where there is no other limit.
 */
export function firstNorms(
  { loss, terms, blocks }: Objective & { readonly blocks: Blocks },
  upper: number,
  declared: Float64Array,
): Boxes {
  const ellipsoid = ellipsoidBoxes(loss, new Float64Array(loss.size), upper);
  let isDeclared = false;
  const high = Float64Array.from(blocks, (members, g) => {
    const squares = ellipsoid
      ? members.reduce((sum, j) => sum + Math.max(-ellipsoid.low[j], ellipsoid.high[j]) ** 2, 0)
      : Number.POSITIVE_INFINITY;
    const most = Math.min(largestMagnitude(terms, g, upper - loss.least), Math.sqrt(squares));
    if (most < Number.POSITIVE_INFINITY) return most;
    isDeclared = true;
    return declared[g];
  });
  return { low: new Float64Array(blocks.length), high, isDeclared };
}

/** Some magnitude beyond which the term is above `upper`, at most twice the least one; infinite where there is none below 1e100. */
function largestMagnitude(terms: PenaltyTerms, j: number, upper: number): number {
  let far = 1;
  if (terms.value(j, far) > upper) {
    while (far > 1e-100 && terms.value(j, far / 2) > upper) far /= 2;
    return far;
  }
  while (far < 1e100 && !(terms.value(j, far) > upper)) far *= 2;
  return far < 1e100 ? far : Number.POSITIVE_INFINITY;
}

/**
 * The boxes around the ellipsoid where the loss and the ridge of the terms are at most `upper`; undefined where it is not bounded, or its
 * matrix is nearly singular.
 */
function ellipsoidBoxes(
  loss: Loss,
  ridge: Float64Array,
  upper: number,
): { readonly low: Float64Array; readonly high: Float64Array } | undefined {
  const p = loss.size;
  if (p === 0 || (p >= loss.nRows && (p > MOST_FACTORED || ridge.includes(0)))) return undefined;
  const ridgeOf = (b: Float64Array): number =>
    b.reduce((sum, entry, j) => sum + (ridge[j] / 2) * entry * entry, 0);
  const found = unpenalizedMinimum(loss, ridge, ridgeOf);
  if (found === undefined) return undefined;
  const { center, factor } = found;
  const gradient = loss.gradient(center).map((entry, j) => ridge[j] * center[j] + entry);
  const least = loss.value(center) + ridgeOf(center);
  const direction = gradient.slice();
  choleskySolve(factor, p, direction);
  const slope = Math.sqrt(Math.max(dot(gradient, direction), 0));
  const reach =
    loss.selfConcordance *
    loss.modelAt(center).longestRow((row) => {
      const solved = row.slice();
      choleskySolve(factor, p, solved);
      return dot(row, solved);
    });
  const radius = levelRadius(slope, Math.max(upper - least, 0), reach) * (1 + WIDENED);
  if (!(radius < Number.POSITIVE_INFINITY)) return undefined;
  const inverse = inverseDiagonal(factor, p);
  const widest = center.reduce((most, b) => Math.max(most, Math.abs(b)), 0);
  const low = new Float64Array(p);
  const high = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    const half = radius * Math.sqrt(inverse[j]) + WIDENED * widest;
    low[j] = center[j] - half;
    high[j] = center[j] + half;
  }
  return { low, high };
}

/**
 * The minimum of the loss and the ridge without other terms, or a point near it, by Newton's method, and the factor of the second derivative
 * there; undefined where that is nearly singular.
 */
function unpenalizedMinimum(
  loss: Loss,
  ridge: Float64Array,
  ridgeOf: (b: Float64Array) => number,
): { readonly center: Float64Array; readonly factor: Float64Array } | undefined {
  const p = loss.size;
  const columns = Int32Array.from(ridge.keys());
  const factorAt = (b: Float64Array): Float64Array | undefined => {
    const gram = loss.modelAt(b).gram(columns);
    const factor = new Float64Array(p * p);
    for (let j = 0; j < p; j++) {
      factor.set(gram(j), j * p);
      factor[j * p + j] += ridge[j];
    }
    return choleskyFactor(factor, p, WELL_CONDITIONED) ? factor : undefined;
  };
  const value = (b: Float64Array): number => loss.value(b) + ridgeOf(b);
  let center: Float64Array = new Float64Array(p);
  let factor = factorAt(center);
  for (let step = 0; factor !== undefined && step < MOST_NEWTON_STEPS; step++) {
    const move = loss.gradient(center).map((entry, j) => -entry - ridge[j] * center[j]);
    choleskySolve(factor, p, move);
    let next = center.map((entry, j) => entry + move[j]);
    if (loss.isQuadratic) return { center: next, factor };
    const before = value(center);
    for (let halving = 0; halving < 20 && !(value(next) < before); halving++)
      next = next.map((entry, j) => (entry + center[j]) / 2);
    if (!(before - value(next) > NEWTON_RESOLUTION * Math.abs(before))) break;
    center = next;
    factor = factorAt(center);
  }
  return factor && { center, factor };
}

/**
 * The largest `l` with `(exp(-m l) + m l - 1) / m^2 - slope l <= room`, or `l^2 / 2 - slope l <= room` for `m = 0`; infinite where every `l` is so.
 */
function levelRadius(slope: number, room: number, m: number): number {
  if (m === 0) return slope + Math.sqrt(slope * slope + 2 * room);
  const isWithin = (l: number): boolean => (Math.expm1(-m * l) + m * l) / m ** 2 - slope * l <= room;
  let high = slope + Math.sqrt(slope * slope + 2 * room) || 1e-8 / m;
  let low = 0;
  while (isWithin(high) && high < 1e100) [low, high] = [high, 2 * high];
  if (high >= 1e100) return Number.POSITIVE_INFINITY;
  for (let k = 0; k < 50; k++) {
    const middle = (low + high) / 2;
    if (isWithin(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** The diagonal of the inverse, from the columns of the inverse factor. */
function inverseDiagonal(factor: Float64Array, size: number): Float64Array {
  const diagonal = new Float64Array(size);
  const column = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    column.fill(0);
    for (let i = k; i < size; i++) {
      let entry = i === k ? 1 : 0;
      for (let m = k; m < i; m++) entry -= factor[i * size + m] * column[m];
      column[i] = entry / factor[i * size + i];
      diagonal[k] += column[i] * column[i];
    }
  }
  return diagonal;
}

/** The largest magnitudes that others can make up for at a cost of at most `upper`; undefined where there are too many columns. */
function compensatedMagnitudes(
  loss: QuadraticLoss,
  terms: PenaltyTerms,
  upper: number,
): Float64Array | undefined {
  const { size, norms, correlations } = loss;
  if (size > MOST_CORRELATED || size === 0) return undefined;
  // The cheapest term, of coefficients of unit columns: terms of one kind differ by their level alone.
  const longest = norms.reduce((a, b) => Math.max(a, b), 0);
  let cheapest = 0;
  for (let j = 1; j < size; j++) if (terms.value(j, 1) < terms.value(cheapest, 1)) cheapest = j;
  const concave = terms.concaveMinorant(cheapest);
  const others = (t: number): number => concave(t / longest);
  const largest = Array.from(norms.keys(), (j) => largestCorrelations(loss, j));
  const limitOf = (j: number, capOf: (x: number) => number): number => {
    const free = Math.abs(correlations[j]) / norms[j];
    const isPossible = (x: number): boolean => {
      const own = terms.value(j, x / norms[j]);
      const rest = x - free * (1 + WIDENED);
      return own + (rest > 0 ? leastCost(largest[j], rest, capOf(x), others) : 0) <= upper * (1 + WIDENED);
    };
    let [low, high] = [free, 2 * free || 1];
    while (isPossible(high) && high < 1e100) [low, high] = [high, 2 * high];
    if (high >= 1e100) return Number.POSITIVE_INFINITY;
    for (let k = 0; k < 30; k++) {
      const middle = (low + high) / 2;
      if (isPossible(middle)) low = middle;
      else high = middle;
    }
    return high;
  };
  let cap = 0;
  for (let j = 0; j < size; j++)
    cap = Math.max(
      cap,
      limitOf(j, (x) => x),
    );
  if (cap === Number.POSITIVE_INFINITY) return undefined;
  const limits = norms.map((_, j) =>
    Math.min(
      limitOf(j, () => cap),
      cap,
    ),
  );
  return limits.map((limit, j) => (limit / norms[j]) * (1 + WIDENED));
}

/** The largest magnitudes of the correlations of a column with others, decreasing. */
function largestCorrelations(loss: QuadraticLoss, j: number): Float64Array {
  const { norms } = loss;
  const column = loss.gram(j);
  const found = new Float64Array(LARGEST_CORRELATIONS);
  for (let k = 0; k < column.length; k++) {
    if (k === j) continue;
    const own = Math.abs(column[k]) / (norms[j] * norms[k]);
    let place = found.length - 1;
    if (own <= found[place]) continue;
    for (; place > 0 && found[place - 1] < own; place--) found[place] = found[place - 1];
    found[place] = own;
  }
  return found.map((entry) => Math.min(entry * (1 + 1e-9), 1));
}

/** The least sum of terms of magnitudes up to `cap` whose sum, times the correlations, is at least `needed`. */
function leastCost(
  correlations: Float64Array,
  needed: number,
  cap: number,
  term: (t: number) => number,
): number {
  const full = term(cap);
  let [cost, rest] = [0, needed];
  for (const correlation of correlations) {
    if (correlation * cap >= rest) return cost + term(rest / correlation);
    cost += full;
    rest -= correlation * cap;
  }
  const last = correlations[correlations.length - 1];
  if (!(last > 0)) return Number.POSITIVE_INFINITY;
  return cost + Math.floor(rest / (last * cap)) * full;
}
