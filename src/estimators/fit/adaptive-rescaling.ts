/**
 * Adaptive rescaling of MCP and SCAD ({@link adaptivelyRescaled}): the penalty is measured on the scale on which the loss has curvature 1
 * in each coefficient, as ncvreg does.
 */
import { NEGLIGIBLE } from "../../linalg/rounding";
import { dot, maxAbs, squaredNorm } from "../../linalg/vector";
import { coordinateCurvature, profileAt } from "../../problem/problem";
import type { Note } from "../notes";
import type { ModelData } from "../options/model-data";
import type { CheckedOptions } from "../options/model-options";
import type { AnyFit } from "../results/fit-of";
import { coefsOf } from "../results/fitted-model";
import { Fitter, type ScoredFit, type SolveOptions } from "./fitter";
import type { PenaltySpec, PenaltySpecOf, Rescaling } from "./penalty-spec";

/** Largest change of a curvature, relative to it, at which it counts as that of the fit; solvers leave it open to some `tol`. */
const STABLE = 1e-8;
const stableTols = 10;

/** The same on the way to a lambda, where curvatures are but a start for the next ones. */
const stableOnTheWay = 1e-4;

/** Smallest share of the way to the curvatures of the last fit that is gone; the whole way may lead back and forth. */
const leastShare = 1 / 16;
const largestShare = 2;

/** Largest number of problems that are solved for one lambda; curvatures settle within some ten, unless classes are separable. */
const mostProblems = 30;

/** Ratio of the first two lambdas that lead from the null model to one without another before it. */
const firstRatio = 0.75;

/** Logarithm of the largest factor by which a curvature may change from one problem to the next, lest the way is lost. */
const farthest = Math.log(3);

/** Number of times that a step to a smaller lambda is halved where the way is lost; then it is taken all the same. */
const mostTries = 6;

/**
 * Makes the penalty whose `gamma` holds where the second derivative `v_j` of the loss in coefficient j, at the fit itself, is 1: the
 * penalty of `sqrt(v_j) beta_j` with weights `w_j / sqrt(v_j)`, which has `gamma / v_j` in place of `gamma` and slope `lambda w_j` at zero.
 *
 * A fit is made at the curvatures of the one before until they are its own, and is certified for the problem with these. Curvatures and
 * coefficients begin at those of the lambda before, as ncvreg's do: for curvatures of another fit the lowest objective may be one of
 * separated classes, from whose curvatures, next to 0, no way leads back.
 *
 * @param specAt makes the penalty for curvatures, one a feature.
 * @see Breheny and Huang, Coordinate descent algorithms for nonconvex penalized regression (2011), section 3
 */
export function adaptivelyRescaled(
  name: string,
  options: CheckedOptions,
  specAt: (where: string, data: ModelData, curvatures: Float64Array) => PenaltySpec,
): PenaltySpecOf {
  return (where, given) => {
    const fitterAt: FitterAt = (data, curvatures) => {
      const own = { ...data, ownsDesign: false };
      return new Fitter<AnyFit>(where, name, () => specAt(where, data, curvatures), options, own);
    };
    const rescaling = new CurvatureSearch(where, options.tol, fitterAt, given);
    return { ...specAt(where, given, rescaling.ofNull), rescaling };
  };
}

/** Makes the fitter of data whose penalty is rescaled by curvatures, one a feature. */
type FitterAt = (data: ModelData, curvatures: Float64Array) => Fitter<AnyFit>;

/** How curvatures at a lambda are searched for. */
interface Search {
  readonly run: SolveOptions;
  /** Largest change of a curvature, relative to it, at which the search ends. */
  readonly stable: number;
  /** Whether curvatures may go far from those that it begins from, which else ends the search at once. */
  readonly mayJump: boolean;
}

/** Searches at each lambda for the curvatures that are those of the fit at these curvatures. */
class CurvatureSearch implements Rescaling<SolveOptions, ScoredFit<AnyFit>, Fitter<AnyFit>> {
  /** The curvatures of the null model. */
  readonly ofNull: Float64Array;
  readonly #where: string;
  readonly #fitterAt: FitterAt;
  readonly #lambdaMax: number;
  /** The change at which curvatures count as those of the fit. */
  readonly #stable: number;
  readonly #ones: Float64Array;
  #last: Settled | undefined;

  constructor(where: string, tol: number, fitterAt: FitterAt, data: ModelData) {
    this.#where = where;
    this.#fitterAt = fitterAt;
    this.#stable = Math.max(STABLE, stableTols * tol);
    this.#ones = new Float64Array(data.design.nFeatures).fill(1);
    const unscaled = fitterAt(data, this.#ones);
    this.ofNull = curvaturesAt(unscaled, unscaled.working.nullProfile.eta, this.#ones);
    this.#lambdaMax = unscaled.working.lambdaMax;
  }

  solve(
    data: ModelData,
    lambda: number,
    start: readonly Float64Array[] | undefined,
    run: SolveOptions,
  ): ScoredFit<AnyFit> {
    const { signal } = run;
    const atEnd: Search = { run, stable: this.#stable, mayJump: true };
    let from = this.#startOf(data, lambda, start, run.afresh);
    let ratio = from.coefs ? lambda / from.lambda : firstRatio;
    for (let tries = from.isSettled ? 0 : mostTries; ; ) {
      const next = Math.max(lambda, Math.min(from.lambda, this.#lambdaMax) * ratio);
      const mayJump = tries >= mostTries;
      const onTheWay: Search = { run: { signal }, stable: stableOnTheWay, mayJump };
      const found = this.#settled(data, next, from, next > lambda ? onTheWay : { ...atEnd, mayJump });
      if (!found.isSettled && !mayJump) {
        tries++;
        ratio = Math.sqrt(ratio);
        continue;
      }
      from = found;
      if (next > lambda && !signal?.aborted && found.isSettled) continue;
      if (next > lambda) from = this.#settled(data, lambda, found, atEnd);
      break;
    }
    if (!run.afresh) this.#last = from;
    return from.scored!;
  }

  fitterOf(data: ModelData, fit: AnyFit): Fitter<AnyFit> {
    return this.#fitterAt(data, this.#curvaturesOf(data, coefsOf(fit)));
  }

  /** Returns the last fit where its lambda is larger, else a start that was given, else the null model. */
  #startOf(
    data: ModelData,
    lambda: number,
    start: readonly Float64Array[] | undefined,
    afresh = false,
  ): Settled {
    const last = this.#last;
    if (last && last.lambda >= lambda && !afresh) return last;
    const [at, curvatures] = start
      ? [lambda, this.#curvaturesOf(data, start)]
      : [this.#lambdaMax, this.ofNull];
    const fitter = this.#fitterAt(data, curvatures);
    return { lambda: at, curvatures, fitter, coefs: start, isSettled: true };
  }

  #curvaturesOf(data: ModelData, coefs: readonly Float64Array[]): Float64Array {
    const plain = this.#fitterAt(data, this.#ones);
    return curvaturesAt(plain, etaOf(plain, coefs), this.#ones);
  }

  #settled(data: ModelData, lambda: number, from: Settled, { run, stable, mayJump }: Search): Settled {
    let curvatures = extrapolated(from, lambda);
    let fitter = curvatures === from.curvatures ? from.fitter : this.#fitterAt(data, curvatures);
    let scored = fitter.solve(this.#where, lambda, from.coefs, { ...run, isNearby: true });
    let share = 1;
    let before: Float64Array | undefined;
    for (let count = 1; ; count++) {
      const own = curvaturesAt(fitter, etaOf(fitter, coefsOf(scored.fit)), curvatures);
      const steps = own.map((v, j) => Math.log(v / curvatures[j]));
      const change = maxAbs(steps);
      const isSettled = change <= stable || run.signal?.aborted === true;
      const isJump = change > farthest && !mayJump;
      if (isSettled || isJump || count > mostProblems) {
        const before = { lambda: from.lambda, curvatures: from.curvatures };
        return { lambda, curvatures, fitter, coefs: coefsOf(scored.fit), scored, isSettled, before };
      }
      if (before) share = nextShare(share, steps, before);
      before = steps;
      curvatures = curvatures.map((v, j) => v * Math.exp(share * steps[j]));
      fitter = this.#fitterAt(data, curvatures);
      const notesOn = (): Note[] => [{ code: "unsettled-rescaling", factor: Math.exp(change) }];
      const options = count < mostProblems ? run : { ...run, notesOn };
      scored = fitter.solve(this.#where, lambda, coefsOf(scored.fit), { ...options, isNearby: true });
    }
  }
}

/** The curvatures of a fit, the fitter of the problem with these, and the coefficients to start the next one from. */
interface Settled {
  readonly lambda: number;
  readonly curvatures: Float64Array;
  readonly fitter: Fitter<AnyFit>;
  readonly coefs: readonly Float64Array[] | undefined;
  /** Undefined of the null model and of a start that was given. */
  readonly scored?: ScoredFit<AnyFit>;
  /** Whether the curvatures are those of the fit. */
  readonly isSettled: boolean;
  /** The one at a larger lambda that it was found from. */
  readonly before?: Pick<Settled, "lambda" | "curvatures">;
}

/** Returns the curvatures that those of two lambdas lead to at a smaller one, by lines in logarithms at most as far on as these are apart. */
function extrapolated({ lambda, curvatures, before }: Settled, next: number): Float64Array {
  if (before === undefined || !(before.lambda > lambda && lambda > next)) return curvatures;
  const way = Math.min(1, Math.log(lambda / next) / Math.log(before.lambda / lambda));
  return curvatures.map((v, j) => v * (v / before.curvatures[j]) ** way);
}

/** The share of the next step that would have led to steps of 0 if they change in proportion to the way gone, as near a fixed point of one slope. */
function nextShare(share: number, steps: Float64Array, before: Float64Array): number {
  const left = dot(steps, before) / squaredNorm(before);
  return left < 0.9 ? Math.min(Math.max(share / (1 - left), leastShare), largestShare) : share;
}

/**
 * The second derivative of the loss in the coefficient of each standardized feature, which vanishes where classes are separable and is then
 * negligible; 1 of one that is constant or free.
 */
function curvaturesAt({ working }: Fitter<AnyFit>, eta: Float64Array, scaledBy: Float64Array): Float64Array {
  const own = coordinateCurvature(working.problem, eta);
  return own.map((curvature, j) => (curvature > 0 ? Math.max(curvature * scaledBy[j], NEGLIGIBLE) : 1));
}

/** The linear predictors of coefficients. */
function etaOf({ working }: Fitter<AnyFit>, coefs: readonly Float64Array[]): Float64Array {
  return profileAt(working.problem, working.toWorking(coefs), working.nullProfile.psi).eta;
}
