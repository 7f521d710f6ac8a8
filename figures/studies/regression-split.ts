import { simulateToeplitz } from "smooth-edges/data";
import { selectionOf } from "./selection";
import { norm } from "./vector";

/** Rows by rows. */
export interface Rows {
  readonly data: Float64Array;
  readonly nSamples: number;
  readonly nFeatures: number;
}

/** The shared simulation of the regression studies, split three ways and standardized by the training rows. */
export interface RegressionSplit {
  /** Columns of mean 0 and mean square 1. */
  readonly X: Rows;
  /** Of mean 0. */
  readonly y: Float64Array;
  /** The truth, on the scale of the data as drawn. */
  readonly truth: Float64Array;
  readonly sigma: number;
  /** Mean squared error over the validation rows of coefficients on the standardized scale. */
  validationError(beta: Float64Array): number;
  /** How good coefficients on the standardized scale are. */
  assess(beta: Float64Array): Assessment;
}

/** The measures of the regression studies. */
export interface Assessment {
  /** `norm2(beta - truth) / norm2(truth)`. */
  readonly estimationError: number;
  /** Mean squared error over 2000 test rows, over the variance of the noise. */
  readonly testError: number;
  readonly truePositiveRate: number;
  readonly falsePositiveRate: number;
  readonly f1: number;
  readonly size: number;
}

const N_TEST = 2000;

/** `n` training and as many validation rows, `nActive` coefficients 1 and -1, correlations `rho^|i-j|`; the replicate is the seed. */
export function regressionSplit(options: {
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly nActive: number;
  readonly rho: number;
  readonly snr: number;
  readonly replicate: number;
}): RegressionSplit {
  const { nSamples: n, nFeatures: p, replicate: seed, ...design } = options;
  const drawn = simulateToeplitz({ nSamples: n, nFeatures: p, nTest: n + N_TEST, seed, ...design });
  const { coef: truth, test } = drawn;
  const sigma = drawn.sigma as number;
  const { means, scales } = momentsOf(drawn.X);
  const meanY = mean(drawn.y);
  const data = drawn.X.data.map((value, k) => (value - means[k % p]) / scales[k % p]);

  /** Mean squared error over test rows `from` to `to`. */
  const errorOver = (beta: Float64Array, from: number, to: number): number => {
    let sum = 0;
    for (let i = from; i < to; i++) {
      let predicted = meanY;
      for (let j = 0; j < p; j++) {
        if (beta[j] !== 0) predicted += ((test.X.data[i * p + j] - means[j]) / scales[j]) * beta[j];
      }
      sum += (test.y[i] - predicted) ** 2;
    }
    return sum / (to - from);
  };

  return {
    X: { data, nSamples: n, nFeatures: p },
    y: drawn.y.map((value) => value - meanY),
    truth,
    sigma,
    validationError: (beta) => errorOver(beta, 0, n),
    assess(beta) {
      const { hits, size, nTrue, f1 } = selectionOf(beta, truth);
      return {
        estimationError: norm(beta.map((value, j) => value / scales[j] - truth[j])) / norm(truth),
        testError: errorOver(beta, n, n + N_TEST) / sigma ** 2,
        truePositiveRate: hits / nTrue,
        falsePositiveRate: (size - hits) / (p - nTrue),
        f1,
        size,
      };
    },
  };
}

/** The coefficients of a path with the smallest error over the validation rows. */
export function tuned(split: RegressionSplit, coefs: readonly Float64Array[]): Float64Array {
  const errors = coefs.map((beta) => split.validationError(beta));
  return coefs[errors.indexOf(Math.min(...errors))];
}

/** `count` lambdas from the largest useful one down to `ratio` times it, evenly on a log scale. */
export function lambdaGrid({ X, y }: RegressionSplit, count: number, ratio: number): number[] {
  const { data, nSamples: n, nFeatures: p } = X;
  const slopes = new Float64Array(p);
  data.forEach((value, k) => {
    slopes[k % p] += (value * y[Math.floor(k / p)]) / n;
  });
  const largest = slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  return Array.from({ length: count }, (_, k) => largest * ratio ** (k / (count - 1)));
}

function momentsOf({ data, nSamples: n, nFeatures: p }: Rows): { means: Float64Array; scales: Float64Array } {
  const means = new Float64Array(p);
  const scales = new Float64Array(p);
  data.forEach((value, k) => {
    means[k % p] += value / n;
  });
  data.forEach((value, k) => {
    scales[k % p] += (value - means[k % p]) ** 2 / n;
  });
  return { means, scales: scales.map(Math.sqrt) };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
