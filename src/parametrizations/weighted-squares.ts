import type { Parametrization } from "./parametrization";

/**
 * The penalty of a parametrization's factors, `R_xi = (1/divisor) sum_i w_i xi_i^2`, and its gradient.
 *
 * @param weightAt the weight of an entry of `xi`, which has `size` entries; asked for once.
 */
export function weightedSquares(
  divisor: number,
  weightAt: (i: number, size: number) => number,
): Pick<Parametrization, "surrogatePenalty" | "addSurrogateGradient"> {
  let known = new Float64Array(0);
  const weightsOf = ({ length: size }: Float64Array): Float64Array => {
    if (known.length !== size) known = new Float64Array(size).map((_, i) => weightAt(i, size));
    return known;
  };
  return {
    surrogatePenalty(xi) {
      const weights = weightsOf(xi);
      let sum = 0;
      for (let i = 0; i < xi.length; i++) sum += weights[i] * xi[i] ** 2;
      return sum / divisor;
    },

    addSurrogateGradient(xi, scale, out) {
      const weights = weightsOf(xi);
      const slope = (2 * scale) / divisor;
      for (let i = 0; i < xi.length; i++) out[i] += slope * weights[i] * xi[i];
    },
  };
}
