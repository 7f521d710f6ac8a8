import type { HeldOutLoss } from "./held-out-loss";

/** Scores of a cross-validation at each lambda, and the lambdas chosen by them. */
export interface CrossValidationScores {
  readonly meanScore: Float64Array;
  readonly standardError: Float64Array;
  /** Position of the lambda of the smallest mean; -1 without any scores. */
  readonly indexMin: number;
  /** Position of the largest lambda whose mean is within one standard error of it. */
  readonly index1se: number;
}

/**
 * Means and standard errors over folds, as `cv.glmnet` has them: `m = sum w_f l_f / sum w_f` and
 * `sqrt((sum w_f (l_f - m)^2 / sum w_f) / (N - 1))` with the loss `l_f` of each of `N` folds, or samples, and its weight.
 *
 * @param parts one a fold, or a sample; those of weight 0 are left out.
 */
export function crossValidationScores(
  parts: readonly HeldOutLoss[],
  nLambdas: number,
): CrossValidationScores {
  const counted = parts.filter(({ weight }) => weight > 0);
  const total = counted.reduce((sum, { weight }) => sum + weight, 0);
  const average = (k: number, of: (loss: number) => number): number =>
    counted.reduce((sum, { loss, weight }) => sum + weight * of(loss[k]), 0) / total;
  const meanScore = new Float64Array(nLambdas);
  const standardError = new Float64Array(nLambdas);
  for (let k = 0; k < nLambdas; k++) {
    const mean = average(k, (loss) => loss);
    meanScore[k] = mean;
    standardError[k] = Math.sqrt(average(k, (loss) => (loss - mean) ** 2) / (counted.length - 1));
  }
  const indexMin = meanScore.indexOf(meanScore.reduce((a, b) => Math.min(a, b)));
  // One fold alone has no standard error.
  const limit = meanScore[indexMin] + (standardError[indexMin] || 0);
  return { meanScore, standardError, indexMin, index1se: meanScore.findIndex((mean) => mean <= limit) };
}
