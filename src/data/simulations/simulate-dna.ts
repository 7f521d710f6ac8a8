import { checkKeys, checkPositive } from "../../options";
import {
  checkCorrelation,
  checkSizes,
  evenlySpaced,
  type Simulation,
  type SimulationOptions,
  signalVariance,
  simulation,
  streamOf,
} from "./simulation";

/** Options of {@link simulateDna}: the sites, how alike neighbours are, and the variance of the noise. */
export interface DnaOptions extends SimulationOptions {
  /** Positions of the sequence. Default: 60. */
  readonly nSites?: number;
  /** Evenly spaced positions that matter. Default: 6. */
  readonly nActive?: number;
  /** The probability that a site has the same base as the one before it by descent. Default: 0.3. */
  readonly rho?: number;
  /** Variance of `eta`, in units in which classes are told apart at 1 and above. Default: 4. */
  readonly variance?: number;
}

/** Bases with an indicator of their own; the fourth is the baseline. */
const INDICATORS = 3;

/**
 * Two classes of sequences of four bases, as in splice-junction data: each site is three indicators, one group, of the bases
 * A, C and G, and all zeros for T. Bases are equally frequent; a site copies the one before with probability `rho`.
 *
 * `P(y = 1) = 1 / (1 + exp(-eta))` with normal coefficients at evenly spaced sites, scaled to the `variance` of `eta`, whose
 * mean is 0, so that classes are about as frequent.
 *
 * @param options `nSamples` (500), `nTest` (0), `seed` (1) and its own.
 * @throws InputError when an option is outside its domain.
 * @example
 * ```ts
 * const data = simulateDna({ nSamples: 50, nSites: 8, nActive: 2 });
 * const model = new SmoothGroupLasso({ groups: data.groups, lambda: 0.05, datafit: logistic() });
 * model.fit(data.X, data.y).classes; // [0, 1]
 * ```
 */
export function simulateDna(options: DnaOptions = {}): Simulation {
  const where = "simulateDna";
  checkKeys(where, options, ["nSamples", "nTest", "seed", "nSites", "nActive", "rho", "variance"]);
  const { nSamples = 500, nTest = 0, seed = 1, nSites = 60, nActive = 6, rho = 0.3, variance = 4 } = options;
  checkSizes(where, {
    nSamples: [nSamples, 1],
    nTest: [nTest, 0],
    nSites: [nSites, 1],
    nActive: [nActive, 1, nSites],
  });
  checkCorrelation(where, rho);
  checkPositive(where, "variance", variance);
  const siteOf = (j: number): number => Math.floor(j / INDICATORS);
  // Indicators of frequency 1/4: of one site they exclude each other, of others they agree by descent.
  const covariance = (j: number, k: number): number => {
    const ofOneSite = j % INDICATORS === k % INDICATORS ? 3 / 16 : -1 / 16;
    return rho ** Math.abs(siteOf(j) - siteOf(k)) * ofOneSite;
  };
  const truth = streamOf(seed, 0);
  const coef = new Float64Array(nSites * INDICATORS);
  for (const site of evenlySpaced(nSites, nActive)) {
    for (let base = 0; base < INDICATORS; base++) coef[site * INDICATORS + base] = truth.normal();
  }
  const scale = Math.sqrt(variance / signalVariance(coef, covariance));
  for (let j = 0; j < coef.length; j++) coef[j] *= scale;
  return simulation(
    {
      coef,
      intercept: -coef.reduce((sum, entry) => sum + entry / 4, 0),
      groups: Array.from(coef, (_, j) => siteOf(j)),
      sigma: undefined,
      draw(random, row) {
        let base = 0;
        for (let site = 0; site < nSites; site++) {
          if (site === 0 || random.uniform() >= rho) base = Math.floor(4 * random.uniform());
          if (base < INDICATORS) row[site * INDICATORS + base] = 1;
        }
      },
      covariance,
    },
    { nSamples, nTest, seed },
  );
}
