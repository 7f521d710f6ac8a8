import { gauss, uniform } from "./hash";
import { type DenseColumns, type SparseColumns, THETA } from "./problem";

/** Coefficients that are not zero. */
export interface Truth {
  readonly positions: readonly number[];
  readonly values: readonly number[];
}

/** Signs take turns, magnitudes are 1, 1.5 and 2 in turn. */
function valuesOf(size: number): number[] {
  return Array.from({ length: size }, (_, m) => (m % 2 === 0 ? 1 : -1) * (1 + (m % 3) / 2));
}

/** `size` of `p` positions, evenly spaced. */
export function evenly(p: number, size: number): Truth {
  const positions = Array.from({ length: size }, (_, m) => Math.floor(((m + 0.5) * p) / size));
  return { positions, values: valuesOf(size) };
}

/** The first `within` features of evenly spaced groups. */
export function evenGroups(p: number, size: number, nGroups: number, within: number = size): Truth {
  const { positions } = evenly(p / size, nGroups);
  const members = positions.flatMap((g) => Array.from({ length: within }, (_, k) => g * size + k));
  return { positions: members, values: valuesOf(members.length) };
}

/** `X b`, one column after the other. */
export function signalOf(
  X: DenseColumns | SparseColumns,
  n: number,
  { positions, values }: Truth,
): Float64Array {
  const signal = new Float64Array(n);
  positions.forEach((j, m) => {
    if ("indptr" in X) {
      for (let k = X.indptr[j]; k < X.indptr[j + 1]; k++) signal[X.indices[k]] += X.data[k] * values[m];
    } else {
      for (let i = 0; i < n; i++) signal[i] += X.data[j * n + i] * values[m];
    }
  });
  return signal;
}

function meanSquare(values: Float64Array): number {
  return values.reduce((sum, entry) => sum + entry * entry, 0) / values.length;
}

/** The signal with normal noise, number `first + i` of the stream `seed + 1` in row `i`, of the given ratio of mean squares. */
export function noisy(signal: Float64Array, ratio: number, seed: number, first = 0): Float64Array {
  const sigma = Math.sqrt(meanSquare(signal) / ratio);
  return signal.map((entry, i) => entry + sigma * gauss(seed + 1, first + i));
}

/** 1 where the response is positive, else 0. */
export function positive(response: Float64Array): Float64Array {
  return response.map((entry) => (entry > 0 ? 1 : 0));
}

/**
 * Poisson counts whose log rate is the signal, scaled to the mean square given: the smallest count up to which the
 * probabilities exceed uniform number `first + i` of the stream `seed + 1`.
 */
export function counts(signal: Float64Array, square: number, seed: number, first = 0): Float64Array {
  return means(signal, square).map((rate, i) => countAt(rate, uniform(seed + 1, first + i)));
}

/** Means whose logarithm is the signal, scaled to the mean square given. */
function means(signal: Float64Array, square: number): Float64Array {
  const scale = Math.sqrt(square / meanSquare(signal));
  return signal.map((entry) => Math.exp(scale * entry));
}

/** The smallest count up to which the probabilities of a Poisson distribution exceed `level`. */
function countAt(rate: number, level: number): number {
  let probability = Math.exp(-rate);
  let below = probability;
  let count = 0;
  while (below < level && probability > 0) {
    count++;
    probability *= rate / count;
    below += probability;
  }
  return count;
}

/** The sum of exponential variables of mean 1, numbers `start` up to `end` of a stream. */
function exponentials(stream: number, start: number, end: number): number {
  let sum = 0;
  for (let k = start; k < end; k++) sum -= Math.log(uniform(stream, k));
  return sum;
}

/** Gamma variables of shape 2 whose log mean is the signal, scaled to the mean square given. */
export function durations(signal: Float64Array, square: number, seed: number, first = 0): Float64Array {
  return means(signal, square).map((mean, i) => (mean / 2) * gammaAt(2, seed + 1, first + i));
}

/** Number `i` of the gamma variables of a stream with an integer shape and scale 1. */
function gammaAt(shape: number, stream: number, i: number): number {
  return exponentials(stream, shape * i, shape * (i + 1));
}

/** A row has at most so many exponential variables of a stream. */
const MOST_CLAIMS = 1000;

/**
 * Tweedie variables of power 1.5 and dispersion 1 whose log mean is the signal, scaled to the mean square given: the sum of
 * a Poisson number with rate `2 sqrt(mean)` of exponential variables with mean `sqrt(mean) / 2`.
 */
export function claims(signal: Float64Array, square: number, seed: number, first = 0): Float64Array {
  return means(signal, square).map((mean, i) => {
    const count = countAt(2 * Math.sqrt(mean), uniform(seed + 1, first + i));
    const start = (first + i) * MOST_CLAIMS;
    return (Math.sqrt(mean) / 2) * exponentials(seed + 2, start, start + count);
  });
}

/** Poisson counts whose rate is {@link durations} with shape {@link THETA}: negative binomial ones. */
export function mixedCounts(signal: Float64Array, square: number, seed: number, first = 0): Float64Array {
  return means(signal, square).map((mean, i) => {
    const rate = (mean / THETA) * gammaAt(THETA, seed + 2, first + i);
    return countAt(rate, uniform(seed + 1, first + i));
  });
}

/** The class of the largest response, noise of class `c` of the stream `seed + 1 + c`. */
export function classes(
  signals: readonly Float64Array[],
  ratio: number,
  seed: number,
  first = 0,
): Float64Array {
  const responses = signals.map((signal, c) => noisy(signal, ratio, seed + c, first));
  return responses[0].map((_, i) =>
    responses.reduce((best, each, c) => (each[i] > responses[best][i] ? c : best), 0),
  );
}
