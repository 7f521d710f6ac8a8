/** The descent of a smooth surrogate, and what every solver that descends one shares. */
import type { Optimizer } from "../../optimizers";
import { type FiniteState, finiteStates } from "../../optimizers/minimize";
import { checkKeys, checkMethods } from "../../options";
import type { Parametrization } from "../../parametrizations";
import { type Initialization, initialize } from "../../problem/initialization";
import type { SmoothObjective } from "../../problem/smooth-objective";
import { startingPoint } from "../../problem/starting-point";
import { misalignmentOf, Surrogate } from "../../problem/surrogate";
import { serializable } from "../../recipe";
import {
  candidateInterval,
  type Method,
  type Run,
  runSolver,
  type Step,
  type StoppingRule,
  surrogateStopping,
} from "../loop";
import type { Solver, SolverTask, TraceRow } from "../solver";
import { better, type Candidate, candidateAt, withExactZeros } from "../solver";
import { supportNewton } from "../subproblem/support-newton";

/** Options of {@link surrogateDescent}: where the factors start. */
export interface SurrogateDescentOptions {
  /**
   * The start of every descent, whatever coefficients it is given: `varianceMatched({ sigma: 0.1 })`, say. Coefficients
   * are measured on the scale on which the columns are standardized. Default: an unbalanced point over the coefficients
   * given, of the fit before or the null model.
   */
  readonly init?: Initialization;
}

/**
 * The paper's method: minimise the smooth surrogate with any optimizer, map back, set exact zeros, certify.
 *
 * The certificate, not the gradient in `xi`, says when it is done. Once the support has settled, Newton's method on
 * it supplies the last digits. With `lbfgs()` 100 iterations suffice, on the problems that {@link Solver} names.
 *
 * @throws InputError, when it solves, where a start leaves coefficients that can never move; a start that locks signs
 * gives a warning.
 * @see arXiv 2307.03571
 * @example
 * ```ts
 * const init = unitGates({ base: [0.3, -0.1] });
 * const solver = surrogateDescent(hadamardProduct({ depth: 2 }), lbfgs(), { init });
 * new SmoothLasso({ lambda: 0.1, solver }).fit(X, y).status; // "converged"
 * ```
 */
export function surrogateDescent(
  parametrization: Parametrization,
  optimizer: Optimizer,
  options: SurrogateDescentOptions = {},
): Solver {
  const where = "surrogateDescent";
  const rule = "one such as hadamardProduct({ depth: 2 })";
  checkMethods(where, "parametrization", parametrization, ["surrogateSize", "forward", "pullback"], rule);
  checkMethods(where, "optimizer", optimizer, ["iterate"], "one such as lbfgs()");
  checkKeys(where, options, ["init"]);
  const { init } = options;
  const name = `surrogateDescent(${parametrization.name}, ${optimizer.name})`;
  const solver: Solver = {
    name,
    solve: (task) => {
      const descentFrom = (psi: Float64Array): CoefficientDescent => {
        const { problem, lambda, magnitude } = task;
        const xi0 = init
          ? initialize(parametrization, problem.design.nFeatures, init)
          : startingPoint(parametrization, task.beta, magnitude);
        const surrogate = new Surrogate(problem, parametrization, lambda, Math.sqrt(magnitude));
        return {
          objective: surrogate,
          optimizer,
          start: surrogate.pointOf(xi0, psi),
          read(x) {
            const xi = surrogate.surrogatePart(x);
            const beta = new Float64Array(problem.design.nFeatures);
            parametrization.forward(xi, beta);
            const misalignment = misalignmentOf(parametrization, xi, beta);
            return { beta, psi: surrogate.freePart(x), misalignment };
          },
        };
      };
      return runSolver(task, new SurrogateMethod(name, task, descentFrom));
    },
  };
  return serializable("surrogateDescent", [parametrization, optimizer, options], solver);
}

/** A smooth objective, how it is minimised and from where. */
export interface Descent {
  readonly objective: SmoothObjective;
  readonly optimizer: Optimizer;
  readonly start: Float64Array;
}

/** A descent whose points stand for coefficients. */
export interface CoefficientDescent extends Descent {
  /** Returns the coefficients that a point stands for, as new vectors, and how far the point is from balanced. */
  read(x: Float64Array): { beta: Float64Array; psi: Float64Array; misalignment: number };
}

/** A descent under way, which a solver's loop takes from state to state of its optimizer. */
export class OptimizerRun {
  /** The last finite point. */
  readonly x: Float64Array;
  readonly #states: Generator<FiniteState, void, void>;
  readonly #task: Pick<SolverTask, "signal" | "onIteration">;
  #value = Number.NaN;
  #gradientNorm = Number.NaN;
  #nIter = 0;

  constructor(task: Pick<SolverTask, "signal" | "onIteration">, { objective, optimizer, start }: Descent) {
    this.#task = task;
    this.x = start.slice();
    this.#states = finiteStates(objective, optimizer, start);
    this.#advance();
  }

  /** The number of iterations made. */
  get nIter(): number {
    return this.#nIter;
  }

  /** The value of the objective and the largest entry of its gradient, as a row of a trace has them. */
  state(): Pick<TraceRow, "objective" | "stationarity"> {
    return { objective: this.#value, stationarity: this.#gradientNorm };
  }

  /** Makes an iteration, unless the gradient is exactly zero or the optimizer can make no progress. */
  iterate(): Step {
    const { signal, onIteration } = this.#task;
    if (this.#gradientNorm === 0 || (this.#nIter === 0 && signal?.aborted)) return "last";
    if (!this.#advance()) return "last";
    this.#nIter++;
    onIteration?.(this.#nIter);
    return this.#gradientNorm === 0 ? "last" : "moved";
  }

  #advance(): boolean {
    const { value: state } = this.#states.next();
    if (!state) return false;
    this.x.set(state.x);
    this.#value = state.value;
    this.#gradientNorm = state.gradientNorm;
    return true;
  }
}

/**
 * The descent of a smooth surrogate of a sparse problem: each candidate is the point mapped back to coefficients, with exact
 * zeros set.
 *
 * Newton's method on the support supplies the last digits. It is tried wherever the support repeats between two
 * candidates, and else ever more seldom as long as it gains nothing, since on a support of nearly `n` it costs as much as
 * many iterations.
 */
export class SurrogateMethod implements Method {
  readonly name: string;
  readonly start: Candidate;
  readonly stopping: StoppingRule = surrogateStopping;
  readonly candidateInterval: number = candidateInterval;
  readonly startsElsewhere = true;
  readonly #task: SolverTask;
  readonly #descentFrom: (psi: Float64Array) => CoefficientDescent;
  #begun: { readonly descent: CoefficientDescent; readonly run: OptimizerRun } | undefined;
  /** The iteration of the last candidate. */
  #certifiedAt = -1;
  #sparse: Candidate | undefined;
  #lastSupport = "";
  /** Candidates since Newton's method was last tried, and how many it pauses. */
  #untried = 0;
  #pause = 1;

  /**
   * @param name of the method, for the trace.
   * @param descentFrom makes the descent from the unpenalized part that is optimal at `task.beta`; not called where the
   * start meets the goal.
   */
  constructor(name: string, task: SolverTask, descentFrom: (psi: Float64Array) => CoefficientDescent) {
    this.name = name;
    this.start = candidateAt(task, task.beta.slice(), task.psi, 0);
    this.#task = task;
    this.#descentFrom = descentFrom;
  }

  get nIter(): number {
    return this.#begun?.run.nIter ?? 0;
  }

  state(): Pick<TraceRow, "objective" | "stationarity"> {
    return this.#begin().run.state();
  }

  iterate(): Step {
    return this.#begin().run.iterate();
  }

  /** Returns the best candidate so far where the present point leads to no better one. */
  candidate({ best, nIter }: Run): Candidate {
    if (this.#certifiedAt === nIter) return best;
    this.#certifiedAt = nIter;
    const { descent, run } = this.#begin();
    const { beta, psi, misalignment } = descent.read(run.x);
    const raw = candidateAt(this.#task, beta, psi, misalignment);
    const sparse = withExactZeros(this.#task, raw); // `raw` itself is no answer: its support is everything
    const improved = better(best, sparse);
    const support = signature(sparse.beta);
    const isDue = support === this.#lastSupport || this.#untried + 1 >= this.#pause;
    this.#sparse = sparse;
    this.#lastSupport = support;
    if (!isDue) {
      this.#untried++;
      return improved;
    }
    const polished = this.#polished(improved);
    this.#pause = polished === improved ? 2 * this.#pause : 1;
    this.#untried = 0;
    return polished;
  }

  /** Tries Newton's method once more on the support of the last candidate, if that was not the first one there. */
  finish(_: unknown, { best, nIter }: Run): Candidate | undefined {
    const isRegular = nIter > 0 && nIter % candidateInterval === 0;
    return isRegular ? this.#polished(best) : undefined;
  }

  #polished(best: Candidate): Candidate {
    const polished = supportNewton(this.#task, this.#sparse!);
    return polished ? better(best, polished) : best;
  }

  #begin(): { readonly descent: CoefficientDescent; readonly run: OptimizerRun } {
    if (!this.#begun) {
      const descent = this.#descentFrom(this.start.profile.psi);
      this.#begun = { descent, run: new OptimizerRun(this.#task, descent) };
    }
    return this.#begun;
  }
}

/** Returns the support and its signs as a text, to see whether they have settled. */
function signature(beta: Float64Array): string {
  let text = "";
  beta.forEach((b, j) => {
    if (b !== 0) text += `${b > 0 ? "+" : "-"}${j}`;
  });
  return text;
}
