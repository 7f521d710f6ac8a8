import { symmetricEigen } from "../linalg/symmetric-eigen";
import { dot, squaredNorm, supportOf } from "../linalg/vector";
import { hessianAt } from "../objectives/sparse-problem";
import type { SolvedProblem } from "./solved-problem";

/** The columns of a support and the curvature of the loss along them. */
export interface ActiveColumns {
  /** Their positions in the problem that was solved. */
  readonly support: Int32Array;
  /** `X_A' H X_A` at the fit, the unpenalized columns projected out; row-major. */
  readonly gram: Float64Array;
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
  return { support, gram, closest };
}

/** The condition number of `D A D` with `D = diag(scales)`; infinite for a singular matrix. */
export function conditionNumber(matrix: Float64Array, scales: Float64Array): number {
  const size = scales.length;
  const scaled = matrix.map((entry, i) => entry * scales[Math.floor(i / size)] * scales[i % size]);
  const { values } = symmetricEigen(scaled, size);
  const [smallest, largest] = [values[0], values[size - 1]];
  return smallest > 1e-15 * largest ? largest / smallest : Number.POSITIVE_INFINITY;
}
