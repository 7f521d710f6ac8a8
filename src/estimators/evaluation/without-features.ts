/** Computes the measures of a model without features on the rows of an evaluation ({@link measuresWithoutFeatures}). */
import type { PredictedRows } from "../results/fitted-model";

/** The measures of the best constant prediction of the rows that were evaluated; those that the response does not have are undefined. */
export interface MeasuresWithoutFeatures {
  /** The loss of the mean for numbers, of the quantile for quantiles, of the shares for classes, and of equal risks for times. */
  readonly deviance: number | undefined;
  /** The error of numbers, summed over tasks. */
  readonly meanSquaredError: number | undefined;
  /** The error of numbers, summed over tasks. */
  readonly meanAbsoluteError: number | undefined;
  /** The share of the most frequent class. */
  readonly accuracy: number | undefined;
  /** The entropy of the classes. */
  readonly logLoss: number | undefined;
  /** The Brier score of the shares of the classes. */
  readonly brier: number | undefined;
}

/** The measures of the fit itself that those without features depend on. */
interface OfFit {
  readonly deviance: number;
  readonly r2: number | undefined;
  readonly confusion: readonly (readonly number[])[] | undefined;
  readonly hasProbabilities: boolean;
  /** The least probability of a class. */
  readonly bound: number;
  /** The deviance of other linear predictors. */
  readonly devianceAt: (eta: Float64Array) => number;
}

const none: MeasuresWithoutFeatures = {
  deviance: undefined,
  meanSquaredError: undefined,
  meanAbsoluteError: undefined,
  accuracy: undefined,
  logLoss: undefined,
  brier: undefined,
};

/** Returns the measures that the best constant has in some rows. */
export function measuresWithoutFeatures(rows: PredictedRows, fit: OfFit): MeasuresWithoutFeatures {
  const { datafit, eta } = rows;
  if (datafit.response === "times")
    return { ...none, deviance: fit.devianceAt(new Float64Array(eta.length)) };
  return fit.confusion === undefined ? ofNumbers(rows, fit) : ofClasses(fit.confusion, fit);
}

function ofNumbers(
  { datafit, nSamples, target, weights }: PredictedRows,
  { deviance, r2 = 0, devianceAt }: OfFit,
): MeasuresWithoutFeatures {
  const constants = new Float64Array(target.length);
  let [squared, absolute] = [0, 0];
  for (let from = 0; from < target.length; from += nSamples) {
    const own = target.subarray(from, from + nSamples);
    const mean = (term: (value: number) => number): number =>
      own.reduce((sum, value, i) => sum + (weights?.[i] ?? 1) * term(value), 0) / nSamples;
    const constant = datafit.bestConstant?.(own, weights) ?? mean((value) => value);
    constants.fill(constant, from, from + nSamples);
    squared += mean((value) => (value - constant) ** 2);
    absolute += mean((value) => Math.abs(value - constant));
  }
  // The mean is not the best constant for Huber's and similar losses.
  const isBest = datafit.quadratic || datafit.bestConstant !== undefined;
  // D^2 compares with the same constant, whose linear predictor only the loss knows.
  const ofConstants = isBest ? devianceAt(constants) : undefined;
  return {
    ...none,
    deviance: datafit.unitDeviance === undefined ? ofConstants : deviance / (1 - r2),
    meanSquaredError: squared,
    meanAbsoluteError: absolute,
  };
}

function ofClasses(
  confusion: readonly (readonly number[])[],
  { hasProbabilities, bound }: OfFit,
): MeasuresWithoutFeatures {
  const weights = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => weight / all);
  const accuracy = Math.max(...shares);
  if (!hasProbabilities) return { ...none, accuracy };
  const logLoss = shares.reduce(
    (sum, share) => (share > 0 ? sum - share * Math.log(Math.min(Math.max(share, bound), 1 - bound)) : sum),
    0,
  );
  const squares = shares.reduce((sum, share) => sum + share ** 2, 0);
  // The error of two classes is that of the second alone.
  const brier = (1 - squares) / (shares.length === 2 ? 2 : 1);
  return { ...none, accuracy, deviance: 2 * logLoss, logLoss, brier };
}
