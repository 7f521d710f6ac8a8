import { checkKeys } from "../options";
import { checkWeightCount, weightReader } from "../penalties/penalty-weights";
import { serializable } from "../recipe";
import { checkDepth, depthRemedy, inConvention, penaltyOfDepth } from "./depth";
import type { DepthOptions, Parametrization, ParametrizationOptions } from "./parametrization";

/**
 * The difference of two Hadamard powers,
 * `beta = u^k - v^k` (elementwise) with `R_xi = sum_j w_j (u_j^2 + v_j^2)`, which induces `sum_j w_j |beta_j|^(2/k)`.
 *
 * Depth 2 is the lasso, a rotation of `hadamardProduct({ depth: 2 })`; it needs `2 * nFeatures` parameters at any depth and
 * has no sign lock. `xi` is `u` followed by `v`. It is balanced where one of them is zero: `u = max(beta, 0)^(1/k)` and
 * `v = max(-beta, 0)^(1/k)`; with an odd depth a non-zero `beta_j` has a second balanced preimage, `(-v, -u)`.
 * `K` is smooth, and locally open everywhere: even without a penalty, local minima are those of the loss.
 *
 * @param options `depth`: the power `k`, an integer of at least 2, default 2; `weights`: positive, default 1; `lambdaConvention`.
 * @throws InputError when the depth or an option is outside its domain.
 * @see arXiv 2307.03571, the parametrizations HDP and HDP_k
 * @example
 * ```ts
 * const beta = new Float64Array(1);
 * hadamardDifference({ depth: 2 }).forward(Float64Array.of(3, 2), beta);
 * beta; // [5]
 * ```
 */
export function hadamardDifference(options: ParametrizationOptions & DepthOptions = {}): Parametrization {
  checkKeys("hadamardDifference", options, ["depth", "weights", "lambdaConvention"], depthRemedy);
  const { depth = 2 } = options;
  checkDepth("hadamardDifference", depth);
  const weight = weightReader("hadamardDifference", options);

  const parametrization = inConvention("hadamardDifference", options, 1, {
    name: `hadamardDifference(${depth})`,
    nFeatures: options.weights?.length,
    inducedPenalty: penaltyOfDepth(depth, options),
    smoothness: Number.POSITIVE_INFINITY,

    surrogateSize(nFeatures) {
      checkWeightCount("hadamardDifference", options, nFeatures);
      return 2 * nFeatures;
    },

    factors: (nFeatures) => [
      { size: nFeatures, power: depth },
      { size: nFeatures, power: depth },
    ],

    forward(xi, beta) {
      const p = beta.length;
      for (let j = 0; j < p; j++) beta[j] = xi[j] ** depth - xi[p + j] ** depth;
    },

    pullback(xi, cotangent, out) {
      const p = cotangent.length;
      for (let j = 0; j < p; j++) {
        out[j] += depth * xi[j] ** (depth - 1) * cotangent[j];
        out[p + j] -= depth * xi[p + j] ** (depth - 1) * cotangent[j];
      }
    },

    surrogatePenalty(xi) {
      const p = xi.length / 2;
      let sum = 0;
      for (let j = 0; j < p; j++) sum += weight(j) * (xi[j] ** 2 + xi[p + j] ** 2);
      return sum;
    },

    addSurrogateGradient(xi, scale, out) {
      const p = xi.length / 2;
      for (let i = 0; i < xi.length; i++) out[i] += 2 * scale * weight(i % p) * xi[i];
    },

    rightInverse(beta, xi) {
      const p = beta.length;
      for (let j = 0; j < p; j++) {
        xi[j] = Math.max(beta[j], 0) ** (1 / depth);
        xi[p + j] = Math.max(-beta[j], 0) ** (1 / depth);
      }
    },

    misalignment(xi) {
      const p = xi.length / 2;
      let sum = 0;
      for (let j = 0; j < p; j++) sum += weight(j) * imbalance(xi[j], xi[p + j], depth);
      return sum;
    },

    startingPoint(beta, magnitude, xi) {
      const p = beta.length;
      for (let j = 0; j < p; j++) {
        xi[j] = (magnitude + Math.max(beta[j], 0)) ** (1 / depth);
        xi[p + j] = (magnitude + Math.max(-beta[j], 0)) ** (1 / depth);
      }
    },
  });
  return serializable("hadamardDifference", [options], parametrization);
}

/**
 * `u^2 + v^2 - |u^k - v^k|^(2/k)`.
 *
 * With `M` the larger magnitude and `t` the ratio of the smaller to it this is `M^2 (t^2 - expm1((2/k) log1p(±t^k)))`,
 * where the sign is minus when the powers have different signs; nothing cancels.
 */
function imbalance(u: number, v: number, depth: number): number {
  const larger = Math.max(Math.abs(u), Math.abs(v));
  if (larger === 0) return 0;
  const ratio = Math.min(Math.abs(u), Math.abs(v)) / larger;
  const opposed = depth % 2 === 0 || u * v > 0 ? -1 : 1;
  return larger ** 2 * (ratio ** 2 - Math.expm1((2 / depth) * Math.log1p(opposed * ratio ** depth)));
}
