/**
 * The share `d` of the loss that the terms of the penalty are given ({@link chooseConvexity}).
 *
 * The bound at `w` with minimizers `t_j` is `h(w) + sum_j min [ p_j(|t|) + grad_j h(w) (t - w_j) + d_j (t - w_j)^2 / 2 ]`: it rises with every
 * `d_j` by `(t_j - w_j)^2 / 2`, and `G - diag(d)` has to stay positive semidefinite. First all of `d` is in proportion to the concavity of the
 * terms, as far as `G` allows; then single entries rise, those with the longest `|t_j - w_j|` first, by at most `1 / (Q^-1)_jj` each.
 *
 * Cholesky's factorization of `Q - eps I` proves it, with `eps` above its own rounding and that of `G`
 * (Higham, Accuracy and Stability of Numerical Algorithms, 10.1).
 *
 * @see Dong, Chen and Linderoth, Regularization vs. relaxation: a conic optimization perspective of statistical variable selection (2015)
 */
import { choleskyFactor, choleskySolve } from "../linalg/cholesky";
import type { Relaxation } from "./bound";
import type { Convexity } from "./boxed-terms";
import { UNIT_ROUNDING } from "./loss";
import { QuadraticLoss } from "./quadratic-loss";

/** The share of what is possible that all columns get in proportion, before single ones get the rest. */
const COMMON_SHARE = 0.7;

/** The share of the rest that a column may take at once. */
const OWN_SHARE = 0.8;

/** Open columns up to which the inverse, of `k^3` operations, is worth it. */
const MOST_INVERTED = 250;

/** Open columns up to which a factor is worth it. */
const MOST_FACTORED = 700;

const POWER_STEPS = 25;

/** Undefined where nothing of the loss can be given away, as of one that is not quadratic, or no term is concave. */
export function chooseConvexity(node: Relaxation): Convexity | undefined {
  const { loss, nOpen } = node;
  if (!(loss instanceof QuadraticLoss)) return undefined;
  const columns = node.columnsOf(node.open.subarray(0, nOpen));
  const size = columns.length;
  if (size === 0 || size >= loss.nRows || size > MOST_FACTORED) return undefined;
  const ofTerms = new Float64Array(node.low.length);
  for (let k = 0; k < size; k++) {
    const j = node.termOf(columns[k]);
    // A term that is zero in the relaxation and in the bound gains nothing.
    if (node.w[j] === 0 && node.minimizers[j] === 0) continue;
    const own = loss.largestCurvatures[columns[k]];
    ofTerms[j] = Math.min(
      k > 0 && node.termOf(columns[k - 1]) === j ? ofTerms[j] : concavityOf(node, j),
      own,
    );
  }
  const caps = Float64Array.from(columns, (column) => ofTerms[node.termOf(column)]);
  if (!caps.some((cap) => cap > 0)) return undefined;
  const matrix = new Float64Array(size * size);
  let largest = 0;
  for (let k = 0; k < size; k++) {
    const column = loss.gram(columns[k]);
    for (let m = 0; m < size; m++) matrix[k * size + m] = column[columns[m]];
    largest = Math.max(largest, column[columns[k]]);
  }
  const slack = 4 * size * (size + loss.nRows) * UNIT_ROUNDING * largest;
  const factorOf = (d: Float64Array): Float64Array | undefined => {
    const factor = matrix.slice();
    for (let k = 0; k < size; k++) factor[k * size + k] -= d[k] + slack;
    return choleskyFactor(factor, size, 0) ? factor : undefined;
  };
  const whole = factorOf(new Float64Array(size));
  if (whole === undefined) return undefined;
  let alpha = Math.min(1, 0.98 * largestMultiple(whole, caps));
  let factor: Float64Array | undefined;
  let shares: Float64Array = caps;
  for (let attempt = 0; attempt < 6 && factor === undefined; attempt++, alpha *= 0.7) {
    const multiple = alpha < 1 ? COMMON_SHARE * alpha : 1;
    shares = caps.map((cap) => cap * multiple);
    factor = factorOf(shares);
  }
  if (factor === undefined) return undefined;
  if (size <= MOST_INVERTED) {
    const raised = raise(node, columns, shares, factor);
    if (factorOf(raised)) shares = raised;
  }
  const d = new Float64Array(node.low.length);
  for (let k = 0; k < size; k++) d[node.termOf(columns[k])] = shares[k];
  return node.convexityOf(d);
}

/** The greatest concavity of a term within its box, a kink at zero aside; that of a jump is of the parabola which it lies on at the least magnitude. */
function concavityOf(node: Relaxation, j: number): number {
  const { terms } = node;
  const [low, high] = [node.low[j], node.high[j]];
  const end = Math.max(high, -low);
  const begin = low > 0 ? low : high < 0 ? -high : Math.min(node.least[j], end);
  const [from] = terms.concaveRange(j, 0);
  let largest = low <= 0 && high >= 0 && begin > 0 ? (2 * terms.jumpAtZero(j)) / begin ** 2 : 0;
  for (const t of [Math.max(begin, Number.MIN_VALUE), from * (1 + 1e-9)]) {
    if (t >= begin && t <= end && t > 0) largest = Math.max(largest, -terms.curvature(j, t));
  }
  return largest;
}

/** About the largest multiple of `diag(caps)` that a matrix is above, by power iterations with its factor. */
function largestMultiple(factor: Float64Array, caps: Float64Array): number {
  const size = caps.length;
  const roots = caps.map(Math.sqrt);
  let vector: Float64Array = roots.map((root, k) => root * (1 + ((k * 7) % 5) / 10));
  let eigenvalue = 0;
  for (let step = 0; step < POWER_STEPS; step++) {
    const length = Math.hypot(...vector);
    if (!(length > 0)) break;
    const next = vector.map((entry, k) => (roots[k] * entry) / length);
    choleskySolve(factor, size, next);
    vector = next.map((entry, k) => entry * roots[k]);
    eigenvalue = Math.hypot(...vector);
  }
  return 1 / eigenvalue;
}

/** Raises `d` of single terms where the bound gains by it: all columns of one alike, by less than the trace of their part of the inverse allows. */
function raise(
  node: Relaxation,
  columns: Int32Array,
  shares: Float64Array,
  factor: Float64Array,
): Float64Array {
  const { loss } = node;
  const size = shares.length;
  const places = new Map<number, number[]>();
  columns.forEach((column, k) => {
    const j = node.termOf(column);
    places.set(j, [...(places.get(j) ?? []), k]);
  });
  const order = Array.from(places.keys(), (j) => ({ own: places.get(j)!, gain: node.squaredMove(j) }))
    .filter(({ gain }) => gain > 0)
    .sort((a, b) => b.gain - a.gain || a.own[0] - b.own[0]);
  if (order.length === 0) return shares;
  const inverse = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    const column = inverse.subarray(k * size, (k + 1) * size);
    column[k] = 1;
    choleskySolve(factor, size, column);
  }
  const raised = shares.slice();
  for (const { own } of order) {
    let [trace, most] = [0, Number.POSITIVE_INFINITY];
    for (const k of own) {
      trace += inverse[k * size + k];
      most = Math.min(most, loss.largestCurvatures[columns[k]] - raised[k]);
    }
    const change = Math.min(OWN_SHARE / trace, most);
    if (!(change > 0)) continue;
    for (const k of own) {
      raised[k] += change;
      const scale = change / (1 - change * inverse[k * size + k]);
      const column = inverse.slice(k * size, (k + 1) * size);
      for (let i = 0; i < size; i++) {
        const factorOfRow = scale * column[i];
        if (factorOfRow === 0) continue;
        for (let m = 0; m < size; m++) inverse[i * size + m] += factorOfRow * column[m];
      }
    }
  }
  return raised;
}
