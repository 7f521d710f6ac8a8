import type { ScoredFit } from "./prepared-model";

/** Criteria that weigh how well fits explain the data against how many coefficients they take; lower is better. */
export interface InformationCriteria {
  /** Akaike's. */
  readonly aic: Float64Array;
  /** Schwarz's, the Bayesian one. */
  readonly bic: Float64Array;
  /** The extended Bayesian one, for many features. */
  readonly ebic: Float64Array;
}

/** What the criteria take of data and model. */
export interface CriteriaTask {
  /** Number of rows of positive weight. */
  readonly nCounted: number;
  readonly nFeatures: number;
  /** Whether the loss is a squared error, whose variance is estimated too. */
  readonly quadratic: boolean;
  readonly fitIntercept: boolean;
}

/**
 * With `d` the number of coefficients that are not zero, free ones and the intercept among them, `s` that without the
 * intercept, and `D` the deviance, which is `n log(RSS / n)` for a squared error and `2 n (f - saturated f)` else:
 * `AIC = D + 2 d`, `BIC = D + d log n` and `EBIC = BIC + 2 log (p choose s)`, its `gamma` one.
 *
 * @see Chen and Chen, Extended Bayesian information criteria for model selection with large model spaces (2008)
 */
export function informationCriteria(fits: readonly ScoredFit[], task: CriteriaTask): InformationCriteria {
  const { nCounted: n, nFeatures, quadratic, fitIntercept } = task;
  const each = (perCoefficient: number, perChoice: number): Float64Array =>
    Float64Array.from(fits, ({ fit, unexplained }) => {
      const size = fit.support.length;
      const deviance = quadratic ? n * Math.log(2 * unexplained) : 2 * n * unexplained;
      return (
        deviance + perCoefficient * (size + (fitIntercept ? 1 : 0)) + perChoice * logBinomial(nFeatures, size)
      );
    });
  return { aic: each(2, 0), bic: each(Math.log(n), 0), ebic: each(Math.log(n), 2) };
}

/** `log (n choose k)` */
function logBinomial(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i);
  return sum;
}
