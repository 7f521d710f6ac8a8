/** Measures what a diagnosis needs to know of a solved problem: zeros held back, copies of columns, and their conditioning. */
import { columnOf } from "../../design/design-matrix";
import { symmetricEigen } from "../../linalg/symmetric-eigen";
import { dot, squaredNorm, supportOf } from "../../linalg/vector";
import { isGroupwise, isSeparable, type SeparablePenalty } from "../../penalties";
import { columnCurvature, hessianAt, type SparseProblem } from "../../problem/problem";
import type { SolvedProblem } from "../fit/solve";

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
  // No zero gains more than the certificate's largest gain, which was tried out where the loss is not quadratic.
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

/** One sentence for each column without a coefficient that could have that of an equal one at the same objective. */
export function copiesOutside({ working, solution: { beta }, lambda }: SolvedProblem): string[] {
  const { problem, nameOf } = working;
  const { design, penalty } = problem;
  const active = Array.from(supportOf(beta), (j) => ({ j, column: columnOf(design, j) }));
  const value = penalty.value(beta, lambda);
  const isAsGood = (j: number, k: number): boolean => {
    const swapped = beta.slice();
    [swapped[j], swapped[k]] = [beta[k], beta[j]];
    return Math.abs(penalty.value(swapped, lambda) - value) <= 1e-12 * value;
  };
  const sentences: string[] = [];
  for (let k = 0; k < beta.length; k++) {
    if (beta[k] !== 0) continue;
    const copy = columnOf(design, k);
    const original = active.find(({ column }) => column.every((entry, i) => entry === copy[i]));
    if (original === undefined || !isAsGood(original.j, k)) continue;
    const pair = [original.j, k].sort((a, b) => a - b).map(nameOf);
    sentences.push(
      `${pair.join(" and ")} are equal as scaled, so which of them has the coefficient is arbitrary: group them or drop one`,
    );
  }
  return sentences;
}

/** The columns of a support and the curvature of the loss along them. */
interface ActiveColumns {
  /** Their positions in the problem that was solved. */
  readonly support: Int32Array;
  /** `X_A' H X_A` at the fit, the unpenalized columns projected out; row-major. */
  readonly gram: Float64Array;
  /**
   * Returns the number of directions that no prediction depends on: where a loss sees differences between responses only, one for each
   * feature that is active in all of them.
   */
  readonly nShared: number;
  /** The two most alike of them by `|cosine|`. */
  readonly closest: { readonly cosine: number; readonly pair: readonly [number, number] } | undefined;
}

/** The columns that are active in a solution. */
export function activeColumns({ working, solution }: SolvedProblem): ActiveColumns {
  const { problem } = working;
  const { design, free } = problem;
  const support = supportOf(solution.beta);
  const columns = Array.from(support, (j) => {
    const column = new Float64Array(design.nSamples);
    design.addColumn(j, 1, column);
    free.projectOut(column);
    return column;
  });
  const multiply = hessianAt(problem, solution.profile.eta);
  const size = support.length;
  const gram = new Float64Array(size * size);
  const bent = new Float64Array(design.nSamples);
  const norms = columns.map((column) => Math.sqrt(squaredNorm(column)));
  let closest: ActiveColumns["closest"];
  for (let k = 0; k < size; k++) {
    multiply(columns[k], bent);
    for (let m = 0; m < size; m++) gram[k * size + m] = dot(columns[m], bent);
    for (let m = 0; m < k; m++) {
      const cosine = Math.abs(dot(columns[k], columns[m])) / (norms[k] * norms[m]);
      if (closest === undefined || cosine > closest.cosine)
        closest = { cosine, pair: [support[m], support[k]] };
    }
  }
  return { support, gram, nShared: sharedDirections(problem, support), closest };
}

function sharedDirections({ design, datafit }: SparseProblem, support: Int32Array): number {
  if (!datafit.shiftInvariant) return 0;
  const nColumns = design.nFeatures / datafit.nResponses;
  const counts = new Int32Array(nColumns);
  for (const k of support) counts[k % nColumns]++;
  return counts.filter((count) => count === datafit.nResponses).length;
}

/**
 * The condition number of `D A D` with `D = diag(scales)`; infinite for a singular matrix.
 *
 * @param nullity the number of directions in which the matrix is known to be zero, and which do not count.
 */
export function conditionNumber(matrix: Float64Array, scales: Float64Array, nullity: number): number {
  const size = scales.length;
  const scaled = matrix.map((entry, i) => entry * scales[Math.floor(i / size)] * scales[i % size]);
  const { values } = symmetricEigen(scaled, size);
  const [smallest, largest] = [values[nullity], values[size - 1]];
  return smallest > 1e-15 * largest ? largest / smallest : Number.POSITIVE_INFINITY;
}
