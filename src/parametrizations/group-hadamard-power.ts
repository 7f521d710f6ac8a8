import { meanGap } from "../linalg/mean-gap";
import { checkKeys } from "../options";
import { checkFeatureCount, type GroupLabels, groupNorm, groupsOf, groupWeights } from "../penalties/groups";
import { serializable } from "../recipe";
import { checkRealDepth, depthRemedy, groupPenaltyOfDepth, inConvention, smoothnessOfPower } from "./depth";
import type { GroupParametrizationOptions, Parametrization } from "./parametrization";

/** Options of {@link groupHadamardPower}: the groups, and how many factors a coefficient has, which may be a fraction. */
export interface GroupHadamardPowerOptions extends GroupParametrizationOptions {
  /** The number `k` of factors, a real number above 2. */
  readonly depth: number;
}

/**
 * The group Hadamard power, a group Hadamard product whose `k - 1` gates are one, for real `k`:
 * `beta_g = u_g |nu_g|^(k-1)` with `R_xi = (1/k) sum_g w_g (||u_g||^2 + (k-1) nu_g^2)`, which induces
 * `sum_g w_g ||beta_g||_2^(2/k)`.
 *
 * It is balanced where `||u_g|| = |nu_g| = ||beta_g||^(1/k)`, and has `nFeatures + nGroups` parameters at any depth:
 * `xi` is `u`, then the gates. `|nu|^(k-1)` is smooth for odd `k`, has `k - 2` continuous derivatives for even `k` and
 * Hölder continuous ones up to the order `k - 1` otherwise, so that between 2 and 3 the gradient is only Hölder continuous
 * at `nu = 0`. `K` is not locally open where `u_g != 0` and `nu_g = 0`: near by `beta_g` is almost parallel to `u_g`. No
 * such point is stationary as long as `lambda > 0`.
 *
 * @param groups one label per feature.
 * @param options `depth`: the number `k` of factors, a real number above 2; at exactly 2 use `groupHadamardProduct`;
 * `weights`: one per group in order of first appearance, positive, default 1; `lambdaConvention`.
 * @throws InputError when a label is missing, or the depth or an option is outside its domain.
 * @see arXiv 2307.03571, on parameter sharing (there without the factor 1/k)
 * @example
 * ```ts
 * const beta = new Float64Array(3);
 * groupHadamardPower([0, 0, 1], { depth: 2.5 }).forward(Float64Array.of(3, -1, 2, 4, 1), beta);
 * beta; // [24, -8, 2]
 * ```
 */
export function groupHadamardPower(groups: GroupLabels, options: GroupHadamardPowerOptions): Parametrization {
  const where = "groupHadamardPower";
  checkKeys(where, options, ["depth", "weights", "lambdaConvention"], depthRemedy);
  const { depth } = options;
  checkRealDepth(where, depth, "groupHadamardProduct");
  const partition = groupsOf(where, groups);
  const weights = groupWeights(where, partition, options);
  const { nFeatures: p, nGroups, groupOf, members } = partition;
  const power = depth - 1;
  const roots = new Float64Array(2);
  const shares = Float64Array.of(1 / depth, power / depth);

  const parametrization = inConvention(where, options, depth, {
    name: `${where}(${depth})`,
    nFeatures: p,
    inducedPenalty: groupPenaltyOfDepth(groups, depth, options),
    smoothness: smoothnessOfPower(power),

    surrogateSize(nFeatures) {
      checkFeatureCount(where, partition, nFeatures);
      return p + nGroups;
    },

    factors: () => [
      { size: p, power: 1 },
      { size: nGroups, power },
    ],

    forward(xi, beta) {
      checkFeatureCount(where, partition, beta.length);
      for (let g = 0; g < nGroups; g++) {
        const gate = Math.abs(xi[p + g]) ** power;
        for (const j of members[g]) beta[j] = xi[j] * gate;
      }
    },

    pullback(xi, cotangent, out) {
      for (let g = 0; g < nGroups; g++) {
        const gate = Math.abs(xi[p + g]);
        const slope = gate ** (power - 1);
        let sum = 0;
        for (const j of members[g]) {
          sum += cotangent[j] * xi[j];
          out[j] += slope * gate * cotangent[j];
        }
        out[p + g] += power * slope * Math.sign(xi[p + g]) * sum;
      }
    },

    surrogatePenalty(xi) {
      let sum = 0;
      for (let j = 0; j < p; j++) sum += weights[groupOf[j]] * xi[j] ** 2;
      for (let g = 0; g < nGroups; g++) sum += weights[g] * power * xi[p + g] ** 2;
      return sum / depth;
    },

    addSurrogateGradient(xi, scale, out) {
      for (let j = 0; j < p; j++) out[j] += ((2 * scale * weights[groupOf[j]]) / depth) * xi[j];
      for (let g = 0; g < nGroups; g++) out[p + g] += ((2 * scale * weights[g] * power) / depth) * xi[p + g];
    },

    rightInverse(beta, xi) {
      for (let g = 0; g < nGroups; g++) {
        const gate = groupNorm(beta, members[g]) ** (1 / depth);
        xi[p + g] = gate;
        for (const j of members[g]) xi[j] = gate === 0 ? 0 : beta[j] / gate ** power;
      }
    },

    misalignment(xi) {
      let sum = 0;
      for (let g = 0; g < nGroups; g++) {
        roots[0] = groupNorm(xi, members[g]);
        roots[1] = Math.abs(xi[p + g]);
        sum += weights[g] * meanGap(roots, shares);
      }
      return sum;
    },

    startingPoint(beta, magnitude, xi) {
      for (let g = 0; g < nGroups; g++) {
        const gate = (groupNorm(beta, members[g]) + magnitude) ** (1 / depth);
        xi[p + g] = gate;
        for (const j of members[g]) xi[j] = beta[j] / gate ** power;
      }
    },
  });
  return serializable("groupHadamardPower", [groups, options], parametrization);
}
