import { choleskyFactor, choleskySolve } from "../../linalg/cholesky";
import { dot } from "../../linalg/vector";
import { profileAt, type SparseProblem } from "../../problem/problem";

/**
 * Least squares with one ridge weight a coefficient, the unpenalized part fitted along:
 * `min (c/2) ||y - X beta - Q psi||^2 + 1/2 sum_j weights[j] beta_j^2` with the datafit's curvature `c`.
 *
 * With `p > n` and no weight of 0 it solves `(I + c X W^-1 X') v = y` and takes `beta = c W^-1 X'v`, else
 * `(c X'X + W) beta = c X'y`, both after `Q` was projected out.
 */
export class WeightedRidge {
  readonly #curvature: number;
  /** Columns and rows of `X` without their share of `Q`. */
  readonly #columns: readonly Float64Array[];
  readonly #rows: readonly Float64Array[];
  readonly #target: Float64Array;
  /** `c X'y` */
  readonly #correlation: Float64Array;
  /** Lower triangle of `c X'X`, from the first time that it is needed. */
  #gram: Float64Array | undefined;
  readonly #scaled: Float64Array;
  /** What is factored, of `p` or `n` rows, from the first time that it is needed. */
  #matrix: Float64Array = new Float64Array(0);

  /** @param problem with a quadratic datafit. */
  constructor(problem: SparseProblem) {
    const { design, free, target, datafit } = problem;
    const [n, p] = [design.nSamples, design.nFeatures];
    this.#curvature = datafit.nResponses / target.length;
    this.#columns = Array.from({ length: p }, (_, j) => {
      const column = new Float64Array(n);
      design.addColumn(j, 1, column);
      free.projectOut(column);
      return column;
    });
    this.#rows = Array.from({ length: n }, (_, i) => Float64Array.from(this.#columns, (column) => column[i]));
    const { residual, gradient } = profileAt(problem, new Float64Array(p), new Float64Array(free.size));
    this.#target = residual.map((entry) => -entry / this.#curvature);
    this.#correlation = gradient.map((entry) => -entry);
    this.#scaled = new Float64Array(p);
  }

  /** Sets `beta`, or returns false where the matrix is singular to working precision. */
  solve(weights: Float64Array, beta: Float64Array): boolean {
    const dual = this.#columns.length > this.#rows.length && weights.every((weight) => weight > 0);
    return dual ? this.#solveByRows(weights, beta) : this.#solveByColumns(weights, beta);
  }

  #solveByColumns(weights: Float64Array, beta: Float64Array): boolean {
    const p = weights.length;
    this.#gram ??= this.#gramOfColumns();
    const matrix = this.#matrixOf(p);
    matrix.set(this.#gram);
    for (let j = 0; j < p; j++) matrix[j * p + j] += weights[j];
    if (!choleskyFactor(matrix, p)) return false;
    beta.set(this.#correlation);
    choleskySolve(matrix, p, beta);
    return true;
  }

  #solveByRows(weights: Float64Array, beta: Float64Array): boolean {
    const n = this.#rows.length;
    const scaled = this.#scaled;
    const matrix = this.#matrixOf(n);
    for (let i = 0; i < n; i++) {
      const row = this.#rows[i];
      for (let j = 0; j < row.length; j++) scaled[j] = (this.#curvature * row[j]) / weights[j];
      for (let k = 0; k <= i; k++) matrix[i * n + k] = dot(scaled, this.#rows[k]);
      matrix[i * n + i] += 1;
    }
    if (!choleskyFactor(matrix, n)) return false;
    const v = this.#target.slice();
    choleskySolve(matrix, n, v);
    for (let j = 0; j < beta.length; j++) {
      beta[j] = (this.#curvature / weights[j]) * dot(this.#columns[j], v);
    }
    return true;
  }

  #matrixOf(size: number): Float64Array {
    if (this.#matrix.length !== size * size) this.#matrix = new Float64Array(size * size);
    return this.#matrix;
  }

  #gramOfColumns(): Float64Array {
    const p = this.#columns.length;
    const gram = new Float64Array(p * p);
    for (let j = 0; j < p; j++) {
      for (let k = 0; k <= j; k++)
        gram[j * p + k] = this.#curvature * dot(this.#columns[j], this.#columns[k]);
    }
    return gram;
  }
}
