import { mustBe } from "../../errors";
import { checkKeys } from "../../options";
import {
  checkCorrelation,
  checkSigma,
  checkSizes,
  type Simulation,
  type SimulationOptions,
  simulation,
  streamOf,
} from "./simulation";

/** Options of {@link simulateGroups}: sizes of groups, how many have an effect, their correlation and the noise. */
export interface GroupsOptions extends SimulationOptions {
  /** One size a group. Default: 40 groups of 5. */
  readonly groupSizes?: readonly number[];
  /** Groups with coefficients. Default: 7. */
  readonly nActive?: number;
  /** Correlation of the features of a group. Default: 0. */
  readonly rho?: number;
  /** Standard deviation of the noise. Default: 1. */
  readonly sigma?: number;
}

/**
 * Regression on groups of features: those of a few groups, drawn by the seed, have standard normal coefficients; features
 * are standard normal, correlated by `rho` within a group.
 *
 * The defaults are the group-sparse regression of the paper below: 40 groups of 5, 7 of them informative.
 *
 * @param options `nSamples` (200), `nTest` (0), `seed` (1) and its own.
 * @throws InputError when an option is outside its domain.
 * @see Kolb and others, Differentiable Sparsity via D-Gating (2025), arXiv 2509.23898, appendix C.1
 * @example
 * ```ts
 * const { groups, support } = simulateGroups({ groupSizes: [2, 5, 10, 2], nActive: 1 });
 * new Set([...support].map((j) => groups[j])).size; // 1
 * ```
 */
export function simulateGroups(options: GroupsOptions = {}): Simulation {
  const where = "simulateGroups";
  checkKeys(where, options, ["nSamples", "nTest", "seed", "groupSizes", "nActive", "rho", "sigma"]);
  const { nSamples = 200, nTest = 0, seed = 1, nActive = 7, rho = 0, sigma = 1 } = options;
  const groupSizes = options.groupSizes ?? new Array<number>(40).fill(5);
  if (!Array.isArray(groupSizes)) throw mustBe(where, "groupSizes", "a list of sizes", groupSizes);
  checkSizes(where, Object.fromEntries(groupSizes.map((size, g) => [`groupSizes[${g}]`, [size, 1]])));
  checkSizes(where, {
    nSamples: [nSamples, 1],
    nTest: [nTest, 0],
    nActive: [nActive, 0, groupSizes.length],
  });
  checkCorrelation(where, rho);
  checkSigma(where, sigma);
  const groups = groupSizes.flatMap((size, g) => new Array<number>(size).fill(g));
  const truth = streamOf(seed, 0);
  const active = new Set(truth.permutation(groupSizes.length).subarray(0, nActive));
  const coef = Float64Array.from(groups, (g) => (active.has(g) ? truth.normal() : 0));
  const [shared, own] = [Math.sqrt(rho), Math.sqrt(1 - rho)];
  return simulation(
    {
      coef,
      groups,
      sigma,
      draw(random, row) {
        let common = 0;
        groups.forEach((g, j) => {
          if (rho > 0 && g !== groups[j - 1]) common = random.normal();
          row[j] = shared * common + own * random.normal();
        });
      },
      covariance: (j, k) => (j === k ? 1 : groups[j] === groups[k] ? rho : 0),
    },
    { nSamples, nTest, seed },
  );
}
