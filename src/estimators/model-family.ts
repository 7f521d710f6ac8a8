import { mustBe, wrongParametrization } from "../errors";
import type { Parametrization } from "../parametrizations";
import type { Penalty } from "../penalties";

/** What an estimator penalizes, and the surrogate it does so by. */
export interface ModelFamily {
  readonly penalty: Penalty;
  /** Induces `penalty`; undefined for a penalty that has no surrogate, such as SCAD. */
  readonly parametrization: Parametrization | undefined;
  /**
   * Whether the penalty is a norm that treats all coordinates alike: then features may drop out of it, and a penalty
   * factor is a scale of its column. Otherwise a feature keeps its place, and weights are the penalty's own.
   */
  readonly interchangeable: boolean;
}

/** @throws InputError unless the parametrization induces just this penalty, of every one of its coordinates. */
export function checkInducedPenalty(
  where: string,
  { penalty, parametrization, interchangeable }: ModelFamily,
  nFeatures: number,
): void {
  if (parametrization === undefined || parametrization.inducedPenalty === penalty) return;
  const induced = parametrization.inducedPenalty;
  // One coordinate after the other tells them apart, where the whole value would let weights cancel.
  const point = new Float64Array(nFeatures);
  let agree = induced.name === penalty.name;
  for (let j = 0; j < nFeatures && agree; j++) {
    point[j] = 2;
    const [expected, found] = [penalty.value(point, 1), induced.value(point, 1)];
    agree = Math.abs(found - expected) <= 1e-12 * Math.abs(expected);
    point[j] = 0;
  }
  if (agree) return;
  if (!interchangeable) {
    const rule = `one that induces ${penalty.name}`;
    throw mustBe(where, "parametrization", rule, `${parametrization.name}, which induces ${induced.name}`);
  }
  throw wrongParametrization(where, penalty.name, parametrization.name, induced.name);
}
