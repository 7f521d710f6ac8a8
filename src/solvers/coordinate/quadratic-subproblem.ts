/**
 * The quadratic subproblem that the active-set method solves at each lambda. {@link QuadraticSubproblem} lets
 * columns enter in batches, takes Newton steps and certifies the result.
 */
import { columnDots } from "../../design/design-matrix";
import { areEqual, dot, maxAbs } from "../../linalg/vector";
import {
  curvatureAt,
  hasConstantHessian,
  largestCurvature,
  type PredictorProfile,
  type Profile,
  predictedAt,
  type SparseProblem,
  saturatedLoss,
} from "../../problem/problem";
import type { Point } from "../solver";
import { GradientExtrapolation } from "../subproblem/gradient-extrapolation";
import { GramProfiles, isGramCheaper, isTall, QuadraticModel } from "../subproblem/quadratic-model";
import { ScreenedProfile } from "../subproblem/screening";
import {
  ActiveSetCholesky,
  minJointPivot,
  type PenaltyTerm,
  uncorrelatedEntries,
  violatingCoordinates,
} from "./active-set-cholesky";
import { activeSetNewton, LbfgsCorrection } from "./active-set-newton";

/** Minimum number of columns that may enter at once. */
const minBatch = 3;

/**
 * Share of the active columns that may enter at once; of many violators most only stand in for a correlated
 * neighbour.
 */
const batchShare = 0.05;

/** Minimum length of a step for which the line search counts as no sign of a bad model. */
const acceptedLength = 0.25;

/** Factors by which the floor of the curvature rises after a step that was cut, and falls after one that was not. */
const floorRise = 100;
const floorFall = 10;

/** Floor, as a share of the largest curvature, below which there is none. */
const minFloor = 1e-10;

/** Share of the active columns that may enter at once if extrapolation predicts them to be active at the solution. */
const extrapolatedShare = 0.2;

/**
 * Maximum share of the entering columns that may leave again with the batch still growing; more means that they are
 * correlated.
 */
const maxLossShare = 0.25;

/** Minimum batch of columns that have passed the test for correlation. */
const minUncorrelated = 10;

/**
 * Share of lambda that a zero's gradient must exceed to be updated after the next step already, and not only at the
 * end.
 */
const nearLevel = 0.85;

/**
 * The penalized quadratic subproblem of the active set: the model of the datafit, the active coordinates with their
 * Cholesky factor, and the profiles that certify its solutions.
 */
export class QuadraticSubproblem {
  readonly #problem: SparseProblem;
  readonly #origin: Profile | undefined;
  #model: QuadraticModel | undefined;
  /** The minimum curvature of the next model, as a share of its largest, and that of the present one. */
  #floor = 0;
  #modelFloor = 0;
  #active: ActiveSetCholesky | undefined;
  #profiles: GramProfiles | undefined;
  #correction: LbfgsCorrection | undefined;
  #screened: ScreenedProfile | undefined;
  readonly #predictors: PredictorCache;
  readonly #extrapolation: GradientExtrapolation;
  #nProfiles = 0;
  /** The change of the coefficients in the strong set since the step began; all zeros between uses. */
  #change = new Float64Array(0);
  /** The model's gradient during a step. */
  readonly #gradient: Float64Array;

  /** @param origin the profile at zero, if it is known. */
  constructor(problem: SparseProblem, origin?: Profile) {
    this.#problem = problem;
    this.#origin = origin;
    this.#predictors = new PredictorCache(problem);
    this.#extrapolation = new GradientExtrapolation(problem.design.nFeatures);
    this.#gradient = new Float64Array(problem.design.nFeatures);
  }

  /**
   * Announces that the solutions of a path follow, which are near each other; a path does so from its second lambda
   * on.
   */
  followPath(): void {
    this.#nProfiles ||= 1; // An earlier lambda counts as a profile.
    if (!isTall(this.#problem)) this.#screened ??= ScreenedProfile.of(this.#problem, this.#origin);
  }

  /** Returns coefficients (kept, not copied) with their {@link profileAt}. */
  pointAt(beta: Float64Array, psi: Float64Array, lambda: number): Point {
    return { beta, profile: this.profileAt(beta, psi, lambda) };
  }

  /**
   * Returns the profile at some coefficients.
   *
   * It comes from the Gram matrix of all columns, if that is there and the active columns are independent; else from
   * a pass over the design, or over the columns whose zeros a step may move.
   *
   * @param lambda the smallest one at which it is to be certified.
   */
  profileAt(beta: Float64Array, psi: Float64Array, lambda: number): Profile {
    this.#nProfiles++;
    if (this.#profiles && this.#active?.areIndependent) return this.#profiles.at(beta);
    const predicted = this.#predictors.at(beta, psi);
    return this.#screened?.at(beta, predicted, lambda) ?? this.withGradient(predicted);
  }

  /** See {@link ScreenedProfile.mayBeInexact}. */
  mayBeInexact(profile: Profile, lambda: number, isFinal: boolean): boolean {
    return this.#screened?.mayBeInexact(profile, lambda, isFinal) ?? false;
  }

  /** Returns the profile with an exact gradient, which is computed when it is first read. */
  withExactGradient(profile: Profile): Profile {
    return this.#screened?.withExactGradient(profile) ?? profile;
  }

  /**
   * Returns the profile with its gradient updated in some columns; the others are taken from `before`, or are zero
   * without it.
   */
  profileOn(beta: Float64Array, psi: Float64Array, columns: Int32Array, before?: Float64Array): Profile {
    const problem = this.#problem;
    const { loss, psi: optimal, eta, residual } = predictedAt(problem, beta, psi);
    const dots = new Float64Array(columns.length);
    columnDots(problem.design, columns, residual, dots);
    const gradient = before?.slice() ?? new Float64Array(beta.length);
    for (let k = 0; k < dots.length; k++) gradient[columns[k]] = dots[k];
    return { loss, psi: optimal, eta, residual, gradient };
  }

  /** Computes the whole gradient of a profile. */
  withGradient({ loss, psi, eta, residual }: PredictorProfile): Profile {
    const { design } = this.#problem;
    const gradient = new Float64Array(design.nFeatures);
    design.rmatvec(residual, gradient);
    return { loss, psi, eta, residual, gradient };
  }

  /** Corrects the model of a loss without a constant Hessian by the change of the gradient along a step. */
  rememberStep(from: Point, to: Point, columns: Int32Array): void {
    if (!this.#model) return;
    const { design } = this.#problem;
    this.#correction ??= new LbfgsCorrection(this.#model, design.nFeatures, (j, v) => design.columnDot(j, v));
    this.#correction.add(from, to, columns);
  }

  /**
   * Raises the minimum curvature of the next model after a step that was cut, and lowers it after one that was not, for
   * a loss whose curvature falls to nothing: far out that of a robust one does, and a model of it there has no minimum.
   *
   * Where no sample has curvature, the first minimum is that of a model whose step leads as far as the loss can fall.
   *
   * @param before the point where the step began.
   * @param length of the step, 0 if the objective did not fall.
   * @returns whether the minimum was raised.
   */
  adaptFloor({ eta, residual, loss }: PredictorProfile, length: number): boolean {
    const problem = this.#problem;
    const { dependsOnResidual, piecewiseQuadratic } = problem.datafit;
    if (hasConstantHessian(problem) || !(dependsOnResidual || piecewiseQuadratic)) return false;
    const floor = this.#floor;
    if (length >= acceptedLength) {
      this.#floor = floor > floorFall * minFloor ? floor / floorFall : 0;
      return false;
    }
    this.#floor = Math.min(1, floorRise * Math.max(floor, minFloor));
    const curvature = curvatureAt(problem, eta);
    const excess = loss - saturatedLoss(problem);
    if (floor === 0 && excess > 0 && maxAbs(curvature) === 0) {
      const share = dot(residual, residual) / (excess * largestCurvature(problem, curvature));
      this.#floor = Math.max(Math.min(1, share), this.#floor);
    }
    return this.#floor > floor;
  }

  /**
   * Minimises the model's objective over the support of a point and the coordinates of the strong set that enter it.
   *
   * @param maxHessianChange the maximum relative change of the loss's Hessian for which the last model is reused.
   * @param solvedLambda the lambda of the point, if it is the solution there; then those enter first that
   * extrapolation predicts to.
   */
  minimise(
    given: PenaltyTerm,
    strongSet: Int32Array,
    point: Point,
    maxHessianChange: number,
    signal?: { readonly aborted: boolean },
    solvedLambda?: number,
  ): Float64Array {
    const { profile } = point;
    const isKept = this.#modelFloor === this.#floor;
    if (!this.#model || !isKept || this.#model.rescale(profile) > maxHessianChange) {
      this.#model = new QuadraticModel(this.#problem, profile.eta, this.#floor);
      this.#modelFloor = this.#floor;
      this.#active = undefined;
      this.#correction = undefined;
    }
    this.#active ??= new ActiveSetCholesky(this.#model.gram, point.beta.length);
    const active = this.#active;
    this.#completeGram(this.#model, signal);
    // The model and the penalty divided by the model's scale have the same minimum.
    const { scale } = this.#model;
    const term = given.times(1 / scale);
    const beta = point.beta.slice();
    const gradient = this.#gradient;
    gradient.set(profile.gradient);
    this.#screened?.completeIn(strongSet, profile, gradient);
    if (scale !== 1) for (let j = 0; j < gradient.length; j++) gradient[j] /= scale;
    if (this.#change.length !== beta.length) this.#change = new Float64Array(beta.length);
    active.adopt(term, beta);
    // With a varying Hessian another step follows anyway, and the gradient after this one shows which columns still have to enter.
    const hasVaryingHessian = !hasConstantHessian(this.#problem);
    const mayDecorrelate = !hasVaryingHessian && !this.#model.gram.isComplete;
    let checked = strongSet;
    let batch = minBatch;
    let areCorrelated = false;
    let maxAccepted = Number.POSITIVE_INFINITY;
    // Each round lowers the objective, so only rounding could make them cycle.
    const maxRounds = 10 + 2 * strongSet.length;
    const isExtrapolated =
      solvedLambda !== undefined &&
      this.#extrapolatedStep(term, active, strongSet, point, beta, gradient, solvedLambda);
    for (
      let round = isExtrapolated ? 1 : 0;
      round === 0 || (round < maxRounds && !signal?.aborted);
      round++
    ) {
      let violators = violatingCoordinates(term, active, beta, gradient, checked);
      if (violators.length === 0 && checked !== strongSet && !hasVaryingHessian) {
        checked = strongSet;
        this.#updateGradient(term, active, strongSet, point, beta, gradient);
        violators = violatingCoordinates(term, active, beta, gradient, strongSet);
      }
      if (violators.length === 0 && round > 0) break;
      const before = active.indices.length;
      batch = Math.max(batch, minBatch, Math.floor(batchShare * before));
      const limit = Math.min(areCorrelated ? Math.max(batch, minUncorrelated) : batch, maxAccepted);
      if (violators.length <= batch) checked = strongSet;
      else if (!this.#model.gram.isComplete) {
        const near = term.atShare(nearLevel);
        checked = checked.filter(
          (j) => point.beta[j] !== 0 || active.has(j) || near.excess(j, gradient[j]) > 0,
        );
      }
      const entrants = areCorrelated
        ? uncorrelatedEntries(this.#problem, profile, violators, limit)
        : violators.slice(0, limit);
      const entered = active.enterAll(term, beta, entrants, minJointPivot);
      if (entered === 0 && round > 0) break;
      const refused = activeSetNewton(term, active, beta, gradient, this.#correction);
      if (refused > 0 && maxAccepted === 1) break; // Rounding refuses the only column that may enter.
      if (refused > 0 && (areCorrelated || !mayDecorrelate)) {
        maxAccepted = Math.max(1, Math.floor(Math.min(maxAccepted, violators.length) / 2));
      }
      const left = before + entered - active.indices.length;
      const areManyLost = left > maxLossShare * entered;
      areCorrelated ||= mayDecorrelate && (areManyLost || refused > 0);
      batch = areManyLost ? Math.floor(batch / 2) : 2 * batch;
      if (hasVaryingHessian && (entered === 0 || entered === violators.length)) break;
      this.#updateGradient(term, active, checked, point, beta, gradient);
    }
    return beta;
  }

  /**
   * Computes the Gram matrix of all columns once that costs less than the passes over the design that it saves.
   *
   * It happens before a step, so that no round of it passes over the design. An aborted signal leaves the matrix
   * incomplete.
   */
  #completeGram(model: QuadraticModel, signal?: { readonly aborted: boolean }): void {
    const problem = this.#problem;
    if (this.#profiles || !hasConstantHessian(problem) || !isGramCheaper(problem, this.#nProfiles + 1))
      return;
    const all = Array.from({ length: problem.design.nFeatures }, (_, j) => [j]);
    const isIncluded = model.gram.includeUntil(signal, all) === all.length;
    if (isIncluded) this.#profiles = new GramProfiles(problem, model, this.#origin);
  }

  /**
   * Minimises with those violators only that are predicted to be active at the solution. Returns false if no
   * prediction is known.
   */
  #extrapolatedStep(
    term: PenaltyTerm,
    active: ActiveSetCholesky,
    strongSet: Int32Array,
    point: Point,
    beta: Float64Array,
    gradient: Float64Array,
    solvedLambda: number,
  ): boolean {
    const predicted = this.#extrapolation.predict(gradient, solvedLambda, term.lambda);
    if (predicted === undefined) return false;
    const most = Math.max(minUncorrelated, Math.floor(extrapolatedShare * active.indices.length));
    const entrants = violatingCoordinates(term, active, beta, gradient, strongSet).filter(
      ({ j }) => term.excess(j, predicted[j]) > 0,
    );
    active.enterAll(term, beta, entrants.slice(0, most), minJointPivot);
    activeSetNewton(term, active, beta, gradient, undefined);
    this.#updateGradient(term, active, strongSet, point, beta, gradient);
    return true;
  }

  /** Brings the model's gradient up to date; the active coordinates are stationary after their last step. */
  #updateGradient(
    term: PenaltyTerm,
    active: ActiveSetCholesky,
    strongSet: Int32Array,
    { beta: from, profile }: Point,
    beta: Float64Array,
    gradient: Float64Array,
  ): void {
    const change = this.#change;
    for (const j of strongSet) change[j] = beta[j] - from[j];
    const model = this.#model!;
    const isGramEnough = model.gram.isComplete && !this.#correction;
    if (this.#profiles && active.areIndependent) gradient.set(this.#profiles.gradientAt(beta));
    else if (isGramEnough) {
      for (let j = 0; j < gradient.length; j++) gradient[j] = profile.gradient[j] / model.scale;
      model.addGradientChange(change, gradient);
    }
    const { indices, signs } = active;
    for (let k = 0; k < indices.length; k++) {
      gradient[indices[k]] = -term.slope(indices[k], signs[k], beta[indices[k]]);
    }
    const others = isGramEnough ? strongSet.subarray(0, 0) : active.inactiveOf(strongSet);
    if (others.length > 0) {
      const residual = hasConstantHessian(this.#problem)
        ? this.#predictors.at(beta, profile.psi).residual
        : this.#modelledResidual(profile, change);
      const dots = new Float64Array(others.length);
      columnDots(this.#problem.design, others, residual, dots);
      for (let k = 0; k < others.length; k++) gradient[others[k]] = dots[k];
    }
    for (const j of strongSet) change[j] = 0;
  }

  /** Returns the model's residual after a change of the coefficients, divided by the model's scale. */
  #modelledResidual({ residual: before }: Profile, change: Float64Array): Float64Array {
    const { design } = this.#problem;
    const model = this.#model!;
    const residual = new Float64Array(before.length);
    design.matvec(change, residual);
    const predictor = this.#correction && residual.slice();
    model.residualChange(residual);
    if (predictor) this.#correction!.addResidualChange(predictor, residual);
    for (let i = 0; i < residual.length; i++) residual[i] += before[i] / model.scale;
    return residual;
  }
}

/** The profiles of a problem without their gradients; the last one is kept, since it is often needed twice. */
export class PredictorCache {
  readonly #problem: SparseProblem;
  readonly #beta: Float64Array;
  #predicted: PredictorProfile | undefined;

  constructor(problem: SparseProblem) {
    this.#problem = problem;
    this.#beta = new Float64Array(problem.design.nFeatures);
  }

  /** @param psi where Newton's method for the unpenalized part starts. */
  at(beta: Float64Array, psi: Float64Array): PredictorProfile {
    if (this.#predicted && areEqual(this.#beta, beta)) return this.#predicted;
    this.#predicted = predictedAt(this.#problem, beta, psi);
    this.#beta.set(beta);
    return this.#predicted;
  }
}
