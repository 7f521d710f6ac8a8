import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { checkWeightCount, weightReader } from "../penalties/penalty-weights";
import { serializable } from "../recipe";
import { depthRemedy, inConvention, penaltyOfDepth } from "./depth";
import type { DepthOptions, Parametrization, ParametrizationOptions } from "./parametrization";

/**
 * The signed power of a single factor, for real `k`:
 * `beta = sign(v) |v|^k` (elementwise) with `R_xi = sum_j w_j v_j^2`, which induces `sum_j w_j |beta_j|^(2/k)`.
 *
 * `K` is a homeomorphism, hence locally open everywhere: every point is balanced, the surrogate is the sparse problem in
 * other coordinates, and it has only `nFeatures` parameters. What is lost is the way past zero. The derivative of `K`
 * vanishes at `v_j = 0`, which is therefore stationary whatever the loss: a local minimum where `beta_j = 0` is one of
 * the sparse problem, as always for `k > 2`, and otherwise a trap. A gradient flow approaches it without ever crossing, so
 * that coefficients keep the signs of the start and those with a wrong one end at zero; from zero they do not move.
 * Take it where signs are known.
 *
 * `K` is smooth for odd `k`, has `k - 1` continuous derivatives for even `k` and Hölder continuous ones up to the order
 * `k` otherwise.
 *
 * @param options `depth`: the power `k`, a real number of at least 2, default 2; `weights`: positive, default 1; `lambdaConvention`.
 * @throws InputError when the depth or an option is outside its domain.
 * @see arXiv 2307.03571; Schwarz et al., Powerpropagation (2021), arXiv 2110.00296
 * @example
 * ```ts
 * const beta = new Float64Array(1);
 * signedPower({ depth: 3 }).forward(Float64Array.of(-2), beta);
 * beta; // [-8]
 * ```
 */
export function signedPower(options: ParametrizationOptions & DepthOptions = {}): Parametrization {
  checkKeys("signedPower", options, ["depth", "weights", "lambdaConvention"], depthRemedy);
  const { depth = 2 } = options;
  if (!(depth >= 2 && depth < Number.POSITIVE_INFINITY)) {
    throw mustBe("signedPower", "depth", "a finite number >= 2", depth);
  }
  const weight = weightReader("signedPower", options);

  const parametrization = inConvention("signedPower", options, 1, {
    name: `signedPower(${depth})`,
    nFeatures: options.weights?.length,
    inducedPenalty: penaltyOfDepth(depth, options),
    smoothness: depth % 2 === 1 ? Number.POSITIVE_INFINITY : depth % 2 === 0 ? depth - 1 : depth,

    surrogateSize(nFeatures) {
      checkWeightCount("signedPower", options, nFeatures);
      return nFeatures;
    },

    factors: (nFeatures) => [{ size: nFeatures, power: depth }],

    forward(xi, beta) {
      for (let j = 0; j < xi.length; j++) beta[j] = Math.abs(xi[j]) ** (depth - 1) * xi[j];
    },

    pullback(xi, cotangent, out) {
      for (let j = 0; j < xi.length; j++) out[j] += depth * Math.abs(xi[j]) ** (depth - 1) * cotangent[j];
    },

    surrogatePenalty(xi) {
      let sum = 0;
      for (let j = 0; j < xi.length; j++) sum += weight(j) * xi[j] ** 2;
      return sum;
    },

    addSurrogateGradient(xi, scale, out) {
      for (let j = 0; j < xi.length; j++) out[j] += 2 * scale * weight(j) * xi[j];
    },

    rightInverse(beta, xi) {
      for (let j = 0; j < xi.length; j++) xi[j] = Math.sign(beta[j]) * Math.abs(beta[j]) ** (1 / depth);
    },

    misalignment: () => 0,
  });
  return serializable("signedPower", [options], parametrization);
}
