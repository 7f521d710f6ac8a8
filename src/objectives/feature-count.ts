import { mustBe } from "../errors";
import type { Parametrization } from "../parametrizations";

/**
 * The number of coefficients that `size` parameters stand for.
 *
 * @throws InputError when there is no such number.
 */
export function featureCount(where: string, parametrization: Parametrization, size: number): number {
  for (let p = 1; p <= size; p++) if (parametrization.surrogateSize(p) === size) return p;
  throw mustBe(where, "the length of xi", `a surrogate size of ${parametrization.name}`, size);
}
