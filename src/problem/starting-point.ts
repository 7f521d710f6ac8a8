/**
 * Makes a warm start of a surrogate from which a gradient method can reach any coefficients ({@link startingPoint}).
 */
import type { Parametrization } from "../parametrizations";
import { seededRandom } from "../random/random";

/**
 * A point `xi` over `beta` from which a gradient method can reach any other coefficients.
 *
 * At `xi = 0` every gradient of a product vanishes, and from equal factors the sign of a coefficient can never
 * change, so a warm start must leave the balanced set. The parametrization's own unbalanced
 * preimage does; one that states none gets its balanced preimage perturbed, and then `K(xi)` is only near `beta`.
 *
 * @param magnitude size of a typical coefficient, positive.
 */
export function startingPoint(
  parametrization: Parametrization,
  beta: Float64Array,
  magnitude: number,
): Float64Array {
  const xi = new Float64Array(parametrization.surrogateSize(beta.length));
  if (parametrization.startingPoint) {
    parametrization.startingPoint(beta, magnitude, xi);
  } else {
    parametrization.rightInverse(beta, xi);
    const random = seededRandom(1);
    const scale = 0.1 * Math.sqrt(magnitude);
    for (let i = 0; i < xi.length; i++) xi[i] += scale * random.normal();
  }
  return xi;
}
