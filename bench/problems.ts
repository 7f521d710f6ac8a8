/**
 * The problems P1 to P10 that the peers were timed on, the same bits in every language.
 *
 * Random numbers come from a hash of their index, so that any entry can be made without those before it; a normal variate
 * is a sum of twelve 16-bit numbers, which no rounding touches.
 */

/** A problem of the benchmark, columns one after the other. */
export interface BenchProblem {
  readonly name: string;
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly data: Float64Array;
  readonly y: Float64Array;
  /** Decreasing. */
  readonly lambdas: Float64Array;
}

function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Standard normal to within 16 bits, number `index` of the stream `seed`. */
function gauss(seed: number, index: number): number {
  const a = mix(seed >>> 0);
  const b = mix((seed ^ 0x9e3779b9) >>> 0);
  let sum = -393210;
  for (let t = 0; t < 6; t++) {
    const h = mix((mix((6 * index + t + a) >>> 0) ^ b) >>> 0);
    sum += (h & 0xffff) + (h >>> 16);
  }
  return sum / 65536;
}

/** Rows of an autoregressive process: neighbouring columns correlate by `rho`. */
function toeplitz(n: number, p: number, rho: number, seed: number): Float64Array {
  const X = new Float64Array(n * p);
  const c = Math.sqrt(1 - rho * rho);
  for (let j = 0; j < p; j++) {
    for (let i = 0; i < n; i++) {
      const g = gauss(seed, j * n + i);
      X[j * n + i] = j === 0 ? g : rho * X[(j - 1) * n + i] + c * g;
    }
  }
  return X;
}

function response(
  X: Float64Array,
  n: number,
  p: number,
  size: number,
  snr: number,
  seed: number,
): Float64Array {
  const signal = new Float64Array(n);
  for (let m = 0; m < size; m++) {
    const j = Math.floor(((m + 0.5) * p) / size);
    const value = (m % 2 === 0 ? 1 : -1) * (1 + (m % 3) / 2);
    for (let i = 0; i < n; i++) signal[i] += X[j * n + i] * value;
  }
  const sigma = Math.sqrt(signal.reduce((sum, entry) => sum + entry * entry, 0) / n / snr);
  return signal.map((entry, i) => entry + sigma * gauss(seed + 1, i));
}

function largestCorrelation(X: Float64Array, y: Float64Array, p: number): number {
  const n = y.length;
  let largest = 0;
  for (let j = 0; j < p; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += X[j * n + i] * y[i];
    largest = Math.max(largest, Math.abs(sum) / n);
  }
  return largest;
}

function geometric(largest: number, ratio: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => largest * ratio ** (k / (count - 1)));
}

/** A correlated Gaussian design with a sparse signal, and a grid of lambdas as shares of the largest. */
function gaussian(
  name: string,
  [n, p, rho, seed]: readonly [number, number, number, number],
  [size, snr]: readonly [number, number],
  grid: (largest: number) => Float64Array,
): BenchProblem {
  const data = toeplitz(n, p, rho, seed);
  const y = response(data, n, p, size, snr, seed);
  return { name, nSamples: n, nFeatures: p, data, y, lambdas: grid(largestCorrelation(data, y, p)) };
}

/** Makes a problem by its name. */
export const PROBLEMS: Readonly<Record<string, () => BenchProblem>> = {
  P1: () => gaussian("P1", [500, 5000, 0.5, 101], [50, 3], (largest) => Float64Array.of(largest / 20)),
  P2: () => gaussian("P2", [1000, 10000, 0.5, 201], [50, 3], (largest) => geometric(largest, 1e-2, 100)),
  P3: () => gaussian("P3", [500, 2000, 0.95, 301], [50, 3], (largest) => geometric(largest, 1e-2, 100)),
  P4: () => gaussian("P4", [20000, 200, 0.5, 401], [50, 3], (largest) => geometric(largest, 1e-3, 100)),
  P5: () => {
    const [n, p] = [2000, 2000];
    const data = toeplitz(n, p, 0.5, 501);
    const y = response(data, n, p, 50, 3, 501).map((entry) => (entry > 0 ? 1 : 0));
    const largest = largestCorrelation(
      data,
      y.map((entry) => entry - 0.5),
      p,
    );
    return { name: "P5", nSamples: n, nFeatures: p, data, y, lambdas: geometric(largest, 0.05, 50) };
  },
  P10: () => {
    const [n, p, width] = [200, 1000, 2 / 200];
    const data = new Float64Array(n * p);
    for (let j = 0; j < p; j++) {
      for (let i = 0; i < n; i++) {
        data[j * n + i] = Math.exp(-(((i + 0.5) / n - (j + 0.5) / p) ** 2) / (2 * width * width));
      }
    }
    const y = response(data, n, p, 20, 100, 1001);
    return {
      name: "P10",
      nSamples: n,
      nFeatures: p,
      data,
      y,
      lambdas: Float64Array.of(largestCorrelation(data, y, p) / 100),
    };
  },
};
