/**
 * A proximal Newton method with working sets, for penalties that are sums over coefficients or groups ({@link proximalNewton}).
 *
 * At a point the datafit has a quadratic model, which is the datafit itself for a squared error. The method goes to the minimum of model
 * and penalty over a working set (`working-set.ts`), by cycles over blocks and Newton's method on the nonzero coefficients
 * (`model-descent.ts`). `blocks.ts` has the interface to the penalty. If a step would raise the objective, the curvature of the model is
 * increased. Each point is certified with a gradient that is exact where the certificate needs it (`gradients.ts`).
 */
import { mustBe } from "../../errors";
import { NEGLIGIBLE } from "../../linalg/rounding";
import { areEqualToRounding } from "../../linalg/vector";
import { checkKeys } from "../../options";
import { isGroupwise, isSeparable, type Penalty } from "../../penalties";
import {
  curvatureOfProfile,
  hasConstantHessian,
  type Profile,
  predictedAt,
  type SparseProblem,
} from "../../problem/problem";
import { serializable } from "../../recipe";
import { groupNewtonStopping, type Method, type Run, runSolver, type Step, type StoppingRule } from "../loop";
import {
  type Candidate,
  certified,
  type FitStatus,
  nullPoint,
  type Point,
  type Solution,
  type Solver,
  type SolverTask,
} from "../solver";
import type { QuadraticModel } from "../subproblem/quadratic-model";
import { supportNewton } from "../subproblem/support-newton";
import type { Blocks } from "./blocks";
import { CoordinateBlocks } from "./coordinate-blocks";
import { searchExchanges } from "./exchange-search";
import { GradientExtrapolation } from "./gradient-extrapolation";
import { Gradients } from "./gradients";
import { GroupBlocks } from "./group-blocks";
import { WorkingSet } from "./working-set";

/** Largest relative change of the curvature of the loss, apart from its scale, for which a model is kept. */
const MAX_CHANGE = 0.1;

/** A model is kept for another step if its last step reduced the gap, or the violation, to at most this share. */
const MAX_SHORTFALL_SHARE = 0.5;

/** Ratio of successive lambdas on the way from the null model to the lambda of a single fit. */
const LAMBDA_RATIO = 0.6;

/** The smallest lambda on that way, as a share of the first. */
const LEAST_STAGE = 1e-3;

/** If at most this many blocks leave zero, a convex model over all of them costs less than that way. */
const MAX_DIRECT = 100;

/** The least curvature of a sample, as a share of the largest, in a model of a loss that is flat somewhere, as Huber's far out. */
const LEAST_FLOOR = 1e-6;

/** The factor by which this minimum rises after a step that was cut short; it falls by the same factor after other steps. */
const FLOOR_RATIO = 10;

/** A share that no change is below, so that the next model is made at the very profile. */
const NO_CHANGE = -1;

/**
 * The factor by which the curvature of a model is increased after a step that raised the objective, and the maximum of the total factor.
 */
const INFLATION = 4;
const MAX_INFLATION = INFLATION ** 12;

/** Relative difference of coefficients up to which two descents have ended in the same minimum. */
const SAME_MINIMUM = 1e-6;

/** Options of {@link proximalNewton}: how many exchanges of blocks it tries where it has ended. */
export interface ProximalNewtonOptions {
  /**
   * Number of the smallest coefficients, or groups, that a local search at the end leaves out in turn, to find a lower minimum.
   *
   * It applies to penalties that are not convex with a squared error. Default: 0.
   */
  readonly exchanges?: number;
}

/**
 * A proximal Newton method with working sets: it minimises a quadratic model of the datafit plus the penalty over the blocks that may be
 * other than zero, by block coordinate descent and Newton's method on the support, and keeps the Gram matrix of their columns from one model
 * and lambda to the next. From the null model it passes through larger lambdas.
 *
 * It takes penalties that are sums over coefficients, or over groups with a known proximal step, convex or not, and any loss. 20 iterations
 * suffice, on the problems that {@link Solver} names.
 *
 * @returns a solver; it throws an InputError for any other penalty.
 * @see Lee, Sun and Saunders, Proximal Newton-type methods for minimizing composite functions (2014); Bertrand and others, Beyond L1: faster
 * and better sparse models with skglm (2022)
 * @example
 * ```ts
 * new SparseLinearModel({ penalty: mcp(), lambda: 0.1, solver: proximalNewton() });
 * ```
 */
export function proximalNewton(options: ProximalNewtonOptions = {}): Solver {
  checkKeys("proximalNewton", options, ["exchanges"]);
  const { exchanges = 0 } = options;
  if (!(Number.isInteger(exchanges) && exchanges >= 0)) {
    throw mustBe("proximalNewton", "exchanges", "an integer of at least 0", exchanges);
  }
  return serializable("proximalNewton", [options], {
    name: "proximalNewton",
    solve(task) {
      const { problem } = task;
      if (!hasBlocks(problem)) {
        const rule = "a sum over coefficients, or over groups with a known proximal step";
        throw mustBe("proximalNewton", "penalty", rule, problem.penalty.name);
      }
      const state = task.warmStart.stateOf(proximalNewton, problem, () => stateOf(problem, task.nullProfile));
      const solution = solve(task, state);
      const mayExchange = exchanges > 0 && hasConstantHessian(problem) && !problem.penalty.convex;
      if (!mayExchange || solution.status !== "converged") return solution;
      return searchExchanges(task, solution, {
        exhausted: state.exhausted,
        from(best) {
          const { blocks, without } = state.working.exchangesFrom(best, task);
          return { blocks: blocks.slice(0, exchanges), without };
        },
        objectiveAt: (beta) =>
          predictedAt(problem, beta, task.psi).loss + problem.penalty.value(beta, task.lambda),
        solveFrom: (beta) => solve({ ...task, beta }, state),
      });
    },
  });
}

/** Goes to a minimum near the start of a task. */
function solve(task: SolverTask, state: State): Solution {
  const { problem, lambda } = task;
  const { convex } = problem.penalty;
  const { status, nIter, trace, ...end } = runSolver(task, new ProximalNewton(task, state));
  const best = convex ? end : sharedMinimum(task, end, state.minima);
  const { beta, profile } = best;
  // If the start already meets the goal at a lambda, it remains the last solution.
  if (beta !== state.last?.beta) state.last = { beta, profile, lambda };
  // The Hessian of a quadratic loss is that of its model everywhere.
  const hasHessian = nIter > 0 && hasConstantHessian(problem);
  const isStrict = !convex && hasHessian && state.working.isStrict(beta, lambda);
  return {
    ...best,
    profile: state.gradients.exact(profile),
    ...(isStrict && { isStrict }),
    status,
    nIter,
    trace,
  };
}

/**
 * Returns the candidate of an earlier descent of the task's lambda if this is the same minimum. Minima that no exchange lowers are known by
 * the array of their coefficients, so that none is tried twice.
 */
function sharedMinimum(
  { lambda, isOptimal }: SolverTask,
  end: Candidate,
  minima: State["minima"],
): Candidate {
  if (!isOptimal(end.certificate)) return end;
  const known = minima.get(lambda);
  if (known && areSameMinimum(known.beta, end.beta)) return known;
  minima.set(lambda, end);
  return end;
}

/** Whether two ends of descents are the same minimum. */
function areSameMinimum(a: Float64Array, b: Float64Array): boolean {
  return a.every((entry, j) => Math.abs(entry - b[j]) <= SAME_MINIMUM * Math.abs(entry));
}

/** Whether {@link proximalNewton} takes a problem. */
export function hasBlocks({ penalty }: Pick<SparseProblem, "penalty">): boolean {
  return isSeparable(penalty) || (isGroupwise(penalty) && penalty.groupProx !== undefined);
}

/** The state that one lambda leaves to the next. */
interface State {
  readonly blocks: Blocks;
  readonly gradients: Gradients;
  readonly extrapolation: GradientExtrapolation;
  readonly working: WorkingSet;
  /** The least curvature of a sample in the next model, as a share of the largest. */
  floor: number;
  /** The minima by lambda, and those that no exchange lowers. */
  readonly minima: Map<number, Candidate>;
  readonly exhausted: WeakSet<Float64Array>;
  /** The last solution and its lambda. */
  last: (Point & { readonly lambda: number }) | undefined;
}

function stateOf(problem: SparseProblem, origin: Profile | undefined): State {
  const blocks = blocksOf(problem.penalty, problem.design.nFeatures);
  return {
    blocks,
    gradients: new Gradients(problem, blocks, origin),
    extrapolation: new GradientExtrapolation(problem.design.nFeatures),
    working: new WorkingSet(problem, blocks),
    floor: leastFloor(problem),
    minima: new Map(),
    exhausted: new WeakSet(),
    last: undefined,
  };
}

function blocksOf(penalty: Penalty, nFeatures: number): Blocks {
  if (isGroupwise(penalty)) return new GroupBlocks(penalty);
  if (isSeparable(penalty)) return new CoordinateBlocks(penalty, nFeatures);
  throw mustBe("proximalNewton", "penalty", "a sum over blocks", penalty.name);
}

const leastFloor = ({ datafit }: SparseProblem): number =>
  datafit.piecewiseQuadratic && !datafit.hasConstantHessian ? LEAST_FLOOR : 0;

/** The steps of {@link proximalNewton}: each goes to the minimum of a model. */
class ProximalNewton implements Method {
  readonly name = "proximalNewton";
  readonly start: Candidate;
  readonly stopping: StoppingRule = {
    ...groupNewtonStopping,
    isProgress: (run) => this.#stages.length > 0 || groupNewtonStopping.isProgress(run),
  };
  readonly #task: SolverTask;
  readonly #state: State;
  readonly #isQuadratic: boolean;
  /** The larger lambdas that are solved first, on the way to the lambda of the task. */
  readonly #stages: number[] = [];
  /** The lambda that a path, from the lambda before this one, probably has next. */
  readonly #next: number;
  /** The lambda of the solution that a path goes on from. */
  readonly #from: number | undefined;
  #current: Candidate;
  #maxChange = MAX_CHANGE;
  #inflation = 1;

  constructor(task: SolverTask, state: State) {
    const { problem, lambda, beta: given, psi } = task;
    const { last, gradients, working } = state;
    const continues = last !== undefined && areEqualToRounding(last.beta, given);
    this.#next = continues ? Math.min(lambda, (1 - 1e-9) * (lambda ** 2 / last.lambda)) : lambda;
    const point = continues
      ? { beta: last.beta, profile: gradients.again(last, lambda, working.has) }
      : (nullPoint(task) ?? {
          beta: given.slice(),
          profile: gradients.at(given, psi, lambda, working.has),
        });
    this.start = certified(task, point);
    if (!continues && given.every((b) => b === 0)) {
      this.#stages = stagesTo(problem, state.blocks, this.start, lambda);
    }
    this.#from = continues ? last.lambda : undefined;
    this.#isQuadratic = hasConstantHessian(problem);
    this.#task = task;
    this.#state = state;
    this.#current = this.start;
  }

  candidate(): Candidate {
    return this.#current;
  }

  iterate({ nIter }: Run): Step {
    const [task, state, current] = [this.#task, this.#state, this.#current];
    const { gradients, working } = state;
    const lambda = this.#stages.shift() ?? task.lambda;
    const model = working.modelAt(current.profile, this.#maxChange, state.floor);
    if (gradients.wantsGram && working.addAll(task.signal)) gradients.useGram(model, task.nullProfile);
    const factor = this.#inflation * model.scale;
    const predicted = nIter === 0 ? this.#predict() : undefined;
    const beta = working.minimum({ ...task, lambda }, current, factor, predicted);
    return this.#isQuadratic ? this.#goTo(beta) : this.#goToIfLower(beta, lambda, model, nIter);
  }

  /**
   * Returns the gradient that the solution of a convex problem probably has, as a path leads there. With another penalty the blocks that it
   * names would keep out those that it misses.
   */
  #predict(): Float64Array | undefined {
    if (this.#from === undefined || !this.#task.problem.penalty.convex) return undefined;
    return this.#state.extrapolation.predict(this.start.profile.gradient, this.#from, this.#task.lambda);
  }

  /** The lambda down to which the next gradient is to certify zeros. */
  get #level(): number {
    return this.#stages[0] ?? this.#next;
  }

  #goTo(beta: Float64Array): Step {
    const { gradients, working } = this.#state;
    const profile = gradients.at(beta, this.#current.profile.psi, this.#level, working.has);
    this.#current = certified(this.#task, { beta, profile });
    return "moved";
  }

  /** Moves to the minimum of a model if the objective is lower there; with a convex penalty a shorter step is also tried. */
  #goToIfLower(end: Float64Array, lambda: number, model: QuadraticModel, nIter: number): Step {
    const [task, state, current] = [this.#task, this.#state, this.#current];
    const { problem } = task;
    const { penalty } = problem;
    const terms = [current.profile.loss, penalty.value(current.beta, lambda)];
    const before = terms[0] + terms[1];
    const scale = Math.abs(terms[0]) + Math.abs(terms[1]) || 1;
    for (let length = 1; length >= (penalty.convex ? NEGLIGIBLE : 1); length /= 2) {
      const beta = length === 1 ? end : end.map((b, j) => current.beta[j] + length * (b - current.beta[j]));
      const predicted = predictedAt(problem, beta, current.profile.psi);
      const rise = (predicted.loss + penalty.value(beta, lambda) - before) / scale;
      if (!(rise <= NEGLIGIBLE)) continue;
      const profile = state.gradients.complete(beta, predicted, this.#level, state.working.has);
      const next = certified(task, { beta, profile });
      // If the objectives differ by a negligible share, the gap or the violation decides.
      const [shortfall, left] = [shortfallOf(current), shortfallOf(next)];
      if (lambda === task.lambda && rise > -NEGLIGIBLE && !(left < shortfall)) return this.#reject(model);
      this.#inflation = Math.max(1, this.#inflation / INFLATION);
      // A step had to be cut because the model knows too little of the curvature elsewhere.
      if (length < 1) this.#raiseFloor();
      else state.floor = Math.max(leastFloor(problem), state.floor / FLOOR_RATIO);
      this.#maxChange = nIter > 0 && !(left <= MAX_SHORTFALL_SHARE * shortfall) ? 0 : MAX_CHANGE;
      this.#current = next;
      return "moved";
    }
    return this.#reject(model);
  }

  #raiseFloor(): boolean {
    const state = this.#state;
    if (state.floor === 0 || state.floor === 1) return false;
    state.floor = Math.min(1, FLOOR_RATIO * state.floor);
    return true;
  }

  /** After a step that raised the objective, requests a new model, or one with a larger curvature. */
  #reject(model: QuadraticModel): Step {
    if (this.#raiseFloor()) return "rejected";
    if (model.isMadeAt(this.#current.profile)) this.#inflation *= INFLATION;
    else this.#maxChange = NO_CHANGE;
    return this.#inflation > MAX_INFLATION ? "failed" : "rejected";
  }

  /** Whether no coefficient at zero could lower the objective by moving; the certificate of a nonconvex penalty does not show this. */
  isEnd({ beta, profile }: Candidate): boolean {
    const { problem, lambda } = this.#task;
    if (problem.penalty.convex) return true;
    // On the way to the lambda of the task, gradients need to certify zeros only down to the next lambda.
    if (this.#stages.length > 0) return false;
    const curvature = (): Float64Array => curvatureOfProfile(problem, profile);
    return this.#state.blocks.violators(lambda, beta, profile.gradient, curvature).length === 0;
  }

  /** When objectives agree up to rounding, gradients still differ. So Newton's method on the loss itself supplies the last digits. */
  finish(status: FitStatus, { best }: Run): Candidate | undefined {
    return status === "stalled" && !this.#isQuadratic ? supportNewton(this.#task, best) : undefined;
  }
}

/** Returns the lambdas on the way from that of the null model to `lambda`, decreasing. */
function stagesTo(
  problem: SparseProblem,
  blocks: Blocks,
  { beta, profile }: Candidate,
  lambda: number,
): number[] {
  const { penalty } = problem;
  const curvature = curvatureOfProfile(problem, profile);
  const from = penalty.lambdaMax(profile.gradient, curvature);
  if (!Number.isFinite(from)) return [];
  const isDirect = penalty.convex && hasConstantHessian(problem);
  if (isDirect && blocks.violators(lambda, beta, profile.gradient, () => curvature).length <= MAX_DIRECT)
    return [];
  const least = Math.max(lambda, LEAST_STAGE * from);
  const stages: number[] = [];
  for (let stage = LAMBDA_RATIO * from; LAMBDA_RATIO * stage > least; stage *= LAMBDA_RATIO)
    stages.push(stage);
  return stages;
}

/** The duality gap, or the violation where there is no gap. */
function shortfallOf({ certificate: { dualityGap, violation } }: Candidate): number {
  return dualityGap ?? violation;
}
