import { wrongParametrization } from "../../errors";
import type { Parametrization } from "../../parametrizations";
import { type Bound, type GroupPenalty, isGroupwise, isSeparable, type Penalty } from "../../penalties";
import type { Note } from "../notes";
import type { ModelData } from "./model-data";
import type { WorkingColumns } from "./working-columns";

/** What an estimator penalizes, and the surrogate it does so by. */
export interface PenaltySpec {
  readonly penalty: Penalty;
  /** Induces `penalty`; undefined for a penalty that has no surrogate, such as SCAD. */
  readonly parametrization: Parametrization | undefined;
  /**
   * Whether the penalty treats all coordinates alike: then features may drop out of it. Otherwise each keeps its place,
   * as in groups, and weights are the penalty's own.
   */
  readonly interchangeable: boolean;
  /** What each column is divided by beside its deviation, one a feature: 0 leaves it free, Infinity excludes it. */
  readonly factors: Float64Array;
  /**
   * What the columns of single coefficients are divided by beside that, feature `j` of response `r` at `r * nFeatures + j`:
   * Infinity leaves it 0. Default: 1 each.
   */
  readonly multiples?: Float64Array;
  /** Notes on it that a reader of the fit should see. */
  readonly notes?: readonly Note[];
  /** Between what the coefficients of each feature must lie, on the original scale; for a penalty that is a sum over coordinates. */
  readonly bounds?: readonly Bound[];
  /** The penalized columns as the solvers see them. Default: each centred, scaled and divided by its factor. */
  readonly columns?: WorkingColumns;
}

/**
 * Makes the family for the data that are fitted, whose features it may have weights and groups for. Its penalty is of all
 * coefficients, those of one response after those of the other.
 *
 * @param signal ends the search for weights where it has come to.
 */
export type PenaltySpecOf = (
  where: string,
  data: ModelData,
  signal?: { readonly aborted: boolean },
) => PenaltySpec;

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
