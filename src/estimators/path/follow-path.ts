/** Follows a path from lambda to lambda, refines it where the penalty is not convex, and blends its fits with their refits. */
import type { Datafit } from "../../datafits";
import type { Certificate } from "../../problem/certificate";
import type { Fitter, ScoredFit } from "../fit/fitter";
import { distinctNotes, type Note } from "../notes";
import { coefsOf, interceptsOf, supportsOf } from "../results/coefficients";
import type { AnyFit } from "../results/fit-of";
import { notesOf } from "../results/fitted-model";
import type { SparseLinearFit } from "../results/sparse-linear-fit";
import { almostAll } from "./information-criteria";
import type { PathStatus } from "./path-table";

/** How a path is followed. */
export interface FollowOptions<Fit extends AnyFit = SparseLinearFit> {
  /** Where the first lambda starts from, one vector a response. */
  readonly init?: readonly Float64Array[];
  readonly signal?: { readonly aborted: boolean };
  /** Whether to end with the fits so far. */
  readonly isEnough?: (fits: readonly ScoredFit<Fit>[]) => boolean;
  /** Told of each fit when it is there, but of the last of `lambdas` once the path is whole. */
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
  model: Fitter<Fit>,
  lambdas: Float64Array,
  { init, signal, isEnough, onFit }: FollowOptions<Fit>,
): Followed<Fit> {
  const fits: ScoredFit<Fit>[] = [];
  let ended = false;
  for (const lambda of lambdas) {
    if (signal?.aborted && fits.length > 0) break;
    const last = fits.at(-1);
    const scored = model.solve(where, lambda, last ? coefsOf(last.fit) : init, { signal, onPath: true });
    fits.push(scored);
    if (fits.length < lambdas.length) onFit?.(scored.fit, fits.length);
    ended = fits.length === lambdas.length || isEnough?.(fits) === true;
    if (ended) break;
  }
  if (model.gainsFromNeighbours) ended = refinePath(where, model, fits, signal) && ended;
  const isWhole = ended && fits.every(({ fit }) => fit.status !== "interrupted");
  if (isWhole && fits.length === lambdas.length) onFit?.(fits[fits.length - 1].fit, fits.length);
  return { fits, status: isWhole ? "complete" : "interrupted" };
}

/** Fewest lambdas of a path, unless fewer are asked for. */
const fewest = 5;

/**
 * Whether a path may end before its grid does, by the shares of deviance explained so far: above 0.999, or where the last
 * step added less than 1e-5; a share of it for squared errors, and for counts and survival over the last four steps.
 *
 * These are glmnet's rules. They take a convex penalty: with another one, and with losses whose solutions do not move
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
  if (!convex || count < 2 || fit.status !== "converged") return false;
  const gainOver = (steps: number): number => last - fits[count - 1 - steps].devianceRatio;
  if (datafit.response === "classes") return gainOver(1) < 1e-5;
  if (datafit.quadratic) return gainOver(1) < 1e-5 * last;
  return !datafit.piecewiseQuadratic && gainOver(least - 1) < 1e-5 * last;
}

/** Passes over a path after which it is left as it is; nearly all need fewer. */
const maxPasses = 20;

/** A lower objective that counts, relative to it. */
const improvement = 1e-9;

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
  model: Fitter<Fit>,
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
      const next = model.solve(where, before.lambda, coefsOf(fits[from].fit), { signal, incumbent: before });
      const { objective } = before.certificate;
      const gain = objective - next.fit.certificate.objective;
      fits[k] = next;
      // Nobody knows what a try that was cut would have found, be it the last one.
      if (signal?.aborted) return false;
      if (!(gain > improvement * Math.abs(objective))) continue;
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
  model: Fitter<Fit>,
  fits: readonly Fit[],
  gamma: number,
): { scored: ScoredFit<Fit>[]; refits: readonly Fit[] } {
  const bySupports = new Map<string, Fit>();
  const refitOf = (fit: Fit): Fit => {
    const supports = supportsOf(fit);
    const key = supports.join(";");
    const refit = bySupports.get(key) ?? model.refit(where, supports);
    bySupports.set(key, refit);
    return refit;
  };
  const scored = fits.map((fit) => blended(model, fit, refitOf(fit), gamma));
  return { scored, refits: [...bySupports.values()] };
}

function blended<Fit extends AnyFit>(
  model: Fitter<Fit>,
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
  const loss = model.lossAt(coefs, intercepts);
  const certificate: Certificate = {
    objective: loss,
    dualityGap: undefined,
    violation: larger("violation"),
    singleCoordinateGain: larger("singleCoordinateGain"),
    misalignment: 0,
  };
  const note: Note = { code: "relaxed", gamma };
  return model.scored(loss, {
    coefs,
    intercepts,
    lambda: fit.lambda,
    nIter: fit.nIter + refit.nIter,
    status: fit.status === "converged" ? refit.status : fit.status,
    certificate,
    trace: fit.trace,
    notes: distinctNotes([...notesOf(fit), ...notesOf(refit), note]),
    hasNoMinimizer: fit.hasNoMinimizer || refit.hasNoMinimizer,
  });
}
