import { checkKeys } from "../../options";
import {
  checkSigma,
  checkSizes,
  type Simulation,
  type SimulationOptions,
  simulation,
  streamOf,
} from "./simulation";

/** Options of {@link simulateCompressedSensing}: the size of the problem and its noise. */
export interface CompressedSensingOptions extends SimulationOptions {
  /** Default: 256. */
  readonly nFeatures?: number;
  /** Coefficients that are not zero. Default: 40. */
  readonly nActive?: number;
  /** Standard deviation of the noise. Default: 0, none. */
  readonly sigma?: number;
}

/**
 * Few random measurements of a sparse vector: `y = A x`, entries of `A` normal with variance `1 / nSamples`, so that columns
 * have norm one on average, and standard normal entries of `x` at places drawn by the seed.
 *
 * @param options `nSamples` (120), `nTest` (0), `seed` (1) and its own.
 * @throws InputError when an option is outside its domain.
 * @see Poon and Peyré, Smooth over-parameterized solvers for non-smooth structured optimization (2023), arXiv 2205.01385
 * @example
 * ```ts
 * const data = simulateCompressedSensing({ nSamples: 60, nFeatures: 100, nActive: 5 });
 * const model = new SmoothLasso({ lambda: 1e-6, fitIntercept: false, standardize: false });
 * Math.max(...model.fit(data.X, data.y).coef.map((b, j) => Math.abs(b - data.coef[j]))) < 1e-3; // true
 * ```
 */
export function simulateCompressedSensing(options: CompressedSensingOptions = {}): Simulation {
  const where = "simulateCompressedSensing";
  checkKeys(where, options, ["nSamples", "nTest", "seed", "nFeatures", "nActive", "sigma"]);
  const { nSamples = 120, nTest = 0, seed = 1, nFeatures = 256, nActive = 40, sigma = 0 } = options;
  checkSizes(where, {
    nSamples: [nSamples, 1],
    nTest: [nTest, 0],
    nFeatures: [nFeatures, 1],
    nActive: [nActive, 0, nFeatures],
  });
  checkSigma(where, sigma);
  const truth = streamOf(seed, 0);
  const coef = new Float64Array(nFeatures);
  for (const j of truth.permutation(nFeatures).subarray(0, nActive)) coef[j] = truth.normal();
  const scale = 1 / Math.sqrt(nSamples);
  return simulation(
    {
      coef,
      sigma,
      draw(random, row) {
        for (let j = 0; j < nFeatures; j++) row[j] = scale * random.normal();
      },
      covariance: (j, k) => (j === k ? scale * scale : 0),
    },
    { nSamples, nTest, seed },
  );
}
