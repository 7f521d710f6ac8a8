import { meanGap } from "../linalg/mean-gap";
import { checkKeys } from "../options";
import { checkWeightCount, weightReader } from "../penalties/penalty-weights";
import { serializable } from "../recipe";
import { checkDepth, depthRemedy, inConvention, penaltyOfDepth } from "./depth";
import type { DepthOptions, Parametrization, ParametrizationOptions } from "./parametrization";

/**
 * The Hadamard product of `depth` factors,
 * `beta = u_1 * ... * u_k` with `R_xi = (1/k) sum_j w_j sum_l u_lj^2`, which induces `sum_j w_j |beta_j|^(2/k)`.
 *
 * Depth 2 gives the lasso, depth 3 and more a non-convex bridge penalty. It is balanced where all `|u_lj|` are
 * `|beta_j|^(1/k)`, and has `k * nFeatures` parameters: `xi` holds the factors one after the other, `u_l` at
 * `l * nFeatures`. `K` is smooth, and locally open everywhere: even without a penalty, local minima are those of the loss.
 *
 * @param options `depth`: the number of factors `k`, an integer of at least 2, default 2; `weights`: positive, default 1; `lambdaConvention`.
 * @throws InputError when the depth or an option is outside its domain.
 * @see arXiv 2307.03571, the parametrizations HPP and HPP_k (there without the factor 1/k)
 * @example
 * ```ts
 * const beta = new Float64Array(1);
 * hadamardProduct({ depth: 2 }).forward(Float64Array.of(3, -2), beta);
 * beta; // [-6]
 * ```
 */
export function hadamardProduct(options: ParametrizationOptions & DepthOptions = {}): Parametrization {
  checkKeys("hadamardProduct", options, ["depth", "weights", "lambdaConvention"], depthRemedy);
  const { depth = 2 } = options;
  checkDepth("hadamardProduct", depth);
  const weight = weightReader("hadamardProduct", options);

  const roots = new Float64Array(depth);
  const shares = new Float64Array(depth).fill(1 / depth);

  const parametrization = inConvention("hadamardProduct", options, depth, {
    name: `hadamardProduct(${depth})`,
    nFeatures: options.weights?.length,
    inducedPenalty: penaltyOfDepth(depth, options),
    smoothness: Number.POSITIVE_INFINITY,

    surrogateSize(nFeatures) {
      checkWeightCount("hadamardProduct", options, nFeatures);
      return depth * nFeatures;
    },

    factors: (nFeatures) => Array.from({ length: depth }, () => ({ size: nFeatures, power: 1 })),

    forward(xi, beta) {
      const p = beta.length;
      for (let j = 0; j < p; j++) {
        let product = xi[j];
        for (let l = 1; l < depth; l++) product *= xi[l * p + j];
        beta[j] = product;
      }
    },

    pullback(xi, cotangent, out) {
      const p = cotangent.length;
      for (let j = 0; j < p; j++) {
        for (let l = 0; l < depth; l++) {
          let others = cotangent[j];
          for (let m = 0; m < depth; m++) if (m !== l) others *= xi[m * p + j];
          out[l * p + j] += others;
        }
      }
    },

    surrogatePenalty(xi) {
      const p = xi.length / depth;
      let sum = 0;
      for (let j = 0; j < p; j++) {
        let squares = 0;
        for (let l = 0; l < depth; l++) squares += xi[l * p + j] ** 2;
        sum += weight(j) * squares;
      }
      return sum / depth;
    },

    addSurrogateGradient(xi, scale, out) {
      const p = xi.length / depth;
      for (let i = 0; i < xi.length; i++) out[i] += ((2 * scale * weight(i % p)) / depth) * xi[i];
    },

    rightInverse(beta, xi) {
      const p = beta.length;
      for (let j = 0; j < p; j++) {
        const factor = Math.abs(beta[j]) ** (1 / depth);
        xi[j] = beta[j] < 0 ? -factor : factor;
        for (let l = 1; l < depth; l++) xi[l * p + j] = factor;
      }
    },

    misalignment(xi) {
      const p = xi.length / depth;
      let sum = 0;
      for (let j = 0; j < p; j++) {
        for (let l = 0; l < depth; l++) roots[l] = Math.abs(xi[l * p + j]);
        sum += weight(j) * meanGap(roots, shares);
      }
      return sum;
    },

    startingPoint(beta, magnitude, xi) {
      const p = beta.length;
      for (let j = 0; j < p; j++) {
        const gate = (Math.abs(beta[j]) + magnitude) ** (1 / depth);
        xi[j] = beta[j] / gate ** (depth - 1);
        for (let l = 1; l < depth; l++) xi[l * p + j] = gate;
      }
    },
  });
  return serializable("hadamardProduct", [options], parametrization);
}
