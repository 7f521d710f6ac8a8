import { gauss, uniform } from "./hash";
import type { DenseColumns, SparseColumns } from "./problem";

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
  const scale = Math.sqrt(square / meanSquare(signal));
  return signal.map((entry, i) => {
    const rate = Math.exp(scale * entry);
    const level = uniform(seed + 1, first + i);
    let probability = Math.exp(-rate);
    let below = probability;
    let count = 0;
    while (below < level && probability > 0) {
      count++;
      probability *= rate / count;
      below += probability;
    }
    return count;
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
