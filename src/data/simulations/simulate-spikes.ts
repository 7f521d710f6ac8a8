import { checkKeys } from "../../options";
import { checkSigma, checkSizes, evenlySpaced, type Simulation, simulation } from "./simulation";

/** Options of {@link simulateSpikes}: how fine the grid is, and how many spikes are seen through which frequencies. */
export interface SpikesOptions {
  /** Points of the grid on [0, 1). Default: 50. */
  readonly nFeatures?: number;
  /** The highest frequency that is measured; there are `2 cutoff + 1` rows. Default: 2. */
  readonly cutoff?: number;
  /** Evenly spaced spikes of heights 1 and -1 in turn. Default: 2. */
  readonly nActive?: number;
  /** Standard deviation of the noise. Default: 0, none. */
  readonly sigma?: number;
  /** The seed of the noise, an integer. Default: 1. */
  readonly seed?: number;
}

/**
 * Spikes on a grid seen through their lowest frequencies: `y = X beta`, where column `j` of `X` holds the Fourier functions
 * `1, sqrt(2) cos(2 pi k t), sqrt(2) sin(2 pi k t)`, `k` up to `cutoff`, at `t = j / nFeatures`.
 *
 * All columns have mean square one; the finer the grid the more alike neighbours are, which slows down proximal methods
 * more than the surrogate.
 *
 * @throws InputError when an option is outside its domain.
 * @see Poon and Peyré, Smooth over-parameterized solvers for non-smooth structured optimization (2023), arXiv 2205.01385
 * @example
 * ```ts
 * const data = simulateSpikes({ nFeatures: 100 });
 * data.X.nSamples; // 5
 * ```
 */
export function simulateSpikes(options: SpikesOptions = {}): Simulation {
  const where = "simulateSpikes";
  checkKeys(where, options, ["nFeatures", "cutoff", "nActive", "sigma", "seed"]);
  const { nFeatures = 50, cutoff = 2, nActive = 2, sigma = 0, seed = 1 } = options;
  checkSizes(where, { nFeatures: [nFeatures, 1], cutoff: [cutoff, 0], nActive: [nActive, 0, nFeatures] });
  checkSigma(where, sigma);
  const coef = new Float64Array(nFeatures);
  evenlySpaced(nFeatures, nActive).forEach((j, m) => {
    coef[j] = m % 2 === 0 ? 1 : -1;
  });
  const nSamples = 2 * cutoff + 1;
  let drawn = 0;
  return simulation(
    {
      coef,
      sigma,
      draw(_, row) {
        const frequency = Math.ceil(drawn / 2);
        const wave = drawn++ % 2 === 1 ? Math.cos : Math.sin;
        for (let j = 0; j < nFeatures; j++) {
          row[j] = frequency === 0 ? 1 : Math.SQRT2 * wave((2 * Math.PI * frequency * j) / nFeatures);
        }
      },
      covariance: (j, k) => {
        let kernel = 1;
        for (let f = 1; f <= cutoff; f++) kernel += 2 * Math.cos((2 * Math.PI * f * (j - k)) / nFeatures);
        return kernel / nSamples;
      },
    },
    { nSamples, nTest: 0, seed },
  );
}
