import type { Certificate } from "../../problem/certificate";
import { provenance } from "../results/provenance";
import { type AnyFit, coefsOf, interceptsOf, supportsOf } from "./fit-of";
import type { Fitter, ScoredFit } from "./fitter";

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
  const note = `${provenance.relaxed} ${gamma} times the fit with its penalty, the rest its refit without one`;
  return model.scored(loss, {
    coefs,
    intercepts,
    lambda: fit.lambda,
    nIter: fit.nIter + refit.nIter,
    status: fit.status === "converged" ? refit.status : fit.status,
    certificate,
    trace: fit.trace,
    notes: [...new Set([...fit.notes, ...refit.notes, note])],
    hasNoMinimizer: fit.hasNoMinimizer || refit.hasNoMinimizer,
  });
}
