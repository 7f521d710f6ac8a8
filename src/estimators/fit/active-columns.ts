import { symmetricEigen } from "../../linalg/symmetric-eigen";
import { dot, squaredNorm, supportOf } from "../../linalg/vector";
import { hessianAt, type SparseProblem } from "../../problem/problem";
import type { SolvedProblem } from "./solved-problem";

/** The columns of a support and the curvature of the loss along them. */
export interface ActiveColumns {
  /** Their positions in the problem that was solved. */
  readonly support: Int32Array;
  /** `X_A' H X_A` at the fit, the unpenalized columns projected out; row-major. */
  readonly gram: Float64Array;
  /**
   * How many directions no prediction depends on: where a loss sees differences between responses only, one for each
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
