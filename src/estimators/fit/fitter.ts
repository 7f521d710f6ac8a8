/**
 * Fits one model to one data set at any lambda. {@link Fitter} chooses the solver, runs it, and makes a fit of its
 * solution; {@link solvedProblemOf} returns the problem behind a fit.
 */
import { mustBe } from "../../errors";
import { searchBlocks } from "../../problem/block-search";
import { type Certificate, withGain } from "../../problem/certificate";
import { hasConstantHessian, predictedAt, profileAt, saturatedLoss } from "../../problem/problem";
import { type Solution, type Solver, WarmStart } from "../../solvers";
import { withinDomain } from "../../solvers/solver";
import { bestSettled, withStart } from "../../solvers/strategies";
import { isLocallyConvex } from "../../solvers/subproblem/support-newton";
import { isLossUnbounded, isUnboundedWherePenaltyIsFlat } from "../../solvers/unboundedness";
import type { Note } from "../notes";
import { isWeight } from "../options/coefficient-options";
import {
  checkClassesCount,
  countedLoss,
  featureDeviations,
  lossFor,
  type ModelData,
} from "../options/model-data";
import type { CheckedOptions } from "../options/model-options";
import { warnUnlessConverged } from "../results/certificate-report";
import type { FeatureGroups, MultiResponseFitFields } from "../results/fit-fields";
import type { AnyFit } from "../results/fit-of";
import { coefsOf, endOf, linearPredictors, supportsOf } from "../results/fitted-model";
import { MultiResponseFit } from "../results/multi-response-fit";
import { SparseLinearFit } from "../results/sparse-linear-fit";
import { endsAtRounding, excessOf, goalOf } from "./fit-goal";
import { Identifiability } from "./identifiability";
import type { PenaltySpec, PenaltySpecOf } from "./penalty-spec";
import { dependenceNotes, onSupports, unpenalizedSolver } from "./refit";
import { nullModelSolver, solverFor } from "./solver-choice";
import { type WorkingProblem, workingProblem } from "./working-problem";

/** A fit, and how well it explains the data. */
export interface ScoredFit<Fit extends AnyFit = SparseLinearFit> {
  readonly fit: Fit;
  /** Difference of its loss and that of the saturated model. */
  readonly unexplained: number;
  /** The share of the null deviance that it explains. */
  readonly devianceRatio: number;
}

/** The fields that differ between fits of the same model and data. */
export type FitOutcome = Pick<
  MultiResponseFitFields,
  | "coefs"
  | "intercepts"
  | "lambda"
  | "nIter"
  | "status"
  | "certificate"
  | "nullDeviance"
  | "trace"
  | "starts"
  | "notes"
  | "estimatedParameter"
  | "hasNoMinimizer"
>;

/** How one lambda is fitted. */
export interface SolveOptions {
  readonly signal?: { readonly aborted: boolean };
  /** Told the certificate that was made last, and how many times it is above what is asked for. */
  readonly onIteration?: (iteration: number, certificate: Certificate, excess: number) => void;
  /** Makes further notes that a reader of the fit should see, from its coefficients. */
  readonly notesOn?: (coefs: readonly Float64Array[]) => readonly Note[];
  /** Whether solvers take nothing over from other lambdas, so that the bits do not depend on which these were. */
  readonly afresh?: boolean;
  /** A fit at the same lambda: `start` is followed by the quick method only, and the better of the two ends is kept. */
  readonly incumbent?: AnyFit;
  /** Whether it is one of the lambdas of a path, whose fits will improve each other. */
  readonly onPath?: boolean;
  /** Whether `start` is a fit of nearly the same problem, so that the quick method does. */
  readonly isNearby?: boolean;
}

/**
 * Largest excess of the objective at a start over that of the null model, in null deviances. Beyond it a start tells nothing, and where
 * the loss is all but flat or exponential no descent returns from it.
 */
const farthestStart = 1e3;

/** A model and its data, standardized once, ready for any lambda. */
export class Fitter<Fit extends AnyFit = SparseLinearFit> {
  readonly data: ModelData;
  /** The groups of the features, where the penalty has any that were given. */
  readonly groups: FeatureGroups | undefined;
  readonly working: WorkingProblem;
  protected readonly name: string;
  protected readonly specOf: PenaltySpecOf;
  protected readonly options: CheckedOptions;
  readonly #solver: Solver;
  readonly #undetermined: Identifiability;
  readonly #rescaling: PenaltySpec["rescaling"];
  /** The state that solvers keep from one lambda to the next. */
  readonly #warmStart = new WarmStart();
  /** The last solution, and the coefficients that were made of it. */
  #last: { readonly coefs: readonly Float64Array[]; readonly beta: Float64Array } | undefined;
  /** Undefined where the fits of a path have nothing to gain from each other. */
  readonly #neighbourSolver: Solver | undefined;
  readonly #pathSolver: Solver | undefined;

  /** @throws InputError when the data are outside the domain of the datafit, or do not fit the options. */
  constructor(
    where: string,
    name: string,
    specOf: PenaltySpecOf,
    given: CheckedOptions,
    data: ModelData,
    signal?: { readonly aborted: boolean },
  ) {
    const options = { ...given, datafit: lossFor(given.datafit, data) };
    checkClassesCount(where, data, data.samples.weights);
    const penaltySpec = specOf(where, data, signal);
    this.name = name;
    this.specOf = specOf;
    this.options = options;
    this.working = workingProblem(where, data, penaltySpec, options);
    this.data = this.working.data;
    this.groups = penaltySpec.groups;
    this.#rescaling = penaltySpec.rescaling;
    this.#undetermined = new Identifiability(this.working, options.datafit);
    const size = fullDataSize(data, penaltySpec);
    const problem = { ...this.working.problem, design: size };
    const { solver, neighbour, onPath } = solverFor(where, penaltySpec, options.solver, problem);
    const explains = this.working.lambdaMax !== 0;
    this.#solver = explains ? solver : nullModelSolver;
    this.#neighbourSolver = explains ? neighbour : undefined;
    this.#pathSolver = explains ? onPath : undefined;
  }

  /** Whether the fits of a path may improve each other. */
  get gainsFromNeighbours(): boolean {
    return this.#neighbourSolver !== undefined && this.#rescaling === undefined;
  }

  /**
   * Fits at one lambda.
   *
   * @param start coefficients to start from, one vector a response.
   * @throws InputError when `start` is of other features or responses.
   */
  solve(
    where: string,
    lambda: number,
    start?: readonly Float64Array[],
    run: SolveOptions = {},
  ): ScoredFit<Fit> {
    const { signal, onIteration, notesOn, afresh = false, incumbent, onPath = false } = run;
    if (this.#rescaling && lambda > 0) return this.#rescaling.solve(this.data, lambda, start, run) as never;
    const { tol, maxIter } = this.options;
    const { problem, nullProfile, lambdaMax, magnitude } = this.working;
    const isOptimal = goalOf(this.working, lambda, tol);
    const excess = onIteration && excessOf(this.working, lambda, tol);
    let latest: Certificate | undefined;
    const quick = incumbent || run.isNearby ? this.#neighbourSolver : undefined;
    const solver = quick ?? (onPath ? this.#pathSolver : undefined) ?? this.#solver;
    const end = solver.solve({
      problem,
      lambda,
      beta:
        start && lambdaMax !== 0
          ? this.#startingCoefficients(where, start, lambda, afresh)
          : new Float64Array(problem.design.nFeatures),
      psi: nullProfile.psi,
      nullProfile,
      warmStart: afresh ? new WarmStart() : this.#warmStart,
      magnitude,
      maxIter,
      isOptimal: (certificate) => {
        latest = certificate;
        return isOptimal(certificate);
      },
      signal,
      onIteration: excess && ((iteration) => latest && onIteration(iteration, latest, excess(latest))),
    });
    // On the way to infinity tolerances are met somewhere, which is no minimum.
    const isFlatEnd = end.status !== "interrupted" && isUnboundedWherePenaltyIsFlat(problem, lambda, end);
    const ended: Solution = isFlatEnd ? { ...end, status: "stalled" } : end;
    const best = incumbent
      ? bestSettled(solvedProblemOf(incumbent)?.solution, withStart("a neighbour on the path", ended))
      : ended;
    const isFlat = best.beta === end.beta ? isFlatEnd : isUnboundedWherePenaltyIsFlat(problem, lambda, best);
    const certificate = lambdaMax > 0 ? searchedCertificate(problem, lambda, best, signal) : best.certificate;
    const misses = best.status === "converged" && certificate !== best.certificate && !isOptimal(certificate);
    const isRounded = !isFlat && lambda > 0 && endsAtRounding(this.working, lambda, tol, best);
    const solution: Solution = {
      ...best,
      certificate,
      status: isRounded || misses ? "stalled" : best.status,
    };
    // Without a penalty nothing jumps.
    const notes = this.working.notes.filter(({ code }) => lambda > 0 || code !== "hard-thresholding");
    if (lambda === 0 && lambdaMax > 0) notes.push(...this.#undetermined.notes(notesOn !== undefined));
    let { endless } = this.working;
    if (lambda === 0 && !endless && !hasConstantHessian(problem)) {
      endless = isLossUnbounded(problem, solution.profile.eta, false);
      if (endless) notes.push({ code: "unbounded" });
    }
    if (isFlat) notes.push({ code: "unbounded-where-flat" });
    if (isRounded && !endless) notes.push({ code: "below-rounding" });
    const { coefs, intercepts } = this.working.toOriginal(solution.beta, solution.profile.psi);
    const { objective, dualityGap, violation, singleCoordinateGain, misalignment } = solution.certificate;
    this.#last = { coefs, beta: solution.beta };
    // The objective is infinite outside the bounds, so that a fit that passes this gate is feasible too.
    const areFinite =
      Number.isFinite(objective) && [intercepts, ...coefs].every((b) => b.every(Number.isFinite));
    if (!areFinite) notes.push({ code: "not-finite" });
    notes.push(...(notesOn?.(coefs) ?? []));
    const isUnsettled = !areFinite || notes.some(({ code }) => code === "unsettled-rescaling");
    const isStalled = endless || (solution.status === "converged" && isUnsettled);
    const scored = this.scored(solution.profile.loss, {
      coefs,
      intercepts,
      lambda,
      nIter: solution.nIter,
      status: isStalled && solution.status !== "interrupted" ? "stalled" : solution.status,
      certificate: {
        objective,
        dualityGap,
        violation,
        singleCoordinateGain: singleCoordinateGain,
        misalignment,
      },
      trace: solution.trace,
      starts: solution.starts ?? [],
      notes,
      hasNoMinimizer: endless || isFlat,
    });
    rememberSolved(scored.fit, () => ({ working: this.working, lambda, solution, tol }));
    return scored;
  }

  /** The problem that a fit is the answer to, found again from the coefficients of one that was made in another thread. */
  solvedBy(fit: AnyFit): SolvedProblem {
    if (this.#rescaling) return (this.#rescaling.fitterOf(this.data, fit) as Fitter).solvedBy(fit);
    const { working } = this;
    const beta = working.toWorking(coefsOf(fit));
    const profile = profileAt(working.problem, beta, working.nullProfile.psi);
    const { lambda, nIter, status, certificate, trace, starts } = fit;
    const solution = { beta, profile, nIter, status, certificate, trace, starts };
    return { working, lambda, solution, tol: this.options.tol };
  }

  /**
   * The fit without a penalty on some of the features, of those that are free anyway, and of no others: a projection for a
   * squared error, else by Newton's method, unless constraints of the penalty, such as signs, then still have to be met.
   *
   * @param supports the features of each response.
   * @param notes further notes that a reader of it should see.
   */
  refit(where: string, supports: readonly Int32Array[], notes: readonly Note[] = []): Fit {
    const { datafit } = this.options;
    const fitterWith = (solver: CheckedOptions["solver"]): Fitter<Fit> => {
      const specOf = onSupports(this.specOf, supports);
      return this.of(where, specOf, { ...this.options, solver });
    };
    const exact = fitterWith(unpenalizedSolver(this.data.samples.weights, datafit));
    const { design, responseNames } = this.data;
    const { fit } = exact.solve(where, 0, undefined, {
      notesOn: (coefs) => [...dependenceNotes(coefs, supports, design.featureNames, responseNames), ...notes],
    });
    const { penalty } = exact.working.problem;
    if (penalty.value(exact.working.toWorking(coefsOf(fit)), 0) < Infinity) return fit;
    const inAll = supports[0].some((j) => supports.every((support) => support.includes(j)));
    const undetermined: readonly Note[] =
      datafit.shiftInvariant && inAll ? [{ code: "class-differences-only" }] : [];
    return fitterWith("auto").solve(where, 0, undefined, { notesOn: () => [...undetermined, ...notes] }).fit;
  }

  /** A fitter of the same data and loss. */
  protected of(where: string, specOf: PenaltySpecOf, options: CheckedOptions): Fitter<Fit> {
    return new Fitter<Fit>(where, this.name, specOf, options, this.data);
  }

  /** The fitter whose loss has what it estimates at these coefficients; this one where it estimates nothing. */
  estimatedAt(_where: string, _coefs: readonly Float64Array[], _intercepts: Float64Array): Fitter<Fit> {
    return this;
  }

  /** The loss, with its weights and offset, of coefficients and an intercept a response, on the original scale. */
  lossAt(coefs: readonly Float64Array[], intercepts: Float64Array): number {
    const { design, target, samples } = this.data;
    const { datafit } = this.options;
    const eta = linearPredictors(design, coefs, intercepts, samples.offset);
    return countedLoss(datafit, samples).valueAndGradient(target, eta, new Float64Array(eta.length));
  }

  /** A fit of this model and its data, whose loss is known. */
  scored(loss: number, outcome: FitOutcome): ScoredFit<Fit> {
    const { problem, nullDeviance } = this.working;
    const measured = { ...outcome, nullDeviance };
    const fit = buildFit(this.name, this.options, this.data, measured, {
      refitOn: (...task) => this.refit(...task),
      groups: () => this.groups,
    }) as Fit;
    const unexplained = loss - saturatedLoss(problem);
    return { fit, unexplained, devianceRatio: shareExplained(unexplained, nullDeviance) };
  }

  /**
   * Returns coefficients on the working scale, each moved into the interval on which its penalty is finite; zeros where their objective
   * is far above that of zeros, or not finite, as where a mean overflows.
   *
   * @param afresh without the solution before, so that last bits do not depend on what that was.
   */
  #startingCoefficients(
    where: string,
    coefs: readonly Float64Array[],
    lambda: number,
    afresh: boolean,
  ): Float64Array {
    const { nFeatures } = this.data.design;
    const { nResponses } = this.options.datafit;
    if (!afresh && this.#last?.coefs.every((coef, r) => coef === coefs[r])) return this.#last.beta;
    if (coefs.length !== nResponses) {
      throw mustBe(where, "init", `of ${nResponses} response${nResponses === 1 ? "" : "s"}`, coefs.length);
    }
    const other = coefs.find(({ length }) => length !== nFeatures);
    if (other) throw mustBe(where, "init", `of ${nFeatures} features`, other.length);
    const { problem, nullProfile, nullDeviance } = this.working;
    const beta = withinDomain(problem, this.working.toWorking(coefs));
    const { loss } = predictedAt(problem, beta, nullProfile.psi);
    const excess = loss + problem.penalty.value(beta, lambda) - nullProfile.loss;
    return excess <= farthestStart * nullDeviance ? beta : new Float64Array(beta.length);
  }
}

/**
 * Returns the certificate of a solution whose gain of single coordinates was searched for on the loss itself, where a penalty
 * that is not convex leaves local minima; on the way there quadratic models have to do.
 */
function searchedCertificate(
  problem: WorkingProblem["problem"],
  lambda: number,
  { beta, profile, certificate, status }: Solution,
  signal: SolveOptions["signal"],
): Certificate {
  if (problem.penalty.convex || lambda === 0 || status === "interrupted") return certificate;
  const { decrease } = searchBlocks(problem, lambda, beta, profile, signal);
  return withGain(certificate, Math.max(decrease, certificate.singleCoordinateGain));
}

/** `1 - unexplained / nullDeviance`; what differs from 0 in the last digits of the two only is 0. */
function shareExplained(unexplained: number, nullDeviance: number): number {
  const share = nullDeviance === 0 ? 0 : 1 - unexplained / nullDeviance;
  return Math.abs(share) < 1e-14 ? 0 : share;
}

/**
 * The rows and penalized columns of the data that these are all or some of, so that folds are solved as the whole is,
 * be they smaller and some of their columns constant.
 */
function fullDataSize(
  { design, chosenFrom = design.nSamples, responseNames: { length: nResponses } }: ModelData,
  { factors }: PenaltySpec,
): { nSamples: number; nFeatures: number } {
  return { nSamples: chosenFrom * nResponses, nFeatures: factors.filter(isWeight).length * nResponses };
}

/** Fits without a penalty, on the features given for each response, and says so in further notes. */
export type RefitOn = (where: string, supports: readonly Int32Array[], notes?: readonly Note[]) => AnyFit;

/** What a fit is asked after it was made, by what its data are needed for. */
interface AskedLater {
  /** Fits the same data again. */
  readonly refitOn: RefitOn;
  readonly groups: () => FeatureGroups | undefined;
}

/**
 * The fit of a model to data, of which all is known that a solver finds out.
 *
 * @param later what it is asked later, of the same data.
 */
export function buildFit(
  name: string,
  options: CheckedOptions,
  data: ModelData,
  outcome: FitOutcome,
  { refitOn, groups }: AskedLater,
): AnyFit {
  const { design, samples, classes, responseNames } = data;
  const described = {
    estimator: name,
    datafit: lossFor(options.datafit, data),
    classes,
    usesOffset: samples.offset !== undefined,
    fitIntercept: options.fitIntercept,
    featureNames: design.featureNames,
    supportDeviations: (): Float64Array => {
      const all = featureDeviations(data);
      return Float64Array.from(fit.support, (j) => all[j]);
    },
    refit: (): never => {
      const where = `${name}.refit`;
      const { lambda, support } = fit;
      const refit = refitOn(where, supportsOf(fit), [
        { code: "refitted", nFeatures: support.length, lambda },
      ]);
      warnUnlessConverged(where, [endOf(refit)], options);
      return refit as never; // of as many responses as it is a refit of
    },
    groups,
    responseNames,
    coef: outcome.coefs[0],
    intercept: outcome.intercepts[0],
    ...outcome,
  };
  const fit: AnyFit = options.datafit.responses
    ? new MultiResponseFit(described)
    : new SparseLinearFit(described);
  return fit;
}

/** The problem that a fit is the answer to, as the solver saw it, and its answer. */
export interface SolvedProblem {
  readonly working: WorkingProblem;
  readonly lambda: number;
  readonly solution: Solution;
  readonly tol: number;
}

/** Held as long as the fit is: a fit made of numbers alone, from JSON say, has none. */
const solvedProblems = new WeakMap<AnyFit, () => SolvedProblem>();

/** @param solved asked once it is needed. */
export function rememberSolved(fit: AnyFit, solved: () => SolvedProblem): void {
  solvedProblems.set(fit, solved);
}

/** Undefined for a fit that came without its data. */
export function solvedProblemOf(fit: AnyFit): SolvedProblem | undefined {
  return solvedProblems.get(fit)?.();
}

/** Whether a fit lies where its objective is locally convex; undefined where that cannot be known. */
export function convexityOf(fit: AnyFit): boolean | undefined {
  const solved = solvedProblemOf(fit);
  if (solved === undefined) return undefined;
  const { working, lambda, solution } = solved;
  return isLocallyConvex(working.problem, lambda, solution.beta, solution.profile.eta);
}
