import { InternalError } from "../errors";
import { columnCurvature, type Profile, type SparseProblem } from "./sparse-problem";

/**
 * How far a point is from optimal, by measures that do not know how it was found. In a fit, `violation` and
 * `coordinatewise` measure coefficients on the scale on which every penalty weight `s_j w_j` is 1.
 */
export interface Certificate {
  /** `P(beta) = f + lambda R(beta)`, minimised over the unpenalized part. */
  readonly objective: number;
  /** Upper bound on `P(beta) - min P`; undefined without a convex penalty, a conjugate or a positive lambda. */
  readonly dualityGap: number | undefined;
  /** `dist(0, dP(beta))` in the maximum norm; vacuous at a zero coordinate of a bridge penalty. */
  readonly violation: number;
  /** Largest decrease of `P` from minimising one coordinate globally; not vacuous anywhere. */
  readonly coordinatewise: number;
  /** `R_xi - R` at the surrogate point the fit ended in, before zeros were set; 0 for solvers without a surrogate. */
  readonly misalignment: number;
}

/**
 * Certifies `beta`, at which the datafit was profiled.
 *
 * The duality gap is that of the dual point `s * residual`, `s = min(1, lambda / R°(X' residual))`, which is feasible
 * because the residual is orthogonal to the unpenalized columns. It is summed as
 * `[f + f* - eta'u] + sum_j [lambda R_j(beta_j) + s gradient_j beta_j]`, terms that are each at least 0.
 *
 * @throws InternalError when the gap is negative beyond rounding.
 */
export function certify(
  problem: SparseProblem,
  lambda: number,
  beta: Float64Array,
  profile: Profile,
  misalignment: number,
): Certificate {
  const { penalty } = problem;
  return {
    objective: profile.loss + penalty.value(beta, lambda),
    dualityGap: dualityGap(problem, lambda, beta, profile),
    violation: penalty.violation(beta, profile.gradient, lambda),
    coordinatewise: coordinatewiseDecrease(problem, lambda, beta, profile),
    misalignment,
  };
}

function dualityGap(
  problem: SparseProblem,
  lambda: number,
  beta: Float64Array,
  profile: Profile,
): number | undefined {
  const { penalty, datafit, target } = problem;
  if (!penalty.convex || !penalty.dualNorm || !datafit.fenchelYoung || lambda <= 0) return undefined;
  const norm = penalty.dualNorm(profile.gradient);
  // A few roundings inside the dual ball: then every term below is at least 0 in floating point too.
  const scale = Math.min(1, (lambda / norm) * (1 - 8 * Number.EPSILON));
  const dual = profile.residual.map((entry) => scale * entry);
  let gap = datafit.fenchelYoung(target, profile.eta, dual);
  for (let j = 0; j < beta.length; j++) {
    if (beta[j] !== 0)
      gap += penalty.coordinateValue(j, beta[j], lambda) + scale * profile.gradient[j] * beta[j];
  }
  if (gap < -1e-12) {
    throw new InternalError(`certify: the duality gap must be >= 0, got ${gap}`);
  }
  return gap;
}

/** With the quadratic model of the datafit in each coordinate, which is exact for squared error. */
function coordinatewiseDecrease(
  problem: SparseProblem,
  lambda: number,
  beta: Float64Array,
  profile: Profile,
): number {
  const { penalty } = problem;
  const curvature = columnCurvature(problem, profile.eta);
  let largest = 0;
  for (let j = 0; j < beta.length; j++) {
    if (curvature[j] === 0) continue;
    const gradient = profile.gradient[j];
    const best = penalty.coordinateProx(j, beta[j] - gradient / curvature[j], 1 / curvature[j], lambda);
    const move = best - beta[j];
    const change =
      move * (gradient + (curvature[j] * move) / 2) +
      (penalty.coordinateValue(j, best, lambda) - penalty.coordinateValue(j, beta[j], lambda));
    largest = Math.max(largest, -change);
  }
  return largest;
}
