/** Iteratively reweighted least squares. */
import { mustBe } from "../../errors";
import { choleskyFactor, choleskySolve } from "../../linalg/cholesky";
import { dot, maxAbs } from "../../linalg/vector";
import { checkKeys, checkPositive } from "../../options";
import { isSeparable, type SeparablePenalty } from "../../penalties";
import { profileAt, type SparseProblem } from "../../problem/problem";
import { serializable } from "../../recipe";
import { descentStopping, type Method, runSolver, type Step } from "../loop";
import type { Solver, SolverTask } from "../solver";
import { type Candidate, candidateAt, withExactZeros } from "../solver";

/** Options of {@link irls}: the constant that keeps the weights of small coefficients finite. */
export interface IrlsOptions {
  /** The first smoothing, positive, in units of a typical coefficient. Default: 1. */
  readonly epsilon?: number;
}

/** The smallest value of the smoothing, in units of a typical coefficient. */
const smallestEpsilon = 1e-14;

/**
 * Iteratively reweighted least squares: each `|beta_j|` is smoothed to `t_j = sqrt(beta_j^2 + epsilon^2)` and the
 * penalty majorized by a ridge of weight `slope(t_j) / t_j`, which is solved exactly.
 *
 * No iteration raises the smoothed objective `f + lambda R(t)`. `epsilon` falls to a tenth whenever the coefficients
 * move by less than `sqrt(epsilon) / 100`, so that penalties that are not convex are entered from their smooth end; what is
 * zero at the minimum near by is set to exactly zero. An iteration costs a Cholesky factorization of `min(n, p)` rows; a
 * lasso takes from 30 to 3000 on the problems that {@link Solver} names, the more the closer a zero is to leaving, and
 * ten thousand with a hundred columns. Where SCAD and MCP are flat a weight is 0, and
 * with more such coefficients than samples the ridge is singular and the status `"stalled"`.
 *
 * @returns a solver for quadratic datafits without sample weights and penalties that are sums over coordinates and
 * concave in `beta_j^2`, as lasso, elastic net, bridge, SCAD and MCP; it throws an InputError for others.
 * @throws InputError when `epsilon` is not a positive finite number.
 * @see Daubechies, DeVore, Fornasier and Güntürk, Iteratively reweighted least squares minimization for sparse recovery
 * (2010); Chartrand and Yin, Iteratively reweighted algorithms for compressive sensing (2008)
 * @example
 * ```ts
 * new SmoothLasso({ lambda: 0.1, solver: irls() });
 * ```
 */
export function irls(options: IrlsOptions = {}): Solver {
  checkKeys("irls", options, ["epsilon"]);
  const { epsilon = 1 } = options;
  checkPositive("irls", "epsilon", epsilon);
  const solver: Solver = {
    name: "irls",
    solve(task) {
      const { datafit, penalty } = task.problem;
      if (!datafit.quadratic) {
        throw mustBe("irls", "datafit", "squared error without sample weights", datafit.name);
      }
      if (!isSeparable(penalty)) throw mustBe("irls", "penalty", "a sum over coordinates", penalty.name);
      if (penalty.domain) throw mustBe("irls", "penalty", "one without bounds on coefficients", penalty.name);
      return runSolver(task, new ReweightedRidge(task, penalty, epsilon));
    },
  };
  return serializable("irls", [options], solver);
}

class ReweightedRidge implements Method {
  readonly name = "irls";
  readonly stopping = descentStopping;
  readonly start: Candidate;
  readonly #task: SolverTask;
  readonly #penalty: SeparablePenalty;
  readonly #ridge: WeightedRidge;
  readonly #weights: Float64Array;
  #epsilon: number;
  #beta: Float64Array;
  #psi: Float64Array;
  #loss: number;

  constructor(task: SolverTask, penalty: SeparablePenalty, epsilon: number) {
    const start = candidateAt(task, task.beta.slice(), task.psi, 0);
    this.start = start;
    this.#task = task;
    this.#penalty = penalty;
    this.#ridge = new WeightedRidge(task.problem);
    this.#weights = new Float64Array(start.beta.length);
    this.#epsilon = epsilon;
    this.#beta = start.beta.slice();
    this.#psi = start.profile.psi;
    this.#loss = start.profile.loss;
  }

  iterate(): Step {
    const { lambda, magnitude } = this.#task;
    const before = this.#beta;
    for (let j = 0; j < before.length; j++) {
      const t = this.#smoothed(before[j]);
      this.#weights[j] = this.#penalty.coordinateSlope(j, t, lambda) / t;
    }
    const beta = new Float64Array(before.length);
    if (!this.#ridge.solve(this.#weights, beta)) return "last";
    this.#beta = beta;
    const change = maxAbs(beta.map((b, j) => b - before[j]));
    const settled =
      change <= (Math.sqrt(this.#epsilon) / 100) * Math.max(maxAbs(beta), this.#epsilon * magnitude);
    if (!settled) return "moved";
    if (this.#epsilon <= smallestEpsilon) return change > 0 ? "moved" : "last";
    this.#epsilon /= 10;
    return "moved";
  }

  candidate(): Candidate {
    const raw = candidateAt(this.#task, this.#beta.slice(), this.#psi, 0);
    this.#psi = raw.profile.psi;
    this.#loss = raw.profile.loss;
    return withExactZeros(this.#task, raw);
  }

  state(): { objective: number } {
    const { lambda } = this.#task;
    const objective = this.#beta.reduce(
      (sum, b, j) => sum + this.#penalty.coordinateValue(j, this.#smoothed(b), lambda),
      this.#loss,
    );
    return { objective };
  }

  #smoothed(b: number): number {
    return Math.hypot(b, this.#epsilon * this.#task.magnitude);
  }
}

/**
 * Least squares with one ridge weight a coefficient, the unpenalized part fitted along:
 * `min (c/2) ||y - X beta - Q psi||^2 + 1/2 sum_j weights[j] beta_j^2` with the datafit's curvature `c`.
 *
 * With `p > n` and no weight of 0 it solves `(I + c X W^-1 X') v = y` and takes `beta = c W^-1 X'v`, else
 * `(c X'X + W) beta = c X'y`, both after `Q` was projected out.
 */
export class WeightedRidge {
  readonly #curvature: number;
  /** The columns and the rows of `X`, with `Q` projected out. */
  readonly #columns: readonly Float64Array[];
  readonly #rows: readonly Float64Array[];
  readonly #target: Float64Array;
  /** `c X'y` */
  readonly #correlation: Float64Array;
  /** The lower triangle of `c X'X`, made when it is first needed. */
  #gram: Float64Array | undefined;
  readonly #scaled: Float64Array;
  /** The matrix that is factored, of `p` or `n` rows, made when it is first needed. */
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
