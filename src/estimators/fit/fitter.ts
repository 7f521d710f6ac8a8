/**
 * Fits one model to one data set at any lambda ({@link Fitter}): prepares it once, and for each lambda solves, certifies and describes.
 * {@link solvedProblemOf} returns the problem behind a fit.
 */
import { mustBe } from "../../errors";
import { profileAt, saturatedLoss } from "../../problem/problem";
import { WarmStart } from "../../solvers";
import { isLocallyConvex } from "../../solvers/subproblem/support-newton";
import type { Note } from "../notes";
import { countedLoss, type ModelData } from "../options/model-data";
import type { CheckedOptions } from "../options/model-options";
import type { FeatureGroups } from "../results/fit-fields";
import type { AnyFit } from "../results/fit-of";
import { coefsOf, interceptsOf, linearPredictors } from "../results/fitted-model";
import type { GlobalProof } from "../results/global-proof";
import type { SparseLinearFit } from "../results/sparse-linear-fit";
import { buildFit, type FitOutcome, outcomeOf } from "./build-fit";
import { certify } from "./certify";
import { convexProofs } from "./convex-proofs";
import { type Description, describe } from "./describe";
import type { GlobalProofs, PenaltySpecOf } from "./penalty-spec";
import { type PreparedProblem, prepare } from "./prepare";
import { dependenceNotes, onSupports, unpenalizedSolver } from "./refit";
import { type SolvedProblem, type SolverRun, solve, startingPoint } from "./solve";
import type { WorkingProblem } from "./working-problem";

/** A fit, and how well it explains the data. */
export interface ScoredFit<Fit extends AnyFit = SparseLinearFit> {
  readonly fit: Fit;
  /** Difference of its loss and that of the saturated model. */
  readonly unexplained: number;
  /** The share of the null deviance that it explains. */
  readonly devianceRatio: number;
}

/** How one lambda is fitted. */
export interface SolveOptions extends Omit<SolverRun, "incumbent">, Description {
  /** Whether solvers take nothing over from other lambdas, so that the bits do not depend on which these were. */
  readonly afresh?: boolean;
  /** A fit at the same lambda: `start` is followed by the quick method only, and the better of the two ends is kept. */
  readonly incumbent?: AnyFit;
}

/** The problem behind a fit, which can be fitted again. */
export interface FittedProblem extends SolvedProblem {
  /** Fits it from these coefficients, one vector a response, by the quick method alone. */
  readonly descendFrom: (coefs: readonly Float64Array[]) => AnyFit;
}

/** A model and its data, prepared once, ready for any lambda. */
export class Fitter<Fit extends AnyFit = SparseLinearFit> {
  protected readonly name: string;
  protected readonly specOf: PenaltySpecOf;
  readonly #prepared: PreparedProblem;
  /** The state that solvers keep from one lambda to the next. */
  readonly #warmStart = new WarmStart();
  /** The last solution, and the coefficients that were made of it. */
  #last: { readonly coefs: readonly Float64Array[]; readonly beta: Float64Array } | undefined;

  /** @throws InputError when the data are outside the domain of the datafit, or do not fit the options. */
  constructor(
    where: string,
    name: string,
    specOf: PenaltySpecOf,
    given: CheckedOptions,
    data: ModelData,
    signal?: { readonly aborted: boolean },
  ) {
    this.name = name;
    this.specOf = specOf;
    this.#prepared = prepare(where, specOf, given, data, signal);
  }

  get data(): ModelData {
    return this.#prepared.data;
  }

  get working(): WorkingProblem {
    return this.#prepared.working;
  }

  protected get options(): CheckedOptions {
    return this.#prepared.options;
  }

  /** The groups of the features, where the penalty has any that were given. */
  get groups(): FeatureGroups | undefined {
    return this.#prepared.penaltySpec.groups;
  }

  /** Whether the fits of a path may improve each other. */
  get gainsFromNeighbours(): boolean {
    const { solvers, penaltySpec } = this.#prepared;
    return solvers.neighbour !== undefined && penaltySpec.rescaling === undefined;
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
    const { rescaling } = this.#prepared.penaltySpec;
    if (rescaling && lambda > 0) return rescaling.solve(this.data, lambda, start, run) as never;
    const { afresh = false, signal } = run;
    const beta = this.#startingPoint(where, start, lambda, afresh);
    const incumbent = run.incumbent && solvedProblemOf(run.incumbent)?.solution;
    const warmStart = afresh ? new WarmStart() : this.#warmStart;
    const end = solve(this.#prepared, lambda, beta, warmStart, { ...run, incumbent });
    const certified = certify(end, signal);
    const { coefs, solution } = certified;
    this.#last = { coefs, beta: solution.beta };
    const scored = this.scored(solution.profile.loss, describe(certified, run));
    rememberSolved(scored.fit, () => ({ ...certified, descendFrom: this.#descentAt(where, lambda) }));
    return scored;
  }

  /** Loads what proves its fits. @throws InputError where the loss has a parameter to estimate. */
  proofs(where: string): GlobalProofs {
    const { penaltySpec, options } = this.#prepared;
    const { datafit } = options;
    if (datafit.estimated)
      throw mustBe(where, "global", "left out with a loss that has a parameter to estimate", datafit.name);
    return penaltySpec.globalProofs?.() ?? convexProofs;
  }

  /** A fit like this one that has a proof of how far it is from the global minimum. */
  withProof(fit: AnyFit, global: GlobalProof): ScoredFit<Fit> {
    const loss = this.lossAt(coefsOf(fit), interceptsOf(fit));
    const scored = this.scored(loss, { ...outcomeOf(fit), global });
    rememberSolved(scored.fit, () => solvedProblemOf(fit)!);
    return scored;
  }

  /** How a fit at this lambda is made that begins at coefficients near a minimum. */
  #descentAt(where: string, lambda: number): FittedProblem["descendFrom"] {
    return (coefs) => this.solve(where, lambda, coefs, { afresh: true, isNearby: true }).fit;
  }

  /** The problem that a fit is the answer to, found again from the coefficients of one that was made in another thread. */
  solvedBy(fit: AnyFit): FittedProblem {
    const { rescaling } = this.#prepared.penaltySpec;
    if (rescaling) return (rescaling.fitterOf(this.data, fit) as Fitter).solvedBy(fit);
    const { working } = this;
    const beta = working.toWorking(coefsOf(fit));
    const profile = profileAt(working.problem, beta, working.nullProfile.psi);
    const { lambda, nIter, status, certificate, trace, starts } = fit;
    const solution = { beta, profile, nIter, status, certificate, trace, starts };
    const descendFrom = this.#descentAt(this.name, lambda);
    return { working, lambda, solution, tol: this.options.tol, descendFrom };
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
      isRefit: true,
      notesOn: (coefs) => [...dependenceNotes(coefs, supports, design.featureNames, responseNames), ...notes],
    });
    const { penalty } = exact.working.problem;
    if (penalty.value(exact.working.toWorking(coefsOf(fit)), 0) < Infinity) return fit;
    const inAll = supports[0].some((j) => supports.every((support) => support.includes(j)));
    const undetermined: readonly Note[] =
      datafit.shiftInvariant && inAll ? [{ code: "class-differences-only" }] : [];
    return fitterWith("auto").solve(where, 0, undefined, {
      isRefit: true,
      notesOn: () => [...undetermined, ...notes],
    }).fit;
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
    const fit = buildFit(this.name, this.options, this.data, outcome, {
      refitOn: (...task) => this.refit(...task),
      groups: () => this.groups,
    }) as Fit;
    const unexplained = loss - saturatedLoss(problem);
    return { fit, unexplained, devianceRatio: shareExplained(unexplained, nullDeviance) };
  }

  /** @param afresh without the solution before, so that last bits do not depend on what that was. */
  #startingPoint(
    where: string,
    start: readonly Float64Array[] | undefined,
    lambda: number,
    afresh: boolean,
  ): Float64Array {
    const { problem, lambdaMax } = this.working;
    if (start === undefined || lambdaMax === 0) return new Float64Array(problem.design.nFeatures);
    if (!afresh && this.#last?.coefs.every((coef, r) => coef === start[r])) return this.#last.beta;
    return startingPoint(where, this.#prepared, start, lambda);
  }
}

/** `1 - unexplained / nullDeviance`; what differs from 0 in the last digits of the two only is 0. */
function shareExplained(unexplained: number, nullDeviance: number): number {
  const share = nullDeviance === 0 ? 0 : 1 - unexplained / nullDeviance;
  return Math.abs(share) < 1e-14 ? 0 : share;
}

/** Held as long as the fit is: a fit made of numbers alone, from JSON say, has none. */
const solvedProblems = new WeakMap<AnyFit, () => FittedProblem>();

/** @param solved asked once it is needed. */
export function rememberSolved(fit: AnyFit, solved: () => FittedProblem): void {
  solvedProblems.set(fit, solved);
}

/** Undefined for a fit that came without its data. */
export function solvedProblemOf(fit: AnyFit): FittedProblem | undefined {
  return solvedProblems.get(fit)?.();
}

/** Whether a fit lies where its objective is locally convex; undefined where that cannot be known. */
export function convexityOf(fit: AnyFit): boolean | undefined {
  const solved = solvedProblemOf(fit);
  if (solved === undefined) return undefined;
  const { working, lambda, solution } = solved;
  return isLocallyConvex(working.problem, lambda, solution.beta, solution.profile.eta);
}
