/**
 * Finds the coefficients that no first-order method can move from a point of a surrogate ({@link deadCoordinates}).
 */
import { maxAbs } from "../linalg/vector";
import type { Parametrization } from "../parametrizations";
import { featureCount } from "./feature-count";

/**
 * The coefficients that no first-order method can move from `xi`: those whose derivative, `d K_j / d xi`, is zero.
 *
 * The origin of any product is such a trap, whatever the data: the gradient of the surrogate vanishes there. With two
 * factors of a product at zero a coefficient is dead, with one it is not.
 *
 * @param xi a point of any surrogate size of the parametrization.
 * @returns their indices, ascending.
 * @throws InputError when the length of `xi` is no surrogate size.
 * @example
 * ```ts
 * deadCoordinates(hadamardProduct({ depth: 2 }), [0, 0, 0, 1]); // [0]
 * ```
 */
export function deadCoordinates(parametrization: Parametrization, xi: ArrayLike<number>): Int32Array {
  const point = Float64Array.from(xi);
  const p = featureCount("deadCoordinates", parametrization, point.length);
  return Int32Array.from({ length: p }, (_, j) => j).filter((j) => isDead(parametrization, point, p, j));
}

/** Whether every one of `nFeatures` coefficients, of which there is at least one, is dead at `xi`. */
export function isTrapped(parametrization: Parametrization, xi: Float64Array, nFeatures: number): boolean {
  for (let j = 0; j < nFeatures; j++) if (!isDead(parametrization, xi, nFeatures, j)) return false;
  return nFeatures > 0;
}

/** `d K_j / d xi` */
export function derivativeOf(
  parametrization: Parametrization,
  xi: Float64Array,
  nFeatures: number,
  j: number,
): Float64Array {
  const unit = new Float64Array(nFeatures);
  unit[j] = 1;
  const out = new Float64Array(xi.length);
  parametrization.pullback(xi, unit, out);
  return out;
}

function isDead(parametrization: Parametrization, xi: Float64Array, nFeatures: number, j: number): boolean {
  return maxAbs(derivativeOf(parametrization, xi, nFeatures, j)) === 0;
}
