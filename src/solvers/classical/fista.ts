import { profileAt } from "../../problem/problem";
import { serializable } from "../../recipe";
import type { Solver, SolverTask } from "../solver";
import { type ProfiledPoint, ProximalStep } from "./proximal-step";
import { candidateOf, type Method, runSolver } from "./solver-loop";

/** Iterations between two certificates. */
const iterationsPerCertificate = 10;

/** A rise of the objective that may be rounding, relative to it. */
const rounding = 1e-14;

/**
 * FISTA: the proximal gradient step from a point ahead, `v = beta + momentum * (beta - before)`, with backtracking and
 * adaptive restart.
 *
 * The momentum starts anew where it points uphill; a step that would raise the objective is taken without momentum. So
 * no iteration raises the objective, beyond rounding, also where the penalty is not convex. For a convex penalty
 * `P(beta_k) - P(beta*) <= 2.5 L ||beta_0 - beta*||^2 / (k + 1)^2` until the first restart, `L` the largest eigenvalue of
 * the datafit's Hessian; 100 iterations suffice, on the problems that {@link Solver} names.
 *
 * @returns a solver; it throws an InputError for a penalty without a known proximal step.
 * @see Beck and Teboulle, A fast iterative shrinkage-thresholding algorithm for linear inverse problems (2009);
 * O'Donoghue and Candès, Adaptive restart for accelerated gradient schemes (2015); Li and Lin, Accelerated proximal
 * gradient methods for nonconvex programming (2015)
 * @example
 * ```ts
 * new SmoothLasso({ lambda: 0.1, solver: fista() });
 * ```
 */
export function fista(): Solver {
  const solver: Solver = {
    name: "fista",
    solve: (task) =>
      runSolver("fista", task, iterationsPerCertificate, (start) => {
        const step = new ProximalStep("fista", task, start.profile);
        return new AcceleratedDescent(task, step, start);
      }),
  };
  return serializable("fista", [], solver);
}

class AcceleratedDescent implements Method {
  readonly #task: SolverTask;
  readonly #step: ProximalStep;
  #point: ProfiledPoint;
  #before: Float64Array;
  #objective: number;
  /** The sequence `t_{k+1} = (1 + sqrt(1 + 4 t_k^2)) / 2`, from `t_0 = 0`. */
  #t = 0;

  constructor(task: SolverTask, step: ProximalStep, start: ProfiledPoint) {
    this.#task = task;
    this.#step = step;
    this.#point = start;
    this.#before = start.beta;
    this.#objective = this.#objectiveAt(start);
  }

  certify() {
    return candidateOf(this.#task, this.#point.beta, this.#point.profile);
  }

  iterate(): boolean {
    const current = this.#point;
    const t = (1 + Math.sqrt(1 + 4 * this.#t ** 2)) / 2;
    const momentum = Math.max(0, (this.#t - 1) / t);
    const ahead = momentum > 0 ? this.#ahead(momentum) : current;
    let next = this.#step.from(ahead);
    let objective = this.#objectiveAt(next);
    this.#t = t;
    const rises = !(objective <= this.#objective + rounding * Math.abs(this.#objective));
    if (ahead !== current && (rises || pointsUphill(ahead.beta, next.beta, current.beta))) {
      next = this.#step.from(current);
      objective = this.#objectiveAt(next);
      this.#t = 1;
    }
    this.#before = current.beta;
    this.#point = next;
    this.#objective = objective;
    return next.beta !== current.beta;
  }

  /** The point ahead, or the present one where the loss overflows there. */
  #ahead(momentum: number): ProfiledPoint {
    const { beta, profile } = this.#point;
    const ahead = beta.map((b, j) => b + momentum * (b - this.#before[j]));
    const reached = profileAt(this.#task.problem, ahead, profile.psi);
    return Number.isFinite(reached.loss) ? { beta: ahead, profile: reached } : this.#point;
  }

  #objectiveAt({ beta, profile }: ProfiledPoint): number {
    return profile.loss + this.#task.problem.penalty.value(beta, this.#task.lambda);
  }
}

/** Whether the step from the point ahead, which is along minus the gradient there, goes against the way made in all. */
function pointsUphill(ahead: Float64Array, next: Float64Array, current: Float64Array): boolean {
  let product = 0;
  for (let j = 0; j < next.length; j++) product += (ahead[j] - next[j]) * (next[j] - current[j]);
  return product > 0;
}
