import { isGroupwise, isSeparable, type SeparablePenalty } from "../../penalties";
import { columnCurvature } from "../../problem/problem";
import type { SolvedProblem } from "../fit/solved-problem";

/** Zeros that are worse than they could be. */
export interface SuboptimalZeros {
  /** A coefficient of each zero, or zero group, that could lower the objective alone. */
  readonly columns: readonly number[];
  /** The largest decrease of one of them. */
  readonly decrease: number;
}

/**
 * The coefficients, or groups, that are zero although the best value of each alone, all others as they are, is not zero by
 * the quadratic model of the loss at the fit.
 *
 * @param smallest decrease that counts.
 */
export function suboptimalZeros(
  { working, lambda, solution }: SolvedProblem,
  smallest: number,
): SuboptimalZeros {
  // What no step can gain no zero can; with a loss that is not quadratic this has been tried, not only promised.
  if (!(solution.certificate.singleCoordinateGain > smallest)) return { columns: [], decrease: 0 };
  const { problem } = working;
  const { penalty } = problem;
  const { beta, profile } = solution;
  const { gradient } = profile;
  const curvature = columnCurvature(problem, profile.eta);
  const blocks = isGroupwise(penalty)
    ? penalty.groups.members
    : Array.from({ length: beta.length }, (_, j) => Int32Array.of(j));
  const zero = new Float64Array(beta.length);
  const [slope, bend] = [new Float64Array(beta.length), new Float64Array(beta.length)];
  const gainOf = (separable: SeparablePenalty, j: number): number => {
    if (!(curvature[j] > 0)) return 0;
    const b = separable.coordinateProx(j, -gradient[j] / curvature[j], 1 / curvature[j], lambda);
    return -b * (gradient[j] + (curvature[j] * b) / 2) - separable.coordinateValue(j, b, lambda);
  };
  const gainOfGroup = (group: Int32Array): number => {
    // A slope and curvature of zero leave nothing to gain anywhere else.
    for (const j of group) [slope[j], bend[j]] = [gradient[j], curvature[j]];
    const gain = penalty.decrease(zero, slope, bend, lambda);
    for (const j of group) [slope[j], bend[j]] = [0, 0];
    return gain;
  };
  const columns: number[] = [];
  let decrease = 0;
  for (const block of blocks) {
    if (block.some((j) => beta[j] !== 0)) continue;
    const gain = isSeparable(penalty) ? gainOf(penalty, block[0]) : gainOfGroup(block);
    if (!(gain > smallest)) continue;
    columns.push(block[0]);
    if (gain > decrease) decrease = gain;
  }
  return { columns, decrease };
}
