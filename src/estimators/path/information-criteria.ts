/** Information criteria of the fits of a path, and which fits they leave out. */
import type { Datafit } from "../../datafits";
import { goldenSection } from "../../linalg/golden-section";
import type { ScoredFit } from "../fit/fitter";
import { coefsOf } from "../results/coefficients";
import type { AnyFit } from "../results/fit-of";

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
export interface CriteriaTask {
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
 * Huber's and the quantile loss are in units of the response: `D` is `2 n min_phi ((f - saturated f) / phi + log Z(phi))`, twice the
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

/** Why a criterion does not choose a fit. */
export type LeftOut = "no optimum" | "saturated" | "too large";

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

/** The share of the deviance above which nothing is worth explaining any more. */
export const almostAll = 0.999;
