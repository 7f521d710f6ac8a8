/** Checks that a parametrization induces the penalty of its estimator ({@link checkInducedPenalty}). */
import { wrongParametrization } from "../../errors";
import type { Parametrization } from "../../parametrizations";
import { type GroupPenalty, isGroupwise, isSeparable, type Penalty } from "../../penalties";

/** The value where all coefficients but one are zero. */
function aloneInGroup({ groups, groupValue }: GroupPenalty, j: number): number {
  const g = groups.groupOf[j];
  const own = groups.members[g];
  const alone = new Float64Array(own.length);
  alone[own.indexOf(j)] = 2;
  return groupValue(g, alone, 1);
}

/** @throws InputError unless the parametrization induces just this penalty, of every one of its coordinates. */
export function checkInducedPenalty(
  where: string,
  penalty: Penalty,
  parametrization: Parametrization,
  nCoefficients: number,
  remedy?: string,
): void {
  const induced = parametrization.inducedPenalty;
  if (induced === penalty) return;
  // One coordinate after the other tells them apart, where the whole value would let weights cancel.
  const point = new Float64Array(nCoefficients);
  const valueAt = (of: Penalty, j: number): number => {
    // The whole value would cost p for each of p.
    if (isSeparable(of)) return of.coordinateValue(j, 2, 1);
    if (isGroupwise(of)) return aloneInGroup(of, j);
    point[j] = 2;
    const value = of.value(point, 1);
    point[j] = 0;
    return value;
  };
  let agree = induced.name === penalty.name;
  for (let j = 0; j < nCoefficients && agree; j++) {
    const [expected, found] = [valueAt(penalty, j), valueAt(induced, j)];
    agree = Math.abs(found - expected) <= 1e-12 * Math.abs(expected);
  }
  if (!agree) throw wrongParametrization(where, penalty.name, parametrization.name, induced.name, remedy);
}
