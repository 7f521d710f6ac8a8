import { mustBe } from "../errors";
import type { Parametrization } from "../parametrizations";

/**
 * The number of coefficients that `size` parameters stand for.
 *
 * @throws InputError when there is no such number.
 */
export function featureCount(where: string, parametrization: Parametrization, size: number): number {
  const { nFeatures } = parametrization;
  const [first, last] = nFeatures === undefined ? [1, size] : [nFeatures, nFeatures];
  for (let p = first; p <= last; p++) if (parametrization.surrogateSize(p) === size) return p;
  throw mustBe(where, "the length of xi", `a surrogate size of ${parametrization.name}`, size);
}
