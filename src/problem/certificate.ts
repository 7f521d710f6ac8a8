/**
 * Certificates of optimality: {@link certify} computes the duality gap, the violation and the gain by single
 * coordinates of a point.
 */
import { InternalError } from "../errors";
import type { NormMeasures, SeparablePenalty } from "../penalties";
import { steepestBlockStep } from "./block-step";
import {
  curvatureAt,
  curvatureOfProfile,
  hasConstantHessian,
  type Profile,
  type SparseProblem,
  saturatedLoss,
} from "./problem";

/**
 * How far a point is from optimal, by measures that do not know how it was found. In a fit, `violation` and
 * `singleCoordinateGain` measure coefficients on the scale on which every penalty weight `s_j w_j` is 1.
 */
export interface Certificate {
  /** `P(beta) = f + lambda R(beta)`, minimised over the unpenalized part. */
  readonly objective: number;
  /** Upper bound on `P(beta) - min P`; undefined without a convex penalty, a conjugate or a positive lambda. */
  readonly dualityGap: number | undefined;
  /** `dist(0, dP(beta))` in the maximum norm; vacuous at a zero coordinate of a bridge penalty. */
  readonly violation: number;
  /**
   * Largest known decrease of `P` from minimising one coordinate or group globally; not vacuous anywhere. With a convex
   * penalty and a loss that is not quadratic it is the decrease of the quadratic model of the loss; of a fit with another
   * penalty it is what a search of the loss itself finds, along single coordinates and rays in groups.
   */
  readonly singleCoordinateGain: number;
  /** `R_xi - R` at the surrogate point the fit ended in, before zeros were set; 0 for solvers without a surrogate. */
  readonly misalignment: number;
}

/** Returns a certificate whose gain of single coordinates is 0, without computing it. */
export function apartFromSteps(certificate: Certificate): Certificate {
  return withGain(certificate, 0);
}

/** Returns a certificate with another gain of single coordinates, without computing the one that it has. */
export function withGain(
  { objective, dualityGap, violation, misalignment }: Certificate,
  singleCoordinateGain: number,
): Certificate {
  return { objective, dualityGap, violation, singleCoordinateGain, misalignment };
}

/**
 * Certifies `beta`, at which the datafit was profiled.
 *
 * The duality gap is that of the dual point `s * residual`, `s = min(1, lambda / R°(-X' residual))`, which is feasible
 * because the residual is orthogonal to the unpenalized columns; `s = 1` where `R*` is finite everywhere. It is summed
 * as `[f + f* - eta'u] + [lambda R + (lambda R)* + s gradient'beta]`, terms that are each at least 0.
 *
 * @param curvatureOf the second derivative in each coordinate of a quadratic datafit, 0 at will where zero is the minimum of a coordinate
 * alone. Default: all of them.
 * @throws InternalError when the gap is negative beyond rounding.
 */
export function certify(
  problem: SparseProblem,
  lambda: number,
  beta: Float64Array,
  profile: Profile,
  misalignment: number,
  curvatureOf?: () => Float64Array,
): Certificate {
  const { penalty } = problem;
  const { gradient } = profile;
  const measures = penalty.measures?.(beta, gradient, lambda);
  let gap: { readonly value: number | undefined } | undefined;
  let singleCoordinateGain: number | undefined;
  return {
    objective: profile.loss + (measures?.value ?? penalty.value(beta, lambda)),
    // Logarithms of every sample, which the start of a lambda is not asked for where the penalty's part is too large.
    get dualityGap(): number | undefined {
      gap ??= { value: dualityGap(problem, lambda, beta, profile, measures) };
      return gap.value;
    },
    violation: measures?.violation ?? penalty.violation(beta, gradient, lambda),
    // A pass over the design that most certificates along the way are never asked for.
    get singleCoordinateGain(): number {
      if (singleCoordinateGain === undefined) {
        const curvature =
          curvatureOf?.() ?? movable(problem, lambda, beta, profile) ?? curvatureOfProfile(problem, profile);
        singleCoordinateGain =
          hasConstantHessian(problem) || penalty.convex
            ? penalty.decrease(beta, profile.gradient, curvature, lambda)
            : steepestBlockStep(problem, lambda, beta, profile, curvature).decrease;
      }
      return singleCoordinateGain;
    },
    misalignment,
  };
}

/**
 * The second derivatives in those coordinates that a convex penalty does not hold at zero, 0 in all others, where a minimum over
 * them changes nothing; undefined where a pass over the design costs less, or is known.
 */
function movable(
  problem: SparseProblem,
  lambda: number,
  beta: Float64Array,
  profile: Pick<Profile, "gradient" | "eta">,
): Float64Array | undefined {
  const { penalty, design } = problem;
  if (!penalty.convex || penalty.structure !== "separable" || hasConstantHessian(problem)) return undefined;
  const term = penalty as SeparablePenalty;
  const { gradient } = profile;
  const moving: number[] = [];
  for (let j = 0; j < beta.length; j++) {
    if (beta[j] !== 0 || term.violationAtZero(j, gradient[j], lambda) > 0) moving.push(j);
  }
  const most = design.nFeatures / (design.weightedSquaredNormsAt ? 1 : 8);
  if (moving.length > most) return undefined;
  const curvature = new Float64Array(beta.length);
  const weights = curvatureAt(problem, profile.eta);
  if (design.weightedSquaredNormsAt) {
    const norms = new Float64Array(moving.length);
    design.weightedSquaredNormsAt(Int32Array.from(moving), weights, norms);
    for (let k = 0; k < norms.length; k++) curvature[moving[k]] = norms[k];
    return curvature;
  }
  const column = new Float64Array(weights.length);
  for (const j of moving) {
    column.fill(0);
    design.addColumn(j, 1, column);
    let sum = 0;
    for (let i = 0; i < column.length; i++) sum += weights[i] * column[i] * column[i];
    curvature[j] = sum;
  }
  return curvature;
}

/** Samples that a lower bound of a gap takes at least, of as many or more. */
const fewSamples = 64;

/**
 * A lower bound of the duality gap, of terms that are each at least 0: the penalty's part, and the loss's of some evenly spaced samples.
 * Undefined where there is no gap; for losses of one predictor a sample.
 */
export function leastGap(
  problem: SparseProblem,
  lambda: number,
  beta: Float64Array,
  { eta, residual, gradient }: Profile,
): number | undefined {
  const { datafit, target, penalty } = problem;
  const measures = penalty.measures?.(beta, gradient, lambda);
  const ofPenalty = penaltyGap(problem, lambda, beta, gradient, measures);
  if (ofPenalty === undefined || !datafit.subset) return ofPenalty?.gap;
  const step = Math.ceil(eta.length / fewSamples);
  const rows = new Int32Array(Math.ceil(eta.length / step));
  for (let k = 0; k < rows.length; k++) rows[k] = k * step;
  const share = rows.length / eta.length;
  const entries = (v: Float64Array, scale: number): Float64Array => {
    const out = new Float64Array(rows.length);
    for (let k = 0; k < rows.length; k++) out[k] = scale * v[rows[k]];
    return out;
  };
  const dual = entries(residual, ofPenalty.scale / share);
  const gap = datafit.subset(rows).fenchelYoung!(entries(target, 1), entries(eta, 1), dual);
  return ofPenalty.gap + share * gap;
}

/** Returns the part of the gap that the penalty causes, and the `scale` at which the residual is a feasible dual point. */
function penaltyGap(
  { penalty, datafit }: SparseProblem,
  lambda: number,
  beta: Float64Array,
  gradient: Float64Array,
  measures?: NormMeasures,
): { readonly gap: number; readonly scale: number } | undefined {
  if (!penalty.convex || !penalty.fenchelYoung || !datafit.fenchelYoung || lambda <= 0) return undefined;
  // A few roundings inside the dual ball: then every term is at least 0 in floating point too.
  const scaleFor = (norm: number): number => Math.min(1, (lambda / norm) * (1 - 8 * Number.EPSILON));
  if (measures) {
    const scale = scaleFor(measures.dualNorm);
    return { gap: measures.fenchelYoung(scale), scale };
  }
  const scale = scaleFor(penalty.dualNorm?.(times(-1, gradient)) ?? 0);
  return { gap: penalty.fenchelYoung(beta, times(-scale, gradient), lambda), scale };
}

function times(factor: number, v: Float64Array): Float64Array {
  const product = new Float64Array(v.length);
  for (let j = 0; j < v.length; j++) product[j] = factor * v[j];
  return product;
}

function dualityGap(
  problem: SparseProblem,
  lambda: number,
  beta: Float64Array,
  profile: Profile,
  measures: NormMeasures | undefined,
): number | undefined {
  const { datafit, target } = problem;
  const ofPenalty = penaltyGap(problem, lambda, beta, profile.gradient, measures);
  if (ofPenalty === undefined) return undefined;
  const { scale } = ofPenalty;
  // On the way from the best predictor to `eta` a quadratic loss is `saturated + t^2 excess`, and its slope `t residual`.
  let ofLoss: number;
  if (hasConstantHessian(problem)) ofLoss = (1 - scale) ** 2 * (profile.loss - saturatedLoss(problem));
  else {
    const dual = profile.residual.slice();
    for (let i = 0; i < dual.length; i++) dual[i] *= scale;
    ofLoss = datafit.fenchelYoung!(target, profile.eta, dual);
    // Where rounding is all that is left of the residual it may be no dual point; zero always is.
    if (ofLoss === Infinity)
      return (
        datafit.fenchelYoung!(target, profile.eta, dual.fill(0)) +
        problem.penalty.fenchelYoung!(beta, new Float64Array(beta.length), lambda)
      );
  }
  const gap = ofLoss + ofPenalty.gap;
  if (gap < -1e-12) {
    throw new InternalError(`certify: the duality gap must be >= 0, got ${gap}`);
  }
  return gap;
}
