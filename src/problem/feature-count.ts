/** Counts the coefficients that the parameters of a surrogate stand for ({@link featureCount}). */
import { InputError, mustBe } from "../errors";
import type { Parametrization } from "../parametrizations";

/**
 * The number of coefficients that `size` parameters stand for.
 *
 * @throws InputError when there is no such number.
 */
export function featureCount(where: string, parametrization: Parametrization, size: number): number {
  for (let p = 1; p <= size; p++) if (sizeFor(parametrization, p) === size) return p;
  throw mustBe(where, "the length of xi", `a surrogate size of ${parametrization.name}`, size);
}

/** The surrogate size, undefined where the structure is made for other numbers of features. */
function sizeFor(parametrization: Parametrization, p: number): number | undefined {
  try {
    return parametrization.surrogateSize(p);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
