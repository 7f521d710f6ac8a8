import { checkKeys, checkPositive } from "../../options";
import {
  checkCorrelation,
  checkSizes,
  evenlySpaced,
  type Simulation,
  type SimulationOptions,
  signalVariance,
  simulation,
} from "./simulation";

/** Options of {@link simulateToeplitz}: the size of the problem, the correlation of neighbours and the signal-to-noise ratio. */
export interface ToeplitzOptions extends SimulationOptions {
  /** Default: 200. */
  readonly nFeatures?: number;
  /** Coefficients that are not zero. Default: 10. */
  readonly nActive?: number;
  /** Correlation of neighbouring features. Default: 0.5. */
  readonly rho?: number;
  /** Signal to noise ratio: the variance of `X beta` over that of the noise, `beta' Sigma beta / sigma^2`. Default: 3. */
  readonly snr?: number;
}

/**
 * Regression on correlated features: `y = X beta + eps`, rows of `X` normal with covariances `rho^|i-j|`, `beta` of evenly
 * spaced entries 1 and -1 in turn, `eps` normal with variance `beta' Sigma beta / snr`.
 *
 * @param options `nSamples` (100), `nTest` (0), `seed` (1) and its own.
 * @throws InputError when an option is outside its domain.
 * @example
 * ```ts
 * const data = simulateToeplitz({ nFeatures: 40, nActive: 4 });
 * data.support; // [5, 15, 25, 35]
 * ```
 */
export function simulateToeplitz(options: ToeplitzOptions = {}): Simulation {
  const where = "simulateToeplitz";
  checkKeys(where, options, ["nSamples", "nTest", "seed", "nFeatures", "nActive", "rho", "snr"]);
  const { nSamples = 100, nTest = 0, seed = 1, nFeatures = 200, nActive = 10, rho = 0.5, snr = 3 } = options;
  checkSizes(where, {
    nSamples: [nSamples, 1],
    nTest: [nTest, 0],
    nFeatures: [nFeatures, 1],
    nActive: [nActive, 1, nFeatures],
  });
  checkCorrelation(where, rho);
  checkPositive(where, "snr", snr);
  const coef = new Float64Array(nFeatures);
  evenlySpaced(nFeatures, nActive).forEach((j, m) => {
    coef[j] = m % 2 === 0 ? 1 : -1;
  });
  const covariance = (j: number, k: number): number => rho ** Math.abs(j - k);
  const fresh = Math.sqrt(1 - rho * rho);
  return simulation(
    {
      coef,
      sigma: Math.sqrt(signalVariance(coef, covariance) / snr),
      draw(random, row) {
        for (let j = 0; j < nFeatures; j++) {
          const value = random.normal();
          row[j] = j === 0 ? value : rho * row[j - 1] + fresh * value;
        }
      },
      covariance,
    },
    { nSamples, nTest, seed },
  );
}
