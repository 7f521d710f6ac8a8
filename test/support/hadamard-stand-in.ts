import type { LandscapeParametrization } from "../../src/plot/landscape";

/** `beta = xi_1 ... xi_k` for one coefficient, with `R_xi = sum xi_l^2 / k`, which induces `|beta|^(2/k)`. */
export function productStandIn(depth: number): LandscapeParametrization {
  const product = (xi: Float64Array, except = -1): number =>
    xi.reduce((result, factor, l) => (l === except ? result : result * factor), 1);
  return {
    name: `product of ${depth}`,
    inducedPenalty: { value: ([beta], lambda) => lambda * Math.abs(beta!) ** (2 / depth) },
    surrogateSize: () => depth,
    forward(xi, beta) {
      beta[0] = product(xi);
    },
    pullback(xi, cotangent, out) {
      for (let l = 0; l < depth; l++) out[l]! += cotangent[0]! * product(xi, l);
    },
    surrogatePenalty: (xi) => xi.reduce((sum, factor) => sum + factor * factor, 0) / depth,
    addSurrogateGradient(xi, scale, out) {
      for (let l = 0; l < depth; l++) out[l]! += (scale * 2 * xi[l]!) / depth;
    },
  };
}
