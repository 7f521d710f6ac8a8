/**
 * Follows a path from lambda to lambda ({@link followPath}), refines it for nonconvex penalties, blends its fits
 * with their refits ({@link relaxedFits}), and computes information criteria.
 */
import type { Datafit } from "../../datafits";
import { goldenSection } from "../../linalg/golden-section";
import { NEGLIGIBLE } from "../../linalg/rounding";
import type { Certificate } from "../../problem/certificate";
import type { Fitter, ScoredFit } from "../fit/fitter";
import { distinctNotes, type Note } from "../notes";
import type { AnyFit } from "../results/fit-of";
import { coefsOf, interceptsOf, notesOf, supportsOf } from "../results/fitted-model";
import type { SparseLinearFit } from "../results/sparse-linear-fit";
import type { LeftOut, PathStatus } from "./path-table";
import { almostAll } from "./path-table";

/** How a path is followed. */
export interface FollowOptions<Fit extends AnyFit = SparseLinearFit> {
  /** Where the first lambda starts from, one vector a response. */
  readonly init?: readonly Float64Array[];
  readonly signal?: { readonly aborted: boolean };
  /** Whether to end with the fits so far. */
  readonly isEnough?: (fits: readonly ScoredFit<Fit>[]) => boolean;
  /** Whether to end before fits whose penalty could not be rescaled. */
  readonly leavesOutUnsettled?: boolean;
  /** Told of each fit that {@link pathSteps} gives, and how many there are by then. */
  readonly onFit?: (fit: Fit, count: number) => void;
}

/** The fits of a path, and whether they are all that were asked for. */
export interface Followed<Fit extends AnyFit> {
  readonly fits: ScoredFit<Fit>[];
  readonly status: PathStatus;
}

/** Fits at each lambda from the fit before; once enough or aborted, ends with the fits it has, at least one. */
export function followPath<Fit extends AnyFit = SparseLinearFit>(
  where: string,
  fitter: Fitter<Fit>,
  lambdas: Float64Array,
  options: FollowOptions<Fit>,
): Followed<Fit> {
  const steps = pathSteps(where, fitter, lambdas, options);
  for (let count = 1; ; count++) {
    const { done, value } = steps.next();
    if (done) return value;
    options.onFit?.(value, count);
  }
}

/** Follows it step by step: gives each fit when it is there, but that of the last of `lambdas` once the path is whole. */
export function* pathSteps<Fit extends AnyFit = SparseLinearFit>(
  where: string,
  fitter: Fitter<Fit>,
  lambdas: Float64Array,
  { init, signal, isEnough, leavesOutUnsettled }: Omit<FollowOptions<Fit>, "onFit">,
): Generator<Fit, Followed<Fit>, void> {
  const fits: ScoredFit<Fit>[] = [];
  let ended = false;
  for (const lambda of lambdas) {
    if (signal?.aborted && fits.length > 0) break;
    const last = fits.at(-1);
    const scored = fitter.solve(where, lambda, last ? coefsOf(last.fit) : init, { signal, onPath: true });
    fits.push(scored);
    if (leavesOutUnsettled && !signal?.aborted && isSaturated(fits)) {
      leaveOutUnsettled(where, fitter, fits);
      ended = true;
      break;
    }
    if (fits.length < lambdas.length) yield scored.fit;
    ended = fits.length === lambdas.length || isEnough?.(fits) === true;
    if (ended) break;
  }
  if (fitter.gainsFromNeighbours) ended = refinePath(where, fitter, fits, signal) && ended;
  const isWhole = ended && fits.every(({ fit }) => fit.status !== "interrupted");
  if (isWhole && fits.length === lambdas.length) yield fits[fits.length - 1].fit;
  return { fits, status: isWhole ? "complete" : "interrupted" };
}

function isUnsettled({ fit }: ScoredFit<AnyFit>): boolean {
  return notesOf(fit).some(({ code }) => code === "unsettled-rescaling");
}

/**
 * Whether the last fit, or the one before as well, says that a penalty could not be rescaled by curvatures of its own: where large
 * coefficients separate the classes the curvatures vanish, and with them the penalty. ncvreg ends a path there, where the deviance falls
 * below 1 % of that of the null model.
 */
function isSaturated(fits: readonly ScoredFit<AnyFit>[]): boolean {
  const [before, last] = fits.slice(-2);
  if (last === undefined || !isUnsettled(last)) return false;
  return last.fit.hasNoMinimizer || isUnsettled(before);
}

/** Leaves out the last fits, which are not settled, and makes the one before them anew with a note that says so. */
function leaveOutUnsettled<Fit extends AnyFit>(
  where: string,
  fitter: Fitter<Fit>,
  fits: ScoredFit<Fit>[],
): void {
  const count = fits.findLastIndex((fit) => !isUnsettled(fit)) + 1;
  if (count === 0) return;
  const note: Note = { code: "saturated-below", lambda: fits[count].fit.lambda };
  const { fit } = fits[count - 1];
  fits.length = count;
  fits[count - 1] = fitter.solve(where, fit.lambda, coefsOf(fit), { notesOn: () => [note] });
}

/** Fewest lambdas of a path, unless fewer are asked for. */
const fewest = 5;

/**
 * Whether a path may end before its grid does, by the shares of deviance explained so far: above 0.999, or where the last
 * step added less than 1e-5; a share of it for squared errors, and for counts and survival over the last four steps.
 *
 * These are glmnet's rules. They take a convex penalty: with another one, and with robust losses, whose solutions hardly move
 * between kinks, a step may add nothing and the next one much, so that only the first of them holds. So it is after a fit
 * that did not converge.
 *
 * @see glmnet.control, `fdev`, `devmax` and `mnlam`
 */
export function explainsEnough(
  fits: readonly ScoredFit<AnyFit>[],
  nLambdas: number,
  datafit: Datafit,
  convex: boolean,
): boolean {
  const count = fits.length;
  const least = Math.min(fewest, nLambdas);
  if (count < least) return false;
  const { fit, devianceRatio: last } = fits[count - 1];
  if (last > almostAll) return true;
  if (!convex || datafit.terms || count < 2 || fit.status !== "converged") return false;
  const gainOver = (steps: number): number => last - fits[count - 1 - steps].devianceRatio;
  if (datafit.response === "classes") return gainOver(1) < 1e-5;
  if (datafit.quadratic) return gainOver(1) < 1e-5 * last;
  return !datafit.dependsOnResidual && gainOver(least - 1) < 1e-5 * last;
}

/** Passes over a path after which it is left as it is; nearly all need fewer. */
const maxPasses = 20;

/**
 * Goes along a path of fits again, towards the larger lambdas and back, each fit tried as the start of the next one, until
 * nothing improves.
 *
 * Where the penalty is not convex the best way to a fit may come from either side: from larger lambdas features enter,
 * from smaller ones, where zero holds nothing back, they leave. No fit gets worse, or loses its convergence.
 *
 * @param fits by decreasing lambda; improved ones take their place.
 * @returns false when aborted before its end.
 */
function refinePath<Fit extends AnyFit>(
  where: string,
  fitter: Fitter<Fit>,
  fits: ScoredFit<Fit>[],
  signal?: { readonly aborted: boolean },
): boolean {
  // Where the neighbour has not changed since the last try, another one would end as that did.
  // The last fit has only one neighbour, which is tried on the way back.
  const changed = { up: fits.map(() => true), down: fits.map((_, k) => k === fits.length - 2) };
  for (let pass = 0; pass < maxPasses; pass++) {
    const [towards, untried] = pass % 2 === 0 ? [-1, changed.up] : [1, changed.down];
    let improved = false;
    for (let i = 1; i < fits.length; i++) {
      const k = towards < 0 ? fits.length - 1 - i : i;
      const from = k - towards;
      if (!untried[from]) continue;
      if (signal?.aborted) return false;
      untried[from] = false;
      const before = fits[k].fit;
      const next = fitter.solve(where, before.lambda, coefsOf(fits[from].fit), { signal, incumbent: before });
      const { objective } = before.certificate;
      fits[k] = next;
      // Nobody knows what a try that was cut would have found, be it the last one.
      if (signal?.aborted) return false;
      if (!(objective - next.fit.certificate.objective > NEGLIGIBLE * Math.abs(objective))) continue;
      improved = true;
      changed.up[k] = true;
      changed.down[k] = true;
    }
    if (!improved && pass > 0) break;
  }
  return true;
}

/**
 * `gamma` times each fit and `1 - gamma` times its refit without a penalty, coefficients and intercepts alike: the same as
 * blending the linear predictors.
 *
 * Between the two nothing is optimal, so there is no gap: the violation is the larger one of the two, each of its own
 * problem, and the objective is the loss without a penalty.
 *
 * @param gamma from 0 to 1.
 * @returns the blends, and the refits, one for fits of the same supports.
 */
export function relaxedFits<Fit extends AnyFit>(
  where: string,
  fitter: Fitter<Fit>,
  fits: readonly Fit[],
  gamma: number,
  bySupports: Map<string, Fit> = new Map(),
): { scored: ScoredFit<Fit>[]; refits: readonly Fit[] } {
  const refits: Fit[] = [];
  const refitOf = (fit: Fit): Fit => {
    const supports = supportsOf(fit);
    const key = supports.join(";");
    const known = bySupports.get(key);
    if (known) return known;
    const refit = fitter.refit(where, supports);
    refits.push(refit);
    bySupports.set(key, refit);
    return refit;
  };
  const scored = fits.map((fit) => blended(fitter, fit, refitOf(fit), gamma));
  return { scored, refits };
}

function blended<Fit extends AnyFit>(
  fitter: Fitter<Fit>,
  fit: Fit,
  refit: Fit,
  gamma: number,
): ScoredFit<Fit> {
  const blend = (penalized: Float64Array, free: Float64Array): Float64Array =>
    penalized.map((value, k) => gamma * value + (1 - gamma) * free[k]);
  const refitted = coefsOf(refit);
  const coefs = coefsOf(fit).map((coef, r) => blend(coef, refitted[r]));
  const intercepts = blend(interceptsOf(fit), interceptsOf(refit));
  const larger = (key: "violation" | "singleCoordinateGain"): number =>
    Math.max(fit.certificate[key], refit.certificate[key]);
  const own = fitter.estimatedAt("path.relaxed", coefs, intercepts);
  const loss = own.lossAt(coefs, intercepts);
  const certificate: Certificate = {
    objective: loss,
    dualityGap: undefined,
    violation: larger("violation"),
    singleCoordinateGain: larger("singleCoordinateGain"),
    misalignment: 0,
  };
  const note: Note = { code: "relaxed", gamma };
  return own.scored(loss, {
    coefs,
    intercepts,
    lambda: fit.lambda,
    nIter: fit.nIter + refit.nIter,
    status: fit.status === "converged" ? refit.status : fit.status,
    certificate,
    nullDeviance: fit.nullDeviance,
    trace: fit.trace,
    notes: distinctNotes([...notesOf(fit), ...notesOf(refit), note]),
    hasNoMinimizer: fit.hasNoMinimizer || refit.hasNoMinimizer,
  });
}

/** Information criteria of the fits of a path, and which fits they leave out. */

/** Criteria that weigh how well fits explain the data against how many coefficients they take; lower is better. */
export interface InformationCriteria {
  /** Akaike's. */
  readonly aic: Float64Array;
  /** Schwarz's, the Bayesian one. */
  readonly bic: Float64Array;
  /** The extended Bayesian one, for many features. */
  readonly ebic: Float64Array;
  /** The most features a fit may have to be weighed by them. */
  readonly maxDf: number;
}

/** The properties of data and model that the criteria depend on. */
interface CriteriaTask {
  /** Number of rows of positive weight. */
  readonly nCounted: number;
  readonly nFeatures: number;
  /** A squared error has a variance that is estimated too, a loss with a normalizer a dispersion. */
  readonly datafit: Pick<Datafit, "quadratic" | "shiftInvariant" | "logNormalizer">;
  readonly fitIntercept: boolean;
}

/**
 * With `s` the number of coefficients that are not zero, of `p` there are, `d` that and the intercepts, and `D` the deviance,
 * which is `n log(RSS / n)` for a squared error and `2 n (f - saturated f)` else: `AIC = D + 2 d`, `BIC = D + d log n` and
 * `EBIC = BIC + 2 log (p choose s)`, its `gamma` one.
 *
 * Robust losses are in units of the response: `D` is `2 n min_phi ((f - saturated f) / phi + log Z(phi))`, twice the
 * negative logarithm of the likelihood at the dispersion `phi` that suits the fit best, where `Z` is the integral of
 * `exp(-(loss - saturated loss) / phi)` over the response. That is `n log(RSS / n)` where residuals are small, as of a normal
 * distribution, and `2 n log f` where they are large, as of a Laplace distribution, each but for a constant; in other units of the
 * response, `delta` and `smoothing` in them too, the same fits are chosen.
 *
 * The coefficients of all responses count. Squared errors of `K` tasks have one variance, so that
 * `D = K n log(RSS / (K n))`. Of `K` classes only differences are determined: as many coefficients of a feature count as can be
 * chosen, at most `K - 1`, and `K - 1` intercepts; two classes are then the same as one response of two classes.
 *
 * With as many features as rows or more, the intercept counted among them, a fit can have a squared error of nearly zero, whose
 * logarithm falls without a bound: the criteria weigh fits of at most `n / log n` features then, the size to which Fan and Lv
 * screen.
 *
 * @param fits at least one.
 * @see Chen and Chen, Extended Bayesian information criteria for model selection with large model spaces (2008), whose
 * theorem is on models of bounded size; Fan and Lv, Sure independence screening (2008); Lee, Noh and Park,
 * Model selection via Bayesian information criterion for quantile regression models (2014), whose `log` of the mean loss it is
 */
export function informationCriteria(
  fits: readonly ScoredFit<AnyFit>[],
  { nCounted: n, nFeatures, datafit, fitIntercept }: CriteriaTask,
): InformationCriteria {
  const sizes = fits.map(({ fit }) => sizeOf(fit, datafit));
  const nResponses = coefsOf(fits[0].fit).length;
  const deviances = fits.map(({ unexplained }) => {
    if (datafit.quadratic) return n * nResponses * Math.log((2 * unexplained) / nResponses);
    return 2 * n * (datafit.logNormalizer ? atBestDispersion(datafit, unexplained) : unexplained);
  });
  const choices = logBinomials(nFeatures * sizes[0].mostOfOne, Math.max(...sizes.map(({ size }) => size)));
  const each = (perParameter: number, perChoice: number): Float64Array => {
    const values = new Float64Array(fits.length);
    for (const [k, { size, mostOfOne }] of sizes.entries()) {
      const nParameters = size + (fitIntercept ? mostOfOne : 0);
      values[k] = deviances[k] + perParameter * nParameters + perChoice * choices[size];
    }
    return values;
  };
  return {
    aic: each(2, 0),
    bic: each(Math.log(n), 0),
    ebic: each(Math.log(n), 2),
    maxDf: nFeatures + (fitIntercept ? 1 : 0) < n ? nFeatures : Math.min(nFeatures, n / Math.log(n)),
  };
}

/**
 * `min_phi (loss / phi + log Z(phi))`, by golden sections: the best `phi` gives the mean loss of its density, `phi / 2` of a
 * normal one and `phi` of an exponential one, and so lies between `loss` and twice it.
 */
function atBestDispersion(datafit: CriteriaTask["datafit"], loss: number): number {
  if (loss <= 0) return Number.NEGATIVE_INFINITY;
  const value = (share: number): number => 1 / share + (datafit.logNormalizer?.(share * loss) ?? 0);
  return value(goldenSection(value, 1, 2));
}

/**
 * Which fits a criterion leaves out, and why: it chooses among those with a finite optimum, of at most `maxDf` features or else of the
 * fewest there are; where none has one, among all of such a size.
 *
 * A likelihood of separated classes has no maximum (Albert and Anderson): its supremum, one, is that of any response on features
 * enough, and coefficients are as large as the descent let them get. A fit says so (`hasNoMinimizer`), or explains more than 99.9 % of
 * the deviance of classes, where the path ends as glmnet's does. Of counts and squared errors that is a good fit, no separation.
 *
 * @returns one a fit, undefined for those that are compared.
 * @see Albert and Anderson, On the existence of maximum likelihood estimates in logistic regression models (1984);
 * glmnet.control, `devmax`; ncvreg leaves a path at 99 %, as saturated
 */
export function leftOut(
  fits: readonly AnyFit[],
  devianceRatio: Float64Array,
  maxDf: number,
): readonly (LeftOut | undefined)[] {
  const withoutOptimum = fits.map(({ classes, hasNoMinimizer }, k) => {
    if (hasNoMinimizer) return "no optimum";
    return classes !== undefined && devianceRatio[k] > almostAll ? "saturated" : undefined;
  });
  const reasons = withoutOptimum.includes(undefined) ? withoutOptimum : fits.map(() => undefined);
  const sizes = fits.map(({ support }, k) => (reasons[k] ? Number.POSITIVE_INFINITY : support.length));
  const most = Math.max(maxDf, Math.min(...sizes));
  return reasons.map((reason, k) => reason ?? (sizes[k] > most ? "too large" : undefined));
}

/** The coefficients that can be chosen freely: how many are not zero, and how many one feature has at most. */
export function sizeOf(
  fit: AnyFit,
  { shiftInvariant }: CriteriaTask["datafit"],
): { size: number; mostOfOne: number } {
  const coefs = coefsOf(fit);
  const mostOfOne = shiftInvariant ? coefs.length - 1 : coefs.length;
  let size = 0;
  for (const j of fit.support) {
    let count = 0;
    for (const coef of coefs) if (coef[j] !== 0) count++;
    size += Math.min(mostOfOne, count);
  }
  return { size, mostOfOne };
}

/** `log (n choose k)` for `k` from 0 to `most` */
function logBinomials(n: number, most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let k = 1; k <= most; k++) logs[k] = logs[k - 1] + Math.log((n - k + 1) / k);
  return logs;
}
