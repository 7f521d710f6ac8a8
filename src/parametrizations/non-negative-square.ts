import { checkKeys } from "../options";
import { onOrthant } from "../penalties/bounded";
import { checkWeightCount, weightReader } from "../penalties/penalty-weights";
import { serializable } from "../recipe";
import { inConvention, penaltyOfDepth } from "./depth";
import type { Parametrization, ParametrizationOptions } from "./parametrization";

/**
 * The square, whose coefficients are not negative:
 * `beta = v^2` (elementwise) with `R_xi = sum_j w_j v_j^2`, which induces `sum_j w_j beta_j` where every `beta_j >= 0`, and
 * infinity elsewhere.
 *
 * Every point is balanced; over `beta_j > 0` there are two, `v_j = ±sqrt(beta_j)`, and both serve. It has `nFeatures`
 * parameters and is smooth. `K` maps onto the nonnegative coefficients only: among these it is locally open, among all not
 * at `v_j = 0`. That is stationary whatever the loss, a strict saddle exactly where the nonnegative lasso's conditions
 * fail, and nothing but zero lies over a zero coefficient: descent has to start off it.
 *
 * @param options `weights`: positive, default 1; `lambdaConvention`.
 * @throws InputError when an option is outside its domain.
 * @see Vaskevicius, Kanade and Rebeschini, Implicit regularization for optimal sparse recovery (2019), arXiv 1909.05122
 * @example
 * ```ts
 * const beta = new Float64Array(2);
 * nonNegativeSquare().forward(Float64Array.of(3, -2), beta);
 * beta; // [9, 4]
 * ```
 */
export function nonNegativeSquare(options: ParametrizationOptions = {}): Parametrization {
  checkKeys("nonNegativeSquare", options, ["weights", "lambdaConvention"]);
  const weight = weightReader("nonNegativeSquare", options);

  const parametrization = inConvention("nonNegativeSquare", options, 1, {
    name: "nonNegativeSquare()",
    nFeatures: options.weights?.length,
    inducedPenalty: onOrthant(penaltyOfDepth(2, options)),
    smoothness: Number.POSITIVE_INFINITY,

    surrogateSize(nFeatures) {
      checkWeightCount("nonNegativeSquare", options, nFeatures);
      return nFeatures;
    },

    factors: (nFeatures) => [{ size: nFeatures, power: 2 }],

    forward(xi, beta) {
      for (let j = 0; j < xi.length; j++) beta[j] = xi[j] ** 2;
    },

    pullback(xi, cotangent, out) {
      for (let j = 0; j < xi.length; j++) out[j] += 2 * xi[j] * cotangent[j];
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
      for (let j = 0; j < xi.length; j++) xi[j] = Math.sqrt(Math.max(beta[j], 0));
    },

    misalignment: () => 0,
  });
  return serializable("nonNegativeSquare", [options], parametrization);
}
