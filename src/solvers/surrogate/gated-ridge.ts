/**
 * The ridge regression that variable projection and alternating ridge solve in each iteration ({@link GatedRidge}).
 */
import { mustBe } from "../../errors";
import { choleskyFactor, choleskySolve } from "../../linalg/cholesky";
import { addOuterProducts } from "../../linalg/matrix-product";
import { addScaled, dot, squaredNorm } from "../../linalg/vector";
import type { SparseProblem } from "../../problem/problem";
import type { SolverTask } from "../solver";

/** The number of columns that are multiplied between two checks of the signal. */
const columnsPerCheck = 256;

/**
 * Ridge regression on columns that gates scale, the unpenalized part fitted along:
 * `min (1/2n) ||y - X (gate * u) - Q psi||^2 + (ridge/2) ||u||^2` over `u` and `psi`.
 *
 * With `n < p` it factors `I + X diag(gate^2) X' / (n ridge)`, else `ridge I + diag(gate) X'X diag(gate) / n`, both after
 * `Q` was projected out of `X` and `y`. An infinite gate leaves its column without a ridge, and makes it factor the second
 * matrix. `solve` overwrites the vectors below.
 */
export class GatedRidge {
  /** The minimising `u`, one entry a feature; the coefficient itself where the gate is infinite. */
  readonly factor: Float64Array;
  /** `gate * u` */
  readonly beta: Float64Array;
  /** `y - X beta - Q psi` with the minimising `psi`. */
  readonly residual: Float64Array;
  /** `X' residual / n`, minus the gradient of the datafit in `beta`. */
  readonly correlation: Float64Array;
  readonly #nSamples: number;
  readonly #target: Float64Array;
  /** The columns with `Q` projected out. */
  readonly #columns: readonly Float64Array[];
  /** `||x_j||^2`. */
  readonly #squares: Float64Array;
  /** The lower triangle of `X'X / n`, made when it is first needed. */
  #gram: Float64Array | undefined;
  /** The matrix that is factored, of `p` or `n` rows, made when it is first needed. */
  #matrix = new Float64Array(0);
  readonly #weights: Float64Array;
  readonly #signal: SolverTask["signal"];
  /** The loss of the last solution. */
  #loss: number | undefined;
  #wasCut = false;

  /** @param signal once it is aborted nothing is solved, and the last solution stays. */
  constructor({ design, free, target, datafit }: SparseProblem, signal?: SolverTask["signal"]) {
    this.#signal = signal;
    const { nSamples: n, nFeatures: p } = design;
    this.#nSamples = n / datafit.nResponses;
    this.factor = new Float64Array(p);
    this.beta = new Float64Array(p);
    this.residual = new Float64Array(n);
    this.correlation = new Float64Array(p);
    this.#target = target.slice();
    free.projectOut(this.#target);
    this.#columns = Array.from({ length: p }, (_, j) => {
      const column = new Float64Array(n);
      design.addColumn(j, 1, column);
      free.projectOut(column);
      return column;
    });
    this.#squares = Float64Array.from(this.#columns, squaredNorm);
    this.#weights = new Float64Array(p);
  }

  /** Whether the vectors are still those of an earlier solution, since the signal was aborted. */
  get wasCut(): boolean {
    return this.#wasCut;
  }

  /**
   * @param gate one entry a feature.
   * @param ridge positive.
   * @returns the loss, NaN where the matrix is singular to working precision.
   */
  solve(gate: Float64Array, ridge: number): number {
    const byRows = this.residual.length < gate.length && gate.every(Number.isFinite);
    const solved = byRows ? this.#solveByRows(gate, ridge) : this.#solveByColumns(gate, ridge);
    this.#wasCut = !solved && this.#signal?.aborted === true;
    if (this.#wasCut) return this.#loss ?? this.evaluate();
    if (!solved) return Number.NaN;
    for (let j = 0; j < gate.length; j++) this.beta[j] = scaleOf(gate[j]) * this.factor[j];
    this.#loss = this.evaluate();
    return this.#loss;
  }

  /** Sets `residual` and `correlation` for `beta` and returns the loss. */
  evaluate(): number {
    const { beta, residual, correlation } = this;
    const n = this.#nSamples;
    residual.set(this.#target);
    for (let j = 0; j < beta.length; j++) {
      if (beta[j] !== 0) addScaled(-beta[j], this.#columns[j], residual);
    }
    for (let j = 0; j < beta.length; j++) correlation[j] = dot(this.#columns[j], residual) / n;
    return squaredNorm(residual) / (2 * n);
  }

  #solveByRows(gate: Float64Array, ridge: number): boolean {
    const [n, weights] = [this.residual.length, this.#weights];
    const matrix = this.#matrixOf(n);
    const scale = 1 / (this.#nSamples * ridge);
    for (let j = 0; j < gate.length; j++) {
      const weight = scale * gate[j] * gate[j];
      weights[j] = weight * this.#squares[j] > 1e-18 ? weight : 0; // below the rounding of I
    }
    matrix.fill(0);
    for (let i = 0; i < n; i++) matrix[i * n + i] = 1;
    for (let j = 0; j < gate.length; j += columnsPerCheck) {
      if (this.#signal?.aborted) return false;
      const end = j + columnsPerCheck;
      addOuterProducts(this.#columns.slice(j, end), weights.subarray(j, end), matrix, n);
    }
    if (!choleskyFactor(matrix, n)) return false;
    this.residual.set(this.#target);
    choleskySolve(matrix, n, this.residual);
    for (let j = 0; j < gate.length; j++) {
      this.factor[j] = gate[j] === 0 ? 0 : scale * gate[j] * dot(this.#columns[j], this.residual);
    }
    return true;
  }

  #solveByColumns(gate: Float64Array, ridge: number): boolean {
    const p = gate.length;
    this.#gram ??= this.#gramOfColumns();
    if (this.#signal?.aborted) return false; // the Gram matrix may not be whole
    const matrix = this.#matrixOf(p);
    const scales = gate.map(scaleOf);
    for (let j = 0; j < p; j++) {
      for (let k = 0; k <= j; k++) matrix[j * p + k] = scales[j] * scales[k] * this.#gram[j * p + k];
      if (gate[j] !== Number.POSITIVE_INFINITY) matrix[j * p + j] += ridge;
      this.factor[j] = (scales[j] * dot(this.#columns[j], this.#target)) / this.#nSamples;
    }
    if (!choleskyFactor(matrix, p)) return false;
    choleskySolve(matrix, p, this.factor);
    return true;
  }

  #gramOfColumns(): Float64Array {
    const p = this.#columns.length;
    const gram = new Float64Array(p * p);
    for (let j = 0; j < p && !this.#signal?.aborted; j++) {
      for (let k = 0; k <= j; k++) gram[j * p + k] = dot(this.#columns[j], this.#columns[k]) / this.#nSamples;
    }
    return gram;
  }

  #matrixOf(size: number): Float64Array {
    if (this.#matrix.length !== size * size) this.#matrix = new Float64Array(size * size);
    return this.#matrix;
  }
}

/** Returns what a column is scaled by: its gate, or 1 where this is infinite. */
function scaleOf(gate: number): number {
  return gate === Number.POSITIVE_INFINITY ? 1 : gate;
}

/** @throws InputError unless ridge regressions on factors can solve the task: the penalty is the solver's business. */
export function checkRidgeTask(where: string, { problem, lambda }: SolverTask): void {
  if (!problem.datafit.quadratic)
    throw mustBe(where, "datafit", "squared error without sample weights", problem.datafit.name);
  if (!(lambda > 0))
    throw mustBe(where, "lambda", "a positive number", lambda, "without a penalty use lbfgs()");
}
