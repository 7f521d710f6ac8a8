import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { type ElasticNetOptions, elasticNet } from "../penalties";
import { squareScaleReader, weightReader } from "../penalties/penalty-weights";
import { serializable } from "../recipe";
import { hadamardProduct } from "./hadamard-product";
import type { Parametrization } from "./parametrization";

/**
 * The product of two factors with a ridge on what it gives,
 * `beta = u * v` with `R_xi = r/2 sum_j w_j (u_j^2 + v_j^2) + (1 - r)/2 sum_j w_j beta_j^2 / c_j`, which induces the elastic net
 * `sum_j w_j (r |beta_j| + (1 - r)/2 beta_j^2 / c_j)`, `r` the `l1Ratio` and `c_j` the scale.
 *
 * The ridge is constant on a fibre, so balanced points, number of parameters and openness are those of
 * `hadamardProduct({ depth: 2 })`. Put on the factors instead, it would only be more of the lasso.
 *
 * @param options `l1Ratio` in (0, 1], default 0.5; `weights` and `scales`: positive, default 1.
 * @throws InputError when an option is outside its domain.
 * @see arXiv 2307.03571, the parametrization HPP
 * @example
 * ```ts
 * elasticNetProduct({ l1Ratio: 0.5 }).surrogatePenalty(Float64Array.of(1, 1)); // 0.75
 * ```
 */
export function elasticNetProduct(options: ElasticNetOptions = {}): Parametrization {
  const where = "elasticNetProduct";
  checkKeys(where, options, ["l1Ratio", "weights", "scales"]);
  const { l1Ratio = 0.5, weights } = options;
  if (!(l1Ratio > 0 && l1Ratio <= 1)) throw mustBe(where, "l1Ratio", "a number in (0, 1]", l1Ratio);
  const weight = weightReader(where, options);
  const product = hadamardProduct({ depth: 2, ...(weights && { weights }) });
  if (l1Ratio === 1) return product;
  const scale = squareScaleReader(where, options.scales);
  const ridge = (j: number): number => ((1 - l1Ratio) * weight(j)) / scale(j);

  const parametrization: Parametrization = {
    ...product,
    name: `${where}(${l1Ratio})`,
    inducedPenalty: elasticNet(options),

    surrogatePenalty(xi) {
      const p = xi.length / 2;
      let squares = 0;
      for (let j = 0; j < p; j++) squares += ridge(j) * (xi[j] * xi[p + j]) ** 2;
      return l1Ratio * product.surrogatePenalty(xi) + squares / 2;
    },

    addSurrogateGradient(xi, multiple, out) {
      const p = xi.length / 2;
      product.addSurrogateGradient(xi, multiple * l1Ratio, out);
      for (let j = 0; j < p; j++) {
        const slope = multiple * ridge(j) * xi[j] * xi[p + j];
        out[j] += slope * xi[p + j];
        out[p + j] += slope * xi[j];
      }
    },

    misalignment: (xi) => l1Ratio * product.misalignment!(xi),
  };
  return serializable(where, [options], parametrization);
}
