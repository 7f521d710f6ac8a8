import { columnDots } from "../../design/design-matrix";
import { areEqual } from "../../linalg/vector";
import {
  hasConstantHessian,
  type PredictorProfile,
  type Profile,
  predictedAt,
  type SparseProblem,
} from "../../problem/problem";
import type { Point } from "../candidate";
import { GramProfiles, gramPays, isTall, QuadraticModel } from "../subproblem/quadratic-model";
import { ScreenedProfile } from "../subproblem/screening";
import {
  ActiveSetCholesky,
  type PenaltyTerm,
  safePivot,
  uncorrelatedEntries,
  violatingCoordinates,
} from "./active-set-cholesky";
import { activeSetNewton, LbfgsCorrection } from "./active-set-newton";

/** Smallest number of columns that may enter at once. */
const smallestBatch = 3;

/** The same as a share of those who have: most of many violators only stand in for one of their neighbours. */
const leastShare = 0.05;

/** The same where it is foreseen that they stay. */
const foreseenShare = 0.2;

/** How many may leave, as a share of those who entered, with twice as many entering next: more say that these were neighbours. */
const tolerableLosses = 0.25;

/** The same where they are apart from each other. */
const smallestApart = 10;

/** Share of the level of entering that a zero must pull with to be looked at after the next step, and not only at the end. */
const nearPull = 0.85;

/** The quadratic model of the datafit, and who takes part in its minimum. */
export class QuadraticSubproblem {
  readonly #problem: SparseProblem;
  readonly #origin: Profile | undefined;
  #model: QuadraticModel | undefined;
  #members: ActiveSetCholesky | undefined;
  #profiles: GramProfiles | undefined;
  #seen: LbfgsCorrection | undefined;
  #bounded: ScreenedProfile | undefined;
  readonly #predictions: PredictorCache;
  readonly #trend: GradientExtrapolation;
  #nProfiles = 0;
  /** Of the watched coordinates since the step began; zeros but while it is used. */
  #change = new Float64Array(0);
  /** Of the step that is under way. */
  readonly #gradient: Float64Array;

  /** @param origin the profile at zero, if it is known. */
  constructor(problem: SparseProblem, origin?: Profile) {
    this.#problem = problem;
    this.#origin = origin;
    this.#predictions = new PredictorCache(problem);
    this.#trend = new GradientExtrapolation(problem.design.nFeatures);
    this.#gradient = new Float64Array(problem.design.nFeatures);
  }

  /** Says that solutions are near each other, and that there will be more, as on a path from the second lambda on. */
  followPath(): void {
    this.#nProfiles ||= 1; // a lambda says it as a pass does
    if (!isTall(this.#problem)) this.#bounded ??= ScreenedProfile.of(this.#problem, this.#origin);
  }

  /** Coefficients, kept and not copied, with their {@link profileAt}. */
  pointAt(beta: Float64Array, psi: Float64Array, lambda: number): Point {
    return { beta, profile: this.profileAt(beta, psi, lambda) };
  }

  /**
   * The profile at some coefficients. From the Gram matrix of all columns, where it is there and as long as no member nearly
   * depends on the others; else by a pass over the design, or over those columns that zero may not hold.
   *
   * @param lambda the smallest at which it is to be certified.
   */
  profileAt(beta: Float64Array, psi: Float64Array, lambda: number): Profile {
    this.#nProfiles++;
    if (this.#profiles && this.#members?.areIndependent) return this.#profiles.at(beta);
    const predicted = this.#predictions.at(beta, psi);
    return this.#bounded?.at(beta, predicted, lambda) ?? this.withGradient(predicted);
  }

  /** As {@link ScreenedProfile.isVague}. */
  mayBeInexact(profile: Profile, lambda: number, isFinal: boolean): boolean {
    return this.#bounded?.isVague(profile, lambda, isFinal) ?? false;
  }

  /** The profile with a gradient that is exact everywhere, once it is asked for. */
  withExactGradient(profile: Profile): Profile {
    return this.#bounded?.exact(profile) ?? profile;
  }

  /** The profile whose gradient is as before where it is not watched; zero there if that is left out. */
  profileOn(beta: Float64Array, psi: Float64Array, watched: Int32Array, before?: Float64Array): Profile {
    const problem = this.#problem;
    const { loss, psi: optimal, eta, residual } = predictedAt(problem, beta, psi);
    const dots = new Float64Array(watched.length);
    columnDots(problem.design, watched, residual, dots);
    const gradient = before?.slice() ?? new Float64Array(beta.length);
    for (let k = 0; k < dots.length; k++) gradient[watched[k]] = dots[k];
    return { loss, psi: optimal, eta, residual, gradient };
  }

  /** The same profile with its whole gradient. */
  withGradient({ loss, psi, eta, residual }: PredictorProfile): Profile {
    const { design } = this.#problem;
    const gradient = new Float64Array(design.nFeatures);
    design.rmatvec(residual, gradient);
    return { loss, psi, eta, residual, gradient };
  }

  /** Remembers what a step changed, so that the model of a loss that bends agrees with it. */
  rememberStep(from: Point, to: Point, watched: Int32Array): void {
    if (!this.#model) return;
    const { design } = this.#problem;
    this.#seen ??= new LbfgsCorrection(this.#model, design.nFeatures, (j, v) => design.columnDot(j, v));
    this.#seen.add(from, to, watched);
  }

  /**
   * The minimum of the model's objective over the support of a point and those of the watched who enter.
   *
   * @param maxHessianChange of the loss's curvature, up to which the last model is kept.
   * @param solved the lambda, a little larger, whose solution the point is: then those enter first who are foreseen to.
   */
  minimise(
    given: PenaltyTerm,
    watched: Int32Array,
    point: Point,
    maxHessianChange: number,
    signal?: { readonly aborted: boolean },
    solved?: number,
  ): Float64Array {
    const { profile } = point;
    if (!this.#model || this.#model.rescale(profile) > maxHessianChange) {
      this.#model = new QuadraticModel(this.#problem, profile.eta);
      this.#members = undefined;
      this.#seen = undefined;
    }
    this.#members ??= new ActiveSetCholesky(this.#model.gram, point.beta.length);
    const members = this.#members;
    this.#completeGram(this.#model, signal);
    // The model and the penalty over the model's scale have the same minimum.
    const { scale } = this.#model;
    const term = given.times(1 / scale);
    const beta = point.beta.slice();
    const gradient = this.#gradient;
    gradient.set(profile.gradient);
    this.#bounded?.completeIn(watched, profile, gradient);
    if (scale !== 1) for (let j = 0; j < gradient.length; j++) gradient[j] /= scale;
    if (this.#change.length !== beta.length) this.#change = new Float64Array(beta.length);
    members.adopt(term, beta);
    // The gradient after a step says who else has to enter where there will be another step anyway.
    const bends = !hasConstantHessian(this.#problem);
    const mayBeApart = !bends && !this.#model.gram.isComplete;
    let looked = watched;
    let batch = smallestBatch;
    let areCrowded = false;
    let mostSound = Number.POSITIVE_INFINITY;
    // Each round lowers the objective; only roundings could go in circles.
    const mostRounds = 10 + 2 * watched.length;
    const isAhead =
      solved !== undefined && this.#goAhead(term, members, watched, point, beta, gradient, solved);
    for (let round = isAhead ? 1 : 0; round === 0 || (round < mostRounds && !signal?.aborted); round++) {
      let violators = violatingCoordinates(term, members, beta, gradient, looked);
      if (violators.length === 0 && looked !== watched && !bends) {
        looked = watched;
        this.#watch(term, members, watched, point, beta, gradient);
        violators = violatingCoordinates(term, members, beta, gradient, watched);
      }
      if (violators.length === 0 && round > 0) break;
      const before = members.indices.length;
      batch = Math.max(batch, smallestBatch, Math.floor(leastShare * before));
      const limit = Math.min(areCrowded ? Math.max(batch, smallestApart) : batch, mostSound);
      if (violators.length <= batch) looked = watched;
      else if (!this.#model.gram.isComplete) {
        const near = term.atShare(nearPull);
        looked = looked.filter(
          (j) => point.beta[j] !== 0 || members.has(j) || near.excess(j, gradient[j]) > 0,
        );
      }
      const entrants = areCrowded
        ? uncorrelatedEntries(this.#problem, profile, violators, limit)
        : violators.slice(0, limit);
      const entered = members.enterAll(term, beta, entrants, safePivot);
      if (entered === 0 && round > 0) break;
      const refused = activeSetNewton(term, members, beta, gradient, this.#seen);
      if (refused > 0 && mostSound === 1) break; // rounding refuses the only one that may enter
      if (refused > 0 && (areCrowded || !mayBeApart)) {
        mostSound = Math.max(1, Math.floor(Math.min(mostSound, violators.length) / 2));
      }
      const left = before + entered - members.indices.length;
      const isLoss = left > tolerableLosses * entered;
      areCrowded ||= mayBeApart && (isLoss || refused > 0);
      batch = isLoss ? Math.floor(batch / 2) : 2 * batch;
      if (bends && (entered === 0 || entered === violators.length)) break;
      this.#watch(term, members, looked, point, beta, gradient);
    }
    return beta;
  }

  /**
   * Makes the Gram matrix of all columns once it pays that the next profile comes from it, unless a signal is aborted before it
   * is there. Before a step, no round of which then passes over the design.
   */
  #completeGram(model: QuadraticModel, signal?: { readonly aborted: boolean }): void {
    const problem = this.#problem;
    if (this.#profiles || !hasConstantHessian(problem) || !gramPays(problem, this.#nProfiles + 1)) return;
    const all = Array.from({ length: problem.design.nFeatures }, (_, j) => [j]);
    const isThere = model.gram.includeUntil(signal, all) === all.length;
    if (isThere) this.#profiles = new GramProfiles(problem, model, this.#origin);
  }

  /** Goes to the minimum with those violators only who are foreseen to be some at the solution; not where no trend is known. */
  #goAhead(
    term: PenaltyTerm,
    members: ActiveSetCholesky,
    watched: Int32Array,
    point: Point,
    beta: Float64Array,
    gradient: Float64Array,
    solved: number,
  ): boolean {
    const foreseen = this.#trend.foresee(gradient, solved, term.lambda);
    if (foreseen === undefined) return false;
    const most = Math.max(smallestApart, Math.floor(foreseenShare * members.indices.length));
    const entrants = violatingCoordinates(term, members, beta, gradient, watched).filter(
      ({ j }) => term.excess(j, foreseen[j]) > 0,
    );
    members.enterAll(term, beta, entrants.slice(0, most), safePivot);
    activeSetNewton(term, members, beta, gradient, undefined);
    this.#watch(term, members, watched, point, beta, gradient);
    return true;
  }

  /** Brings the model's gradient up to date: the members are stationary after their last step. */
  #watch(
    term: PenaltyTerm,
    members: ActiveSetCholesky,
    watched: Int32Array,
    { beta: from, profile }: Point,
    beta: Float64Array,
    gradient: Float64Array,
  ): void {
    const change = this.#change;
    for (const j of watched) change[j] = beta[j] - from[j];
    const model = this.#model!;
    const suffices = model.gram.isComplete && !this.#seen;
    if (this.#profiles && members.areIndependent) gradient.set(this.#profiles.gradientAt(beta));
    else if (suffices) {
      for (let j = 0; j < gradient.length; j++) gradient[j] = profile.gradient[j] / model.scale;
      model.addGradientChange(change, gradient);
    }
    const { indices, signs } = members;
    for (let k = 0; k < indices.length; k++) {
      gradient[indices[k]] = -term.slope(indices[k], signs[k], beta[indices[k]]);
    }
    const others = suffices ? watched.subarray(0, 0) : members.othersOf(watched);
    if (others.length > 0) {
      const residual = hasConstantHessian(this.#problem)
        ? this.#predictions.at(beta, profile.psi).residual
        : this.#modelledResidual(profile, change);
      const dots = new Float64Array(others.length);
      columnDots(this.#problem.design, others, residual, dots);
      for (let k = 0; k < others.length; k++) gradient[others[k]] = dots[k];
    }
    for (const j of watched) change[j] = 0;
  }

  /** The residual over the model's scale that the model makes of a change. */
  #modelledResidual({ residual: before }: Profile, change: Float64Array): Float64Array {
    const { design } = this.#problem;
    const model = this.#model!;
    const residual = new Float64Array(before.length);
    design.matvec(change, residual);
    const predictor = this.#seen && residual.slice();
    model.residualChange(residual);
    if (predictor) this.#seen!.addResidualChange(predictor, residual);
    for (let i = 0; i < residual.length; i++) residual[i] += before[i] / model.scale;
    return residual;
  }
}

/** Where the slopes of a datafit are heading along a path: between its solutions they move nearly on a line. */
export class GradientExtrapolation {
  readonly #last: Float64Array;
  readonly #foreseen: Float64Array;
  /** Whose solution the last slopes are of. */
  #lambda = Number.NaN;

  constructor(nFeatures: number) {
    this.#last = new Float64Array(nFeatures);
    this.#foreseen = new Float64Array(nFeatures);
  }

  /**
   * The gradient foreseen at the solution of the next lambda, by those at the last two; undefined where only one is known.
   *
   * @param gradient at the solution of lambda `from`, copied.
   * @param from larger than `to`.
   * @returns until the next call.
   */
  foresee(gradient: Float64Array, from: number, to: number): Float64Array | undefined {
    const [last, foreseen, lambda] = [this.#last, this.#foreseen, this.#lambda];
    const ahead = (from - to) / (lambda - from);
    for (let j = 0; j < last.length; j++) {
      foreseen[j] = gradient[j] + ahead * (gradient[j] - last[j]);
      last[j] = gradient[j];
    }
    this.#lambda = from;
    return lambda > from ? foreseen : undefined;
  }
}

/** The profiles of a problem without their gradients, the last one kept for who asks again. */
export class PredictorCache {
  readonly #problem: SparseProblem;
  readonly #beta: Float64Array;
  #predicted: PredictorProfile | undefined;

  constructor(problem: SparseProblem) {
    this.#problem = problem;
    this.#beta = new Float64Array(problem.design.nFeatures);
  }

  /** @param psi where the unpenalized part begins. */
  at(beta: Float64Array, psi: Float64Array): PredictorProfile {
    if (this.#predicted && areEqual(this.#beta, beta)) return this.#predicted;
    this.#predicted = predictedAt(this.#problem, beta, psi);
    this.#beta.set(beta);
    return this.#predicted;
  }
}
