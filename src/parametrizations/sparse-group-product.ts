import { checkKeys } from "../options";
import { type SparseGroupOptions, sparseGroup } from "../penalties";
import { checkFeatureCount, type GroupLabels, groupNorm, groupsOf, groupWeights } from "../penalties/groups";
import { coefficientWeights } from "../penalties/penalty-weights";
import { checkL1Ratio } from "../penalties/sparse-group";
import { serializable } from "../recipe";
import { groupHadamardProduct } from "./group-hadamard-product";
import { hadamardProduct } from "./hadamard-product";
import type { Parametrization } from "./parametrization";

/**
 * The exact map of the sparse group lasso: with `r_i = l1Ratio v_i` and `c_g = (1 - l1Ratio) w_g`,
 * `beta_i = z_i a_i t_g / sqrt(r_i t_g^2 + c_g a_i^2)` for `i` in group `g`, and
 * `R_xi = 1/2 (||z||^2 + sum_i r_i a_i^2 + sum_g c_g t_g^2)`, which induces
 * `l1Ratio sum_i v_i |beta_i| + (1 - l1Ratio) sum_g w_g ||beta_g||_2`.
 *
 * From `|b| = min_s 1/2 (b^2 / s + s)`, with `s = a_i^2` for coefficients and `s = t_g^2` for norms: `z_i^2` is
 * `beta_i^2 (r_i / a_i^2 + c_g / t_g^2)`. It is balanced where `a_i^2 = |beta_i|` and `t_g^2 = ||beta_g||`, and has
 * `2 nFeatures + nGroups` parameters: `xi` is `z`, then `a`, then `t`. `l1Ratio` 1 gives `hadamardProduct({ depth: 2 })` with the
 * weights `v`, 0 gives `groupHadamardProduct(groups, { depth: 2 })`.
 *
 * `K` is Lipschitz continuous on bounded sets, and smooth except where `a_i = t_g = 0`: there it has no derivative unless
 * `z_i = 0`, and never a second one. So whether a zero group is a saddle is no matter of a Hessian: it is one exactly when
 * `||soft(gradient_g, lambda r_g)|| > lambda c_g`. `K` is not locally open where `t_g = 0` and `z_g`, `a_g` are not; with a
 * penalty no such point is stationary.
 *
 * @param groups one label per feature.
 * @param options `l1Ratio` in [0, 1]; `weights` of the group part: one per group in order of first appearance,
 * positive, default 1; `l1Weights`, the `v_i`, likewise one per coefficient.
 * @throws InputError when a label is missing, or `l1Ratio` or a weight is outside its domain.
 * @example
 * ```ts
 * const beta = new Float64Array(2);
 * sparseGroupProduct([0, 0], { l1Ratio: 0.5 }).forward(Float64Array.of(5, 5, 4, 0, 4), beta);
 * beta; // [20, 0]
 * ```
 */
export function sparseGroupProduct(groups: GroupLabels, options: SparseGroupOptions): Parametrization {
  const where = "sparseGroupProduct";
  checkKeys(where, options, ["l1Ratio", "weights", "l1Weights"]);
  const { l1Ratio, weights, l1Weights } = options;
  checkL1Ratio(where, l1Ratio);
  const partition = groupsOf(where, groups);
  const groupPart = groupWeights(where, partition, options).map((weight) => (1 - l1Ratio) * weight);
  const ofEach = coefficientWeights(where, "l1Weights", l1Weights, partition.nFeatures);
  const lassoPart = ofEach.map((weight) => l1Ratio * weight);
  if (l1Ratio === 1) return hadamardProduct({ depth: 2, ...(l1Weights && { weights: ofEach }) });
  if (l1Ratio === 0) return groupHadamardProduct(groups, { depth: 2, ...(weights && { weights }) });

  const { nFeatures: p, nGroups, groupOf, members } = partition;
  /** `sqrt(r_j t^2 + c a^2)` of feature `j`. */
  const lengthAt = (xi: Float64Array, j: number): number => {
    const [own, shared] = [xi[p + j], xi[2 * p + groupOf[j]]];
    return Math.sqrt(lassoPart[j] * shared * shared + groupPart[groupOf[j]] * own * own);
  };

  const parametrization: Parametrization = {
    name: `${where}(${l1Ratio})`,
    nFeatures: p,
    inducedPenalty: sparseGroup(groups, options),
    smoothness: 0,

    surrogateSize(nFeatures) {
      checkFeatureCount(where, partition, nFeatures);
      return 2 * p + nGroups;
    },

    // a and t meet in a mean of degree one: half a power each.
    factors: () => [
      { size: p, power: 1 },
      { size: p, power: 0.5 },
      { size: nGroups, power: 0.5 },
    ],

    forward(xi, beta) {
      checkFeatureCount(where, partition, beta.length);
      for (let j = 0; j < p; j++) {
        const length = lengthAt(xi, j);
        beta[j] = length === 0 ? 0 : xi[j] * ((xi[p + j] / length) * xi[2 * p + groupOf[j]]);
      }
    },

    pullback(xi, cotangent, out) {
      for (let j = 0; j < p; j++) {
        const length = lengthAt(xi, j);
        if (length === 0) continue;
        const g = groupOf[j];
        const own = xi[p + j] / length;
        const shared = xi[2 * p + g] / length;
        const slope = cotangent[j] * xi[j];
        out[j] += cotangent[j] * own * shared * length;
        out[p + j] += slope * lassoPart[j] * shared * shared * shared;
        out[2 * p + g] += slope * groupPart[g] * own * own * own;
      }
    },

    surrogatePenalty(xi) {
      let sum = 0;
      for (let j = 0; j < p; j++) sum += xi[j] ** 2 + lassoPart[j] * xi[p + j] ** 2;
      for (let g = 0; g < nGroups; g++) sum += groupPart[g] * xi[2 * p + g] ** 2;
      return sum / 2;
    },

    addSurrogateGradient(xi, scale, out) {
      for (let j = 0; j < p; j++) {
        out[j] += scale * xi[j];
        out[p + j] += scale * lassoPart[j] * xi[p + j];
      }
      for (let g = 0; g < nGroups; g++) out[2 * p + g] += scale * groupPart[g] * xi[2 * p + g];
    },

    rightInverse(beta, xi) {
      for (let g = 0; g < nGroups; g++) {
        const size = groupNorm(beta, members[g]);
        xi[2 * p + g] = Math.sqrt(size);
        for (const j of members[g]) {
          const magnitude = Math.abs(beta[j]);
          xi[p + j] = Math.sqrt(magnitude);
          const square = magnitude === 0 ? 0 : magnitude * (lassoPart[j] + groupPart[g] * (magnitude / size));
          xi[j] = Math.sign(beta[j]) * Math.sqrt(square);
        }
      }
    },

    // 1/2 (z_i^2 + r_i a_i^2) and its group counterpart, less R: half of r_i (|beta_i / a_i| - |a_i|)^2 and the like for norms.
    misalignment(xi) {
      let sum = 0;
      for (let g = 0; g < nGroups; g++) {
        const shared = Math.abs(xi[2 * p + g]);
        let squares = 0;
        for (const j of members[g]) {
          const length = lengthAt(xi, j);
          if (length === 0) {
            sum += xi[j] ** 2;
            continue;
          }
          const own = Math.abs(xi[p + j]);
          sum += lassoPart[j] * ((Math.abs(xi[j]) * shared) / length - own) ** 2;
          squares += ((xi[j] * own) / length) ** 2;
        }
        sum += groupPart[g] * (Math.sqrt(squares) - shared) ** 2;
      }
      return sum / 2;
    },

    startingPoint(beta, magnitude, xi) {
      for (let g = 0; g < nGroups; g++) {
        xi[2 * p + g] = Math.sqrt(groupNorm(beta, members[g]) + magnitude);
        for (const j of members[g]) {
          xi[p + j] = Math.sqrt(Math.abs(beta[j]) + magnitude);
          xi[j] = (beta[j] / xi[p + j] / xi[2 * p + g]) * lengthAt(xi, j);
        }
      }
    },
  };
  return serializable("sparseGroupProduct", [groups, options], parametrization);
}
