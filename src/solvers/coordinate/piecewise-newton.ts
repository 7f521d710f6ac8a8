import type { SeparablePenalty } from "../../penalties";
import type { CachedCholesky } from "../subproblem/cached-cholesky";
import { addRows, type GramBlock } from "../subproblem/gram-cache";

/** Full steps in a row: the second removes what rounding left of the first. */
const mostSteps = 4;

/** Corners on the way at most, beside one a coefficient. */
const mostCorners = 20;

/** A quadratic, `factor * G` its Hessian, and a folded penalty, which is quadratic between its corners. */
interface FoldedQuadratic {
  readonly block: GramBlock;
  readonly factor: number;
  readonly penalty: SeparablePenalty;
  readonly lambda: number;
}

/**
 * Newton's method on what is not zero, zeros and signs kept. A step ends where the first coefficient comes to a corner of its penalty,
 * beyond which it bends otherwise; on the way there the objective is a quadratic and falls.
 *
 * @param rows those that are not zero.
 * @param resting what `curvature * change^2` must not exceed at rest.
 * @returns whether it came to rest where the second derivatives are positive definite; not where a coefficient would become zero,
 * beyond which a descent that takes one coefficient at a time may end in another minimum, as a rule a lower one.
 */
export function piecewiseNewton(
  { block, factor, penalty, lambda }: FoldedQuadratic,
  kept: CachedCholesky,
  rows: readonly number[],
  resting: number,
): boolean {
  const { beta, slopes, members, gram, stride, size } = block;
  const folded = penalty.folded!;
  const { corners, bends } = folded;
  /** Of each row, the corners below its magnitude. */
  const pieces = new Int32Array(size);
  const bending = new Float64Array(size);
  const levels = new Float64Array(size);
  for (let i = 0; i < rows.length; i++) {
    const k = rows[i];
    levels[k] = folded.level(members[k], lambda);
    while (pieces[k] < corners.length && Math.abs(beta[k]) > cornerOf(k, pieces[k])) pieces[k]++;
    bending[k] = bends[pieces[k]];
  }
  const change = new Float64Array(rows.length);
  let cornersLeft = rows.length + mostCorners;
  for (let steps = 0; steps < mostSteps && rows.length > 0; ) {
    if (!kept.keep(block, factor, rows, bending)) return false;
    const order = kept.rows;
    for (let a = 0; a < order.length; a++) {
      const k = order[a];
      // The same on both sides of a corner.
      change[a] = slopes[k] - penalty.coordinateSlope(members[k], beta[k], lambda);
    }
    kept.solve(change);
    let length = 1;
    let largest = 0;
    let first = -1;
    for (let a = 0; a < order.length; a++) {
      const k = order[a];
      const s = change[a];
      largest = Math.max(largest, factor * gram[k * stride + k] * s * s);
      const magnitude = Math.abs(beta[k]);
      const reach =
        beta[k] > 0 === s > 0
          ? (cornerOf(k, pieces[k]) - magnitude) / Math.abs(s)
          : (magnitude - cornerOf(k, pieces[k] - 1)) / Math.abs(s);
      if (reach < length) {
        length = Math.max(reach, 0);
        first = a;
      }
    }
    const outwards = first >= 0 && beta[order[first]] > 0 === change[first] > 0;
    if (first >= 0 && !outwards && pieces[order[first]] === 0) return false;
    for (let a = 0; a < order.length; a++) {
      const k = order[a];
      const before = beta[k];
      if (a !== first) beta[k] += length * change[a];
      else turn(k, outwards);
      change[a] = factor * (before - beta[k]);
    }
    addRows(block, order, change);
    if (first >= 0) {
      if (--cornersLeft < 0) return false;
      continue;
    }
    if (largest <= resting) return true;
    steps++;
  }
  return false;

  /** The magnitude at a corner by its number; zero before the first one, none after the last. */
  function cornerOf(k: number, corner: number): number {
    if (corner < 0) return 0;
    return corner < corners.length ? corners[corner] * levels[k] : Number.POSITIVE_INFINITY;
  }

  /** Puts a coefficient on the corner that it comes to, and beyond. */
  function turn(k: number, outwards: boolean): void {
    if (!outwards) pieces[k]--;
    beta[k] = Math.sign(beta[k]) * cornerOf(k, pieces[k]);
    if (outwards) pieces[k]++;
    bending[k] = bends[pieces[k]];
  }
}
