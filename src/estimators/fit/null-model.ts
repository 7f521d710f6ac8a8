/** Fits the model without penalized features, which gives the largest lambda and the scale of tolerances. */
import type { Datafit } from "../../datafits";
import { mustBe } from "../../errors";
import { maxAbs } from "../../linalg/vector";
import {
  columnCurvature,
  coordinateCurvature,
  hasConstantHessian,
  type Profile,
  profileAt,
  type SparseProblem,
} from "../../problem/problem";
import { isLossUnbounded } from "../../solvers/unboundedness";
import type { Note, PathObstacle } from "../notes";

/** The model without penalized features, and what it says of the others. */
export interface NullModel {
  readonly nullProfile: Profile;
  /** Smallest lambda at which that model is optimal; 0 where no penalized column explains any of `y`. */
  readonly lambdaMax: number;
  /** Why `lambdaMax` is 0, unless no penalized column explains any of what there is to explain. */
  readonly obstacle: PathObstacle | undefined;
  /** Whether that model has no finite coefficients, since its loss falls without end. */
  readonly endless: boolean;
  /** `f(null) - f(saturated)`, the scale of tolerances. */
  readonly nullDeviance: number;
  /** Size of a typical coefficient, positive. */
  readonly magnitude: number;
  /** Notes on it that a reader of a fit should see. */
  readonly notes: readonly Note[];
}

/**
 * @param y the responses as they were given, beside which a null deviance may be rounding.
 * @throws InputError when the loss of the model is not finite.
 */
export function fitNullModel(where: string, problem: SparseProblem, y: Float64Array): NullModel {
  const { design, free, datafit, penalty } = problem;
  const none = new Float64Array(design.nFeatures);
  const nullProfile = profileAt(problem, none, new Float64Array(free.size));
  if (!Number.isFinite(nullProfile.loss)) {
    const what = "the loss without penalized features";
    throw mustBe(where, what, "finite", nullProfile.loss, "take the offset, or y, on a smaller scale");
  }
  const curvature = columnCurvature(problem, nullProfile.eta);
  const deviance = nullProfile.loss - datafit.saturatedValue(problem.target);
  // A deviance that is rounding counts as 0, as that of a constant response.
  const nullDeviance = deviance <= devianceTolerance(datafit, y, nullProfile.loss) ? 0 : deviance;
  const endless = isLossUnbounded(problem, nullProfile.eta, true);
  // Below rounding the cosine between a column and the residual is noise: a copy of a free column explains nothing.
  const explained = nullDeviance > 0 && pulls(nullProfile.gradient, curvature, nullDeviance);
  const model = hasConstantHessian(problem)
    ? curvature
    : attainableCurvature(nullProfile.gradient, curvature, nullDeviance);
  const known = {
    nullProfile,
    lambdaMax: explained ? penalty.lambdaMax(nullProfile.gradient, model) : 0,
    endless,
    nullDeviance,
    magnitude: typicalMagnitude(nullProfile.gradient, model),
  };
  if (endless) {
    return { ...known, obstacle: "unbounded", notes: [{ code: "unbounded" }] };
  }
  return nullDeviance === 0
    ? { ...known, obstacle: "nothing-to-explain", notes: [{ code: "nothing-to-explain" }] }
    : { ...known, obstacle: undefined, notes: thresholdingNotes(problem, nullProfile.eta) };
}

/**
 * Returns a note where the objective is concave in every coefficient alone, on its way to where the penalty is flat. The loss is taken to
 * have a scale of its own, as a likelihood has: of a squared error it is the scale of the columns alone that decides.
 */
function thresholdingNotes(problem: SparseProblem, eta: Float64Array): Note[] {
  const { design, datafit, penalty } = problem;
  const { concavity } = penalty;
  if (concavity === undefined || datafit.hasConstantHessian || design.nFeatures === 0) return [];
  const largest = maxAbs(coordinateCurvature(problem, eta));
  return largest < concavity ? [{ code: "hard-thresholding", curvature: largest, concavity }] : [];
}

/**
 * Raises the curvature of each coordinate to `g^2 / (2 D)`, below which its quadratic model would gain more than the null deviance `D`,
 * more than any coefficients can. So no model is linear, as that of a quantile loss is where no residual lies in the smoothed window.
 */
export function attainableCurvature(
  gradient: Float64Array,
  curvature: Float64Array,
  nullDeviance: number,
): Float64Array {
  if (nullDeviance === 0) return curvature;
  return curvature.map((h, k) => Math.max(h, (gradient[k] / (2 * nullDeviance)) * gradient[k]));
}

/**
 * Size of a typical coefficient, positive: that of the steepest coordinate at the null model, the first to leave zero.
 * Columns of other scales may have coefficients of any other size.
 */
export function typicalMagnitude(gradient: Float64Array, curvature: Float64Array): number {
  let magnitude = 0;
  let steepest = 0;
  for (let k = 0; k < gradient.length; k++) {
    const slope = Math.abs(gradient[k]);
    if (!(slope > steepest)) continue;
    steepest = slope;
    magnitude = slope / curvature[k];
  }
  return magnitude > 0 && magnitude < Infinity ? magnitude : 1;
}

/** Whether the slope of any column is more than rounding; its loop within a long function has V8 compile all of that anew. */
function pulls(gradient: Float64Array, curvature: Float64Array, nullDeviance: number): boolean {
  for (let k = 0; k < gradient.length; k++) {
    if (Math.abs(gradient[k]) > 1e-14 * Math.sqrt(2 * curvature[k] * nullDeviance)) return true;
  }
  return false;
}

/**
 * The deviance of what rounding leaves of a response: the share of it that it would be of a square, and of a measured response at
 * least what its last digits cost, since a loss may grow slower than a square.
 *
 * @param nullLoss the loss of the model, of which it is a share where responses have a unit that predictors do not have.
 */
export function devianceTolerance(datafit: Datafit, target: Float64Array, nullLoss: number): number {
  if (!datafit.dependsOnResidual) return 1e-30 * Math.abs(nullLoss);
  const zeros = new Float64Array(target.length);
  const lossOf = (of: Float64Array): number => datafit.valueAndGradient(of, zeros, zeros.slice());
  const ofSquare = 1e-30 * Math.abs(lossOf(target));
  const lastDigits = target.map((value) => 1e-15 * value);
  return Math.max(ofSquare, lossOf(lastDigits) - lossOf(zeros));
}
