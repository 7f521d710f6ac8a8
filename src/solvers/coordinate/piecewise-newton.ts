/** Newton's method on the support of a folded concave penalty such as SCAD or MCP ({@link piecewiseNewton}). */
import type { SeparablePenalty } from "../../penalties";
import type { CachedCholesky } from "../subproblem/cached-cholesky";
import { addRows, type GramBlock } from "../subproblem/gram-cache";

/** Maximum number of full steps in a row; the second removes the rounding of the first. */
const maxFullSteps = 4;

/** Maximum number of knots that are crossed, in addition to one for each coefficient. */
const maxExtraKnots = 20;

/** A quadratic with Hessian `factor * G` plus a folded concave penalty, which is quadratic between its knots. */
interface FoldedQuadratic {
  readonly block: GramBlock;
  readonly factor: number;
  readonly penalty: SeparablePenalty;
  readonly lambda: number;
}

/**
 * Applies Newton's method on the support of a folded concave penalty, with zeros and signs kept.
 *
 * A step ends where the first coefficient reaches a knot, beyond which the second derivative of its penalty is
 * another. Up to there the objective is quadratic and decreases.
 *
 * @param rows the rows of the support.
 * @param tolerance the maximum `curvature * change^2` at convergence.
 * @returns whether it converged where the Hessian is positive definite. It stops without converging where a
 * coefficient would become zero, since coordinate descent from there may end in another minimum, usually a lower one.
 */
export function piecewiseNewton(
  { block, factor, penalty, lambda }: FoldedQuadratic,
  cholesky: CachedCholesky,
  rows: readonly number[],
  tolerance: number,
): boolean {
  const { beta, slopes, members, gram, stride, size } = block;
  const folded = penalty.foldedConcave!;
  const { knots, curvatures: pieceCurvatures } = folded;
  /** The number of knots below the magnitude of each row. */
  const pieces = new Int32Array(size);
  const curvatures = new Float64Array(size);
  const levels = new Float64Array(size);
  for (let i = 0; i < rows.length; i++) {
    const k = rows[i];
    levels[k] = folded.level(members[k], lambda);
    while (pieces[k] < knots.length && Math.abs(beta[k]) > knotOf(k, pieces[k])) pieces[k]++;
    curvatures[k] = pieceCurvatures[pieces[k]];
  }
  const change = new Float64Array(rows.length);
  let knotsLeft = rows.length + maxExtraKnots;
  for (let steps = 0; steps < maxFullSteps && rows.length > 0; ) {
    if (!cholesky.update(block, factor, rows, curvatures)) return false;
    const order = cholesky.rows;
    for (let a = 0; a < order.length; a++) {
      const k = order[a];
      // The slope of the penalty is continuous at a knot.
      change[a] = slopes[k] - penalty.coordinateSlope(members[k], beta[k], lambda);
    }
    cholesky.solve(change);
    let length = 1;
    let largest = 0;
    let blocking = -1;
    for (let a = 0; a < order.length; a++) {
      const k = order[a];
      const s = change[a];
      largest = Math.max(largest, factor * gram[k * stride + k] * s * s);
      const magnitude = Math.abs(beta[k]);
      const reach =
        beta[k] > 0 === s > 0
          ? (knotOf(k, pieces[k]) - magnitude) / Math.abs(s)
          : (magnitude - knotOf(k, pieces[k] - 1)) / Math.abs(s);
      if (reach < length) {
        length = Math.max(reach, 0);
        blocking = a;
      }
    }
    const outwards = blocking >= 0 && beta[order[blocking]] > 0 === change[blocking] > 0;
    if (blocking >= 0 && !outwards && pieces[order[blocking]] === 0) return false;
    for (let a = 0; a < order.length; a++) {
      const k = order[a];
      const before = beta[k];
      if (a !== blocking) beta[k] += length * change[a];
      else crossKnot(k, outwards);
      change[a] = factor * (before - beta[k]);
    }
    addRows(block, order, change);
    if (blocking >= 0) {
      if (--knotsLeft < 0) return false;
      continue;
    }
    if (largest <= tolerance) return true;
    steps++;
  }
  return false;

  /** Returns the magnitude at a knot: zero before the first one, Infinity after the last. */
  function knotOf(k: number, knot: number): number {
    if (knot < 0) return 0;
    return knot < knots.length ? knots[knot] * levels[k] : Number.POSITIVE_INFINITY;
  }

  /** Sets a coefficient to the knot that it reaches, and its curvature to the one beyond the knot. */
  function crossKnot(k: number, outwards: boolean): void {
    if (!outwards) pieces[k]--;
    beta[k] = Math.sign(beta[k]) * knotOf(k, pieces[k]);
    if (outwards) pieces[k]++;
    curvatures[k] = pieceCurvatures[pieces[k]];
  }
}
