/** Iteratively reweighted least squares. */
import { mustBe } from "../../errors";
import { ROUNDING } from "../../linalg/rounding";
import { maxAbs } from "../../linalg/vector";
import { checkKeys, checkPositive } from "../../options";
import { isSeparable, type SeparablePenalty } from "../../penalties";
import { serializable } from "../../recipe";
import { descentStopping, type Method, runSolver, type Step } from "../loop";
import type { Solver, SolverTask } from "../solver";
import { type Candidate, candidateAt, withExactZeros } from "../solver";
import { GatedRidge } from "../surrogate/gated-ridge";

/** Options of {@link irls}: the constant that keeps the weights of small coefficients finite. */
export interface IrlsOptions {
  /** The first smoothing, positive, in units of a typical coefficient. Default: 1. */
  readonly epsilon?: number;
}

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
  readonly #ridge: GatedRidge;
  #epsilon: number;
  #beta: Float64Array;
  #psi: Float64Array;
  #loss: number;

  constructor(task: SolverTask, penalty: SeparablePenalty, epsilon: number) {
    const start = candidateAt(task, task.beta.slice(), task.psi, 0);
    this.start = start;
    this.#task = task;
    this.#penalty = penalty;
    this.#ridge = new GatedRidge(task.problem, task.signal);
    this.#epsilon = epsilon;
    this.#beta = start.beta.slice();
    this.#psi = start.profile.psi;
    this.#loss = start.profile.loss;
  }

  iterate(): Step {
    const { lambda, magnitude } = this.#task;
    const before = this.#beta;
    // A ridge of weight w on a coefficient is one of weight 1 on its quotient by 1 / sqrt(w).
    const gate = before.map((b, j) => {
      const t = this.#smoothed(b);
      return Math.sqrt(t / this.#penalty.coordinateSlope(j, t, lambda));
    });
    if (Number.isNaN(this.#ridge.solve(gate, 1)) || this.#ridge.wasCut) return "last";
    const beta = this.#ridge.beta.slice();
    this.#beta = beta;
    const change = maxAbs(beta.map((b, j) => b - before[j]));
    const settled =
      change <= (Math.sqrt(this.#epsilon) / 100) * Math.max(maxAbs(beta), this.#epsilon * magnitude);
    if (!settled) return "moved";
    if (this.#epsilon <= ROUNDING) return change > 0 ? "moved" : "last";
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
