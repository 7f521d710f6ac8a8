/**
 * The linear programs behind losses with kinks: the problem ({@link PiecewiseLinearProblem}), its dual, and its
 * certificate.
 */
import type { PiecewiseLinearTerms } from "../datafits";
import type { DesignMatrix } from "../design/design-matrix";
import { InternalError } from "../errors";
import { choleskyFactor, choleskySolve } from "../linalg/cholesky";
import { addScaled, maxAbs } from "../linalg/vector";
import type { Certificate } from "./certificate";
import type { UnpenalizedColumns } from "./unpenalized-columns";

/**
 * The linear program `P(beta, psi) = f(X beta + Q psi) + lambda ||beta||_1` of a piecewise linear `f`.
 *
 * Its dual is `max c'u` over `u` with `(tilt_i - width_i)/n <= u_i <= (tilt_i + width_i)/n`, `Q'u = 0` and
 * `|x_j'u| <= lambda`; zero is feasible.
 */
export interface PiecewiseLinearProblem {
  readonly design: DesignMatrix;
  readonly free: UnpenalizedColumns;
  readonly terms: PiecewiseLinearTerms;
  readonly lambda: number;
}

/** How far a point is from optimal: a linear program has a gap, but no useful distance from stationarity. */
export interface PiecewiseLinearCertificate extends Pick<Certificate, "objective" | "misalignment"> {
  /** Upper bound on `P - min P`. */
  readonly dualityGap: number;
}

/** `c - X beta - Q psi` */
export function residualOf(
  { design, free, terms }: PiecewiseLinearProblem,
  beta: Float64Array,
  psi: Float64Array,
): Float64Array {
  const residual = new Float64Array(design.nSamples);
  design.matvec(beta, residual);
  free.addTo(residual, psi);
  for (let i = 0; i < residual.length; i++) residual[i] = terms.center[i] - residual[i];
  return residual;
}

/**
 * Certifies `beta` and `psi` with a feasible dual point. The gap is summed from terms that are each at least 0, one a
 * sample and one a coefficient, so that nothing cancels.
 *
 * @throws InternalError when the gap is negative beyond rounding.
 */
export function certifyPiecewiseLinear(
  problem: PiecewiseLinearProblem,
  beta: Float64Array,
  psi: Float64Array,
  dual: Float64Array,
  misalignment: number,
): PiecewiseLinearCertificate {
  const { design, terms, lambda } = problem;
  const n = design.nSamples;
  const residual = residualOf(problem, beta, psi);
  let objective = 0;
  let dualityGap = 0;
  for (let i = 0; i < n; i++) {
    const loss = (terms.tilt[i] * residual[i] + terms.width[i] * Math.abs(residual[i])) / n;
    objective += loss;
    dualityGap += loss - dual[i] * residual[i];
  }
  beta.forEach((b, j) => {
    if (b === 0) return;
    objective += lambda * Math.abs(b);
    dualityGap += lambda * Math.abs(b) - b * design.columnDot(j, dual);
  });
  if (dualityGap < -1e-12 * Math.max(1, objective)) {
    throw new InternalError(`certifyPiecewiseLinear: the duality gap must be >= 0, got ${dualityGap}`);
  }
  return { objective, dualityGap, misalignment };
}

/**
 * A feasible dual point near `alpha`: clipped into its box, moved off the span of `Q` by what room each entry has left
 * in the box, and shrunk until `|x_j'u| <= lambda`, which keeps the rest since the box contains zero.
 *
 * @returns zero, feasible but useless, where `alpha` is too far from feasible.
 */
export function feasibleDual(problem: PiecewiseLinearProblem, alpha: Float64Array): Float64Array {
  const { design, free, terms, lambda } = problem;
  const n = design.nSamples;
  const dual = alpha.slice();
  const room = new Float64Array(n);
  const outside = new Float64Array(free.size);
  let size = 0;
  for (const width of terms.width) size += width / n;
  for (let round = 0; ; round++) {
    for (let i = 0; i < n; i++) {
      const [low, high] = [(terms.tilt[i] - terms.width[i]) / n, (terms.tilt[i] + terms.width[i]) / n];
      dual[i] = Math.min(Math.max(dual[i], low), high);
      room[i] = Math.min(dual[i] - low, high - dual[i]);
    }
    free.transpose(dual, outside);
    if (maxAbs(outside) <= 1e-15 * size) break;
    if (round === 30 || !moveOffSpan(free, room, outside, dual)) {
      if (maxAbs(outside) <= 1e-13 * size) break;
      return dual.fill(0);
    }
  }
  const gradient = new Float64Array(design.nFeatures);
  design.rmatvec(dual, gradient);
  // A few roundings inside, so that no term of the gap is negative in floating point.
  const scale = Math.min(1, (lambda / maxAbs(gradient)) * (1 - 8 * Number.EPSILON));
  for (let i = 0; i < n; i++) dual[i] *= scale;
  return dual;
}

/** `dual -= diag(room) Q (Q' diag(room) Q)^-1 outside`, false where that matrix is singular. */
function moveOffSpan(
  free: UnpenalizedColumns,
  room: Float64Array,
  outside: Float64Array,
  dual: Float64Array,
): boolean {
  const size = free.size;
  const matrix = new Float64Array(size * size);
  const weighted = new Float64Array(dual.length);
  const entries = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    for (let i = 0; i < dual.length; i++) weighted[i] = room[i] * free.basis[k][i];
    free.transpose(weighted, entries);
    for (let m = k; m < size; m++) matrix[m * size + k] = entries[m];
  }
  if (!choleskyFactor(matrix, size)) return false;
  choleskySolve(matrix, size, outside);
  const shift = new Float64Array(dual.length);
  free.basis.forEach((column, k) => {
    addScaled(outside[k], column, shift);
  });
  for (let i = 0; i < dual.length; i++) dual[i] -= room[i] * shift[i];
  return true;
}
