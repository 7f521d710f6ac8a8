import type { Certificate } from "../objectives/certificate";
import { making } from "./making-notes";
import type { PreparedModel, ScoredFit } from "./prepared-model";
import type { SparseLinearFit } from "./sparse-linear-fit";

/**
 * `gamma` times each fit and `1 - gamma` times its refit without a penalty, coefficients and intercept alike: the same as
 * blending the linear predictors.
 *
 * Between the two nothing is optimal, so there is no gap: the violation is the larger one of the two, each of its own
 * problem, and the objective is the loss without a penalty.
 *
 * @param gamma from 0 to 1.
 * @returns the blends, and the refits, one for fits of the same support.
 */
export function relaxedFits(
  where: string,
  model: PreparedModel,
  fits: readonly SparseLinearFit[],
  gamma: number,
): { scored: ScoredFit[]; refits: readonly SparseLinearFit[] } {
  const bySupport = new Map<string, SparseLinearFit>();
  const refitOf = ({ support }: SparseLinearFit): SparseLinearFit => {
    const key = support.join();
    const refit = bySupport.get(key) ?? model.refit(where, support);
    bySupport.set(key, refit);
    return refit;
  };
  const scored = fits.map((fit) => blended(model, fit, refitOf(fit), gamma));
  return { scored, refits: [...bySupport.values()] };
}

function blended(
  model: PreparedModel,
  fit: SparseLinearFit,
  refit: SparseLinearFit,
  gamma: number,
): ScoredFit {
  const blend = (penalized: number, free: number): number => gamma * penalized + (1 - gamma) * free;
  const coef = fit.coef.map((b, j) => blend(b, refit.coef[j]));
  const intercept = blend(fit.intercept, refit.intercept);
  const larger = (key: "violation" | "coordinatewise"): number =>
    Math.max(fit.certificate[key], refit.certificate[key]);
  const loss = model.lossAt(coef, intercept);
  const certificate: Certificate = {
    objective: loss,
    dualityGap: undefined,
    violation: larger("violation"),
    coordinatewise: larger("coordinatewise"),
    misalignment: 0,
  };
  const note = `${making.relaxed} ${gamma} times the fit with its penalty, the rest its refit without one`;
  return model.scored(loss, {
    coefs: [coef],
    intercepts: Float64Array.of(intercept),
    lambda: fit.lambda,
    nIter: fit.nIter + refit.nIter,
    status: fit.status === "converged" ? refit.status : fit.status,
    certificate,
    trace: fit.trace,
    notes: [...new Set([...fit.notes, ...refit.notes, note])],
  });
}
