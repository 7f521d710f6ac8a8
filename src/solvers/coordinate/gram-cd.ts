/**
 * Coordinate descent on a Gram matrix, for nonconvex penalties that are sums over coordinates. The main export is
 * the solver {@link gramDescent}.
 */
import { mustBe } from "../../errors";
import { supportOf } from "../../linalg/vector";
import { checkKeys } from "../../options";
import { isSeparable, type SeparablePenalty } from "../../penalties";
import { curvatureOfProfile, hasConstantHessian, type SparseProblem } from "../../problem/problem";
import { serializable } from "../../recipe";
import { type Method, newtonStopping, type Run, runSolver, type Step, type StoppingRule } from "../loop";
import type { Candidate, FitStatus, Solution, Solver, SolverTask } from "../solver";
import { blockOf, type GramBlock } from "../subproblem/gram-cache";
import { QuadraticModel } from "../subproblem/quadratic-model";
import { slack } from "../subproblem/residual-subspace";
import { supportNewton } from "../subproblem/support-newton";
import {
  candidateIn,
  exactProfile,
  type GramState,
  gradientAt,
  gradientInMembers,
  newGramState,
  type ScreenedGradient,
  startOf,
  tryInclude,
} from "./gram-cd-state";
import { localSearchOverCoordinates } from "./local-search";

/**
 * Maximum relative change of the loss's Hessian for which the Gram matrix is reused.
 *
 * It is small, since a concave penalty cancels most of the curvature and the rest may change by a large factor.
 */
const maxHessianChange = 0.01;

/**
 * Maximum relative change for which it is reused with a convex penalty, as long as each round halves the violation and
 * leaves more of it than {@link minViolationOnOldModel}. A few rounds on an old matrix then cost less than a new one, on
 * which the last digits take fewer rounds.
 */
const maxHessianChangeConvex = 0.05;

/** Minimum violation, as a share of lambda, for which a convex problem keeps an old matrix. */
const minViolationOnOldModel = 1e-6;

/**
 * Maximum number of cycles on one quadratic model of a loss without a constant Hessian, since it may be wrong far
 * from its start.
 */
const maxCyclesPerModel = 50;

/**
 * Maximum number of cycles in which the violation of a convex problem without a constant Hessian has to halve.
 *
 * The violation can fall by as little as one percent per model, for thousands of cycles, if classes are nearly
 * separable or columns nearly dependent.
 */
const maxCyclesToHalve = 1000;

/** Maximum factor by which the curvature of a model is raised until the loss decreases as the model does. */
const maxInflation = 2 ** 20;

/** Options of {@link gramDescent}: how many exchanges of two coefficients it tries where it has ended. */
export interface GramDescentOptions {
  /**
   * Number of the smallest coefficients that a local search at the end leaves out in turn, to find a lower minimum.
   *
   * It applies to nonconvex penalties with a squared error. Default: 0.
   */
  readonly exchanges?: number;
}

/**
 * Coordinate descent on the Gram matrix of the columns that have ever left zero, for nonconvex penalties such as
 * SCAD, MCP and bridges.
 *
 * One pass over the design per lambda finds the columns that enter, by the strong rule. The Gram matrix grows along a
 * path and no entry is computed twice. Newton's method on the support supplies the last digits.
 *
 * It takes any penalty that is a sum over coordinates and any loss, also of several responses or of dependent
 * samples. A loss without a constant Hessian is minimised by quadratic models, whose curvature is doubled where the
 * objective would rise. With such a loss and a convex penalty the descent ends as `"stalled"` where 1000 cycles have
 * not halved the violation. An iteration is a cycle; 100 suffice, on the problems that {@link Solver} names.
 *
 * @returns a solver; it throws an InputError for any other penalty.
 * @see Breheny and Huang, Coordinate descent algorithms for nonconvex penalized regression (2011); Tibshirani and
 * others, Strong rules for discarding predictors in lasso-type problems (2012)
 * @example
 * ```ts
 * new SparseLinearModel({ penalty: mcp(), lambda: 0.1, solver: gramDescent() });
 * ```
 */
export function gramDescent(options: GramDescentOptions = {}): Solver {
  checkKeys("gramDescent", options, ["exchanges"]);
  const { exchanges = 0 } = options;
  if (!(Number.isInteger(exchanges) && exchanges >= 0)) {
    throw mustBe("gramDescent", "exchanges", "an integer of at least 0", exchanges);
  }
  return serializable("gramDescent", [options], {
    name: "gramDescent",
    solve(task) {
      const { problem } = task;
      if (!hasGramDescent(problem)) {
        throw mustBe("gramDescent", "penalty", "a sum over coordinates", problem.penalty.name);
      }
      const state = task.warmStart.stateOfData(gramDescent, problem, () => newGramState(problem));
      const penalty = problem.penalty as SeparablePenalty;
      const solution = solve(task, penalty, state);
      const mayExchange = exchanges > 0 && hasConstantHessian(problem) && !penalty.convex;
      if (!mayExchange || solution.status !== "converged") return solution;
      return localSearchOverCoordinates({ task, penalty, state, count: exchanges }, solution, (beta) =>
        solve({ ...task, beta }, penalty, state),
      );
    },
  });
}

/** Whether {@link gramDescent} takes a problem. */
export function hasGramDescent({ penalty }: Pick<SparseProblem, "penalty">): boolean {
  return isSeparable(penalty);
}

function solve(task: SolverTask, penalty: SeparablePenalty, state: GramState): Solution {
  const minima = state.minima.get(penalty) ?? new Map<number, Candidate>();
  state.minima.set(penalty, minima);
  const solution = runSolver(task, new GramDescent(task, penalty, state, minima));
  const { status, nIter, trace, ...best } = solution;
  // The next task may have another penalty, which needs exact entries of the gradient at other zeros.
  const end = { ...best, profile: exactProfile(task, best) };
  state.last = { ...end, lambda: task.lambda };
  const known = minima.get(task.lambda);
  if (!known || end.certificate.objective < known.certificate.objective) minima.set(task.lambda, end);
  return { ...end, status, nIter, trace };
}

/** The rounds of {@link gramDescent}: each minimises a quadratic model by cycles, on the columns that may be other than zero. */
class GramDescent implements Method {
  readonly name = "gramDescent";
  readonly stopping: StoppingRule = newtonStopping;
  readonly start: Candidate;
  readonly #task: SolverTask;
  readonly #penalty: SeparablePenalty;
  readonly #state: GramState;
  /** The best minimum known by lambda. */
  readonly #minima: ReadonlyMap<number, Candidate>;
  readonly #isQuadratic: boolean;
  #current: Candidate;
  #nIter = 0;
  /** The level of the sequential strong rule: a coordinate that stays at zero at it hardly ever enters. */
  #level: number;
  /** The factor by which the curvature of the models is multiplied. */
  #inflation = 1;
  /** The maximum change of the Hessian for which this task still reuses the matrix. */
  #maxHessianChange: number;
  /** Whether the last descent came to rest on a model of a quadratic loss. */
  #isAtRest = false;
  /** The violation when it last halved, and the iteration. */
  #halved: { readonly violation: number; readonly nIter: number };

  constructor(
    task: SolverTask,
    penalty: SeparablePenalty,
    state: GramState,
    minima: ReadonlyMap<number, Candidate>,
  ) {
    const { lambda } = task;
    this.start = startOf(task, state, minima);
    this.#task = task;
    this.#penalty = penalty;
    this.#state = state;
    this.#minima = minima;
    this.#isQuadratic = hasConstantHessian(task.problem);
    this.#current = this.start;
    this.#maxHessianChange = penalty.convex ? maxHessianChangeConvex : maxHessianChange;
    this.#level = Math.max(0, Math.min(lambda, 2 * lambda - (state.last?.lambda ?? lambda)));
    this.#halved = { violation: this.start.certificate.violation, nIter: 0 };
  }

  get nIter(): number {
    return this.#nIter;
  }

  candidate(): Candidate {
    return this.#current;
  }

  iterate({ remaining }: Run): Step {
    const [task, penalty, state, current] = [this.#task, this.#penalty, this.#state, this.#current];
    const { problem, lambda, signal } = task;
    if (!state.model || state.model.hessianChange(current.profile.eta) > this.#maxHessianChange) {
      state.model = new QuadraticModel(problem, current.profile.eta);
    }
    const { model } = state;
    const gradient = gradientAt(state, task, current, this.#level);
    const entering = violators(task, penalty, current, gradient, this.#level);
    this.#level = lambda;
    if (!tryInclude(model, [supportOf(current.beta), entering], signal)) return "failed";
    const block = blockOf(model.gram);
    const from = { beta: current.beta, gradient: gradientInMembers(state, task, current) };
    const cyclesBefore = this.#nIter;
    state.descent.begin(block, penalty, lambda, from, this.#inflation);
    const end = state.descent.run({
      maxCycles: Math.min(remaining, this.#isQuadratic ? Number.POSITIVE_INFINITY : maxCyclesPerModel),
      signal,
      onCycle: (cycle) => task.onIteration?.(cyclesBefore + cycle),
    });
    this.#nIter += end.cycles;
    this.#isAtRest = this.#isQuadratic && end.atRest;
    const beta = state.descent.endFrom(current.beta);
    const known = this.#minima.get(lambda);
    if (this.#isAtRest && known && areSameMinimum(block, known.beta, beta)) {
      this.#current = known;
      return "last";
    }
    const next = candidateIn(state, task, beta, current.profile.psi);
    if (!this.#isQuadratic && rises(current, next)) {
      if (model.hessianChange(current.profile.eta) > 0) state.model = undefined;
      else this.#inflation *= 2;
      return this.#inflation > maxInflation ? "failed" : "rejected";
    }
    if (this.#inflation > 1) this.#inflation /= 2;
    const { violation } = next.certificate;
    if (violation > current.certificate.violation / 2 || violation < minViolationOnOldModel * lambda)
      this.#maxHessianChange = maxHessianChange;
    this.#current = this.#isAtRest && end.isStrict ? { ...next, isStrict: true } : next;
    return "moved";
  }

  /** Returns whether no coordinate changes any more, or the violation has not halved for many iterations. */
  isExhausted({ best, current, nIter }: Run): boolean {
    const { lambda } = this.#task;
    const isLast =
      this.#isAtRest &&
      violators(this.#task, this.#penalty, current, current.profile, lambda, this.#state.model).length === 0;
    if (this.#isQuadratic || !this.#penalty.convex) return isLast;
    const { violation } = best.certificate;
    if (violation <= this.#halved.violation / 2) this.#halved = { violation, nIter };
    return isLast || nIter - this.#halved.nIter >= maxCyclesToHalve;
  }

  /** When objectives agree up to rounding, gradients still differ, so Newton's method supplies the last digits. */
  finish(status: FitStatus, { best }: Run): Candidate | undefined {
    return status === "stalled" && !this.#isQuadratic ? supportNewton(this.#task, best) : undefined;
  }
}

/** Whether the objective is higher at the second point by more than rounding, or not finite. */
function rises({ certificate: from }: Candidate, { certificate: to }: Candidate): boolean {
  return !(from.objective - to.objective >= -1e-14 * Math.abs(from.objective));
}

/** Returns the coordinates at zero that a step of coordinate descent would move. */
function violators(
  { problem, lambda: taskLambda }: SolverTask,
  penalty: SeparablePenalty,
  { beta, profile }: Candidate,
  { gradient, zeroBounds }: ScreenedGradient,
  lambda: number,
  model?: QuadraticModel,
): number[] {
  // Whether zero is a minimum of a convex penalty and a line does not depend on a curvature.
  const curvature = penalty.convex ? undefined : curvatureOfProfile(problem, profile);
  // The gradients that a penalty bounds at zero decrease at most in proportion to lambda.
  const share = (1 - slack) * (lambda / taskLambda);
  const found: number[] = [];
  for (let j = 0; j < beta.length; j++) {
    if (zeroBounds !== undefined && Math.abs(gradient[j]) < share * zeroBounds[j]) continue;
    const h = curvature?.[j] ?? 1;
    if (beta[j] !== 0 || !(h > 0) || (model?.gram.slotOf(j) ?? -1) >= 0) continue;
    if (penalty.coordinateProx(j, -gradient[j] / h, 1 / h, lambda) !== 0) found.push(j);
  }
  return found;
}

/** Whether two end points of descents are the same minimum up to rounding, with the same support. */
function areSameMinimum({ gram, stride, members }: GramBlock, a: Float64Array, b: Float64Array): boolean {
  let difference = 0;
  let size = 0;
  for (let k = 0; k < members.length; k++) {
    const j = members[k];
    const h = gram[k * stride + k];
    difference = Math.max(difference, h * (a[j] - b[j]) ** 2);
    size += h * b[j] ** 2;
  }
  if (difference > 1e-14 * size) return false;
  for (let j = 0; j < a.length; j++) if ((a[j] === 0) !== (b[j] === 0)) return false;
  return true;
}
