/** The proximal gradient method, plain (ISTA) and accelerated (FISTA). */
import { mustBe } from "../../errors";
import { ROUNDING } from "../../linalg/rounding";
import { dot, squaredNorm } from "../../linalg/vector";
import { checkKeys } from "../../options";
import { hessianAt, type Profile, profileAt, type SparseProblem } from "../../problem/problem";
import { serializable } from "../../recipe";
import { candidateInterval, descentStopping, type Method, runSolver, type Step } from "../loop";
import type { Solver, SolverTask } from "../solver";
import { type Candidate, candidateAt, certified, type Point } from "../solver";
import { isMajorized } from "./majorization";

/** The factor by which the curvature grows where it was too small. */
const growth = 1.25;

/** Steps of the power method, after which its eigenvalue is seldom more than a few percent too small. */
const powerSteps = 20;

/** Options of {@link proximalGradient}: whether steps are accelerated, as FISTA has it. */
export interface ProximalGradientOptions {
  /** Whether steps start from a point ahead, as in FISTA. Default: false. */
  readonly accelerated?: boolean;
}

/**
 * The proximal gradient method, ISTA for the lasso: `beta <- prox(beta - gradient / h)` with a curvature `h` that
 * majorizes the datafit, found by backtracking. With `accelerated: true` it is FISTA: the step starts from the point
 * ahead, `v = beta + momentum * (beta - before)`.
 *
 * For every smooth datafit and every penalty with a known proximal step. No iteration raises the objective beyond rounding.
 * For a convex penalty `P(beta_k) - P(beta*) <= 1.25 L ||beta_0 - beta*||^2 / (2k)`, `L` the largest eigenvalue of the
 * datafit's Hessian, and for others every limit is stationary. 500 iterations suffice, on the problems that
 * {@link Solver} names.
 *
 * Accelerated, the momentum starts anew where it points uphill, and a step that would raise the objective is taken without
 * momentum, so that it descends also where the penalty is not convex. For a convex penalty
 * `P(beta_k) - P(beta*) <= 2.5 L ||beta_0 - beta*||^2 / (k + 1)^2` until the first restart; 100 iterations suffice, and
 * the trace calls it `"fista"`.
 *
 * @returns a solver; it throws an InputError for a penalty without a known proximal step.
 * @throws InputError when `accelerated` is not true or false.
 * @see Beck and Teboulle, A fast iterative shrinkage-thresholding algorithm for linear inverse problems (2009);
 * O'Donoghue and Candès, Adaptive restart for accelerated gradient schemes (2015); Li and Lin, Accelerated proximal
 * gradient methods for nonconvex programming (2015)
 * @example
 * ```ts
 * new SmoothLasso({ lambda: 0.1, solver: proximalGradient({ accelerated: true }) });
 * ```
 */
export function proximalGradient(options: ProximalGradientOptions = {}): Solver {
  checkKeys("proximalGradient", options, ["accelerated"]);
  const { accelerated = false } = options;
  if (typeof accelerated !== "boolean") {
    throw mustBe("proximalGradient", "accelerated", "true or false", accelerated);
  }
  const name = accelerated ? "fista" : "proximalGradient";
  const solver: Solver = {
    name,
    solve: (task) => runSolver(task, new ProximalDescent(name, task, accelerated)),
  };
  return serializable("proximalGradient", [options], solver);
}

/** The descent itself. */
class ProximalDescent implements Method {
  readonly name: string;
  readonly stopping = descentStopping;
  readonly candidateInterval = candidateInterval;
  readonly start: Candidate;
  readonly #task: SolverTask;
  readonly #accelerated: boolean;
  readonly #step: ProximalStep;
  #point: Point;
  #before: Float64Array;
  #objective: number;
  /** The sequence `t_{k+1} = (1 + sqrt(1 + 4 t_k^2)) / 2`, from `t_0 = 0`. */
  #t = 0;

  constructor(name: string, task: SolverTask, accelerated: boolean) {
    const start = candidateAt(task, task.beta.slice(), task.psi, 0);
    this.name = name;
    this.start = start;
    this.#task = task;
    this.#accelerated = accelerated;
    this.#step = new ProximalStep(task, start.profile);
    this.#point = start;
    this.#before = start.beta;
    this.#objective = this.#objectiveAt(start);
  }

  candidate(): Candidate {
    return certified(this.#task, this.#point);
  }

  iterate(): Step {
    const { beta } = this.#point;
    if (this.#accelerated) this.#stepFromAhead();
    else this.#point = this.#step.from(this.#point);
    return this.#point.beta !== beta ? "moved" : "last";
  }

  #stepFromAhead(): void {
    const current = this.#point;
    const t = (1 + Math.sqrt(1 + 4 * this.#t ** 2)) / 2;
    const momentum = Math.max(0, (this.#t - 1) / t);
    const ahead = momentum > 0 ? this.#ahead(momentum) : current;
    let next = this.#step.from(ahead);
    let objective = this.#objectiveAt(next);
    this.#t = t;
    const rises = !(objective <= this.#objective + ROUNDING * Math.abs(this.#objective));
    if (ahead !== current && (rises || pointsUphill(ahead.beta, next.beta, current.beta))) {
      next = this.#step.from(current);
      objective = this.#objectiveAt(next);
      this.#t = 1;
    }
    this.#before = current.beta;
    this.#point = next;
    this.#objective = objective;
  }

  /** Returns the point ahead, or the present one where the loss overflows there. */
  #ahead(momentum: number): Point {
    const { beta, profile } = this.#point;
    const ahead = beta.map((b, j) => b + momentum * (b - this.#before[j]));
    const reached = profileAt(this.#task.problem, ahead, profile.psi);
    return Number.isFinite(reached.loss) ? { beta: ahead, profile: reached } : this.#point;
  }

  #objectiveAt({ beta, profile }: Point): number {
    return profile.loss + this.#task.problem.penalty.value(beta, this.#task.lambda);
  }
}

/** Whether the gradient step from the point ahead has a negative inner product with the whole step; the momentum then points uphill. */
function pointsUphill(ahead: Float64Array, next: Float64Array, current: Float64Array): boolean {
  let product = 0;
  for (let j = 0; j < next.length; j++) product += (ahead[j] - next[j]) * (next[j] - current[j]);
  return product > 0;
}

/**
 * The proximal gradient step `prox(b - gradient / h)` of a sparse problem, whose unpenalized part is minimised at every
 * point.
 *
 * The curvature `h` begins at the largest eigenvalue of the Hessian and grows until it majorizes the datafit along the
 * step; it never falls.
 */
class ProximalStep {
  readonly #task: SolverTask;
  #curvature: number;

  /** @throws InputError where the penalty has no prox. */
  constructor(task: SolverTask, start: Profile) {
    const { problem } = task;
    if (!problem.penalty.prox) {
      throw mustBe("proximalGradient", "penalty", "one with a known proximal step", problem.penalty.name);
    }
    this.#task = task;
    this.#curvature = steepestCurvature(problem, start.eta) || flatCurvature(problem);
  }

  /** Returns the end of the step from a point; the same coefficients if the step changes nothing. */
  from({ beta, profile }: Point): Point {
    const { problem, lambda } = this.#task;
    const [point, move] = [new Float64Array(beta.length), new Float64Array(beta.length)];
    const next = new Float64Array(beta.length);
    for (;;) {
      const h = this.#curvature;
      for (let j = 0; j < beta.length; j++) point[j] = beta[j] - profile.gradient[j] / h;
      problem.penalty.prox!(point, 1 / h, lambda, next);
      for (let j = 0; j < move.length; j++) move[j] = next[j] - beta[j];
      if (move.every((m) => m === 0)) return { beta, profile };
      const reached = profileAt(problem, next, profile.psi);
      const slope = dot(profile.gradient, move);
      const square = h * dot(move, move);
      const slopeChange = (): number =>
        move.reduce((sum, m, j) => sum + m * (reached.gradient[j] - profile.gradient[j]), 0);
      if (isMajorized(profile.loss, reached.loss, slope, square, slopeChange)) {
        return { beta: next, profile: reached };
      }
      this.#curvature *= growth;
    }
  }
}

/** Returns the curvature for a loss whose second derivatives are one; it is used for losses that have no curvature at the start. */
function flatCurvature(problem: SparseProblem): number {
  const squares = new Float64Array(problem.design.nFeatures);
  problem.design.weightedSquaredNorms(new Float64Array(problem.target.length).fill(1), squares);
  return squares.reduce((sum, square) => sum + square, 0) / problem.target.length || 1;
}

/**
 * Returns the largest eigenvalue, to a few percent from below, of the datafit's Hessian `X'HX` in `beta` at `eta`, the
 * unpenalized columns projected out.
 */
export function steepestCurvature(problem: SparseProblem, eta: Float64Array): number {
  const { design, free } = problem;
  const multiply = hessianAt(problem, eta);
  const direction = Float64Array.from({ length: design.nFeatures }, (_, j) => 1 + (j % 7) / 7);
  const image = new Float64Array(eta.length);
  const bent = new Float64Array(eta.length);
  let eigenvalue = 0;
  for (let step = 0; step < powerSteps; step++) {
    const norm = Math.sqrt(squaredNorm(direction));
    if (norm === 0) break;
    for (let j = 0; j < direction.length; j++) direction[j] /= norm;
    design.matvec(direction, image);
    free.projectOut(image);
    multiply(image, bent);
    free.projectOut(bent);
    design.rmatvec(bent, direction);
    eigenvalue = Math.sqrt(squaredNorm(direction));
  }
  return eigenvalue;
}
